/** What a synthesis is, and what is none. */
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { defaultScheme } from '../../../preload/contract/marking.ts'
import {
  canonicalForm,
  highestOf,
  marked,
  SynthesisSchema,
  type Statement,
  type Synthesis,
} from '../../../preload/contract/report.ts'

const statement: Statement = {
  ...{ key: 'brief', text: 'Rien', severity: 'Minor', marking: { level: 'np', caveats: [] }, sources: [1] },
  ...{ reliability: 'F', confidence: 2, change: 'new' },
}
const synthesis = (more: Partial<Synthesis> = {}): Synthesis => ({
  ...marked({
    ...{ format: 'vigie.synthesis.1', number: null, version: 1, released: null, template: 'situation' },
    ...{ language: 'fr', timeZone: 'Europe/Paris', organisation: 'CNCS', node: 'poste-02', exercise: false },
    ...{ title: 'Point de situation', period: { from: 1000, to: 2000 }, moment: 2000, scheme: defaultScheme },
    brief: [statement],
    ...{ domains: [], events: { shown: [], of: 0 }, figures: [], resources: [], engaged: [], decisions: [] },
    ...{ outlook: [], feeds: [], hidden: 0, leftOut: 0 },
    sources: [
      {
        ...{
          product: 'a.b',
          entity: 'x',
          sequence: 7,
          at: 1500,
          title: 'Source',
          reliability: 'F',
          feed: 'fresh',
        },
        marking: { level: 'np', caveats: [] },
      },
    ],
  }),
  ...more,
})
const isOne = (value: unknown) => v.is(SynthesisSchema, value)

describe('a synthesis', () => {
  it('is one', () => expect(isOne(synthesis())).toBe(true))
  it('is marked as the highest of its parts, what is unknown as the highest there is, caveats together', () => {
    expect(
      highestOf(defaultScheme, [
        { level: 'np', caveats: ['sf'] },
        { level: 'whatever', caveats: ['a'] },
      ]),
    ).toEqual({ level: 'dr', caveats: ['a', 'sf'] })
  })
  it('is never marked lower than a part of it', () => {
    const secret = { ...statement, marking: { level: 'dr', caveats: ['sf'] } }
    const low = { level: 'np', caveats: ['sf'] }
    expect(isOne({ ...synthesis({ brief: [secret] }), marking: low })).toBe(false)
    expect(isOne({ ...synthesis({ brief: [secret] }), marking: { level: 'dr', caveats: [] } })).toBe(false)
    expect(isOne({ ...synthesis({ brief: [secret] }), marking: { level: 'dr', caveats: ['sf'] } })).toBe(true)
    // whoever says a level that the scheme has not hides what it is
    expect(isOne({ ...synthesis(), marking: { level: 'cosmic', caveats: [] } })).toBe(false)
  })
  it('names no source that it does not have', () => {
    expect(isOne(synthesis({ brief: [{ ...statement, sources: [2] }] }))).toBe(false)
    expect(isOne(synthesis({ brief: [{ ...statement, sources: [0] }] }))).toBe(false)
  })
  it('is numbered where it is released, and only there', () => {
    expect(isOne(synthesis({ number: 12 }))).toBe(false)
    expect(isOne(synthesis({ released: 3000 }))).toBe(false)
    expect(isOne(synthesis({ number: 12, released: 3000 }))).toBe(true)
  })
  it('has bounds, and nothing in it that can’t be seen', () => {
    expect(isOne(synthesis({ brief: Array.from({ length: 13 }, () => statement) }))).toBe(false)
    expect(isOne(synthesis({ title: 'a\u202eb' }))).toBe(false)
    expect(isOne(synthesis({ title: 'a\nb' }))).toBe(false)
    expect(isOne(synthesis({ brief: [{ ...statement, text: 'x'.repeat(1001) }] }))).toBe(false)
    expect(isOne({ ...synthesis(), more: 1 })).toBe(false)
    expect(isOne(synthesis({ timeZone: 'Mars/Olympus' }))).toBe(false)
    expect(isOne(synthesis({ period: { from: 2, to: 2 } }))).toBe(false)
  })
  it('has one form, whatever the order in which its fields came', () => {
    const turned = Object.fromEntries(Object.entries(synthesis()).reverse()) as unknown as Synthesis
    expect(canonicalForm(turned)).toBe(canonicalForm(synthesis()))
  })
})
