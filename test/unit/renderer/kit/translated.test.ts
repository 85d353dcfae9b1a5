import { describe, expect, it } from 'vitest'
import { translated } from '../../../../renderer/kit/translated.ts'
import { incidentRecord, noteRecord, now } from '../../../doubles/picture.ts'

describe('a record', () => {
  const incident = incidentRecord('security.incidents', 'inc-042', now, {
    name: 'Colis suspect',
    units: 3,
    translations: { en: { name: 'Suspicious package', units: 'three', added: 'no' } },
  })

  it('is read in the node’s language where its owner wrote it in that too', () => {
    expect(translated(incident, 'en').body).toMatchObject({ properties: { name: 'Suspicious package' } })
    expect(
      translated(
        noteRecord('x.log', 'a', now, { text: 'Rien', translations: { en: { text: 'Nothing' } } }),
        'en',
      ).body,
    ).toMatchObject({ text: 'Nothing' })
  })
  it('is read as it came otherwise', () => {
    expect(translated(incident, 'fr')).toBe(incident)
    const plain = noteRecord('x.log', 'a', now, { text: 'Rien' })
    expect(translated(plain, 'en')).toBe(plain)
  })
  it('keeps what is no text', () => {
    expect(translated(incident, 'en').body).toMatchObject({ properties: { units: 3 } })
  })
  it('gains no text that its owner did not write in the first place', () => {
    expect(translated(incident, 'en').body).not.toHaveProperty('properties.added')
  })
  it('is not fooled by translations that are none', () => {
    const odd = noteRecord('x.log', 'a', now, { text: 'Rien', translations: { en: 'Nothing', fr: [1] } })
    expect(translated(odd, 'en').body).toMatchObject({ text: 'Rien' })
    expect(translated(odd, 'fr').body).toMatchObject({ text: 'Rien' })
  })
})
