/** Drafts as they are held here: what is there, what waits, what was read, and what is saved over it, merged where two wrote. */
import * as v from 'valibot'
import { rankOf, type Rank } from '../../../preload/contract/marking.ts'
import { rankOfReport } from '../../../preload/contract/report.ts'
import { DraftedSchema, type Drafted, type SavedReport } from '../../../preload/contract/reports.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { partsOf, type SharedThing, type WaitingSave } from '../../../preload/contract/shared.ts'
import type { DeskParts } from './desk.ts'
import { documentOf, readShared, type Over } from './drafts.ts'
import { merge } from './merge.ts'
import { markedWhole } from './sections.ts'

const mostVersions = 30
const mostTries = 5
/** ms: a node that said that it releases a draft and was not heard of for longer does not any more */
const claimFor = 5 * 60_000
export const gone = (key: string): Result<never> => fail('report.unknown', 'there is no such draft', key)

export interface DraftNow {
  draft: Drafted
  revision: number
  by: { person: string | null; node: string }
  at: number
  waits: boolean
  /** the other node that releases it now, as far as it said so lately; null: none does */
  taken: string | null
}

export interface HeldDrafts {
  /** keys of all that are known, those that wait too */
  keys(): string[]
  /** as it is now: what waits here goes before what is there */
  now(key: string): Result<DraftNow>
  /** what was said of those that were released, here or elsewhere */
  released(): NonNullable<Over['released']>[]
  /** @param base the revision that it was read at */
  save(key: string, base: number, written: Drafted): Promise<Result<SavedReport>>
  /** from now on it is open here */
  open(key: string): Result<SavedReport>
  /** takes back what was refused of it: nobody is to be asked about it */
  withdrawRefused(key: string): Promise<void>
  close(key: string): void
  /** keys of those that are open here */
  opened(): string[]
  /** those that are open and that somebody else saved since it was last asked */
  heard(): { key: string; revision: number; by: { person: string | null; node: string } }[]
}

