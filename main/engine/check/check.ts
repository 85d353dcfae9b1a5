/** Rejects what does not fit, resolves the marking, and puts what fits into the product's batch. */
import type { Body } from '../../../preload/contract/event.ts'
import type { MarkingScheme, Rank } from '../../../preload/contract/marking.ts'
import type { Descriptor } from '../../../preload/contract/product.ts'
import { printable } from '../../../preload/contract/text.ts'
import { append, unmarked, type Batch, type Judged } from '../event/batch.ts'
import { clearAttributes, reject, stumbled, textOf, type Event, type Rejection } from '../event/event.ts'
import { clearFacts, createFacts, readFacts } from '../event/facts.ts'
import { eventTypes } from '../event/record.ts'
import { readTime } from '../event/rfc3339.ts'
import { checkBody, mostBytes } from './body.ts'
import type { DataSchema } from './dataschema.ts'

/** What a product's events are held to; made anew when its descriptor changes. */
export interface Rules {
  /** index into `eventTypes` */
  type: number
  /** the levels' names as they come, by rank: a text of every event's marking would be made to be compared once */
  levels: readonly Uint8Array[]
  dataschema: DataSchema | null
}

export function rulesOf(descriptor: Descriptor, scheme: MarkingScheme, dataschema: DataSchema | null): Rules {
  return {
    type: eventTypes.indexOf(`vigie.${descriptor.kind}.v1`),
    levels: scheme.levels.map(({ id }) => new TextEncoder().encode(id)),
    dataschema,
  }
}

/** 2000-01-01: what is older was not set, and not a time */
const earliest = 946_684_800_000
/** 2100-01-01: nor is what comes after it */
const latest = 4_102_444_800_000
/**
 * ms that a sender's clock may be ahead of the platform's. No verdict asks how clocks stand to each other, nor this
 * machine's: any of them may be the wrong one, and a rejection settles its sequence, so the message would be lost for
 * good. What is further ahead is taken to have happened when it was published.
 */
const tolerance = 600_000

const rejections = {
  large: reject('message.too-large', 'the body is larger than 1 MiB'),
  type: reject('message.type-unknown', 'ce-type is none that Vigie knows'),
  kind: reject('message.header-invalid', 'ce-type is not of the product’s kind'),
  time: reject('message.header-invalid', 'ce-time is no RFC 3339 time'),
  old: reject('message.time-implausible', 'ce-time is before 2000'),
  future: reject('message.time-implausible', 'ce-time is after 2100'),
  expires: reject('message.header-invalid', 'ce-expires is no RFC 3339 time'),
  subject: reject('message.header-invalid', 'ce-subject is not the subject’s entity'),
  entity: reject('message.header-invalid', 'the entity has characters that a subject must not have'),
  utf8: reject('message.json-invalid', 'the body is not UTF-8'),
  json: reject('message.json-invalid', 'the body is not JSON'),
}

const typeBytes = eventTypes.map((type) => new TextEncoder().encode(type))

function isSame(bytes: Uint8Array, from: number, to: number, as: Uint8Array): boolean {
  if (as.length !== to - from) return false
  for (let i = 0; i < as.length; i++) if (bytes[from + i] !== as[i]) return false
  return true
}

const isType = ({ bytes, typeFrom, typeTo }: Event, type: number): boolean => {
  const name = typeBytes[type]
  return name !== undefined && isSame(bytes, typeFrom, typeTo, name)
}

/** What it says of itself is what the way that it came says. */
function isEntity({ entity, bytes, subjectFrom, subjectTo }: Event): boolean {
  if (entity.length !== subjectTo - subjectFrom) return false
  for (let i = 0; i < entity.length; i++) if (entity.charCodeAt(i) !== bytes[subjectFrom + i]) return false
  return true
}

/** Printable ASCII without space, so that an entity is one token of an address. */
function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = bytes[i]!
    if (code <= 32 || code > 126) return false
  }
  return true
}

export interface Check {
  /** puts the event into the batch. @returns why it is rejected, or null */
  accept(event: Event, rules: Rules, batch: Batch): Rejection | null
  /** the last one accepted said a time far after its publication: one of two clocks is wrong */
  readonly ahead: boolean
}

/** Of an event that was rejected: what could be read of its id. */
export const idOf = (event: Event): string | null =>
  event.idTo > event.idFrom ? printable(textOf(event, event.idFrom, event.idTo), 200) : null

/** Whom its content may be shown: a rank or `unmarked`; where its marking can't be read, the highest. */
export function rankOfEvent(event: Event, rules: Rules, highest: Rank): Rank {
  if (event.unreadable) return highest
  const { bytes, markingFrom, markingTo } = event
  if (markingTo === markingFrom) return unmarked
  const { levels } = rules
  for (let rank = 0; rank < levels.length; rank++)
    if (isSame(bytes, markingFrom, markingTo, levels[rank]!)) return rank
  return levels.length - 1
}

/** One per engine: it fills the same few objects again for each event. */
export function createCheck(): Check {
  const facts = createFacts()
  const strict = new TextDecoder('utf-8', { fatal: true })
  const judged: Judged = { time: 0, expires: 0, type: 0, rank: 0 }
  let ahead = false

  const judge = (event: Event, rules: Rules, batch: Batch): Rejection | null => {
    const { body } = event
    if (event.unreadable) return event.unreadable
    if (body.length > mostBytes) return rejections.large
    if (!isType(event, rules.type))
      return typeBytes.some((_, type) => isType(event, type)) ? rejections.kind : rejections.type
    const time = readTime(event.bytes, event.timeFrom, event.timeTo)
    if (Number.isNaN(time)) return rejections.time
    if (time < earliest) return rejections.old
    if (time >= latest) return rejections.future
    ahead = time > event.published + tolerance
    let expires = Number.NaN
    if (event.expiresTo > event.expiresFrom) {
      expires = readTime(event.bytes, event.expiresFrom, event.expiresTo)
      if (Number.isNaN(expires)) return rejections.expires
    }
    if (!isEntity(event)) return rejections.subject
    if (!isPlain(event.bytes, event.subjectFrom, event.subjectTo)) return rejections.entity

    if (body.length === 0) clearFacts(facts)
    else {
      let json: string
      try {
        json = strict.decode(body)
      } catch {
        return rejections.utf8
      }
      let value: unknown
      try {
        value = JSON.parse(json)
      } catch {
        return rejections.json
      }
      const unfit = checkBody(rules.type, value)
      if (unfit) return unfit
      if (rules.dataschema) {
        const mismatch = rules.dataschema.check(value, body.length)
        if (mismatch !== null) return reject('message.schema-mismatch', mismatch)
      }
      readFacts(rules.type, value as Body, facts)
    }
    judged.time = ahead ? event.published : time
    judged.expires = expires
    judged.type = rules.type
    judged.rank = rankOfEvent(event, rules, unmarked)
    append(batch, event, judged, facts)
    return null
  }

  return {
    get ahead() {
      return ahead
    },
    /** Out of here an error would end the connection, and the next one too: one event would keep all others away. */
    accept(event, rules, batch) {
      try {
        return judge(event, rules, batch)
      } catch {
        clearAttributes(event)
        return (event.unreadable = stumbled)
      }
    },
  }
}
