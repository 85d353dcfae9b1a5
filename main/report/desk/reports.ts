/**
 * Syntheses at the desk: drafted by the process that does it, shared as what people share is, merged where two wrote at
 * once, looked at, approved, released and kept.
 */
import * as v from 'valibot'
import type { Author } from '../../../preload/contract/author.ts'
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import { isSamePerson } from '../../../preload/contract/person.ts'
import { canonicalForm, type Synthesis } from '../../../preload/contract/report.ts'
import {
  DraftedSchema,
  type Drafted,
  type ListedReport,
  type ReportPreview,
  type Reports,
  type SavedReport,
} from '../../../preload/contract/reports.ts'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import type { Handlers } from '../../../preload/contract/schema.ts'
import {
  partsOf,
  sharedKey,
  type SaveOutcome,
  type SharedDocument,
  type SharedThing,
  type WaitingSave,
} from '../../../preload/contract/shared.ts'
import type { Recorded } from '../../../preload/contract/trail.ts'
import type { Secret } from '../../identity/secret.ts'
import type { Signer } from '../../identity/signer.ts'
import type { OpenVault } from '../../identity/vault/vault.ts'
import type { StampAuthority } from '../../trail/stamp.ts'
import type { SignedBy } from '../block.ts'
import type { ReportOrder, SetPaper } from '../orders.ts'
import { digestOf } from '../paper.ts'
import { lastNumber, release, type Released } from '../release.ts'
import type { Verdict } from '../verify.ts'
import { checksOf } from './checks.ts'
import { digestOfDraft, documentOf, finalForm, readShared, type Over } from './drafts.ts'
import type { Kept, KeptReports } from './kept.ts'
import { merge } from './merge.ts'
import { refresh } from './refresh.ts'
import { markedWhole } from './sections.ts'

type Asked = Extract<ReportOrder, { order: 'draft' }>['asked']

/** Who has signed in here, and how they prove it once more. */
export interface Entrance {
  /** the folder of the cache, and of what was released */
  cache: string
  by: 'passphrase' | 'pin'
  subject: string
  issuer: string
  until: number
  /** PEM; null: nobody's word counts */
  authority: string | null
  vault(): Promise<Result<OpenVault>>
  /** @param typed erased by the caller. @returns who signs; `end` forgets the key */
  prove(typed: Secret): Promise<Result<{ signer: Signer; chain: readonly string[]; end(): void }>>
}

export interface DeskPolicy {
  node: string
  organisation: string
  scheme: MarkingScheme
  deskCeiling: Rank
  timeZone: string
  timestamp: StampAuthority | null
  fourEyes: readonly string[]
}

export interface DeskParts {
  policy: () => DeskPolicy
  exercise: boolean
  /** null: nobody */
  entrance: () => Entrance | null
  drafting: {
    draft(cache: string, vault: OpenVault, asked: Asked): Promise<Result<Synthesis>>
    set(asked: {
      folder: string
      synthesis: Synthesis
      signed: SignedBy | null
      room: number | null
    }): Promise<Result<SetPaper>>
    verify(asked: {
      file: string
      authorities: string[] | null
      stampAuthorities: string[] | null
      now: number
    }): Promise<Result<Verdict>>
    cancel(): void
  }
  kept: KeptReports
  shared: {
    things(): ReadonlyMap<string, SharedThing>
    saves(): readonly WaitingSave[]
    put(
      key: string,
      said: Pick<SharedDocument, 'marking' | 'title' | 'content'>,
      after: number,
    ): Promise<Result<SaveOutcome>>
    withdraw(id: string): Promise<unknown>
  }
  /** who approved last, by the draft's name */
  approvals: () => ReadonlyMap<string, { digest: string; by: Author; at: number }>
  /** drafts that others have open */
  elsewhere: () => { person: string | null; node: string; reports: readonly string[] }[]
  approve(report: string, digest: string): Result<unknown>
  author: () => Author
  /** whether who sits here may release, by person and function */
  may: () => Result<undefined>
  /** what policy lets be done with what was made */
  exports: () => { print: boolean; files: boolean }
  record(recorded: Recorded): void
  /** these are open here */
  reading(names: string[]): void
  /** `report` of the resources */
  folder: string
  now: () => number
  newId: () => string
  file(kinds: string[]): Promise<string | null>
  save(name: string, bytes: Uint8Array): Promise<Result<boolean>>
  tell: {
    state(state: Reports): void
    changed(changed: { key: string; revision: number; by: { person: string | null; node: string } }): void
    releasing(step: { key: string; step: 'freeze' | 'sign' | 'publish' | 'record' }): void
  }
  /** to the platform, once, under this id */
  deliver(released: Kept, id: string, pdf: Uint8Array): Promise<Result<unknown>>
  /** it is not there yet */
  isDelivering(id: string): boolean
}

