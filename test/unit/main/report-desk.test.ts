/** Two who write at once lose nothing, and what is drafted again leaves alone what people wrote. */
import { describe, expect, it } from 'vitest'
import { checksOf } from '../../../main/report/desk/checks.ts'
import type { DeskPolicy } from '../../../main/report/desk/desk.ts'
import { holdDrafts } from '../../../main/report/desk/held.ts'
import { merge } from '../../../main/report/desk/merge.ts'
import { refresh } from '../../../main/report/desk/refresh.ts'
import { defaultScheme } from '../../../preload/contract/marking.ts'
import type { Statement, Synthesis } from '../../../preload/contract/report.ts'
import type { Drafted } from '../../../preload/contract/reports.ts'
import type { SharedThing } from '../../../preload/contract/shared.ts'

const said = (key: string, text: string, more: Partial<Statement> = {}): Statement => ({
  ...{ key, text, severity: 'Minor', marking: { level: 'np', caveats: [] }, sources: [1] },
  ...{ reliability: 'F', confidence: 2, change: 'new' },
  ...more,
})
const source = (sequence: number): Synthesis['sources'][number] => ({
  ...{
    product: 'security.log',
    entity: 'l-1',
    sequence,
    at: 1,
    title: 'Log',
    reliability: 'F',
    feed: 'fresh',
  },
  marking: { level: 'np', caveats: [] },
})
const synthesis = (more: Partial<Synthesis> = {}): Synthesis => ({
  ...{ format: 'vigie.synthesis.1', number: null, version: 1, released: null, template: 'situation' },
  ...{ language: 'fr', timeZone: 'Europe/Paris', organisation: 'CNCS', node: 'poste-02', exercise: true },
  ...{ title: 'Point de situation', period: { from: 1, to: 100 }, moment: 100, scheme: defaultScheme },
  ...{ marking: { level: 'np', caveats: [] }, brief: [said('brief', 'calm')] },
  domains: [
    {
      ...{ domain: 'security', title: 'Sécurité', severity: 'Minor', before: 'Minor', feed: 'fresh' },
      ...{ unchanged: false, statements: [said('a', 'one'), said('b', 'two')] },
    },
  ],
  ...{ events: { shown: [], of: 0 }, figures: [], resources: [], engaged: [], decisions: [], outlook: [] },
  ...{ feeds: [], hidden: 0, leftOut: 0, sources: [source(1)] },
  ...more,
})
const drafted = (more: Partial<Synthesis> = {}, about: Partial<Drafted> = {}): Drafted => ({
  ...{ format: 'vigie.draft.1', synthesis: synthesis(more), previous: null, recipients: [], sections: {} },
  ...{ frozen: [], struck: [], comments: [], ongoing: false, ...about },
})
const inSecurity = (statements: Statement[]): Partial<Synthesis> => {
  const [first] = synthesis().domains
  return { domains: [{ ...first!, statements }] }
}
const textsOf = ({ synthesis: it }: Drafted): string[] =>
  it.domains[0]?.statements.map(({ text }) => text) ?? []

describe('two who write at once', () => {
  it('both have what each wrote where it was another section', () => {
    const ours = drafted({ brief: [said('brief', 'ours')] })
    const theirs = drafted(inSecurity([said('a', 'theirs'), said('b', 'two')]))
    const both = merge(drafted(), ours, theirs)
    expect(both.merged).toEqual(['domain.security'])
    expect(both.conflicts).toEqual([])
    expect(textsOf(both.draft)).toEqual(['theirs', 'two'])
    expect(both.draft.synthesis.brief[0]?.text).toBe('ours')
  })
  it('keep ours where it was one section, and theirs is told', () => {
    const both = merge(
      drafted(),
      drafted(inSecurity([said('a', 'ours')])),
      drafted(inSecurity([said('a', 'theirs')])),
    )
    expect(both.conflicts).toEqual(['domain.security'])
    expect(textsOf(both.draft)).toEqual(['ours'])
  })
  it('cite what each cites, whatever it is numbered', () => {
    const theirs = drafted({ ...inSecurity([said('a', 'x', { sources: [1] })]), sources: [source(7)] })
    const both = merge(drafted(), drafted({ brief: [said('brief', 'ours')] }), theirs)
    const [one] = both.draft.synthesis.domains[0]?.statements[0]?.sources ?? []
    expect(both.draft.synthesis.sources[(one ?? 0) - 1]?.sequence).toBe(7)
  })
  it('unite what they froze and struck', () => {
    const both = merge(
      drafted(),
      drafted({}, { frozen: ['a'] }),
      drafted({}, { frozen: ['b'], struck: ['c'] }),
    )
    expect(both.draft).toMatchObject({ frozen: ['a', 'b'], struck: ['c'] })
  })
})

