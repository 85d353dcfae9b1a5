import { describe, expect, it } from 'vitest'
import type { Trend } from '../../../../renderer/link/view.ts'
import { chooseFigures, domainsOf, figureFeeds } from '../../../../renderer/board/chosen.ts'
import { feedOf, now } from '../../../doubles/picture.ts'

const bad = { moderate: 10, severe: 20, above: true }
const catalog = [
  feedOf('port.incidents', now),
  feedOf('port.vessels', now, { descriptor: { kind: 'track' } }),
  feedOf('port.water', now, {
    descriptor: {
      kind: 'metric',
      series: {
        level: { title: 'Level' },
        wind: { title: 'Wind', threshold: bad },
        waves: { title: 'Waves', threshold: bad },
        salt: { title: 'Salt', threshold: bad },
      },
    },
  }),
  feedOf('port.cranes', now, { descriptor: { kind: 'metric' } }),
  feedOf('port.secret', now, { access: 'refused', descriptor: { kind: 'metric' } }),
  feedOf('energy.grid', now, { descriptor: { kind: 'metric', series: { load: { title: 'Load' } } } }),
  feedOf('energy.notes', now, { descriptor: { kind: 'note' } }),
  feedOf('police.files', now, { access: 'refused' }),
  feedOf('ops.acts', now, { descriptor: { kind: 'act' } }),
]
const read = (values: { [key: string]: number } = {}) => ({
  series: (product: string) => (product === 'port.cranes' ? ['b', 'a'] : []),
  trend: (product: string, series: string): Trend | undefined => {
    const value = values[`${product} ${series}`]
    return value === undefined ? undefined : { unit: null, marking: 0, times: [now], values: [value] }
  },
})
const chosen = (domains: string[], most: number, values = {}) =>
  chooseFigures(catalog, domains, read(values), most).map(({ product, series }) =>
    [product, series].join(' '),
  )

describe('the figures of a domain that nobody chose', () => {
  it('are its owners’ first ones, product by product in turn', () => {
    expect(chosen(['port'], 4)).toEqual([
      'port.water level',
      'port.cranes a',
      'port.water wind',
      'port.cranes b',
    ])
  })
  it('count its entities where there are no more series', () => {
    expect(chosen(['port'], 9).at(-1)).toBe('port.vessels ')
    expect(chosen(['energy'], 3)).toEqual(['energy.grid load'])
  })
  it('never hide one that is beyond its bounds, and leave the others where they are', () => {
    expect(chosen(['port'], 3, { 'port.water salt': 25 })).toEqual([
      'port.water level',
      'port.cranes a',
      'port.water salt',
    ])
    expect(chosen(['port'], 1, { 'port.water waves': 12, 'port.water salt': 25 })).toEqual([
      'port.water salt',
    ])
  })
  it('are of what this window may read', () => {
    expect(figureFeeds(catalog, 'port').map(({ product }) => product)).toEqual(['port.water', 'port.cranes'])
    expect(domainsOf(catalog)).toEqual(['energy', 'port'])
  })
})

describe('the key figures', () => {
  it('are each domain’s in turn', () => {
    expect(chosen(domainsOf(catalog), 3)).toEqual(['energy.grid load', 'port.water level', 'port.cranes a'])
  })
})
