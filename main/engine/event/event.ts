/**
 * A message as it came in, whatever by: where its attributes lie, its body, and its place in its source. A protocol fills
 * one of these again and again, check judges it, and a batch takes what is kept: no object per message.
 */
import type { ProblemCode } from '../../../preload/contract/result.ts'

export type Rejection = { code: ProblemCode; message: string }
export const reject = (code: ProblemCode, message: string): Rejection => ({ code, message })

/** Of an event that our own code could not deal with: nothing of it is known then. */
export const stumbled = reject('internal', 'our own check could not deal with it')

/** CloudEvents attributes: where the value of each lies in `bytes`; `from` equal to `to`: empty or missing. */
export interface Event {
  /** memory that is not ours to keep */
  bytes: Uint8Array
  idFrom: number
  idTo: number
  sourceFrom: number
  sourceTo: number
  typeFrom: number
  typeTo: number
  timeFrom: number
  timeTo: number
  subjectFrom: number
  subjectTo: number
  expiresFrom: number
  expiresTo: number
  markingFrom: number
  markingTo: number
  caveatsFrom: number
  caveatsTo: number
  /** lies in `bytes` or elsewhere, and is not ours to keep either; empty: the entity is ended */
  body: Uint8Array
  /** whom it is about, by the way that it came; '' where that names nobody of its product */
  entity: string
  sequence: number
  /** by the platform, ms since 1970 */
  published: number
  /** here, by the platform's time as this node knows it, ms since 1970 */
  received: number
  /** why its attributes can't be read; null: they can */
  unreadable: Rejection | null
}

const none = new Uint8Array(0)

export const createEvent = (): Event => ({
  bytes: none,
  idFrom: 0,
  idTo: 0,
  sourceFrom: 0,
  sourceTo: 0,
  typeFrom: 0,
  typeTo: 0,
  timeFrom: 0,
  timeTo: 0,
  subjectFrom: 0,
  subjectTo: 0,
  expiresFrom: 0,
  expiresTo: 0,
  markingFrom: 0,
  markingTo: 0,
  caveatsFrom: 0,
  caveatsTo: 0,
  body: none,
  entity: '',
  sequence: 0,
  published: 0,
  received: 0,
  unreadable: null,
})

/** Forgets where the attributes lay. */
export function clearAttributes(event: Event): void {
  event.idFrom = event.idTo = event.sourceFrom = event.sourceTo = event.typeFrom = event.typeTo = 0
  event.timeFrom =
    event.timeTo =
    event.subjectFrom =
    event.subjectTo =
    event.expiresFrom =
    event.expiresTo =
      0
  event.markingFrom = event.markingTo = event.caveatsFrom = event.caveatsTo = 0
}

/** Forgets all of what was in it before. */
export function clearEvent(event: Event): void {
  clearAttributes(event)
  event.body = none
  event.entity = ''
  event.sequence = event.published = event.received = 0
  event.unreadable = null
}

const utf8 = new TextDecoder()

/** An attribute's text; '' where it is missing. */
export const textOf = ({ bytes }: Event, from: number, to: number): string =>
  from === to ? '' : utf8.decode(bytes.subarray(from, to))
