/** The line that somebody is about to enter, as far as it is typed: it stays while they look at something else. */
import type { Severity } from '../../../../preload/contract/event.ts'
import { mostRefs, type LineDraft } from '../../../../preload/contract/line.ts'

/** From the least to the worst, as Alt and the arrows walk them. */
export const severitiesAsked: readonly Severity[] = ['Minor', 'Moderate', 'Severe', 'Extreme']

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
  /** goes up whenever somebody asks to write: the text takes the focus */
  asked = $state(0)

  get isEmpty(): boolean {
    return this.typed.trim() === '' && this.refs.length === 0 && this.corrects === null
  }

  addRef(entity: string): void {
    if (!this.refs.includes(entity) && this.refs.length < mostRefs) this.refs = [...this.refs, entity]
  }
  dropRef(entity: string): void {
    this.refs = this.refs.filter((each) => each !== entity)
  }
  /** The next line: from, to, domain and marking are as they were last. */
  clear(): void {
    this.typed = ''
    this.event = ''
    this.severity = 'Minor'
    this.refs = []
    this.corrects = null
  }
  draft(): LineDraft | null {
    const { typed, event, from, to, domain, severity, marking, refs, corrects } = this
    return this.isEmpty
      ? null
      : {
          ...{ typed, event, from, to, severity, corrects, refs: [...refs] },
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
