import { describe, expect, it } from 'vitest'
import { percentile } from '../../../../preload/contract/latency.ts'
import type { FromEngine, ToEngine } from '../../../../preload/contract/port.ts'
import { createPicture } from '../../../../renderer/link/picture.svelte.ts'
import { fittingTold, portDouble } from '../../../doubles/port.ts'
import { feedOf, incidentRecord, now } from '../../../doubles/picture.ts'

const product = 'security.incidents'

/** What parts of a window do in one moment is told together. */
const settled = (): Promise<void> => Promise.resolve()
const opened = (sent: ToEngine[]) => sent.filter(({ kind }) => kind === 'open')
const closed = (sent: ToEngine[]) => sent.filter(({ kind }) => kind === 'close')

const followed: (number | null)[] = []

function start() {
  const frames: (() => void)[] = []
  const odd: string[] = []
  const picture = createPicture({
    report: (message) => odd.push(message),
    clock: { read: () => now, follow: (skew) => followed.push(skew) },
    frame: (run) => {
      frames.push(run)
      return () => undefined
    },
  })
  const engine = portDouble()
  picture.take(engine.port)
  /** @returns how many frames were asked for */
  const nextFrame = (): number => {
    const due = frames.splice(0)
    for (const frame of due) frame()
    return due.length
  }
  return { picture, odd, nextFrame, ...engine }
}

const catalog = (...products: string[]): FromEngine => ({
  kind: 'catalog',
  listed: true,
  products: products.map((each) => {
    const { descriptor, access, known, intake } = feedOf(each, now)
    return { product: each, descriptor, access, known, intake }
  }),
})
const health = (...products: string[]): FromEngine => ({
  kind: 'health',
  products: products.map((each) => {
    const { newest, entities, stream } = feedOf(each, now)
    return { product: each, newest, entities, stream }
  }),
  connection: { state: 'live', since: now, server: 'x', known: 1 },
  links: [],
  skew: null,
  marking: 1,
  whole: false,
})
const records = (entity: string, published: number, reset = false): FromEngine => ({
  kind: 'records',
  product,
  reset,
  records: [{ ...incidentRecord(product, entity, published, {}), published }],
  gone: [],
})

