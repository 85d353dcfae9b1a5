/**
 * Syntheses at the desk: drafted by the process that does it, shared as what people share is, merged where two wrote at
 * once, looked at, approved, released and kept.
 */
import { rankOf } from '../../../preload/contract/marking.ts'
import { isSamePerson } from '../../../preload/contract/person.ts'
import type { Synthesis } from '../../../preload/contract/report.ts'
import type { Drafted, ReportPreview } from '../../../preload/contract/reports.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Handlers } from '../../../preload/contract/schema.ts'
import { partsOf, sharedKey } from '../../../preload/contract/shared.ts'
import { following } from '../differences.ts'
import { endingOf, type Form } from '../export.ts'
import type { Asked, DeskParts } from './desk.ts'
import { digestOfDraft, documentOf, finalForm } from './drafts.ts'
import { gone, holdDrafts } from './held.ts'
import type { Kept } from './kept.ts'
import { listReports, ownReleased } from './list.ts'
import { refresh } from './refresh.ts'
import { check, releaseDraft, settle, type ReleaseAsked, type ReleasedReport } from './releasing.ts'
import { markedWhole } from './sections.ts'

/** ms: a period that ends no longer ago ends now */
const now = 60_000
/** ms after which what could not be handed over is tried once more */
const again = 30_000

export interface DeskReports {
  handlers: Omit<Handlers['reports'], 'release'>
  /** with what a person typed as a secret, which the caller erases */
  release(asked: ReleaseAsked): Promise<Result<ReleasedReport>>
  /** something that people share, who is there, or who signed in is another */
  look(): void
}

/** What goes on from one that was released, as far as it is there. */
type Previous = Kept & { synthesis: Synthesis & { number: number; released: number } }
const wasReleased = (kept: Kept | undefined): kept is Previous =>
  kept !== undefined && kept.synthesis.number !== null && kept.synthesis.released !== null

