/**
 * Sends what waits in the outbox, so that it counts once and, per entity, in the order in which it was done: of one entity
 * the next goes only when the one before has come back, or is refused. What is not told per entity (lines of the log) goes
 * in one such row.
 *
 * What was tried before may be there already. It is sent again only once the feed has all that the platform has, and then
 * on the condition that the entity's last event is the one that this node knows: a server forgets ids after a while.
 */
import type { Problem, Result } from '../../../preload/contract/result.ts'
import type { Entry, Outbox } from '../cache/outbox.ts'
import { tokenOfEntity, type Feed } from './together.ts'

export interface ToSend {
  id: string
  entity: string
  body: string
  /** ms since 1970 */
  at: number
  /** ms since 1970; null: it is of use for as long as it takes */
  expires: number | null
  /** as `Publication` has it */
  expected: number | null
}

export type Send = (one: ToSend) => Promise<Result<{ sequence: number }>>

export interface SendingOptions {
  kept: Outbox
  feed: () => Feed
  send: Send
  /** what has to be there before it is sent; until it is, nobody has it, and it may be withdrawn */
  before?: ((entry: Entry) => Promise<Result<null>>) | undefined
  /**
   * the events of an entity that are kept here, the newest first; false: enough
   * @param counts it is an act that somebody could have to know of
   */
  history: (entity: string, each: (id: string, sequence: number, counts: boolean) => boolean) => Promise<void>
  /** this sequence was read and is durable, whatever it was */
  settled: (sequence: number) => boolean
  /** ms, monotonic */
  monotonic: () => number
  /** 0 up to 1 */
  random: () => number
  /** what is told of the outbox is another */
  changed: () => void
  /** the platform took something about this, or refuses to */
  judged: (token: string, taken: boolean) => void
  /** the disk does not take it */
  unwritable: (error: unknown) => void
  /** what goes one behind the other; absent: each entity's own */
  row?: ((entry: Entry) => string) | undefined
}

/** What no platform says, and another try would not change. */
const final: readonly Problem['code'][] = ['line.above', 'line.invalid', 'delivery.above', 'document.taken']

export interface Sending {
  /** looks what can be sent now */
  look(): void
  /** another reading of the feed begins: what was confirmed before says nothing of what is there */
  begins(): void
  /** why it still waits; null: nothing is wrong */
  troubleOf(entry: Entry): Problem | null
  dispose(): Promise<void>
}

/** Under way at once: after a long cut many entities have something to say. */
const sideBySide = 32
const firstRetry = 500
const longestRetry = 15_000
/** ms that the feed has to bring what the platform says is there and this node has not heard of */
const patience = 10_000

/** The platform did not take it on its condition. */
interface Doubt {
  since: number
  /** what the condition was then by what is known here, and what was sent */
  known: number | null
  sent: number | null
  /** the entity's last sequence as the platform has it; null: it does not say */
  last: number | null
}

/** A server says of a condition that does not hold which would. */
const lastIn = ({ message }: Problem): number | null => {
  const said = /wrong last sequence: (\d{1,15})$/.exec(message)?.[1]
  return said === undefined ? null : Number(said)
}

interface Condition {
  known: number | null
  /** what the entity's last sequence must be; null: any */
  expected: number | null
}

const invalid = (entry: Entry, sequence: number): Problem => ({
  code: 'act.invalid',
  message: `the platform has it as ${sequence}, and it can't be read there`,
  subject: entry.address,
})

