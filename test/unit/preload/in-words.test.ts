/** Units and identifiers are written in one way, on the wall and in a synthesis. */
import { describe, expect, it } from 'vitest'
import { numberInWords } from '../../../main/report/drafting.ts'
import { reportWords } from '../../../main/report/words.ts'
import { identifierInWords } from '../../../preload/contract/identifier.ts'
import { unitInWords } from '../../../preload/contract/units.ts'

describe('units', () => {
  it('that UCUM spells for machines are written for people', () => {
    expect(unitInWords('m3/s')).toBe('m³/s')
    expect(unitInWords('/m2')).toBe('/m²')
    expect(unitInWords('Cel')).toBe('°C')
    expect(unitInWords('1')).toBe('')
    expect(unitInWords('{bed}')).toBe('')
  })
  it('that are not known stay as they came', () => {
    expect(unitInWords('mSv/h')).toBe('mSv/h')
  })
  it.each(['m3/s', '/m2', 'km/h', 'hPa', 'Cel', '{bed}', 'mSv/h'])('a synthesis writes %s so', (unit) => {
    expect(reportWords('fr', 'Europe/Paris').unit(unit)).toBe(unitInWords(unit))
  })
})

describe('identifiers', () => {
  it('that people say aloud are written so, others as they came', () => {
    expect(identifierInWords('inc-042')).toBe('INC-042')
    expect(identifierInWords('document.cncs.poste-07.3f2a9c10-0000')).toBe('DOC-3F2A')
    expect(identifierInWords('gare-du-nord')).toBe('gare-du-nord')
  })
  it('are on one line in a synthesis', () => {
    expect(numberInWords('inc-042')).toBe('INC-042')
    expect(numberInWords('a\nb')).toBe('a b')
  })
})