describe('drafted again', () => {
  const anew = synthesis(inSecurity([said('a', 'one now'), said('b', 'two now'), said('c', 'three')]))
  it('is as it is known by now where nobody wrote', () => {
    expect(textsOf(refresh(drafted(), anew))).toEqual(['one now', 'two now', 'three'])
  })
  it('leaves what is frozen, struck or a person’s own', () => {
    const own = drafted(
      inSecurity([said('own 1', 'mine', { sources: [] }), said('a', 'kept'), said('b', 'two')]),
      {
        ...{ frozen: ['a'], struck: ['b'] },
      },
    )
    expect(textsOf(refresh(own, anew)).filter((text) => text !== 'three')).toEqual(['mine', 'kept'])
  })
  it('keeps how reliable somebody said that it is', () => {
    const judged = drafted(inSecurity([said('a', 'one', { reliability: 'B', confidence: 3 })]))
    expect(refresh(judged, anew).synthesis.domains[0]?.statements[0]).toMatchObject({
      ...{ text: 'one now', reliability: 'B', confidence: 3 },
    })
  })
  it('never marks one lower than what it is drawn from', () => {
    const high = { ...source(1), marking: { level: 'dr', caveats: [] } }
    const next = refresh(drafted(), { ...anew, sources: [high], marking: { level: 'dr', caveats: [] } })
    expect(next.synthesis.marking.level).toBe('dr')
    expect(next.synthesis.domains[0]?.statements[0]?.marking.level).toBe('dr')
  })
})

describe('a check', () => {
  const known = {
    ...{ scheme: defaultScheme, ceiling: 1, lastNumber: 11, now: 200, paper: null },
    second: { asked: false, approved: 0 },
  }
  const stateOf = (draft: Drafted, name: string, more = {}) =>
    checksOf(draft, { ...known, ...more }).find(({ check }) => check === name)?.state
  it('stops what names a source that is not there, or is marked lower than one', () => {
    expect(stateOf(drafted({ brief: [said('x', 'x', { sources: [9] })] }), 'sources')).toBe('stop')
    const low = drafted({ sources: [{ ...source(1), marking: { level: 'dr', caveats: [] } }] })
    expect(stateOf(low, 'markings')).toBe('stop')
  })
  it('stops what nobody else has read where two are asked for', () => {
    expect(stateOf(drafted(), 'second', { second: { asked: true, approved: 0 } })).toBe('stop')
    expect(stateOf(drafted(), 'second', { second: { asked: true, approved: 1 } })).toBe('sound')
  })
  it('stops what is above this node, whatever the draft’s own scheme calls low', () => {
    const [low, high] = defaultScheme.levels
    const scheme = { ...defaultScheme, levels: [high!, low!] }
    const it = drafted({ scheme, brief: [said('x', 'x', { marking: { level: high!.id, caveats: [] } })] })
    expect(stateOf(it, 'markings', { ceiling: 0 })).toBe('stop')
  })
})

describe('a draft', () => {
  it('that is shared as lower than what is in it is not there for a desk that may not show that', () => {
    const [low, high] = defaultScheme.levels
    const draft = drafted({ marking: { level: high!.id, caveats: [] } })
    const key = 'report.cncs.syn-1'
    const thing: SharedThing = {
      ...{ key, revision: 1, published: 1, rank: 0, wrong: null },
      document: {
        ...{ owner: 'CNCS', version: 1, marking: low!.id, schema: 'vigie.report.v1', title: 'x' },
        ...{ saved: { node: 'poste-02', person: null }, content: draft },
      },
    }
    const at = (deskCeiling: number) =>
      holdDrafts({
        policy: () => ({ scheme: defaultScheme, deskCeiling }) as DeskPolicy,
        shared: {
          things: () => new Map([[key, thing]]),
          saves: () => [],
          put: () => Promise.reject(new Error('nothing is saved')),
          withdraw: () => Promise.resolve(),
        },
        reading: () => undefined,
      }).now(key).ok
    expect([at(0), at(1)]).toEqual([false, true])
  })
})