export function answerReports(parts: DeskParts): DeskReports {
  const { kept, drafting } = parts
  const drafts = holdDrafts(parts)
  let busy = false
  let left = false
  let told = ''
  let approvals = parts.approvals()
  /** by name, when it was last tried to settle one, by the monotonic clock */
  const settling = new Map<string, number>()
  let trying: NodeJS.Timeout | undefined

  /** What was released and is not handed over yet; while there is any, it is tried again by itself. */
  function settleAll(): void {
    clearTimeout(trying)
    const unsettled = kept.all().filter(({ settled }) => !settled)
    if (unsettled.length === 0) return
    trying = setTimeout(settleAll, again)
    trying.unref()
    if (busy) return
    for (const one of unsettled) {
      if (parts.monotonic() < (settling.get(one.name) ?? -Infinity) + again) continue
      settling.set(one.name, parts.monotonic())
      void settle(parts, drafts, one)
    }
  }

  const tell = (): void => {
    const state = listReports(parts, drafts)
    const said = JSON.stringify(state)
    if (said === told) return
    told = said
    parts.tell.state(state)
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

  async function draftAnew(
    asked: Pick<Asked, 'period' | 'template' | 'language'>,
    previous: Previous | undefined,
    replaces: boolean,
  ): Promise<Result<Synthesis>> {
    const signatory = parts.signatory()
    if (signatory === null) return fail('report.signed-out', 'nobody is signed in here')
    const until = Math.min(asked.period.to, parts.now())
    if (asked.period.from >= until) return fail('report.undrafted', 'its period has not begun')
    const vault = await signatory.vault()
    if (!vault.ok) return vault
    const { scheme, deskCeiling: ceiling, timeZone, organisation, node } = parts.policy()
    const drafted = await drafting.draft(signatory.cache, vault.value, {
      ...{ template: asked.template, language: asked.language, timeZone, organisation, node },
      ...{ exercise: parts.exercise, scheme, ceiling, period: { from: asked.period.from, to: until } },
    })
    if (!drafted.ok) return drafted
    const it = { ...drafted.value, period: asked.period }
    return ok(
      previous === undefined ? it : following(it, previous.synthesis, { digest: previous.digest, replaces }),
    )
  }

  async function begin(
    asked: Parameters<DeskReports['handlers']['begin']>[0],
  ): Promise<Result<{ key: string }>> {
    const own = ownReleased(parts)
    const last =
      asked.replaces === null
        ? own.find(({ synthesis: { template } }) => template === asked.template)
        : own.find(({ name }) => name === asked.replaces)
    if (asked.replaces !== null && last === undefined) return gone(asked.replaces)
    const previous = wasReleased(last) ? last : undefined
    const replaces = asked.replaces !== null
    const drafted = await draftAnew(asked, previous, replaces)
    if (!drafted.ok) return drafted
    const { organisation, scheme } = parts.policy()
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
        version: replaces ? (last?.synthesis.version ?? 0) + 1 : 1,
        domains: it.domains.filter(({ domain }) => !isOut(domain)),
        figures: it.figures.filter(({ domain }) => !isOut(domain)),
        resources: it.resources.filter(({ domain }) => !isOut(domain)),
      },
      raised,
    )
    const draft: Drafted = {
      ...{ format: 'vigie.draft.1', synthesis, recipients: last?.recipients ?? [], sections: {} },
      previous:
        previous === undefined
          ? null
          : {
              ...{ number: previous.synthesis.number, version: previous.synthesis.version },
              ...{ digest: previous.digest, released: previous.synthesis.released, replaces },
            },
      frozen: [],
      struck: it.domains.flatMap(({ domain }) => (isOut(domain) ? [`domain.${domain}`] : [])),
      comments: [],
      ongoing: asked.period.to > parts.now() - now,
    }
    const key = sharedKey('report', organisation, `syn-${parts.newId()}`)
    const saved = await drafts.save(key, 0, draft)
    if (!saved.ok) return saved
    tell()
    return ok({ key })
  }

  async function draftAgain(draft: Drafted): Promise<Result<{ draft: Drafted }>> {
    const { synthesis, previous, ongoing } = draft
    const { from, to } = synthesis.period
    const period = { from, to: ongoing ? Math.max(to, parts.now()) : to }
    const found = ownReleased(parts).find(
      ({ synthesis: { number, version } }) => number === previous?.number && version === previous?.version,
    )
    const anew = await draftAnew(
      { period, template: synthesis.template, language: synthesis.language },
      wasReleased(found) ? found : undefined,
      previous?.replaces === true,
    )
    return anew.ok ? ok({ draft: refresh(draft, anew.value) }) : anew
  }

  async function preview(key: string): Promise<Result<ReportPreview>> {
    const found = drafts.now(key)
    if (!found.ok) return found
    const digest = digestOfDraft(found.value.draft)
    const synthesis = finalForm(found.value.draft)
    const paper = await drafting.set({ folder: parts.folder, synthesis, signed: null, room: null })
    if (!paper.ok) return paper
    const { pages, pdf } = paper.value
    const size = { pages: pages.length, bytes: pdf.length }
    const judged = await check(parts, drafts, { key, now: found.value, digest }, size)
    return ok({ digest, pages, bytes: pdf.length, ...judged })
  }

  /** Whoever waits for a second person sees at once that they have read it. */
  async function tellApproved(key: string): Promise<void> {
    const found = drafts.now(key)
    if (!found.ok) return
    const digest = digestOfDraft(found.value.draft)
    const { checks, approved } = await check(parts, drafts, { key, now: found.value, digest }, null)
    const second = checks.find((each) => each.check === 'second')
    if (second !== undefined) parts.tell.approved({ key, digest, approved, second })
  }

  const keptOf = (name: string): Result<Kept> => {
    const one = ownReleased(parts).find((each) => each.name === name)
    if (one !== undefined) return ok(one)
    return drafts.released().some((each) => each.name === name)
      ? fail('report.elsewhere', 'it was released at another node', name)
      : gone(name)
  }
  const pagesOf = async ({ synthesis, signed }: Kept): Promise<Result<string[]>> => {
    const paper = await drafting.set({ folder: parts.folder, synthesis, signed, room: null })
    return paper.ok ? ok(paper.value.pages) : paper
  }
  async function bytesOf({ name, synthesis }: Kept, form: Form): Promise<Result<Uint8Array>> {
    // the one that was signed, and no other
    if (form === 'pdf') return kept.pdf(name)
    const { scheme, deskCeiling: ceiling } = parts.policy()
    return drafting.write({ folder: parts.folder, synthesis, form, scheme, ceiling })
  }
  const nameOf = ({ name, synthesis }: Kept, form: Form): string => {
    const { short } = synthesis.scheme.levels[rankOf(synthesis.scheme, synthesis.marking.level)] ?? {
      short: 'X',
    }
    return `${name}_${short}${endingOf(form)}`.replaceAll(/[^\p{L}\p{N}._-]/gu, '-')
  }
  const mayNot = (what: 'files' | 'print'): Result<never> | null =>
    parts.policy().export[what]
      ? null
      : fail('policy.export-forbidden', 'the policy lets nothing of it leave')

  return {
    handlers: {
      state: () => ok(listReports(parts, drafts)),
      begin: (asked) => alone(() => begin(asked)),
      open: ({ key }) => drafts.open(key),
      close({ key }) {
        drafts.close(key)
        return ok(undefined)
      },
      save: ({ key, base, draft }) => drafts.save(key, base, draft),
      refresh: ({ draft }) => alone(() => draftAgain(draft)),
      preview: ({ key }) => preview(key),
      approve({ key, digest }) {
        const found = drafts.now(key)
        if (!found.ok) return found
        const { person } = parts.author()
        if (person === null) return fail('person.wanted', 'nobody sits at this desk')
        const saver = found.value.by.person
        if (saver === null)
          return fail('person.wanted', 'nobody says who wrote it: it is saved by somebody first')
        if (isSamePerson(saver, person))
          return fail('report.same-person', 'a second person is another', person)
        if (digestOfDraft(found.value.draft) !== digest)
          return fail('report.changed', 'it is not the text that was shown', key)
        const done = parts.approve(partsOf(key).name, digest)
        return done.ok ? ok(undefined) : done
      },
      cancel() {
        left = true
        drafting.cancel()
        return ok(undefined)
      },
      async pages({ key }) {
        const one = keptOf(key)
        if (!one.ok) return one
        const pages = await pagesOf(one.value)
        return pages.ok ? ok({ pages: pages.value }) : pages
      },
      async export({ key, as }) {
        const found = keptOf(key)
        if (!found.ok) return found
        const bytes = mayNot('files') ?? (await bytesOf(found.value, as))
        return bytes.ok ? parts.save(nameOf(found.value, as), bytes.value) : bytes
      },
      async print({ key }) {
        const found = keptOf(key)
        if (!found.ok) return found
        const pages = mayNot('print') ?? (await pagesOf(found.value))
        if (!pages.ok) return pages
        // policy may be another since the pages were set
        return mayNot('print') ?? parts.print(found.value.synthesis.title, pages.value)
      },
      async discard({ key }) {
        const found = drafts.now(key)
        if (!found.ok) return found
        const { draft, revision, taken } = found.value
        if (taken !== null) return fail('report.taken', `${taken} releases it`, key)
        const over = documentOf(draft, { format: 'vigie.draft.over.1', released: null })
        const put = await parts.shared.put(key, over, revision)
        if (!put.ok) return put
        if (put.value.outcome === 'overtaken' || put.value.outcome === 'refused')
          return { ok: false, error: put.value.problem }
        drafts.close(key)
        return ok(undefined)
      },
      async verify() {
        const file = await parts.file(['pdf'])
        if (file === null) return ok(null)
        const authority = parts.signatory()?.authority ?? null
        if (authority === null) return fail('report.signed-out', 'nobody’s word counts here yet', file)
        const stamps = parts.policy().timestamp?.authorities ?? null
        const said = await drafting.verify({
          ...{ file, authorities: [authority], now: parts.now() },
          stampAuthorities: stamps === null ? null : [...stamps],
        })
        if (!said.ok) return said
        const { wrong, signer, signedAt, stampedAt, name } = said.value
        return ok({ file, wrong, signer, signedAt, stampedAt, name })
      },
    },
    release: (asked) => alone(() => releaseDraft(parts, drafts, asked, () => left)),
    look() {
      for (const changed of drafts.heard()) parts.tell.changed(changed)
      if (parts.approvals() !== approvals) {
        approvals = parts.approvals()
        for (const key of drafts.opened()) void tellApproved(key)
      }
      tell()
      settleAll()
    },
  }
}
