import { describe, expect, it } from 'vitest'
import type { SeriesMessage } from '../../../../preload/contract/port.ts'
import { createView } from '../../../../renderer/link/view.ts'
import { incidentRecord, now } from '../../../doubles/picture.ts'

const product = 'security.incidents'
const record = (entity: string, sequence: number) => ({
  ...incidentRecord(product, entity, now, {}),
  sequence,
})
const points = (times: number[], values: number[], reset = false): SeriesMessage => ({
  kind: 'series',
  product: 'health.figures',
  reset,
  series: [
    {
      series: 'samu',
      unit: '%',
      marking: 0,
      times: Float64Array.from(times),
      values: Float64Array.from(values),
    },
  ],
  published: new Float64Array(0),
})

describe('records', () => {
  it('of a delta add to and replace what is held', () => {
    const view = createView()
    view.apply({ kind: 'records', product, reset: true, records: [record('a', 1), record('b', 2)], gone: [] })
    const changed = view.apply({
      kind: 'records',
      product,
      reset: false,
      records: [record('b', 5)],
      gone: [],
    })
    expect(changed).toEqual([product])
    expect([...view.records(product).values()].map(({ entity, sequence }) => [entity, sequence])).toEqual([
      ['a', 1],
      ['b', 5],
    ])
  })
  it('that are gone are gone', () => {
    const view = createView()
    view.apply({ kind: 'records', product, reset: true, records: [record('a', 1), record('b', 2)], gone: [] })
    view.apply({ kind: 'records', product, reset: false, records: [], gone: ['a', 'never-there'] })
    expect([...view.records(product).keys()]).toEqual(['b'])
  })
  it('of a reset replace all that was held of the product, and nothing else', () => {
    const view = createView()
    view.apply({ kind: 'records', product, reset: true, records: [record('a', 1)], gone: [] })
    view.apply({
      kind: 'records',
      product: 'health.incidents',
      reset: true,
      records: [record('x', 1)],
      gone: [],
    })
    view.apply({ kind: 'records', product, reset: true, records: [record('c', 9)], gone: [] })
    expect([...view.records(product).keys()]).toEqual(['c'])
    expect([...view.records('health.incidents').keys()]).toEqual(['x'])
  })
  it('that fill in behind never overwrite what is newer', () => {
    const view = createView()
    view.apply({ kind: 'records', product, reset: true, records: [record('a', 9)], gone: [] })
    view.apply({ kind: 'records', product, reset: false, records: [record('a', 3)], gone: [] })
    expect(view.records(product).get('a')?.sequence).toBe(9)
  })
})

describe('a series', () => {
  it('grows in order of time, whatever order its points come in', () => {
    const view = createView()
    view.apply(points([30, 40], [3, 4], true))
    view.apply(points([10, 20, 50], [1, 2, 5]))
    expect(view.trend('health.figures', 'samu')?.times).toEqual([10, 20, 30, 40, 50])
    expect(view.trend('health.figures', 'samu')?.values).toEqual([1, 2, 3, 4, 5])
  })
  it('takes a point that comes again once', () => {
    const view = createView()
    view.apply(points([10, 20], [1, 2], true))
    view.apply(points([20], [7]))
    expect(view.trend('health.figures', 'samu')?.values).toEqual([1, 7])
  })
  it('starts anew after a reset', () => {
    const view = createView()
    view.apply(points([10, 20], [1, 2], true))
    view.apply(points([30], [3], true))
    expect(view.trend('health.figures', 'samu')?.times).toEqual([30])
  })
  it('stays bounded, keeps its span, and keeps what is recent exact', () => {
    const view = createView()
    const times = Array.from({ length: 50_000 }, (_, i) => i)
    for (let at = 0; at < times.length; at += 500)
      view.apply(points(times.slice(at, at + 500), times.slice(at, at + 500)))
    const trend = view.trend('health.figures', 'samu')
    expect(trend?.times.length).toBeLessThan(5000)
    expect(trend?.times[0]).toBe(0)
    expect(trend?.times.slice(-500)).toEqual(times.slice(-500))
  })
})

describe('what a scene no longer asks for', () => {
  it('is let go of, the rest stays', () => {
    const view = createView()
    view.apply({ kind: 'records', product, reset: true, records: [record('a', 1)], gone: [] })
    view.apply(points([10], [1], true))
    expect(view.forget((held) => held === product)).toEqual([product])
    expect(view.records(product).size).toBe(0)
    expect(view.trend('health.figures', 'samu')).toBeDefined()
  })
})
