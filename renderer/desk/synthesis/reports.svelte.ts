import { tick } from 'svelte'
import type { Problem, Result } from '../../../preload/contract/result.ts'
import type { ListedReport, ReportPreview, Reports, Section } from '../../../preload/contract/reports.ts'
import type { Bridge, Payload, Contract } from '../../../preload/contract/schema.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import type { Clock } from '../../kit/clock.svelte.ts'
import type { Hand } from '../../report/edits.ts'
import { sectionsOf } from '../../../preload/contract/draft-sections.ts'
import { itemAt, nextToReview, type At } from '../../report/parts.ts'
import type { ReportDoing } from './doings.ts'
import { createEditing, type Editing } from './editing.svelte.ts'

type ReportsBridge = Bridge<'desk'>['reports']
export type Beginning = Parameters<ReportsBridge['begin']>[0]
export type ReleaseStep = Payload<Contract['reports']['releasing']>['step']
export type Released = { key: string; number: number; version: number }
type VerifyAnswer = Awaited<ReturnType<ReportsBridge['verify']>>
export type Verdict = NonNullable<Extract<VerifyAnswer, { ok: true }>['value']>

/** What goes on and may be left. */
export type Underway = 'drafting' | 'opening' | 'previewing' | 'releasing' | 'refreshing' | 'verifying'

/** The syntheses at this desk: the list, the one that is looked at, and what is under way. */
export interface ReportsStore {
  readonly all: Reports | null
  readonly problem: Problem | null
  /** of the list, what is looked at; null: nothing */
  readonly listed: ListedReport | null
  readonly editing: Editing | null
  /** the pages of one that was released; null: it is not looked at, or they are not there yet */
  readonly pages: readonly string[] | null
  /** the chosen item, and the one that is being written */
  at: At | null
  writing: At | null
  /** a statement that is begun behind this one; its text is nowhere else yet */
  adding: At | null
  /** the next section to be reviewed; null: all are */
  readonly toReview: Section | null
  readonly dialog: 'new' | 'preview' | 'release' | 'discard' | null
  readonly underway: Underway | null
  readonly preview: ReportPreview | null
  /** why the preview or the release did not come about */
  readonly refused: Problem | null
  readonly step: ReleaseStep | null
  readonly released: Released | null
  /** what came of looking at a file, over whatever else is open */
  readonly verdict: Verdict | null
  /** the rank of what is shown of it */
  readonly marking: number
  /** asks main once somebody looks */
  look(): void
  perform(does: ReportDoing): void
  begin(asked: Beginning): Promise<Problem | null>
  open(key: string): Promise<void>
  close(): void
  closeVerdict(): void
  cancel(): void
  approve(): Promise<Problem | null>
  release(secret: string | null, how: { publish: boolean; print: boolean }): Promise<boolean>
  again(): Promise<void>
  /** what is open, for everybody, once a person has said yes */
  discard(): Promise<void>
  exportAs(key: string, as: 'pdf' | 'docx' | 'edxl' | 'json'): Promise<void>
  print(key: string): Promise<void>
  goTo(section: Section): void
  dispose(): void
}

interface Given {
  bridge: Pick<Bridge<'desk'>, 'reports'>
  state: () => DeskState
  clock: Clock
  tell(problem: Problem): void
}

