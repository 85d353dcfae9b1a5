/** A countdown as its owner tells it, and where it stands at a moment. Times in ms since 1970, lengths in ms. */
import type { Feature } from '../../../preload/contract/event.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import { noteOf } from '../../../preload/contract/note.ts'
import { dueOf, kindOf } from '../../../preload/contract/open-lines.ts'
import { isOver } from '../../../preload/contract/incident.ts'

export interface Countdown {
  name: string
  target: number
  planned: number | null
  /** since when it is held; null: it runs */
  held: number | null
  reason: string
  by: string
  /** no sooner and no later */
  window: readonly [number, number] | null
  done: boolean
  /** what is due and no start of anything */
  due: boolean
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const instant = (value: unknown): number | null => {
  const at = Date.parse(text(value))
  return Number.isNaN(at) ? null : at
}
function windowOf(value: unknown): Countdown['window'] {
  if (!Array.isArray(value) || value.length !== 2) return null
  const [from = null, to = null] = value.map(instant)
  return from !== null && to !== null && from < to ? [from, to] : null
}

/** null: it is none, or tells no time that anybody can read */
export function countdownOf(record: Record): Countdown | null {
  const note = noteOf(record)
  if (note !== null) {
    const target = kindOf(note) === null ? null : dueOf(note)
    if (target === null) return null
    const plain = { planned: null, held: null, reason: '', by: '', window: null }
    return { name: note.text, target, ...plain, done: isOver(note.status), due: true }
  }
  if (record.type !== 'vigie.feature.v1') return null
  const {
    category,
    name = '',
    status,
    target,
    planned,
    held,
    reason,
    by,
    window,
  } = (record.body as Feature).properties
  const at = instant(target)
  if (category !== 'countdown' || at === null) return null
  return {
    ...{ name, target: at, planned: instant(planned), reason: text(reason), by: text(by) },
    held: status === 'held' ? instant(held) : null,
    window: windowOf(window),
    ...{ done: status === 'done', due: false },
  }
}

export interface Stand {
  /** until it is there; below zero: since */
  left: number
  /** how long it has been held; null: it is not */
  hold: number | null
  /** as soon as it can be: every second of a hold is one later */
  earliest: number
  /** what is left of its window after that; null: it has none. Below zero: it is beyond */
  margin: number | null
  /** how much of the window is used up, 0 to 1 */
  share: number
}

export function standAt({ target, held, window }: Countdown, now: number): Stand {
  const hold = held === null ? null : Math.max(0, now - held)
  const earliest = target + (hold ?? 0)
  const margin = window === null ? null : window[1] - earliest
  const share =
    window === null ? 0 : Math.min(1, Math.max(0, (earliest - window[0]) / (window[1] - window[0])))
  return { left: earliest - now, hold, earliest, margin, share }
}

const two = (n: number): string => String(n).padStart(2, '0')
/** `−05:42:10`, `+00:00:12`: before it and after it, as it is called out. A second is over when it is over. */
export function countInWords(left: number): string {
  const before = left > 0
  const seconds = before ? Math.ceil(left / 1000) : Math.floor(-left / 1000)
  return `${before ? '\u2212' : '+'}${lengthInWords(seconds * 1000)}`
}
/** `00:12:08` */
export function lengthInWords(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000)
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
}

/** What has not come yet comes first, the next of it; what is over last. */
export function firstOf(all: readonly Countdown[]): Countdown | null {
  const [first] = [...all].sort((a, b) => Number(a.done) - Number(b.done) || a.target - b.target)
  return first ?? null
}
