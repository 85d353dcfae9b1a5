import { describe, expect, it } from 'vitest'
import { isIncidentsFeed } from '../../../../preload/contract/incident.ts'
import { isNotesFeed } from '../../../../preload/contract/note.ts'
import { domainsOf } from '../../../../renderer/board/chosen.ts'
import {
  drawnNeeds,
  figureNeeds,
  incidentNeeds,
  isAmong,
  namedNeeds,
  noteNeeds,
  seriesNeeds,
} from '../../../../renderer/board/needs.ts'
import { feedOf, now } from '../../../doubles/picture.ts'

const catalog = [
  feedOf('security.incidents', now),
  feedOf('security.observations', now),
  feedOf('security.zones', now),
  feedOf('security.units', now, { descriptor: { kind: 'track' } }),
  feedOf('security.log', now, { descriptor: { kind: 'note' } }),
  feedOf('health.incidents', now),
  feedOf('port.incidents', now, { descriptor: { kind: 'note' } }),
]
const among = (needs: Parameters<typeof isAmong>[0]) =>
  catalog.filter(isAmong(needs)).map(({ product }) => product)

describe('what a widget needs of the picture', () => {
  it('is kinds of products, whatever a platform calls its own', () => {
    expect(among(incidentNeeds)).toEqual(catalog.filter(isIncidentsFeed).map(({ product }) => product))
    expect(among(noteNeeds)).toEqual(catalog.filter(isNotesFeed).map(({ product }) => product))
    expect(JSON.stringify([incidentNeeds, noteNeeds, namedNeeds(['security'])])).not.toContain('products')
  })
  it('is columns for a map, and records only of what it names', () => {
    expect(drawnNeeds(['security'])).toEqual({ kinds: ['feature', 'track'], domains: ['security'] })
    expect(among(namedNeeds(['security']))).toEqual(['security.incidents', 'security.zones'])
    expect(among(namedNeeds())).toContain('health.incidents')
  })
  it('is the same text for the same series, however they come', () => {
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
  it('is no series where none is chosen, rather than all of them', () => {
    expect(seriesNeeds([])).toEqual([])
  })
})
