/** What is understood of a line as it stands in its form, and what is still missing before it can be entered. */
import type { As, LineInput } from '../../../../preload/contract/line.ts'
import type { Clock } from '../../../kit/clock.svelte.ts'
import type { Speech } from '../../../speech/speech.ts'
import type { Around } from '../../around.ts'
import { readDue } from './due-time.ts'
import { ownerOf } from './owner.ts'
import { parseLine } from './parse.ts'
import { readTime } from './typed-time.ts'

export type Missing = 'text' | 'time' | 'rationale' | 'owner' | 'due'

export function createEntry(
  desk: Pick<Around, 'choice' | 'reading' | 'state'>,
  { clock, speech, timeZone }: { clock: Clock; speech: Speech; timeZone: () => string },
) {
  const form = desk.choice.line
  const now = () => ({ now: clock.now, timeZone: timeZone() })

  const parsed = $derived(
    parseLine(form.typed, { ...now(), incidents: desk.reading.incidents.map(({ entity }) => entity) }),
  )
  const typedTime = $derived(form.event.trim() === '' ? null : readTime(form.event, now()))
  const unread = $derived(form.event.trim() !== '' && typedTime === null)
  const time = $derived(typedTime ?? parsed.time)
  const severity = $derived(parsed.severity ?? form.severity)
  const refs = $derived([...new Set([...form.refs, ...parsed.refs])])
  const kind = $derived(form.outcome === null ? (parsed.kind ?? form.kind) : 'outcome')
  const { log } = $derived(desk.state)
  const marking = $derived(log.markings.includes(form.marking) ? form.marking : (log.markings.at(-1) ?? ''))
  const due = $derived(form.due.trim() === '' ? null : readDue(form.due, now()))
  const dueUnread = $derived(form.due.trim() !== '' && due === null)
  const owner = $derived(ownerOf(form.owner, desk.state.sitting, speech.words))

  const missing = $derived.by((): Missing | null => {
    if (parsed.text === '') return 'text'
    if (unread) return 'time'
    if (kind === 'decision' && form.rationale.trim() === '') return 'rationale'
    if (kind === 'task' && owner === null) return 'owner'
    const wantsDue = kind === 'task' ? due === null : kind === 'decision' && dueUnread
    return wantsDue ? 'due' : null
  })
  const as = (): As | null => {
    if (kind === 'outcome') return form.outcome && { kind, ...form.outcome }
    if (kind === 'decision') {
      const rejected = form.rejected.split(/[;\n]/).map((each) => each.trim())
      return {
        ...{ kind, rationale: form.rationale, due: due && Math.round(due.at) },
        rejected: rejected.filter((each) => each !== '').slice(0, 20),
      }
    }
    if (kind === 'task')
      return owner === null || due === null ? null : { kind, owner, due: Math.round(due.at) }
    return { kind }
  }

  return {
    get kind() {
      return kind
    },
    get time() {
      return time
    },
    get unread() {
      return unread
    },
    get severity() {
      return severity
    },
    get refs() {
      return refs
    },
    get marking() {
      return marking
    },
    get due() {
      return due
    },
    get dueUnread() {
      return dueUnread
    },
    get owner() {
      return owner
    },
    get missing() {
      return missing
    },
    /** null: something is missing */
    input(): LineInput | null {
      const said = missing === null ? as() : null
      const { from, to, domain, corrects } = form
      return said === null
        ? null
        : {
            ...{ text: parsed.text, event: Math.round(time?.at ?? clock.now), as: said },
            ...{ from, to, severity, marking, corrects, refs: [...refs] },
            domain: domain === '' ? null : domain,
          }
    },
  }
}
export type LineEntry = ReturnType<typeof createEntry>