export function createSending(options: SendingOptions): Sending {
  const { kept, feed, monotonic, row = ({ address }) => address } = options
  const sending = new Map<Entry, Promise<void>>()
  /** in this reading of the feed: each comes back, or the feed ends */
  const confirmed = new Map<Entry, number>()
  const doubts = new Map<Entry, Doubt>()
  const troubles = new Map<Entry, Problem>()
  let reading = 0
  let failures = 0
  let again = -Infinity
  let timer: NodeJS.Timeout | null = null
  let disposed = false

  const lookAfter = (ms: number): void => {
    if (disposed) return
    if (timer) clearTimeout(timer)
    timer = setTimeout(look, ms)
  }

  const refuse = async (entry: Entry, problem: Problem): Promise<void> => {
    confirmed.delete(entry)
    doubts.delete(entry)
    troubles.delete(entry)
    await kept.refused(entry, problem)
    options.changed()
  }

  const overtaken = (entry: Entry, message: string): Problem => ({
    code: 'act.overtaken',
    message,
    subject: entry.address,
  })

  /** @returns what the entity's last event is here, or why it can't be sent: its author did not know what came before */
  const knownOf = async (entry: Entry): Promise<number | Problem | null> => {
    if (!entry.guarded && !entry.tried) return null
    const after = entry.after ?? 0
    const since: { id: string; sequence: number }[] = []
    let last = 0
    await options.history(entry.address, (id, sequence, counts) => {
      if (last === 0) last = sequence
      if (entry.guarded && sequence <= after) return false
      // what no node can follow is nothing that its author had to know
      if (counts) since.push({ id, sequence })
      return entry.guarded
    })
    if (!entry.guarded) return last
    // what this node did before is nothing that its author did not know
    const own = await kept.isOwn(since.map(({ id }) => id))
    const other = since.find(({ id }) => !own.has(id))
    if (other) return overtaken(entry, `another act on it came before, as ${other.sequence}`)
    return Math.max(after, last)
  }

  /** @returns null: not yet */
  const conditionOf = async (entry: Entry): Promise<Condition | Problem | null> => {
    const doubt = doubts.get(entry)
    // looked at first: what is known then is known of all up to there
    const isRead = doubt !== undefined && doubt.last !== null && options.settled(doubt.last)
    const known = await knownOf(entry)
    if (known !== null && typeof known === 'object') return known
    // what it has there was rejected here, so nobody had to know of it
    if (isRead && doubt.last! > Math.max(known ?? 0, doubt.sent ?? 0)) return { known, expected: doubt.last }
    if (doubt === undefined || doubt.known !== known) return { known, expected: known }
    const left = doubt.since + patience - monotonic()
    if (left > 0) {
      lookAfter(left)
      return null
    }
    // nothing came that would explain it: the entity's last event has left the platform
    if (!entry.guarded) return { known, expected: null }
    if (doubt.sent !== 0) return { known, expected: 0 }
    return overtaken(entry, 'something was done about it that this node has not heard of')
  }

  const failed = (entry: Entry, problem: Problem): void => {
    troubles.set(entry, problem)
    failures++
    const wait = Math.min(longestRetry, firstRetry * 2 ** Math.min(failures - 1, 10))
    again = monotonic() + wait * (0.5 + options.random() / 2)
    lookAfter(again - monotonic())
  }

  const taken = async (entry: Entry, sequence: number, of: number): Promise<void> => {
    failures = 0
    doubts.delete(entry)
    troubles.delete(entry)
    if (!kept.has(entry)) return
    if (of === reading) confirmed.set(entry, sequence)
    await kept.confirmed(entry, sequence)
  }

  const isOver = (entry: Entry, of: number): boolean => disposed || !kept.has(entry) || of !== reading

  /** @returns whether something else may be done now */
  const sendOne = async (entry: Entry): Promise<boolean> => {
    const of = reading
    const first = (await options.before?.(entry)) ?? null
    if (first !== null && isOver(entry, of)) return true
    if (first?.ok === false) {
      const isFinal = first.error.code === 'act.refused' || final.includes(first.error.code)
      if (isFinal) await refuse(entry, first.error)
      else failed(entry, first.error)
      return true
    }
    const condition = await conditionOf(entry)
    if (condition === null || disposed || !kept.has(entry)) return false
    if ('code' in condition) {
      await refuse(entry, condition)
      return true
    }
    await kept.trying(entry)
    if (isOver(entry, of)) return true
    options.changed()
    const { id, address, body, at } = entry
    const { known, expected } = condition
    const result = await options.send({ id, entity: address, body, at, expires: null, expected })
    const token = tokenOfEntity(address)
    if (result.ok) {
      options.judged(token, true)
      await taken(entry, result.value.sequence, of)
    } else if (!kept.has(entry)) {
      // it has come back, whatever was said
    } else if (result.error.code === 'act.refused') {
      options.judged(token, false)
      await refuse(entry, result.error)
    } else if (final.includes(result.error.code)) {
      await refuse(entry, result.error)
    } else if (result.error.code === 'act.overtaken') {
      doubts.set(entry, { since: monotonic(), known, sent: expected, last: lastIn(result.error) })
    } else failed(entry, result.error)
    return true
  }

  const begin = (entry: Entry): void => {
    const under = sendOne(entry)
      .catch((error: unknown) => {
        options.unwritable(error)
        failed(entry, { code: 'cache.unwritable', message: String(error), subject: entry.address })
        return true
      })
      .then((goOn) => {
        sending.delete(entry)
        if (!goOn) return
        options.changed()
        look()
      })
    sending.set(entry, under)
  }

  const forget = (): void => {
    for (const each of [confirmed, doubts, troubles])
      for (const entry of each.keys()) if (!kept.has(entry)) each.delete(entry)
  }

  function look(): void {
    if (disposed) return
    forget()
    const { listed, listedNow, refused, live, follows, whole } = feed()
    if (listed !== true || !listedNow || refused || !live || monotonic() < again) return
    for (const [entry, sequence] of confirmed)
      if (entry.problem === null && options.settled(sequence))
        refuse(entry, invalid(entry, sequence)).catch(options.unwritable)
    const rows = new Set<string>()
    for (const entry of kept.entries) {
      if (sending.size >= sideBySide) return
      if (entry.problem !== null || rows.has(row(entry))) continue
      rows.add(row(entry))
      if (sending.has(entry) || confirmed.has(entry)) continue
      if ((entry.tried || entry.guarded) && !(follows && whole)) continue
      begin(entry)
    }
  }

  return {
    look,
    begins() {
      reading++
      confirmed.clear()
      doubts.clear()
      troubles.clear()
      failures = 0
      again = -Infinity
    },
    troubleOf: (entry) => troubles.get(entry) ?? null,
    async dispose() {
      disposed = true
      if (timer) clearTimeout(timer)
      await Promise.all(sending.values())
    },
  }
}
