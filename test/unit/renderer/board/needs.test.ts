import { describe, expect, it } from 'vitest'
import type { Widget } from '../../../../preload/contract/scene.ts'
import { domainsOf } from '../../../../renderer/board/chosen.ts'
import { isNamedFeed, mapped } from '../../../../renderer/board/map/named.ts'
import {
  figureNeeds,
  incidentNeeds,
  needsToTell,
  noteNeeds,
  seriesNeeds,
  wholeNeeds,
} from '../../../../renderer/board/needs.ts'
import { feedOf, now } from '../../../doubles/picture.ts'

const catalog = [
  feedOf('security.incidents', now),
  feedOf('security.observations', now),
  feedOf('security.zones', now),
  feedOf('security.log', now, { descriptor: { kind: 'note' } }),
]
const at: Widget['at'] = [0, 0, 1, 1]

describe('what a widget needs of the picture', () => {
  it('is columns for a map, and records only of what it names', () => {
    expect(mapped(['security'])).toEqual({ kinds: ['feature', 'track'], domains: ['security'] })
    expect(wholeNeeds(catalog.filter(isNamedFeed))).toEqual([
      { form: 'records', products: ['security.incidents', 'security.zones'] },
    ])
  })
  it('is the same text for the same need, however the catalog comes', () => {
    expect(wholeNeeds([...catalog].reverse())).toEqual(wholeNeeds(catalog))
    const twice = ['b', 'a'].map((series) => ({ product: 'transport.metro', series }))
    expect(seriesNeeds(twice)).toEqual([{ form: 'series', products: ['transport.metro'] }])
  })
  it('is the series that figures are chosen among, and nothing of another kind for them', () => {
    const port = [
      feedOf('port.vessels', now, { descriptor: { kind: 'track' } }),
      feedOf('port.water', now, { descriptor: { kind: 'metric' } }),
      feedOf('energy.grid', now, { descriptor: { kind: 'metric' } }),
    ]
    expect(figureNeeds(port, domainsOf(port))).toEqual([
      { form: 'series', products: ['energy.grid', 'port.water'] },
    ])
  })
  it('is nothing where the platform has none of it, rather than everything', () => {
    expect(incidentNeeds([])).toEqual([])
    expect(seriesNeeds([])).toEqual([])
  })
  it('is known before the widget is there, where that decides whether it is to be', () => {
    expect(needsToTell({ widget: 'decisions', at, optional: true, limit: 3 }, catalog)).toEqual(noteNeeds)
    const water = feedOf('port.water', now, { descriptor: { kind: 'metric' } })
    expect(needsToTell({ widget: 'figures', at, optional: true }, [water])).toEqual(
      seriesNeeds([{ product: 'port.water' }]),
    )
    expect(needsToTell({ widget: 'legend', at }, catalog)).toEqual([])
  })
})
