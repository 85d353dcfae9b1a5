import { describe, expect, it } from 'vitest'
import { inView, markOf } from '../../../../renderer/map/marks.ts'
import { incidentRecord, noteRecord, now } from '../../../doubles/picture.ts'

describe('a mark', () => {
  it('says what the entity is called, its identifier and whose it is', () => {
    const record = incidentRecord('security.units', 'flu-12', now, { name: 'Vedette Corail' })
    expect(markOf(record, 'Sécurité')).toMatchObject({
      key: 'security.units flu-12',
      title: 'Vedette Corail',
      second: 'FLU-12 · Sécurité',
    })
  })
  it('says an identifier once where there is no name', () => {
    const record = incidentRecord('security.units', 'flu-12', now, {})
    expect(markOf(record, 'Sécurité')).toMatchObject({ title: 'FLU-12', second: 'Sécurité' })
  })
  it('of an area is in its middle', () => {
    const ring = [
      [2, 48],
      [4, 48],
      [4, 49],
      [2, 48],
    ] as [number, number][]
    const record = incidentRecord('security.zones', 'z', now, {})
    const body = {
      ...record.body,
      geometry: { type: 'Polygon' as const, coordinates: [ring] },
    } as typeof record.body
    expect(markOf({ ...record, body }, '')).toMatchObject({ lon: 3, lat: 48.5 })
  })
  it('is none of what is nowhere', () => {
    expect(markOf(noteRecord('security.log', 'n', now, { text: 'a line' }), '')).toBeNull()
  })
  it('is seen where its ring is whole, and never where the globe hides it', () => {
    const map = { width: 100, height: 50 }
    expect(inView({ x: 50, y: 25 }, map, 10)).toBe(true)
    expect(inView({ x: 95, y: 25 }, map, 10)).toBe(false)
    expect(inView({ x: 105, y: 25 }, map, -10)).toBe(true)
    expect(inView({ x: NaN, y: NaN }, map, -10)).toBe(false)
  })
})
