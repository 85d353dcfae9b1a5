import { expect, it } from 'vitest'
import * as v from 'valibot'
import { FormulaSchema } from '../../../../../preload/contract/formula.ts'
import {
  boundsFault,
  boundsIn,
  nothingTyped,
  typedOf,
  type Typed,
} from '../../../../../renderer/desk/bounds/bounds.ts'
import { nameFrom } from '../../../../../renderer/desk/formulas/words.ts'

const typed = (changes: Partial<Typed>): Typed => ({ ...nothingTyped, ...changes })
const faultOf = (changes: Partial<Typed>) => boundsFault(typed(changes))

it('what holds is typed again as it is, with the language’s own sign', () => {
  const holds = {
    ...{ unit: 'kg', precision: 2, range: { min: -1.5, max: 1000.25 } },
    threshold: { moderate: 10.5, extreme: 12, above: true },
  }
  expect(typedOf(holds, 'fr')).toMatchObject({ min: '-1,5', max: '1000,25', moderate: '10,5', severe: '' })
  expect(typedOf(holds, 'en')).toMatchObject({ min: '-1.5', moderate: '10.5' })
  for (const language of ['fr', 'en'] as const) expect(boundsIn(typedOf(holds, language))).toEqual(holds)
  expect(boundsIn(typedOf(undefined, 'fr'))).toEqual({})
})

it('what holds is never a fault where nobody touched it, however small or large it is', () => {
  for (const [min, max] of [
    [1e-7, 1e21],
    [-1.7976931348623157e308, 5e-324],
    [0.1 + 0.2, 123456789012345.67],
  ] as const)
    for (const language of ['fr', 'en'] as const) {
      const holds = { range: { min, max }, threshold: { severe: -2.5e-9, above: false } }
      const typed = typedOf(holds, language)
      expect(typed.min + typed.max).not.toMatch(/e/i)
      expect([boundsFault(typed), boundsIn(typed)]).toEqual([null, holds])
    }
})

it('numbers are read as people write them, and what is none is said with its field', () => {
  expect(boundsIn(typed({ min: '−1 000,5', max: '2\u202f000' }))).toEqual({
    range: { min: -1000.5, max: 2000 },
  })
  expect(faultOf({ severe: 'douze', max: '1,2,3' })).toEqual({ code: 'number', fields: ['severe', 'max'] })
  for (const precision of ['7', '-1', '1,5'])
    expect(faultOf({ precision })).toEqual({ code: 'places', fields: ['precision'] })
  expect(faultOf({ min: '1' })).toEqual({ code: 'pair', fields: ['max'] })
  expect(faultOf({ min: '2', max: '2' })).toEqual({ code: 'order', fields: ['min', 'max'] })
  expect(faultOf({ moderate: '5', extreme: '4' })).toEqual({ code: 'steps', fields: ['moderate', 'extreme'] })
  expect(faultOf({ moderate: '5', extreme: '4', above: false })).toBeNull()
  expect(faultOf({ precision: '0', min: '0', max: '1' })).toBeNull()
})

it('what is let through here is taken where it is read, and what is not is not', () => {
  const takes = (changes: Partial<Typed>): boolean =>
    v.is(FormulaSchema, { value: 'count(a.b, 1 h)', ...boundsIn(typed(changes)) })
  expect(takes({ unit: 'kg', precision: '1', min: '0', max: '1', moderate: '1', severe: '2' })).toBe(true)
  const wrong: Partial<Typed>[] = [
    { min: '2', max: '2' },
    { moderate: '5', extreme: '4' },
    { precision: '7' },
  ]
  for (const each of wrong) expect([boundsFault(typed(each)) === null, takes(each)]).toEqual([false, false])
})

it('two long titles that begin alike are two names, and either is a name', () => {
  const title = 'Observations de sécurité reçues depuis ce matin par zone'
  const [one, other] = [nameFrom(`${title} nord`), nameFrom(`${title} sud`)]
  expect(one).not.toBe(other)
  for (const each of [one, other]) expect(each).toMatch(/^[a-z0-9-]{1,48}$/)
  expect(nameFrom('Observations reçues')).toBe('observations-recues')
  expect(nameFrom('«…»')).toBe('')
})
