/** The line that somebody is about to enter, as far as it is typed: it stays while they look at something else. */
import type { Severity } from '../../../../preload/contract/event.ts'
import { mostRefs, type LineDraft } from '../../../../preload/contract/line.ts'

/** From the least to the worst, as Alt and the arrows walk them. */
export const severitiesAsked: readonly Severity[] = ['Minor', 'Moderate', 'Severe', 'Extreme']

/** What a line begins with that is entered from a context. */
export interface Begun {
  refs: readonly string[]
  corrects: string | null
  /** null: as it was */
  domain?: string | null
  severity?: Severity | null
  kind?: LineDraft['kind']
  rationale?: string
  rejected?: readonly string[]
  owner?: string
  due?: string
  outcome?: LineDraft['outcome']
  /** what the text is, unless somebody has begun another */
  text?: string
}

export class LineForm {
  typed = $state('')
  /** as typed; '': now */
  event = $state('')
  from = $state('')
  to = $state('')
  /** '': none in particular */
  domain = $state('')
  severity = $state<Severity>('Minor')
  /** '': the highest that it may have */
  marking = $state('')
  refs = $state.raw<readonly string[]>([])
  /** the entity of the line that it corrects */
  corrects = $state.raw<string | null>(null)
  kind = $state<LineDraft['kind']>('line')
  rationale = $state('')
  /** with semicolons between */
  rejected = $state('')
  owner = $state('')
  /** as typed; '': none */
  due = $state('')
  /** of which decision or task it tells what became */
  outcome = $state.raw<LineDraft['outcome']>(null)
  /** goes up whenever somebody asks to write: the text takes the focus */
  asked = $state(0)

  get isEmpty(): boolean {
    return (
      [this.typed, this.rationale, this.rejected, this.owner, this.due].every((text) => text.trim() === '') &&
      this.refs.length === 0 &&
      this.corrects === null &&
      this.kind === 'line' &&
      this.outcome === null
    )
  }

  addRef(entity: string): void {
    if (!this.refs.includes(entity) && this.refs.length < mostRefs) this.refs = [...this.refs, entity]
  }
  dropRef(entity: string): void {
    this.refs = this.refs.filter((each) => each !== entity)
  }
  /** From a context: what it is about is known; what was typed already stays. */
  begin(begun: Begun): void {
    const fresh = this.isEmpty
    for (const ref of begun.refs) this.addRef(ref)
    if (begun.corrects !== null) this.corrects = begun.corrects
    if (begun.domain && fresh) this.domain = begun.domain
    if (begun.severity && fresh && severitiesAsked.includes(begun.severity)) this.severity = begun.severity
    if (begun.outcome) this.outcome = begun.outcome
    if (begun.text !== undefined && this.typed.trim() === '') this.typed = begun.text
    if (begun.kind !== undefined && fresh) {
      this.kind = begun.kind
      this.rationale = begun.rationale ?? ''
      this.rejected = (begun.rejected ?? []).join(' ; ')
      this.owner = begun.owner ?? ''
      this.due = begun.due ?? ''
    }
    this.asked++
  }
  /** The next line: from, to, domain and marking are as they were last. */
  clear(): void {
    this.typed = ''
    this.event = ''
    this.severity = 'Minor'
    this.refs = []
    this.corrects = null
    this.kind = 'line'
    this.rationale = ''
    this.rejected = ''
    this.owner = ''
    this.due = ''
    this.outcome = null
  }
  draft(): LineDraft | null {
    const { typed, event, from, to, domain, severity, marking, refs, corrects } = this
    const { kind, rationale, rejected, owner, due, outcome } = this
    return this.isEmpty
      ? null
      : {
          ...{ typed, event, from, to, severity, corrects, refs: [...refs] },
          ...{ kind, rationale, rejected, owner, due, outcome },
          domain: domain === '' ? null : domain,
          marking: marking === '' ? '-' : marking,
        }
  }
  restore({ domain, marking, ...draft }: LineDraft): void {
    Object.assign(this, draft)
    this.domain = domain ?? ''
    this.marking = marking === '-' ? '' : marking
  }
}
