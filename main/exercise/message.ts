import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core'
import type { Body, EventType } from '../../preload/contract/event.ts'
import type { ProductName } from '../../preload/contract/product.ts'

/** A CloudEvents 1.0 event on its way to the platform. Times in ms since 1970 UTC. */
export type Message = {
  product: ProductName
  entity: string
  id: string
  source: string
  type: EventType
  time: number
  expires?: number
  /** level id; none: the product's */
  marking?: string
  caveats?: readonly string[]
  /** null: the entity is ended */
  body: Body | null
}

export type Encoded = { subject: string; headers: MsgHdrs; payload: Uint8Array }

const utf8 = new TextEncoder()
const nothing = new Uint8Array(0)

/** CloudEvents' binary mode in NATS headers (platform.md, "A message"). */
export const encode = (message: Message): Encoded => {
  const head = headers()
  head.set('Nats-Msg-Id', message.id)
  head.set('ce-specversion', '1.0')
  head.set('ce-id', message.id)
  head.set('ce-source', message.source)
  head.set('ce-type', message.type)
  head.set('ce-time', new Date(message.time).toISOString())
  head.set('ce-subject', message.entity)
  if (message.expires !== undefined) head.set('ce-expires', new Date(message.expires).toISOString())
  if (message.marking !== undefined) head.set('ce-marking', message.marking)
  if (message.caveats !== undefined) head.set('ce-caveats', message.caveats.join(','))
  return {
    subject: `dp.${message.product}.${message.entity}`,
    headers: head,
    payload: message.body === null ? nothing : utf8.encode(JSON.stringify(message.body)),
  }
}

/** The same header block as bytes, for the feed: nats.js' own header map costs more than all else of a message. */
const headerBlock = (message: Message): Uint8Array => {
  let block =
    `NATS/1.0\r\nNats-Msg-Id: ${message.id}\r\nce-specversion: 1.0\r\nce-id: ${message.id}\r\n` +
    `ce-source: ${message.source}\r\nce-type: ${message.type}\r\nce-time: ${new Date(message.time).toISOString()}\r\n` +
    `ce-subject: ${message.entity}\r\n`
  if (message.expires !== undefined) block += `ce-expires: ${new Date(message.expires).toISOString()}\r\n`
  if (message.marking !== undefined) block += `ce-marking: ${message.marking}\r\n`
  if (message.caveats !== undefined) block += `ce-caveats: ${message.caveats.join(',')}\r\n`
  return utf8.encode(`${block}\r\n`)
}

/**
 * Core publish: no acknowledgement is awaited; the stream's count is what proves arrival. Ids, sources and
 * entities are the exercise's own and hold no line breaks.
 */
export const publish = (connection: NatsConnection, message: Message): void => {
  const block = headerBlock(message)
  const payload = message.body === null ? nothing : utf8.encode(JSON.stringify(message.body))
  connection.publish(`dp.${message.product}.${message.entity}`, payload, {
    headers: Object.assign(headers(), { encode: () => block }),
  })
}