const mostVersions = 30
const mostTries = 5
const gone = (key: string): Result<never> => fail('report.unknown', 'there is no such draft', key)

export interface DeskReports {
  handlers: Handlers['reports']
  /** something that people share, who is there, or who signed in is another */
  look(): void
}

export function answerReports(parts: DeskParts): DeskReports {
  const { shared, kept, drafting } = parts
  /** by key and revision: what was read or saved here */
  const versions = new Map<string, Map<number, Drafted>>()
  /** of each key what was saved here, as text: an echo is nobody else's */
  const ours = new Map<string, string[]>()
  const open = new Set<string>()
  const heard = new Map<string, number>()
  let busy = false
  let left = false

  const remember = (key: string, revision: number, draft: Drafted): void => {
    const all = versions.get(key) ?? new Map<number, Drafted>()
    all.set(revision, draft)
    for (const oldest of all.keys()) if (all.size > mostVersions) all.delete(oldest)
    versions.set(key, all)
  }
  const isSeen = ({ rank }: { rank: Rank }): boolean => rank <= parts.policy().deskCeiling
  const thingOf = (key: string): SharedThing | null => {
    const thing = shared.things().get(key)
    return thing !== undefined && isSeen(thing) ? thing : null
  }
  const waitingOf = (key: string): WaitingSave | undefined =>
    shared.saves().findLast((each) => each.key === key && each.state !== 'refused')
  interface Now {
    draft: Drafted
    revision: number
    by: { person: string | null; node: string }
    at: number
    waits: boolean
  }
  /** A draft as it is now: what waits here goes before what is there. */
  function nowOf(key: string): Result<Now> {
    const thing = thingOf(key)
    const waits = waitingOf(key)
    const document = waits?.document ?? thing?.document ?? null
    if (document === null) return gone(key)
    if (rankOf(parts.policy().scheme, document.marking) > parts.policy().deskCeiling) return gone(key)
    const read = readShared(document, key)
    if (!read.ok) return read
    if ('over' in read.value) return fail('report.taken', 'it is over', key)
    const by = { person: document.saved.person, node: document.saved.node }
    const revision = thing?.revision ?? 0
    const at = Math.round(waits?.at ?? thing?.published ?? 0)
    return ok({ draft: read.value.draft, revision, by, at, waits: waits !== undefined })
  }
  const othersOf = (key: string) =>
    parts
      .elsewhere()
      .filter(({ reports }) => reports.includes(partsOf(key).name))
      .map(({ person, node }) => ({ person, node }))

  function mayNot(): Problem | null {
    const entrance = parts.entrance()
    if (entrance === null || !kept.isOpen)
      return { code: 'report.signed-out', message: 'nobody is signed in here' }
    const may = parts.may()
    return may.ok ? null : may.error
  }
  const fourEyes = (): boolean => parts.policy().fourEyes.includes('release-report')

  function overs(): NonNullable<Over['released']>[] {
    return [...shared.things().values()].flatMap(({ key, rank, document }) => {
      if (!key.startsWith('report.') || document === null || !isSeen({ rank })) return []
      const read = readShared(document, key)
      return read.ok && 'over' in read.value ? (read.value.over.released ?? []) : []
    })
  }

  function state(): Reports {
    const entrance = parts.entrance()
    const { scheme, deskCeiling } = parts.policy()
    const isShown = (level: string): boolean => rankOf(scheme, level) <= deskCeiling
    const keys = new Set([
      ...[...shared.things().keys()].filter((key) => key.startsWith('report.')),
      ...shared.saves().flatMap(({ key }) => (key.startsWith('report.') ? [key] : [])),
    ])
    const drafts = [...keys].flatMap((key): ListedReport[] => {
      const now = nowOf(key)
      if (!now.ok) return []
      const { draft, by, at, waits } = now.value
      const { title, template, period, marking, version } = draft.synthesis
      return [
        {
          ...{ key, state: 'draft', number: null, version, title, template, period, marking },
          ...{ by, at, waits, others: othersOf(key), problem: null },
        },
      ]
    })
    const own = kept.all().filter(({ marking }) => isShown(marking.level))
    const released = own.map(({ name, synthesis, marking, by, delivery }): ListedReport => {
      const { number, version, title, template, period } = synthesis
      const waits = delivery !== null && parts.isDelivering(delivery)
      return {
        ...{ key: name, state: 'released', number, version, title, template, period, marking, by },
        ...{ at: synthesis.released ?? 0, waits, others: [], problem: null },
      }
    })
    const names = new Set(own.map(({ name }) => name))
    const elsewhere = overs().flatMap((over): ListedReport[] => {
      const { name, number, version, title, template, period, marking, at } = over
      if (names.has(name)) return []
      return [
        {
          ...{ key: name, state: 'released', number, version, title, template, marking, at, waits: false },
          period: { from: Math.round(period.from), to: Math.round(period.to) },
          ...{ by: { person: null, node: '' }, others: [] },
          problem: { code: 'report.elsewhere', message: 'it was released at another node', subject: name },
        },
      ]
    })
    const reports = [...drafts, ...released, ...elsewhere].sort((a, b) => b.at - a.at).slice(0, 500)
    const { print, files } = parts.exports()
    return {
      mayNot: mayNot(),
      signs:
        entrance === null
          ? null
          : {
              ...{ by: entrance.by, subject: entrance.subject, issuer: entrance.issuer },
              until: Math.round(entrance.until),
            },
      fourEyes: fourEyes(),
      stamped: parts.policy().timestamp !== null,
      ...{ mayExport: files, mayPrint: print, reports },
    }
  }
  const tell = (): void => parts.tell.state(state())
  const tellReading = (): void => parts.reading([...open].map((key) => partsOf(key).name))

  /** What is there has come since `revision`. @returns false: it did not in time */
  async function comes(key: string, revision: number): Promise<boolean> {
    for (let tries = 0; tries < 100; tries++) {
      if ((shared.things().get(key)?.revision ?? 0) > revision) return true
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return false
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
        const theirs = read.value.draft
        if (ours.get(key)?.includes(JSON.stringify(theirs)) !== true) {
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
      ours.set(key, [...(ours.get(key) ?? []), JSON.stringify(draft)].slice(-mostVersions))
      const put = await shared.put(key, documentOf(draft, draft), after)
      if (!put.ok) return put
      const answer = { draft, merged: [...merged], conflicts }
      const outcome = put.value
      if (outcome.outcome === 'confirmed') {
        for (const each of shared.saves())
          if (each.key === key && each.state === 'refused') await shared.withdraw(each.id)
        remember(key, outcome.revision, draft)
        return ok({ ...answer, revision: outcome.revision, waits: false })
      }
      if (outcome.outcome === 'waits') {
        remember(key, after, before ?? draft)
        return ok({ ...answer, revision: after, waits: true })
      }
      if (outcome.outcome === 'refused') return { ok: false, error: outcome.problem }
      for (const each of shared.saves())
        if (each.key === key && each.state === 'refused') await shared.withdraw(each.id)
      if (!(await comes(key, after))) return { ok: false, error: outcome.problem }
    }
    return fail('shared.overtaken', 'others save faster than this node', key)
  }

  async function draftAnew(
    asked: Pick<Asked, 'period' | 'template' | 'language'>,
  ): Promise<Result<Synthesis>> {
    const entrance = parts.entrance()
    if (entrance === null) return fail('report.signed-out', 'nobody is signed in here')
    const until = Math.min(asked.period.to, parts.now())
    if (asked.period.from >= until) return fail('report.undrafted', 'its period has not begun')
    const vault = await entrance.vault()
    if (!vault.ok) return vault
    const { scheme, deskCeiling: ceiling, timeZone, organisation, node } = parts.policy()
    const drafted = await drafting.draft(entrance.cache, vault.value, {
      ...{ template: asked.template, language: asked.language, timeZone, organisation, node },
      ...{ exercise: parts.exercise, scheme, ceiling, period: { from: asked.period.from, to: until } },
    })
    return drafted.ok ? ok({ ...drafted.value, period: asked.period }) : drafted
  }

  /** One at a time: it is drafted, or it is released. */
  async function alone<T>(act: () => Promise<Result<T>>): Promise<Result<T>> {
    if (busy) return fail('report.busy', 'another is under way')
    busy = true
    left = false
    try {
      return await act()
    } finally {
      busy = false
    }
  }

  const secondsOf = (key: string, digest: string, saver: string | null) => {
    const one = parts.approvals().get(partsOf(key).name)
    const { person } = parts.author()
    const second = one?.by.person ?? null
    const isOther = (name: string | null): boolean =>
      second !== null && (name === null || !isSamePerson(second, name))
    if (one === undefined || one.digest !== digest || !isOther(saver)) return { approved: [], counts: 0 }
    const approved = [{ by: { person: one.by.person, node: one.by.node }, at: Math.round(one.at) }]
    return { approved, counts: isOther(person) ? 1 : 0 }
  }
  async function checked(
    key: string,
    now: Now,
    digest: string,
    paper: { pages: number; bytes: number } | null,
  ) {
    const entrance = parts.entrance()
    const here = entrance === null ? 0 : await lastNumber(entrance.cache)
    const seconds = secondsOf(key, digest, now.by.person)
    const checks = checksOf(now.draft, {
      ...{ ceiling: parts.policy().deskCeiling, now: parts.now(), paper },
      lastNumber: Math.max(here, ...overs().map(({ number }) => number)),
      second: { asked: fourEyes(), approved: seconds.counts },
    })
    return { checks, approved: seconds.approved }
  }

  async function releaseNow(
    key: string,
    digest: string,
    secret: Secret,
    publish: boolean,
  ): Promise<Result<{ key: string; number: number; version: number }>> {
    const wrong = mayNot()
    const entrance = parts.entrance()
    if (wrong !== null || entrance === null)
      return wrong === null ? fail('report.signed-out', 'nobody is signed in') : { ok: false, error: wrong }
    const found = nowOf(key)
    if (!found.ok) return found
    const now = found.value
    if (digestOfDraft(now.draft) !== digest)
      return fail('report.changed', 'it is not the text that was shown', key)
    const { checks } = await checked(key, now, digest, null)
    const stop = checks.find((each) => each.state === 'stop')
    if (stop !== undefined) return fail('report.held', 'a check stands against it', stop.check)
    const proven = await entrance.prove(secret)
    if (!proven.ok) return proven
    try {
      // the platform's word on who was first: another who releases the same is told that it is taken
      const claimed = await shared.put(key, documentOf(now.draft, now.draft), now.revision)
      if (!claimed.ok) return claimed
      const { outcome } = claimed.value
      if (outcome === 'overtaken' || outcome === 'refused')
        return fail('report.taken', 'somebody was first', key)
      const { scheme, deskCeiling: ceiling, timestamp: stamp, node } = parts.policy()
      const { previous } = now.draft
      const { person } = parts.author()
      const delivery = publish ? parts.newId() : null
      const released: Result<Released> = await release(finalForm(now.draft), {
        ...{ profile: entrance.cache, signing: proven.value, scheme, ceiling, stamp },
        replaces: previous?.replaces === true ? previous.number : null,
        after: Math.max(0, ...overs().map(({ number }) => number)),
        async set(synthesis, signed) {
          const paper = await drafting.set({ folder: parts.folder, synthesis, signed, room: signed.at })
          return paper.ok ? ok(paper.value.pdf) : paper
        },
        place: ({ synthesis, name, pdf, by: signed }) =>
          kept.keep(
            {
              ...{ format: 'vigie.kept.1', name, synthesis, marking: synthesis.marking, signed, delivery },
              ...{ digest: digestOf(canonicalForm(synthesis)), recipients: now.draft.recipients },
              ...{ by: { person, node }, draft: key },
            },
            pdf,
          ),
        record(recorded) {
          parts.record({ ...recorded, person })
          return ok(true)
        },
        detail: { draft: key, recipients: now.draft.recipients.length, publish },
        step(step) {
          if (left) throw new Error('it was left')
          parts.tell.releasing({ key, step })
        },
      })
      if (!released.ok) return left ? fail('report.cancelled', 'it was left', key) : released
      const { synthesis, name, pdf } = released.value
      const { number, version, title, template, period, marking } = synthesis
      const one = kept.all().find((each) => each.name === name)
      if (number === null || one === undefined) return fail('internal', 'it is not kept', name)
      const over: Over = {
        format: 'vigie.draft.over.1',
        released: {
          ...{ name, number, version, title, template, period, marking, digest: one.digest },
          at: synthesis.released ?? 0,
        },
      }
      const after = claimed.value.outcome === 'confirmed' ? claimed.value.revision : now.revision
      await shared.put(key, documentOf(now.draft, over), after)
      if (delivery !== null) {
        parts.tell.releasing({ key, step: 'publish' })
        const delivered = await parts.deliver(one, delivery, pdf)
        // it is released whatever comes of that: it is told, and the number stays
        if (!delivered.ok) {
          await kept.note({ ...one, delivery: null })
          parts.record({
            ...{ kind: 'refused', subject: name, refused: delivered.error.code },
            detail: { message: delivered.error.message },
          })
        }
      }
      open.delete(key)
      tellReading()
      return ok({ key: name, number, version })
    } finally {
      proven.value.end()
    }
  }

  async function preview(key: string): Promise<Result<ReportPreview>> {
    const found = nowOf(key)
    if (!found.ok) return found
    const digest = digestOfDraft(found.value.draft)
    const synthesis = finalForm(found.value.draft)
    const paper = await drafting.set({ folder: parts.folder, synthesis, signed: null, room: null })
    if (!paper.ok) return paper
    const { pages, pdf } = paper.value
    const judged = await checked(key, found.value, digest, { pages: pages.length, bytes: pdf.length })
    return ok({ digest, pages, bytes: pdf.length, ...judged })
  }

  const keptOf = (name: string): Result<Kept> => {
    const one = kept.all().find((each) => each.name === name)
    const { scheme, deskCeiling } = parts.policy()
    if (one !== undefined && rankOf(scheme, one.marking.level) <= deskCeiling) return ok(one)
    return overs().some((each) => each.name === name)
      ? fail('report.elsewhere', 'it was released at another node', name)
      : gone(name)
  }
  const openNow = (key: string): Result<SavedReport> => {
    const found = nowOf(key)
    if (!found.ok) return found
    const { draft, revision, waits } = found.value
    const there = thingOf(key)?.document
    const read = there && readShared(there, key)
    if (read?.ok === true && 'draft' in read.value) remember(key, revision, read.value.draft)
    if (waits) ours.set(key, [...(ours.get(key) ?? []), JSON.stringify(draft)])
    open.add(key)
    heard.set(key, revision)
    tellReading()
    return ok({ revision, draft, merged: [], conflicts: [], waits })
  }

  const handlers: Handlers['reports'] = {
    state: () => ok(state()),
    begin: (asked) =>
      alone(async () => {
        const drafted = await draftAnew(asked)
        if (!drafted.ok) return drafted
        const { organisation, scheme } = parts.policy()
        const last =
          asked.replaces === null ? kept.all()[0] : kept.all().find(({ name }) => name === asked.replaces)
        if (asked.replaces !== null && last === undefined) return gone(asked.replaces)
        const raised =
          asked.marking === null || !scheme.levels.some(({ id }) => id === asked.marking)
            ? null
            : { level: asked.marking, caveats: [] }
        const { domains } = asked
        const isOut = (domain: string): boolean => domains !== null && !domains.includes(domain)
        const it = drafted.value
        const synthesis = markedWhole(
          {
            ...{ ...it, title: asked.title },
            version: asked.replaces === null ? 1 : (last?.synthesis.version ?? 0) + 1,
            domains: it.domains.filter(({ domain }) => !isOut(domain)),
            figures: it.figures.filter(({ domain }) => !isOut(domain)),
            resources: it.resources.filter(({ domain }) => !isOut(domain)),
          },
          raised,
        )
        const draft: Drafted = {
          ...{ format: 'vigie.draft.1', synthesis, recipients: last?.recipients ?? [], sections: {} },
          previous:
            last === undefined || last.synthesis.number === null || last.synthesis.released === null
              ? null
              : {
                  ...{ number: last.synthesis.number, version: last.synthesis.version, digest: last.digest },
                  ...{ released: last.synthesis.released, replaces: asked.replaces !== null },
                },
          frozen: [],
          struck: it.domains.flatMap(({ domain }) => (isOut(domain) ? [`domain.${domain}`] : [])),
          comments: [],
        }
        const key = sharedKey('report', organisation, `syn-${parts.newId()}`)
        const saved = await save(key, 0, draft)
        if (!saved.ok) return saved
        tell()
        return ok({ key })
      }),
    open: ({ key }) => openNow(key),
    close({ key }) {
      open.delete(key)
      tellReading()
      return ok(undefined)
    },
    save: ({ key, base, draft }) => save(key, base, draft),
    refresh: ({ draft }) =>
      alone(async () => {
        const anew = await draftAnew(draft.synthesis)
        return anew.ok ? ok({ draft: refresh(draft, anew.value) }) : anew
      }),
    preview: ({ key }) => preview(key),
    approve({ key, digest }) {
      const found = nowOf(key)
      if (!found.ok) return found
      const { person } = parts.author()
      if (person === null) return fail('person.wanted', 'nobody sits at this desk')
      const saver = found.value.by.person
      if (saver !== null && isSamePerson(saver, person))
        return fail('report.same-person', 'a second person is another', person)
      if (digestOfDraft(found.value.draft) !== digest)
        return fail('report.changed', 'it is not the text that was shown', key)
      const done = parts.approve(partsOf(key).name, digest)
      return done.ok ? ok(undefined) : done
    },
    // main's composition makes the secret one, and erases it
    release: () => fail('internal', 'it is asked for with its secret alone'),
    cancel() {
      left = true
      drafting.cancel()
      return ok(undefined)
    },
    async pages({ key }) {
      const one = keptOf(key)
      if (!one.ok) return one
      const { synthesis, signed } = one.value
      const paper = await drafting.set({ folder: parts.folder, synthesis, signed, room: null })
      return paper.ok ? ok({ pages: paper.value.pages }) : paper
    },
    async export({ key, as }) {
      if (!parts.exports().files) return fail('report.export-forbidden', 'the policy lets none be made')
      if (as !== 'pdf' && as !== 'json') return fail('report.form-absent', 'it is not written so yet', as)
      if (key.startsWith('report.')) {
        const found = nowOf(key)
        if (!found.ok) return found
        const synthesis = finalForm(found.value.draft)
        if (as === 'json') return parts.save('SYN.json', Buffer.from(`${canonicalForm(synthesis)}\n`))
        const paper = await drafting.set({ folder: parts.folder, synthesis, signed: null, room: null })
        return paper.ok ? parts.save('SYN.pdf', paper.value.pdf) : paper
      }
      const one = keptOf(key)
      if (!one.ok) return one
      if (as === 'json')
        return parts.save(`${key}.json`, Buffer.from(`${canonicalForm(one.value.synthesis)}\n`))
      const pdf = await kept.pdf(key)
      return pdf.ok ? parts.save(`${key}.pdf`, pdf.value) : pdf
    },
    print: () => fail('report.export-forbidden', 'the policy lets none be printed'),
    async discard({ key }) {
      const found = nowOf(key)
      if (!found.ok) return found
      const { draft, revision } = found.value
      const put = await shared.put(
        key,
        documentOf(draft, { format: 'vigie.draft.over.1', released: null }),
        revision,
      )
      if (!put.ok) return put
      if (put.value.outcome === 'overtaken' || put.value.outcome === 'refused')
        return { ok: false, error: put.value.problem }
      open.delete(key)
      tellReading()
      return ok(undefined)
    },
    async verify() {
      const file = await parts.file(['pdf'])
      if (file === null) return ok(null)
      const authority = parts.entrance()?.authority ?? null
      if (authority === null) return fail('report.signed-out', 'nobody’s word counts here yet', file)
      const stamps = parts.policy().timestamp?.authorities ?? null
      const said = await drafting.verify({
        ...{ file, authorities: [authority], now: parts.now() },
        stampAuthorities: stamps === null ? null : [...stamps],
      })
      if (!said.ok) return said
      const { wrong, signer, signedAt, stampedAt } = said.value
      return ok({ file, wrong, signer, signedAt, stampedAt, name: null })
    },
  }
  return {
    handlers: handlers,
    look() {
      for (const key of open) {
        const thing = thingOf(key)
        if (thing?.document == null || thing.revision <= (heard.get(key) ?? 0)) continue
        heard.set(key, thing.revision)
        const read = readShared(thing.document, key)
        const isEcho =
          read.ok &&
          'draft' in read.value &&
          ours.get(key)?.includes(JSON.stringify(read.value.draft)) === true
        if (!isEcho) parts.tell.changed({ key, revision: thing.revision, by: thing.document.saved })
      }
      tell()
    },
    release: (key, digest, secret, publish) => alone(() => releaseNow(key, digest, secret, publish)),
  } as DeskReports & ReleasesReports
}

/** … with what a person typed as a secret. */
export interface ReleasesReports {
  release(
    key: string,
    digest: string,
    secret: Secret,
    publish: boolean,
  ): Promise<Result<{ key: string; number: number; version: number }>>
}