describe('a window’s picture', () => {
  it('changes once a frame, however many messages came', () => {
    const { picture, say, nextFrame } = start()
    say(records('a', now))
    say(records('b', now))
    expect(nextFrame()).toBe(1)
    expect(picture.telemetry()).toMatchObject({ frames: 1, drawn: 1 })
    expect(nextFrame()).toBe(0)
    expect([...picture.records(product).keys()]).toEqual(['a', 'b'])
    picture.dispose()
  })
  it('has another catalog only when it was told one, and the ages every time', () => {
    const { picture, say } = start()
    say(catalog(product))
    say(health(product))
    const { catalog: told, feeds: before } = picture
    say(health(product))
    expect(picture.catalog).toBe(told)
    expect(picture.feeds).not.toBe(before)
    expect(picture.feeds.map((feed) => [feed.product, feed.newest])).toEqual([[product, now]])
    say(catalog(product, 'health.incidents'))
    expect(picture.feeds.map((feed) => [feed.product, feed.newest])).toEqual([
      [product, now],
      ['health.incidents', null],
    ])
    picture.dispose()
  })
  it('keeps what stays on the screen when a scene changes, and closes what goes once nobody shows it', async () => {
    const { picture, say, sent } = start()
    say(catalog(product, 'health.incidents'))
    const both = picture.open({ form: 'records', products: [product, 'health.incidents'] })
    const again = picture.open({ form: 'records', products: ['health.incidents', product] })
    await settled()
    say(records('a', now, true))
    say({ ...records('x', now, true), product: 'health.incidents' } as FromEngine)
    expect(opened(sent)).toHaveLength(1)
    again()
    again()
    await settled()
    expect(closed(sent)).toEqual([])
    // one scene goes, and another comes that shows a part of it
    both()
    picture.open({ form: 'records', products: [product] })
    await settled()
    expect(opened(sent).slice(1)).toEqual([
      { kind: 'open', id: 3, subscription: { form: 'records', products: [product] } },
    ])
    expect(closed(sent)).toEqual([{ kind: 'close', id: 1 }])
    // the engine says what is no longer there
    say({ ...records('x', now, true), product: 'health.incidents', records: [] } as FromEngine)
    expect(picture.records(product).size).toBe(1)
    expect(picture.records('health.incidents').size).toBe(0)
    picture.dispose()
  })
  it('says nothing of what was opened and closed in one moment', async () => {
    const { picture, sent } = start()
    picture.open({ form: 'series' })()
    await settled()
    expect(sent).toEqual([])
    picture.dispose()
  })
  it('keeps the last picture when the engine dies, says so, and opens the same with the next one', async () => {
    const { picture, say, die } = start()
    const gone = 'health.incidents'
    say(catalog(product, gone))
    picture.open({ form: 'records', products: [product] })
    const close = picture.open({ form: 'records', products: [gone] })
    picture.draw({}, () => undefined)
    await settled()
    say(records('a', now, true))
    say({ ...records('x', now, true), product: gone } as FromEngine)
    die()
    close()
    expect(picture.cut).toBe(true)
    expect(picture.records(product).size).toBe(1)
    const next = portDouble()
    picture.take(next.port)
    await settled()
    expect(next.sent).toEqual([
      { kind: 'open', id: 1, subscription: { form: 'records', products: [product] } },
      { kind: 'open', id: 3, subscription: { form: 'columns' } },
    ])
    // there is nobody left who would tell it to be forgotten
    expect(picture.records(gone).size).toBe(0)
    next.say(health(product))
    expect(picture.cut).toBe(false)
    picture.dispose()
  })
  it('keeps nothing of a product that it may no longer see', () => {
    const { picture, say } = start()
    const gone = 'health.incidents'
    const refused = 'transport.incidents'
    say(catalog(product, gone, refused))
    for (const each of [product, gone, refused])
      say({ ...records('x', now, true), product: each } as FromEngine)
    const without = catalog(product, refused)
    if (without.kind === 'catalog') without.products[1]!.access = 'refused'
    say(without)
    expect([product, gone, refused].map((each) => picture.records(each).size)).toEqual([1, 0, 0])
    picture.dispose()
  })
  it('knows what the engine refuses it, says nothing more of that, and asks the next engine for it', async () => {
    const { picture, say, sent } = start()
    say(catalog(product, 'health.incidents'))
    const close = picture.open({ form: 'records', products: [product] })
    picture.open({ form: 'records', products: ['health.incidents'] })
    picture.draw({ domains: ['health'] }, () => undefined)
    await settled()
    expect(picture.withheld(product)).toBe(false)
    say({ kind: 'refused', id: 1 })
    say({ kind: 'refused', id: 3 })
    say({ kind: 'refused', id: 99 })
    expect(picture.withheld(product)).toBe(true)
    expect(picture.withheld('health.incidents', 'columns')).toBe(true)
    expect(picture.withheld('health.incidents', 'records')).toBe(false)
    const next = portDouble()
    picture.take(next.port)
    await settled()
    expect(opened(next.sent)).toHaveLength(3)
    expect(picture.withheld(product)).toBe(false)
    next.say({ kind: 'refused', id: 1 })
    // another part of the window was given the same in another way
    picture.open({ form: 'records', domains: ['security'] })
    await settled()
    expect(picture.withheld(product)).toBe(false)
    close()
    await settled()
    expect(closed(next.sent)).toEqual([])
    expect(closed(sent)).toEqual([])
    picture.dispose()
  })
  it('measures the latency of what is live, not of what was there before it asked', async () => {
    const { picture, say } = start()
    picture.open({ form: 'records', kinds: ['feature'] })
    await settled()
    say(records('a', now - 3_600_000, true))
    say(records('b', now - 60_000))
    expect(percentile(picture.telemetry().latency, 0.5)).toBeNull()
    say(records('c', now))
    expect(percentile(picture.telemetry().latency, 0.99)).toBeLessThan(1)
    picture.dispose()
  })
  it('tells the window’s clock what the engine knows of the platform’s time, before anything is dated by it', () => {
    const { picture, say } = start()
    followed.length = 0
    say({ ...health(product), skew: 600_000 } as FromEngine)
    say({ ...health(product), skew: null } as FromEngine)
    expect(followed).toEqual([600_000, null])
    expect(picture.skew).toBeNull()
  })
  it('hands columns on to who draws them, of what each draws, and none to who has stopped', async () => {
    const { picture, say, sent, odd } = start()
    const heard: string[] = []
    const stop = picture.draw({ domains: ['security'] }, (message) => heard.push(message.product))
    const other = picture.draw({ domains: ['health'] }, (message) => heard.push(`other ${message.product}`))
    await settled()
    // each is told whole, so each is open under its own id
    expect(opened(sent)).toHaveLength(2)
    const { columns } = fittingTold
    say(columns)
    say({ ...columns, product: 'health.incidents' })
    say({ ...columns, rows: new Uint32Array(1) })
    stop()
    say(columns)
    expect(heard).toEqual([product, 'other health.incidents'])
    // one that does not fit is dropped, and its room given back
    expect(odd).toHaveLength(1)
    expect(sent.filter(({ kind }) => kind === 'credit')).toHaveLength(4)
    other()
    await settled()
    expect(closed(sent)).toEqual([
      { kind: 'close', id: 1 },
      { kind: 'close', id: 2 },
    ])
    picture.dispose()
  })
})
