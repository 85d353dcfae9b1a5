/**
 * What is done at this node goes out, and what was done anywhere comes back: the one place where the engine knows of
 * acts. Whoever orders says an act once; from then on it is in the outbox, on the platform, or refused with words.
 */
import {
  outboxStateOf,
  type OutboxEntry,
  type Outgoing,
  type SettledAct,
  type Togetherness,
} from '../../../preload/contract/outbox.ts'
import type { ActBody } from '../../../preload/contract/event.ts'
import { fail, type Problem } from '../../../preload/contract/result.ts'
import type { Entry } from '../cache/outbox.ts'
import type { Batch } from '../event/batch.ts'
import { readId, recordSequence, viewOf } from '../event/record.ts'
import type { Table } from '../picture/table.ts'
import { isCounting } from './counting.ts'
import { actOf, createInForce, mostActBytes, type InForceOptions } from './in-force.ts'
import { createSending, type SendingOptions } from './sending.ts'
import { togetherOf, tokenOfEntity, tokens } from './together.ts'

/** What is told of acts, to whoever folds them. */
export interface Told {
  /** in order; whoever hears it has heard of the outbox before that it is in, or of the act that it has become */
  kept(id: string): void
  notKept(id: string, problem: Problem): void
  outbox(entries: OutboxEntry[], full: boolean): void
  /** @param anew what was told before is of another beginning of the log, or these are the first */
  acts(acts: readonly SettledAct[], anew: boolean): void
  together(together: Togetherness, refused: string[]): void
}

export interface ActsOptions
  extends
    Pick<SendingOptions, 'kept' | 'feed' | 'send' | 'settled' | 'monotonic' | 'random' | 'unwritable'>,
    Pick<InForceOptions, 'history' | 'here' | 'lasting'> {
  /** the picture of the product */
  table: () => Table | undefined
  /** ms since 1970, by the platform as this node knows it */
  now: () => number
  told: Told
}

export interface Acts {
  /** tells what there is */
  begin(): void
  act(outgoing: Outgoing): void
  withdraw(id: string): void
  /** its events, durable and in the picture; null: of its history */
  committed(batch: Batch | null): void
  /** the feed is in another state than when it was looked at last */
  changed(): void
  /** these rights were tried, and those are missing */
  tried(entities: readonly string[], mayNot: readonly string[]): void
  /** another reading of it begins: another connection, or the same stream once more */
  reads(): void
  /** what the picture had of it is gone, or was read anew. @param anew its log began anew */
  remade(anew: boolean): void
  dispose(): Promise<void>
}

/** ms between two tellings of the outbox; the more there is, the more seldom */
const tellEvery = 50

const earliest = 946_684_800_000
const latest = 4_102_444_800_000

