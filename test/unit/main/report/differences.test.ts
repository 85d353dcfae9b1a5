/** What a synthesis says of the one before it: by what a statement is about, not by where it stands. */
import { describe, expect, it } from 'vitest'
import { differences, following } from '../../../../main/report/differences.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { canonicalForm, marked, type Statement, type Synthesis } from '../../../../preload/contract/report.ts'

const np = { level: 'np', caveats: [] }
const dr = { level: 'dr', caveats: [] }
const statement = (key: string, text: string, more: Partial<Statement> = {}): Statement => ({
  ...{
    key,
    text,
    severity: 'Moderate',
    marking: np,
    sources: [],
    reliability: 'F',
    confidence: 2,
    change: 'same',
  },
  ...more,
})
const figure = (key: string, now: number, before: number | null = null): Synthesis['figures'][number] => ({
  ...{ key, domain: 'health', title: key, unit: '', precision: 0, before, now, at: 1000, threshold: null },
  ...{ severity: 'Unknown', feed: 'fresh', points: [], marking: np, sources: [] },
})
function synthesis(statements: Statement[], more: Partial<Synthesis> = {}): Synthesis {
  const severity = 'Moderate'
  return marked({
    ...{ format: 'vigie.synthesis.1', number: null, version: 1, released: null, template: 'situation' },
    ...{ language: 'fr', timeZone: 'Europe/Paris', organisation: 'CNCS', node: 'poste-02', exercise: false },
    ...{ title: 'Point', period: { from: 1000, to: 2000 }, moment: 2000, scheme: defaultScheme, brief: [] },
    domains: [
      {
        ...{ domain: 'health', title: 'Santé', severity, before: severity, feed: 'fresh' },
        unchanged: false,
        statements,
      },
    ],
    ...{ events: { shown: [], of: 0 }, figures: [], resources: [], engaged: [], decisions: [], outlook: [] },
    ...{ feeds: [], hidden: 0, leftOut: 0, sources: [] },
    ...more,
  })
}
const released = (it: Synthesis) => ({ ...it, number: 11, released: 3000 })
const by = { digest: 'ab'.repeat(32), replaces: false }
const changesOf = (it: Synthesis) => it.domains[0]?.statements.map(({ change }) => change)

describe('a statement', () => {
  const last = synthesis([statement('a', 'one'), statement('b', 'two'), statement('c', 'three')])
  it('is the same, changed, or new, wherever it stands; what is said no more is told', () => {
    const now = synthesis([statement('d', 'four'), statement('b', 'two!'), statement('a', 'one')])
    const next = following(now, released(last), by)
    expect(changesOf(next)).toEqual(['new', 'changed', 'same'])
    expect(next.follows).toMatchObject({ number: 11, version: 1, gone: [{ key: 'c', text: 'three' }] })
  })

  it('that became worse in the same words changed', () => {
    const now = synthesis([statement('a', 'one', { severity: 'Severe' })])
    expect(changesOf(following(now, released(last), by))).toEqual(['changed'])
  })

  it('that there is nothing to say is no change, and nobody misses it', () => {
    const calm = synthesis([statement('domain health', 'Sans changement depuis 18:00.')])
    expect(differences(calm, last).gone).toEqual([])
    const later = synthesis([statement('domain health', 'Sans changement depuis 19:45.')])
    expect(changesOf(following(later, released(calm), by))).toEqual(['same'])
  })
})

it('a figure is told beside what was read last, not beside when the period began', () => {
  const last = synthesis([], { figures: [figure('beds', 236, 250)] })
  const now = synthesis([], { figures: [figure('beds', 214, 220), figure('new', 3, 2)] })
  expect(following(now, released(last), by).figures.map(({ before }) => before)).toEqual([236, null])
})

it('what was last read of a figure is marked as it was, and so is the figure beside which it stands', () => {
  const last = synthesis([], { figures: [{ ...figure('beds', 236), marking: dr }] })
  const next = following(synthesis([], { figures: [figure('beds', 214)] }), released(last), by)
  expect(next.figures).toMatchObject([{ before: 236, marking: dr }])
  expect(next.marking).toEqual(dr)
})

it('whoever got the last one gets the next, unless somebody says otherwise', () => {
  const last = released(synthesis([], { recipients: ['préfecture de police'] }))
  expect(following(synthesis([]), last, by).recipients).toEqual(['préfecture de police'])
  expect(following(synthesis([], { recipients: ['SAMU'] }), last, by).recipients).toEqual(['SAMU'])
})

it('what is said no more keeps its marking, and the whole is marked as high', () => {
  const last = released(synthesis([statement('secret', 'said', { marking: dr })]))
  const next = following(synthesis([statement('a', 'one')]), last, by)
  expect(next.marking).toEqual(dr)
  expect(() => canonicalForm(next)).not.toThrow()
  expect(() => canonicalForm({ ...next, marking: np })).toThrow('marked lower')
})

it('a second version of a number says that it replaces the first', () => {
  const last = released(synthesis([statement('a', 'one')]))
  const next = following({ ...synthesis([statement('a', 'two')]), version: 2 }, last, {
    ...by,
    replaces: true,
  })
  expect(next.follows).toMatchObject({ number: 11, version: 1, replaces: true })
  expect(changesOf(next)).toEqual(['changed'])
})
