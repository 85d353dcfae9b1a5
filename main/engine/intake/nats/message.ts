/** The library's message into an event: the only file in which the one becomes the other. */
import type { Msg, MsgHdrs } from '@nats-io/nats-core'
import { clearAttributes, clearEvent, stumbled, type Event } from '../../event/event.ts'
import { readHeader } from './header.ts'

const none = new Uint8Array(0)

/** @returns nothing where the library stumbles over it: then the message has no headers, and is rejected for that */
function headerBytes(from: Msg): Uint8Array {
  let headers: MsgHdrs | undefined
  try {
    headers = from.headers
  } catch {
    return none
  }
  if (headers === undefined) return none
  const all = headers
  const lines = all.keys().flatMap((key) => all.values(key).map((value) => `${key}: ${value}`))
  return new TextEncoder().encode(`NATS/1.0\r\n${lines.join('\r\n')}\r\n\r\n`)
}

/**
 * The header lies right before the body, in the same memory: the library only makes views of what it read. Where
 * that is not so (yet another version, a subject that is not ASCII), its own decoding is the slow way to the same.
 */
function open(from: Msg & { size?(): number }, prefix: string, event: Event): void {
  const body = from.data
  const { subject } = from
  event.body = body
  if (subject.startsWith(prefix)) event.entity = subject.slice(prefix.length)
  const size = (from.size?.() ?? 0) - subject.length - (from.reply?.length ?? 0) - body.length
  const at = body.byteOffset - size
  // one view of each piece of memory: many messages lie in it
  let { bytes } = event
  if (bytes.buffer !== body.buffer) bytes = new Uint8Array(body.buffer)
  const isBefore = size > 12 && at >= 0 && bytes[at] === 78 && bytes[at + 3] === 83 /* NATS */
  if (!isBefore) bytes = headerBytes(from)
  event.unreadable = isBefore
    ? readHeader(bytes, at, body.byteOffset, event)
    : readHeader(bytes, 0, bytes.length, event)
}

/**
 * Fills `event`. Nothing that a message can be makes it throw: that would end the connection, and the next one too.
 * @param prefix the product's subjects before the entity
 */
export function openMessage(
  from: Msg,
  prefix: string,
  sequence: number,
  published: number,
  received: number,
  event: Event,
): void {
  clearEvent(event)
  event.sequence = sequence
  event.published = published
  event.received = received
  try {
    open(from, prefix, event)
  } catch {
    clearAttributes(event)
    event.unreadable = stumbled
  }
}