export function createActs(options: ActsOptions): Acts {
  const { kept, feed, told, now } = options
  const refused = new Set<string>()
  let taken = false
  let said = ''
  let timer: NodeJS.Timeout | null = null
  let toldAt = -Infinity
  /** to be told behind the outbox that they are in */
  let answers: (() => void)[] = []
  let disposed = false
  /** as they were told; those that came back are not in the same list any more */
  let seen: readonly Entry[] = []
  /** with the disk */
  const writing = new Set<Promise<void>>()

  const inForce = createInForce({
    ...options,
    told(acts, anew) {
      if (!disposed) told.acts(acts, anew)
    },
  })
  /** Nothing is known of what is missing: an act before it may be long out of force. */
  const lookBefore = (): void => {
    if (feed().whole) written(inForce.whole())
  }
  const history: SendingOptions['history'] = (entity, each) =>
    options.history(entity, (bytes, at) => {
      const view = viewOf(bytes)
      const read = actOf(bytes, at, now())
      const counts = read !== null && isCounting(read.act, options.here)
      return each(readId(bytes, view, at), recordSequence(view, at), counts)
    })

  const entryOf = (entry: Entry): OutboxEntry => {
    const { id, address, at, guarded, sequence, problem } = entry
    const trouble = sending.troubleOf(entry)
    return {
      ...{ id, entity: address, at, guarded, sequence, expires: null },
      body: JSON.parse(entry.body) as ActBody,
      state: outboxStateOf(entry),
      problem: problem ?? trouble,
    }
  }

  const tell = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
    toldAt = options.monotonic()
    seen = kept.entries
    told.outbox(seen.map(entryOf), kept.full)
    const due = answers
    answers = []
    for (const answer of due) answer()
  }
  const tellSoon = (): void => {
    if (disposed || timer) return
    const wait = toldAt + tellEvery + kept.entries.length / 2 - options.monotonic()
    if (wait <= 0) tell()
    else timer = setTimeout(tell, wait)
  }
  const answer = (one: () => void): void => {
    answers.push(one)
    tellSoon()
  }

  const written = (work: Promise<unknown>): void => {
    const under: Promise<void> = work
      .then(
        () => undefined,
        (error: unknown) => options.unwritable(error),
      )
      .finally(() => writing.delete(under))
    writing.add(under)
  }

  const judged = (token: string, isTaken: boolean): void => {
    if (isTaken) {
      taken = true
      refused.delete(token)
    } else refused.add(token)
    sayTogether()
  }
  const together = (): Togetherness => togetherOf(feed(), { refused, taken })
  const sayTogether = (): void => {
    const word = together()
    // nobody who may not read what became of it does it
    const mayNot = feed().refused ? [...tokens] : [...refused].sort()
    const text = [word, ...mayNot].join(' ')
    if (text === said || disposed) return
    said = text
    told.together(word, mayNot)
    if (word === 'alone') settleHere()
  }

  /** The platform has no place for acts: what was done here is this node's own, and whoever folds it has it. */
  const settleHere = (): void => {
    const going = kept.entries.filter(({ tried, problem }) => !tried && problem === null)
    if (going.length === 0) return
    const released = kept.release(going)
    tell()
    written(released)
  }

  const sending = createSending({ ...options, history, judged, changed: tellSoon })

  /** A node whose clock was never set acts, too. */
  const timeOf = (at: number): number => (at >= earliest && at < latest ? at : now())

  /** Of no use later: it goes now, or not at all. */
  const sendNow = async ({ id, entity, body, at, expires }: Outgoing): Promise<void> => {
    const { listed, listedNow, refused: unread, live } = feed()
    const lasts = (expires ?? 0) - at
    if (listed !== true || !listedNow || unread || !live || lasts <= 0) return
    // it is being done: how long it lasts is all that the machine's own clock is asked
    const time = now()
    const result = await options.send({
      ...{ id, entity, body: JSON.stringify(body), at: time, expires: time + lasts, expected: null },
    })
    if (result.ok) judged(tokenOfEntity(entity), true)
    else if (result.error.code === 'act.refused') judged(tokenOfEntity(entity), false)
  }

  const keep = async (outgoing: Outgoing): Promise<void> => {
    const { id, entity, body, at, guarded } = outgoing
    const text = JSON.stringify(body)
    const result =
      Buffer.byteLength(text) > mostActBytes
        ? fail<null>('act.invalid', `it is larger than ${mostActBytes} bytes`, entity)
        : await kept
            .keep({
              id,
              kind: 'act',
              address: entity,
              body: text,
              at: timeOf(at),
              after: body.after,
              guarded,
            })
            .catch((error: unknown) => fail<null>('cache.unwritable', String(error)))
    if (!result.ok) return answer(() => told.notKept(id, result.error))
    answer(() => told.kept(id))
    if (together() === 'alone') settleHere()
    sending.look()
  }

  return {
    begin() {
      inForce.all(options.table())
      tell()
      sayTogether()
      lookBefore()
    },
    act(outgoing) {
      const { id, expires } = outgoing
      if (expires !== null) {
        answer(() => told.kept(id))
        void sendNow(outgoing)
      } else if (together() === 'alone') answer(() => told.kept(id))
      else written(keep(outgoing))
    },
    withdraw(id) {
      written(kept.withdraw(id).finally(tellSoon))
    },
    committed(batch) {
      if (batch) inForce.committed(batch)
      if (kept.entries !== seen) tellSoon()
      sending.look()
    },
    changed() {
      sayTogether()
      lookBefore()
      sending.look()
    },
    tried(entities, mayNot) {
      const may = entities.filter((entity) => !mayNot.includes(entity)).map(tokenOfEntity)
      refused.clear()
      for (const token of mayNot.map(tokenOfEntity)) if (!may.includes(token)) refused.add(token)
      taken = may.length > 0
      sayTogether()
    },
    reads() {
      refused.clear()
      taken = false
      sending.begins()
      sayTogether()
    },
    remade(anew) {
      if (anew) {
        sending.begins()
        written(kept.anew())
      }
      inForce.all(options.table())
      lookBefore()
    },
    async dispose() {
      disposed = true
      if (timer) clearTimeout(timer)
      await sending.dispose()
      await Promise.all(writing)
    },
  }
}
