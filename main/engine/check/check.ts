/** Refuses what does not fit, resolves the marking, and puts what fits into the product's batch. */
import type { Body } from '../../../preload/contract/event.ts'
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Descriptor, ProductName } from '../../../preload/contract/product.ts'
import { printable } from '../../../preload/contract/text.ts'
import { append, unmarked, type Arrival, type Batch } from '../batch.ts'
import { eventTypes } from '../cache/segment.ts'
import { checkBody, clearFacts, createFacts, mostBytes, readFacts } from './body.ts'
import type { DataSchema } from './dataschema.ts'
import { createHeader, isPlain, readHeader, readTime, refuse, type Refusal } from './header.ts'

/** What a product's messages are held to; made anew when its descriptor changes. */
export interface Rules {
  product: ProductName
  /** index into `eventTypes` */
  type: number
  /** the subject before the entity */
  prefix: string
  rankOf: (level: string) => Rank
  dataschema: DataSchema | null
}

export function rulesOf(
  product: ProductName,
  descriptor: Descriptor,
  scheme: MarkingScheme,
  dataschema: DataSchema | null,
): Rules {
  return {
    product,
    type: eventTypes.indexOf(`vigie.${descriptor.kind}.v1`),
    prefix: `dp.${product}.`,
    rankOf: (level) => rankOf(scheme, level),
    dataschema,
  }
}

/** A message as the stream gave it; headers and body lie in one piece of memory that is not ours to keep. */
export interface Message {
  subject: string
  bytes: Uint8Array
  headerFrom: number
  headerTo: number
  body: Uint8Array
  sequence: number
  /** by the platform, ms since 1970 */
  published: number
}

/** 2000-01-01: what is older was not set, and not a time */
const earliest = 946_684_800_000
/**
 * ms that a sender's clock may be ahead of the platform's. No verdict asks this machine's clock: a refusal settles
 * its sequence, so where that clock is wrong the message would be lost for good.
 */
const tolerance = 600_000

const refusals = {
  large: refuse('message.too-large', 'the body is larger than 1 MiB'),
  type: refuse('message.type-unknown', 'ce-type is none that Vigie knows'),
  kind: refuse('message.header-invalid', 'ce-type is not of the product’s kind'),
  time: refuse('message.header-invalid', 'ce-time is no RFC 3339 time'),
  old: refuse('message.time-implausible', 'ce-time is before 2000'),
  future: refuse(
    'message.time-implausible',
    'ce-time is more than ten minutes after the message was published',
  ),
  expires: refuse('message.header-invalid', 'ce-expires is no RFC 3339 time'),
  subject: refuse('message.header-invalid', 'ce-subject is not the subject’s entity'),
  entity: refuse('message.header-invalid', 'the entity has characters that a subject must not have'),
  utf8: refuse('message.json-invalid', 'the body is not UTF-8'),
  json: refuse('message.json-invalid', 'the body is not JSON'),
}

export interface Check {
  /** puts the message into the batch. @returns why it is refused, or null */
  accept(message: Message, rules: Rules, batch: Batch): Refusal | null
  /** of the message just refused: what could be read of it */
  id(): string | null
  /** whom its content may be shown: a rank or `unmarked`; where its marking can't be read, the highest */
  rank(rules: Rules, highest: Rank): Rank
}

/** One per engine: it fills the same few objects again for each message. */
export function createCheck(): Check {
  const header = createHeader()
  const facts = createFacts()
  const strict = new TextDecoder('utf-8', { fatal: true })
  const loose = new TextDecoder()
  const arrival: Arrival = { sequence: 0, published: 0, time: 0, expires: 0, type: 0, rank: 0, entity: '' }
  const text = (from: number, to: number): string => loose.decode(header.bytes.subarray(from, to))
  const typeBytes = eventTypes.map((type) => new TextEncoder().encode(type))

  const isType = (type: number): boolean => {
    const bytes = typeBytes[type]
    if (!bytes || bytes.length !== header.typeTo - header.typeFrom) return false
    for (let i = 0; i < bytes.length; i++) if (header.bytes[header.typeFrom + i] !== bytes[i]) return false
    return true
  }

  const isEntity = (subject: string, prefix: string): boolean => {
    const length = header.subjectTo - header.subjectFrom
    if (subject.length !== prefix.length + length || !subject.startsWith(prefix)) return false
    for (let i = 0; i < length; i++)
      if (subject.charCodeAt(prefix.length + i) !== header.bytes[header.subjectFrom + i]) return false
    return true
  }

  let readable = false

  const accept = (message: Message, rules: Rules, batch: Batch): Refusal | null => {
    const { body } = message
    const wrong = readHeader(message.bytes, message.headerFrom, message.headerTo, header)
    readable = wrong === null
    if (wrong) return wrong
    if (body.length > mostBytes) return refusals.large
    if (!isType(rules.type)) return typeBytes.some((_, type) => isType(type)) ? refusals.kind : refusals.type
    const time = readTime(header.bytes, header.timeFrom, header.timeTo)
    if (Number.isNaN(time)) return refusals.time
    if (time < earliest) return refusals.old
    if (time > message.published + tolerance) return refusals.future
    let expires = Number.NaN
    if (header.expiresTo > header.expiresFrom) {
      expires = readTime(header.bytes, header.expiresFrom, header.expiresTo)
      if (Number.isNaN(expires)) return refusals.expires
    }
    if (!isEntity(message.subject, rules.prefix)) return refusals.subject
    if (!isPlain(header.bytes, header.subjectFrom, header.subjectTo)) return refusals.entity

    if (body.length === 0) clearFacts(facts)
    else {
      let json: string
      try {
        json = strict.decode(body)
      } catch {
        return refusals.utf8
      }
      let value: unknown
      try {
        value = JSON.parse(json)
      } catch {
        return refusals.json
      }
      const unfit = checkBody(rules.type, value)
      if (unfit) return unfit
      if (rules.dataschema) {
        const mismatch = rules.dataschema.check(value, body.length)
        if (mismatch !== null) return refuse('message.schema-mismatch', mismatch)
      }
      readFacts(rules.type, value as Body, facts)
    }
    arrival.sequence = message.sequence
    arrival.published = message.published
    arrival.time = time
    arrival.expires = expires
    arrival.type = rules.type
    arrival.rank =
      header.markingTo > header.markingFrom
        ? rules.rankOf(text(header.markingFrom, header.markingTo))
        : unmarked
    arrival.entity = message.subject.slice(rules.prefix.length)
    append(batch, arrival, header, facts, body)
    return null
  }

  return {
    accept,
    id: () => (header.idTo > header.idFrom ? printable(text(header.idFrom, header.idTo), 200) : null),
    rank: (rules, highest) =>
      readable
        ? header.markingTo > header.markingFrom
          ? rules.rankOf(text(header.markingFrom, header.markingTo))
          : unmarked
        : highest,
  }
}
