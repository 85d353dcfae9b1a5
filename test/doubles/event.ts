import { createEvent, type Event } from '../../main/engine/event/event.ts'
import { readHeader } from '../../main/engine/intake/nats/header.ts'

export interface Laid {
  /** the header's whole block */
  head: string
  body: Uint8Array
  /** by the way that it came */
  entity: string
  sequence: number
  published: number
  received?: number
}

/** An event as a protocol fills it. */
export function eventOf({ head, body, entity, sequence, published, received = published }: Laid): Event {
  const event = createEvent()
  const bytes = new TextEncoder().encode(head)
  Object.assign(event, { body, entity, sequence, published, received })
  event.unreadable = readHeader(bytes, 0, bytes.length, event)
  return event
}

export const headOf = (lines: readonly string[]): string =>
  `NATS/1.0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