export function holdDrafts({
  policy,
  shared,
  reading,
  monotonic,
}: Pick<DeskParts, 'policy' | 'shared' | 'reading' | 'monotonic'>): HeldDrafts {
  /** by key and revision: what was read or saved here */
  const versions = new Map<string, Map<number, Drafted>>()
  /** of each key what was saved here, as text: an echo is nobody else's */
  const ours = new Map<string, string[]>()
  /** by key, the revision that was heard of last */
  const open = new Map<string, number>()
  /** by key, the revision with a claim, and when this process heard of it first: nobody's clock but its own says how long */
  const claims = new Map<string, { revision: number; since: number }>()

  const remember = (key: string, revision: number, draft: Drafted): void => {
    const all = versions.get(key) ?? new Map<number, Drafted>()
    all.set(revision, draft)
    for (const oldest of all.keys()) if (all.size > mostVersions) all.delete(oldest)
    versions.set(key, all)
  }
  const isOurs = (key: string, draft: Drafted): boolean =>
    ours.get(key)?.includes(JSON.stringify(draft)) === true
  const makeOurs = (key: string, draft: Drafted): void =>
    void ours.set(key, [...(ours.get(key) ?? []), JSON.stringify(draft)].slice(-mostVersions))

  const isSeen = ({ rank }: { rank: Rank }): boolean => rank <= policy().deskCeiling
  const isReport = (key: string): boolean => key.startsWith('report.')
  const thingOf = (key: string): SharedThing | null => {
    const thing = shared.things().get(key)
    return thing !== undefined && isSeen(thing) ? thing : null
  }
  const waitingOf = (key: string): WaitingSave | undefined =>
    shared.saves().findLast((each) => each.key === key && each.state !== 'refused')

  function takenBy(key: string, revision: number, releasing: string | null): string | null {
    if (releasing === null || releasing === policy().node) return null
    const known = claims.get(key)
    const claim = known?.revision === revision ? known : { revision, since: monotonic() }
    claims.set(key, claim)
    return monotonic() - claim.since < claimFor ? releasing : null
  }

  function now(key: string): Result<DraftNow> {
    const thing = thingOf(key)
    const waits = waitingOf(key)
    const document = waits?.document ?? thing?.document ?? null
    const { scheme, deskCeiling } = policy()
    if (document === null || rankOf(scheme, document.marking) > deskCeiling) return gone(key)
    const read = readShared(document, key)
    if (!read.ok) return read
    if ('over' in read.value) return fail('report.taken', 'it is over', key)
    // whatever its author says that it is as a thing that people share: nothing above this desk is in it
    if (rankOfReport(scheme, read.value.draft.synthesis) > deskCeiling) return gone(key)
    const by = { person: document.saved.person, node: document.saved.node }
    const at = Math.round(waits?.at ?? thing?.published ?? 0)
    const revision = thing?.revision ?? 0
    const taken = takenBy(key, revision, read.value.releasing)
    return ok({ draft: read.value.draft, revision, by, at, waits: waits !== undefined, taken })
  }

  /** What is there has come since `revision`. @returns false: it did not in time */
  async function comes(key: string, revision: number): Promise<boolean> {
    for (let tries = 0; tries < 100; tries++) {
      if ((shared.things().get(key)?.revision ?? 0) > revision) return true
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return false
  }
  async function withdrawRefused(key: string): Promise<void> {
    for (const each of shared.saves())
      if (each.key === key && each.state === 'refused') await shared.withdraw(each.id)
  }

  async function save(key: string, base: number, written: Drafted): Promise<Result<SavedReport>> {
    let draft: Drafted = { ...written, synthesis: markedWhole(written.synthesis) }
    let after = base
    let before = versions.get(key)?.get(base) ?? null
    const merged = new Set<SavedReport['merged'][number]>()
    const conflicts: SavedReport['conflicts'] = []
    for (let tries = 0; tries < mostTries; tries++) {
      const thing = thingOf(key)
      if (thing === null && shared.things().has(key)) return gone(key)
      if (thing !== null && thing.document !== null && thing.revision > after) {
        const read = readShared(thing.document, key)
        if (!read.ok) return read
        if ('over' in read.value) return fail('report.taken', 'it is over', key)
        // what is written over a claim would take it away, and another could release it too
        const taken = takenBy(key, thing.revision, read.value.releasing)
        if (taken !== null) return fail('report.taken', `${taken} releases it`, key)
        const theirs = read.value.draft
        if (!isOurs(key, theirs)) {
          const both = merge(before, draft, theirs)
          draft = both.draft
          for (const section of both.merged) merged.add(section)
          for (const section of both.conflicts)
            conflicts.push({ section, by: thing.document.saved, draft: theirs })
        }
        before = theirs
        after = thing.revision
      }
      const fits = v.safeParse(DraftedSchema, draft)
      if (!fits.success) return fail('report.invalid', fits.issues[0].message, key)
      draft = fits.output
      makeOurs(key, draft)
      const put = await shared.put(key, documentOf(draft, draft), after)
      if (!put.ok) return put
      const answer = { draft, merged: [...merged], conflicts }
      const outcome = put.value
      if (outcome.outcome === 'confirmed') {
        await withdrawRefused(key)
        remember(key, outcome.revision, draft)
        // whoever saved it finds it: what is there is told a moment after it is confirmed
        await comes(key, outcome.revision - 1)
        return ok({ ...answer, revision: outcome.revision, waits: false })
      }
      if (outcome.outcome === 'waits') {
        remember(key, after, before ?? draft)
        return ok({ ...answer, revision: after, waits: true })
      }
      if (outcome.outcome === 'refused') return { ok: false, error: outcome.problem }
      await withdrawRefused(key)
      if (!(await comes(key, after))) return { ok: false, error: outcome.problem }
    }
    return fail('shared.overtaken', 'others save faster than this node', key)
  }
  const tellReading = (): void => reading([...open.keys()].map((key) => partsOf(key).name))

  return {
    now,
    save,
    withdrawRefused,
    keys: () => [
      ...new Set([
        ...[...shared.things().keys()].filter(isReport),
        ...shared.saves().flatMap(({ key }) => (isReport(key) ? [key] : [])),
      ]),
    ],
    released: () =>
      [...shared.things().values()].flatMap(({ key, rank, document }) => {
        if (!isReport(key) || document === null || !isSeen({ rank })) return []
        const read = readShared(document, key)
        const over = read.ok && 'over' in read.value ? read.value.over.released : null
        const { scheme, deskCeiling } = policy()
        return over !== null && rankOf(scheme, over.marking.level) <= deskCeiling ? over : []
      }),
    open(key) {
      const found = now(key)
      if (!found.ok) return found
      const { draft, revision, waits } = found.value
      const there = thingOf(key)?.document
      const read = there && readShared(there, key)
      if (read?.ok === true && 'draft' in read.value) remember(key, revision, read.value.draft)
      if (waits) makeOurs(key, draft)
      open.set(key, revision)
      tellReading()
      return ok({ revision, draft, merged: [], conflicts: [], waits })
    },
    close(key) {
      if (open.delete(key)) tellReading()
    },
    opened: () => [...open.keys()],
    heard: () =>
      [...open].flatMap(([key, last]) => {
        const thing = thingOf(key)
        if (thing === null || thing.document === null || thing.revision <= last) return []
        open.set(key, thing.revision)
        const read = readShared(thing.document, key)
        const isEcho = read.ok && 'draft' in read.value && isOurs(key, read.value.draft)
        return isEcho ? [] : [{ key, revision: thing.revision, by: thing.document.saved }]
      }),
  }
}
