/** Two who write at once lose nothing, and what is drafted again leaves alone what people wrote. */
import { describe, expect, it } from 'vitest'
import type { Author } from '../../../preload/contract/author.ts'
import { checksOf } from '../../../main/report/desk/checks.ts'
import type { DeskPolicy } from '../../../main/report/desk/desk.ts'
import { lastHeard } from '../../../main/report/desk/drafts.ts'
import { holdDrafts } from '../../../main/report/desk/held.ts'
import { merge } from '../../../main/report/desk/merge.ts'
import { refresh } from '../../../main/report/desk/refresh.ts'
import { secondOf } from '../../../main/report/desk/second.ts'
import { defaultScheme } from '../../../preload/contract/marking.ts'
import { ownKey, type Statement, type Synthesis } from '../../../preload/contract/report.ts'
import type { Drafted } from '../../../preload/contract/reports.ts'
import { ok } from '../../../preload/contract/result.ts'
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
      inSecurity([said(ownKey('1'), 'mine', { sources: [] }), said('a', 'kept'), said('b', 'two')]),
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

const key = 'report.cncs.syn-1'
const [low, high] = defaultScheme.levels
const thingOf = (content: object, revision = 1): SharedThing => ({
  ...{ key, revision, published: 1, rank: 0, wrong: null },
  document: {
    ...{ owner: 'CNCS', version: 1, marking: low!.id, schema: 'vigie.report.v1', title: 'x' },
    ...{ saved: { node: 'poste-02', person: 'A. Martin' }, content: { ...content } },
  },
})
/** Drafts at poste-07, beside the things that it was told of; what it saves is confirmed. */
function holding(thing: () => SharedThing, deskCeiling = 1) {
  const saved: unknown[] = []
  let at = 0
  const drafts = holdDrafts({
    policy: () => ({ scheme: defaultScheme, deskCeiling, node: 'poste-07' }) as DeskPolicy,
    shared: {
      things: () => new Map([[key, thing()]]),
      saves: () => [],
      put(_key, said) {
        saved.push(said.content)
        return Promise.resolve(ok({ outcome: 'waits', id: 'a', problem: null }))
      },
      ...{ withdraw: () => Promise.resolve(), isKnown: () => true },
    },
    reading: () => undefined,
    monotonic: () => at,
  })
  return { drafts, saved, passes: (ms: number) => void (at += ms) }
}
const minute = 60_000

describe('a draft', () => {
  it('that is shared as lower than what is in it is not there for a desk that may not show that', () => {
    const thing = thingOf(drafted({ marking: { level: high!.id, caveats: [] } }))
    const at = (deskCeiling: number) => holding(() => thing, deskCeiling).drafts.now(key).ok
    expect([at(0), at(1)]).toEqual([false, true])
  })
  it('that another node releases is nobody’s to save over, for as long as that node may need', async () => {
    const claimed = thingOf({ ...drafted(), releasing: { node: 'poste-02' } }, 2)
    const { drafts, saved, passes } = holding(() => claimed)
    expect(await drafts.save(key, 1, drafted())).toMatchObject({ error: { code: 'report.taken' } })
    expect(drafts.now(key)).toMatchObject({ value: { taken: 'poste-02' } })
    passes(4 * minute)
    expect(await drafts.save(key, 1, drafted())).toMatchObject({ error: { code: 'report.taken' } })
    expect(saved).toEqual([])
    passes(2 * minute)
    expect(drafts.now(key)).toMatchObject({ value: { taken: null } })
    expect(await drafts.save(key, 1, drafted())).toMatchObject({ ok: true })
    expect(saved).toHaveLength(1)
  })
  it('that is told over with a time that is none is told as wrong, and nothing beside it', () => {
    const over = (at: number) => ({
      format: 'vigie.draft.over.1',
      released: {
        ...{ name: 'SYN-012-v1', number: 12, version: 1, title: 'x', template: 'situation', at },
        ...{ period: { from: 1, to: 2 }, marking: { level: low!.id, caveats: [] }, digest: 'a'.repeat(64) },
      },
    })
    const told = (at: number) => {
      const { drafts } = holding(() => thingOf(over(at)))
      const now = drafts.now(key)
      return [now.ok ? null : now.error.code, drafts.released().length]
    }
    expect(told(1000)).toEqual(['report.taken', 1])
    expect(told(0.5)).toEqual(['shared.invalid', 0])
    expect(told(-1)).toEqual(['shared.invalid', 0])
  })
})

describe('the next number', () => {
  it('follows what was released elsewhere', () => {
    expect(lastHeard(11, [9, 12, 14])).toBe(14)
    expect(lastHeard(0, [4990, 4991])).toBe(4991)
    expect(lastHeard(0, [])).toBe(0)
  })
  it('is moved by nobody who says one far off', () => {
    expect(lastHeard(11, [12, 999_999])).toBe(12)
    expect(lastHeard(0, [4990, 999_999])).toBe(4990)
  })
})

describe('a second person', () => {
  const counts = (approved: string | null, saver: string | null, sits: string | null): number =>
    secondOf(
      {
        approvals: () =>
          new Map([['syn-1', { digest: 'd', by: { person: approved, node: 'poste-02' } as Author, at: 1 }]]),
        author: () => ({ person: sits }) as Author,
      },
      { key, digest: 'd', saver },
    ).counts
  it('is another than whoever wrote it and whoever releases it', () => {
    expect(counts('B. Morel', 'A. Martin', 'A. Martin')).toBe(1)
    expect(counts('B. Morel', 'B. Morel', 'A. Martin')).toBe(0)
    expect(counts('B. Morel', 'A. Martin', 'B. Morel')).toBe(0)
  })
  it('is not told from nobody', () => {
    expect(counts('B. Morel', null, 'A. Martin')).toBe(0)
    expect(counts('B. Morel', 'A. Martin', null)).toBe(0)
    expect(counts(null, 'A. Martin', 'A. Martin')).toBe(0)
  })
})