export function createReports({ bridge: { reports: bridge }, state, clock, tell }: Given): ReportsStore {
  let all = $state.raw<Reports | null>(null)
  let problem = $state.raw<Problem | null>(null)
  let key = $state<string | null>(null)
  let editing = $state.raw<Editing | null>(null)
  let pages = $state.raw<readonly string[] | null>(null)
  let at = $state.raw<At | null>(null)
  let writing = $state.raw<At | null>(null)
  let adding = $state.raw<At | null>(null)
  let dialog = $state<ReportsStore['dialog']>(null)
  let underway = $state<Underway | null>(null)
  let preview = $state.raw<ReportPreview | null>(null)
  let refused = $state.raw<Problem | null>(null)
  let step = $state<ReleaseStep | null>(null)
  let released = $state.raw<Released | null>(null)
  let verdict = $state.raw<Verdict | null>(null)
  /** where the round of reviewing is */
  let reviewing = $state<Section | null>(null)
  const toReview = $derived(editing === null ? null : nextToReview(editing.draft, reviewing))
  let stops: (() => void)[] = []
  let looking = false

  const listed = $derived(all?.reports.find((each) => each.key === key) ?? null)
  const marking = $derived.by(() => {
    const level = editing?.draft.synthesis.marking.level ?? (pages === null ? null : listed?.marking.level)
    if (level === null || level === undefined) return 0
    const { levels } = state().node.scheme
    const rank = levels.findIndex(({ id }) => id === level)
    return rank < 0 ? levels.length - 1 : rank
  })
  const hand = (): Hand => ({
    by: { person: state().sitting.person, node: state().node.name },
    at: Math.round(clock.read()),
  })

  function take(next: Reports): void {
    all = next
    problem = null
    // what another desk discarded or released is no draft any more; what this one releases is looked at until it is closed
    const isGone = editing !== null && !next.reports.some((each) => each.key === editing?.key)
    if (!isGone || underway === 'releasing' || released !== null) return
    tell({ code: 'report.taken', message: 'it is over', subject: editing?.draft.synthesis.title ?? '' })
    dialog = null
    leave()
  }
  function leave(): void {
    const left = editing
    editing = null
    pages = null
    at = null
    writing = null
    adding = null
    preview = null
    reviewing = null
    if (left === null) return
    left.dispose()
    void bridge.close({ key: left.key })
  }
  const told = <T>(answer: Result<T>): T | null => {
    if (answer.ok) return answer.value
    tell(answer.error)
    return null
  }

  async function edit(draftKey: string): Promise<void> {
    underway = 'opening'
    const answer = await bridge.open({ key: draftKey })
    underway = null
    if (key !== draftKey) return
    if (!answer.ok) {
      refused = answer.error
      return
    }
    refused = null
    editing = createEditing({
      key: draftKey,
      saved: answer.value,
      save: bridge.save,
      refresh: bridge.refresh,
      open: () => bridge.open({ key: draftKey }),
      hand,
    })
    const { synthesis } = editing.draft
    for (const section of sectionsOf(synthesis)) {
      const [first] = section === 'brief' ? synthesis.brief : []
      if (first !== undefined) at = { section, key: first.key }
    }
  }
  /** what is opened now, for who does the next thing at once */
  let opening: Promise<void> = Promise.resolve()
  function open(next: string): Promise<void> {
    opening = openNow(next)
    return opening
  }
  async function openNow(next: string): Promise<void> {
    if (next === key && (editing !== null || pages !== null)) return
    if (editing !== null && !(await editing.keep())) return
    leave()
    key = next
    refused = null
    const found = all?.reports.find((each) => each.key === next)
    if (found?.state !== 'released') return edit(next)
    underway = 'opening'
    const answer = await bridge.pages({ key: next })
    underway = null
    if (key !== next) return
    if (answer.ok) pages = answer.value.pages
    else refused = answer.error
  }

  async function askAll(): Promise<void> {
    const answer = await bridge.state()
    if (!answer.ok) problem = answer.error
    else if (all === null) take(answer.value)
    // what was looked at last, else the draft on which this node was last
    const draft = all?.reports.find((each) => each.state === 'draft') ?? all?.reports[0]
    if (key === null && draft !== undefined && dialog === null) void open(draft.key)
  }

  async function see(): Promise<void> {
    const of = editing
    if (of === null) return
    preview = null
    refused = null
    released = null
    underway = 'previewing'
    // what is looked at is what is kept
    const kept = await of.keep()
    const answer = kept ? await bridge.preview({ key: of.key }) : null
    underway = null
    if (editing !== of) return
    if (answer === null) refused = of.problem
    else if (answer.ok) preview = answer.value
    else refused = answer.error
  }

  function review(): void {
    if (toReview === null) return
    reviewing = toReview
    goTo(toReview)
  }
  function goTo(section: Section): void {
    const first = editing === null ? undefined : firstOf(section)
    if (first !== undefined) at = { section, key: first }
    void tick().then(() => {
      const found = document.querySelector<HTMLElement>(`[data-section="${section}"]`)
      found?.scrollIntoView({ block: 'nearest' })
      found?.querySelector<HTMLElement>('[data-review], .statement')?.focus()
    })
  }
  const firstOf = (section: Section): string | undefined => {
    const { synthesis } = editing!.draft
    const found = document.querySelector<HTMLElement>(`[data-section="${section}"] .statement`)?.dataset[
      'key'
    ]
    return found !== undefined && itemAt(synthesis, { section, key: found }) !== undefined ? found : undefined
  }

  function perform(does: ReportDoing): void {
    switch (does) {
      case 'new':
        dialog = 'new'
        break
      case 'review':
        review()
        break
      case 'preview':
      case 'release':
        if (editing === null) return
        // from the preview on it is the same text
        if (dialog === 'preview' && does === 'release' && preview !== null) dialog = 'release'
        else if (dialog === null) {
          dialog = does
          void see()
        }
        break
      case 'discard':
        if (editing !== null && dialog === null) dialog = 'discard'
        break
      case 'refresh':
        void refresh()
        break
      case 'undo':
        editing?.undo()
        break
      case 'redo':
        editing?.redo()
        break
      case 'verify':
        void verify()
        break
    }
  }
  async function refresh(): Promise<void> {
    if (editing === null || underway !== null) return
    underway = 'refreshing'
    const wrong = await editing.refresh()
    underway = null
    if (wrong !== null) tell(wrong)
  }
  async function onPaper(of: string): Promise<void> {
    told(await bridge.print({ key: of }))
  }
  async function verify(): Promise<void> {
    if (underway !== null) return
    underway = 'verifying'
    const answer = await bridge.verify()
    underway = null
    const found = told(answer)
    if (found === null) return
    verdict = found
  }

  return {
    get all() {
      return all
    },
    get problem() {
      return problem
    },
    get listed() {
      return listed
    },
    get editing() {
      return editing
    },
    get pages() {
      return pages
    },
    get at() {
      return at
    },
    set at(next) {
      at = next
    },
    get writing() {
      return writing
    },
    set writing(next) {
      writing = next
      if (next === null) editing?.settle()
    },
    get adding() {
      return adding
    },
    set adding(next) {
      adding = next
    },
    get toReview() {
      return toReview
    },
    get dialog() {
      return dialog
    },
    get underway() {
      return underway
    },
    get preview() {
      return preview
    },
    get refused() {
      return refused
    },
    get step() {
      return step
    },
    get released() {
      return released
    },
    get verdict() {
      return verdict
    },
    get marking() {
      return marking
    },
    look() {
      if (looking) return
      looking = true
      stops = [
        bridge.stateChanged(take),
        bridge.changed(({ key: of, revision }) => {
          if (editing?.key !== of) return
          editing.hear(revision)
          // whoever signs waits for the other's word
          if (dialog === 'release' && underway === null && released === null) void see()
        }),
        bridge.approved(({ key: of, digest, approved, second }) => {
          if (editing?.key !== of || preview?.digest !== digest) return
          const checks = preview.checks.map((each) => (each.check === 'second' ? second : each))
          preview = { ...preview, approved, checks }
        }),
        bridge.releasing((now) => {
          if (now.key === editing?.key) step = now.step
        }),
      ]
      void askAll()
    },
    perform,
    async begin(asked) {
      if (underway === 'opening') await opening
      if (underway !== null) return null
      underway = 'drafting'
      const answer = await bridge.begin(asked)
      underway = null
      if (!answer.ok) return answer.error
      dialog = null
      await open(answer.value.key)
      return null
    },
    open,
    close() {
      if (underway === 'releasing') return
      dialog = null
      refused = null
      preview = null
      step = null
      const done = released
      released = null
      if (done === null) return
      leave()
      void open(done.key)
    },
    closeVerdict() {
      verdict = null
    },
    cancel() {
      void bridge.cancel()
    },
    async approve() {
      if (editing === null || preview === null) return null
      const answer = await bridge.approve({ key: editing.key, digest: preview.digest })
      if (!answer.ok) return answer.error
      await see()
      return null
    },
    async release(secret, { publish, print }) {
      const of = editing
      if (of === null || preview === null || underway !== null) return false
      refused = null
      step = 'freeze'
      underway = 'releasing'
      const answer = await bridge.release({ key: of.key, digest: preview.digest, secret, publish })
      underway = null
      if (!answer.ok) {
        refused = answer.error
        return false
      }
      released = answer.value
      step = null
      // whatever comes of the paper, it is released; that none came is told as of any other print
      if (print) void onPaper(answer.value.key)
      return true
    },
    again: see,
    async discard() {
      const of = editing
      dialog = null
      if (of === null || underway !== null) return
      const answer = await bridge.discard({ key: of.key })
      if (!answer.ok) tell(answer.error)
      else if (editing === of) {
        leave()
        key = null
      }
    },
    async exportAs(of, as) {
      told(await bridge.export({ key: of, as }))
    },
    print: onPaper,
    goTo,
    dispose() {
      for (const stop of stops) stop()
      editing?.dispose()
    },
  }
}
