/**
 * Lines of the log that are entered here: kept, encrypted, before anybody is told that they are; told to the platform once
 * each, in the order in which they were entered; and gone from the outbox with the commit by which they come back. They
 * are events as any other: who shows them finds them in the picture.
 */
import { rankOf, type MarkingScheme } from '../../preload/contract/marking.ts'
import { linesOf, type LogTold, type OutgoingLine, type WaitingLine } from '../../preload/contract/line.ts'
import { outboxStateOf } from '../../preload/contract/outbox.ts'
import { tokenOf, type Place } from '../../preload/contract/place.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { createSending } from './acts/sending.ts'
import type { Cache } from './cache/cache.ts'
import type { Committed } from './cache/commit.ts'
import type { Held } from './cache/held.ts'
import type { Entry, Outbox } from './cache/outbox.ts'
import { readId, recordSequence, viewOf } from './event/record.ts'
import type { Links } from './links.ts'
import type { Products } from './products.ts'
import type { PlatformClock } from './time/platform-clock.ts'
import { createWritten } from './written.ts'

export interface LinesOptions {
  product: ProductName
  /** whose lines they are; null: not known, and no right is tried before one is needed */
  place: Place | null
  scheme: MarkingScheme
  kept: Outbox
  cache: Cache
  products: () => Products
  links: () => Links
  time: Pick<PlatformClock, 'monotonic'>
  random: () => number
  told: (told: LogTold) => void
  unwritable: (error: unknown) => void
}

export interface Lines {
  /** tells what there is */
  begin(): void
  /** once, however often it is said. @returns once it is kept, or why it is not */
  enter(line: OutgoingLine): Promise<Result<null>>
  /** @returns false: it may be there already */
  withdraw(id: string): Promise<boolean>
  /** the feed may be in another state than when it was looked at last */
  changed(): void
  committed(committed: Committed): void
  followed(product: ProductName, follows: boolean): void
  remade(held: Held): void
  dispose(): Promise<void>
}

/** How much of it waits in the outbox as it is sent. */
type Sent = Pick<OutgoingLine, 'marking' | 'event' | 'note'>

/** Nobody's hand writes a larger one. */
const mostLineBytes = 64 * 1024

const utf8 = new TextEncoder()

export function createLines(options: LinesOptions): Lines {
  const { product, place, scheme, kept, unwritable } = options
  /** it has refused this node the right to write lines */
  let mayNot = false
  let said = ''
  let disposed = false
  const writing = new Set<Promise<unknown>>()

  const written = createWritten({
    ...options,
    kind: 'note',
    rights: () => (place === null ? null : [linesOf(place).replace('*', '-')]),
    tried(_, refused) {
      mayNot = refused.length > 0
      tell()
    },
  })

  const waitingOf = (entry: Entry): WaitingLine => {
    const { id, address: entity, at, problem } = entry
    const sent = JSON.parse(entry.body) as Sent
    return {
      ...sent,
      id,
      entity,
      at,
      state: outboxStateOf(entry),
      problem: problem ?? sending.troubleOf(entry),
    }
  }
  function tell(): void {
    if (disposed) return
    const told: LogTold = {
      ...{ product, access: written.access(mayNot), marking: written.held()?.descriptor.marking ?? null },
      waiting: kept.entries.map(waitingOf),
    }
    const text = JSON.stringify(told)
    if (text === said) return
    said = text
    options.told(told)
  }

  /** It may have been marked lower, or be gone, since the line was entered. */
  const aboveIt = (marking: string): Result<never> | null => {
    const ceiling = written.held()?.descriptor.marking
    if (ceiling === undefined) return fail('line.absent', 'nobody has said how this log is marked', product)
    return rankOf(scheme, marking) > rankOf(scheme, ceiling)
      ? fail('line.above', `it is marked ${marking}, and this log takes ${ceiling} at most`, product)
      : null
  }

  const sending = createSending({
    ...options,
    monotonic: options.time.monotonic,
    feed: written.feed,
    row: () => product,
    changed: tell,
    settled: written.settled,
    history: (entity, each) =>
      written.history(entity, (bytes, at) => {
        const view = viewOf(bytes)
        return each(readId(bytes, view, at), recordSequence(view, at), true)
      }),
    judged(_, taken) {
      mayNot = !taken
    },
    send({ id, entity, body, expires, expected }) {
      const { marking, event, note } = JSON.parse(body) as Sent
      const above = aboveIt(marking)
      if (above !== null) return Promise.resolve(above)
      return written.publish(entity, {
        ...{ id, type: 'vigie.note.v1', time: event, expires, marking, expected },
        source: `/vigie/${tokenOf(note.line.by.node)}`,
        body: utf8.encode(JSON.stringify(note)),
      })
    },
  })

  const under = <T>(work: Promise<T>): Promise<T> => {
    writing.add(work)
    return work.finally(() => writing.delete(work))
  }

  return {
    begin: tell,
    enter({ id, entity, at, marking, event, note }) {
      const above = aboveIt(marking)
      if (above !== null) return Promise.resolve(above)
      const body = JSON.stringify({ marking, event, note } satisfies Sent)
      if (Buffer.byteLength(body) > mostLineBytes)
        return Promise.resolve(fail('line.invalid', `it is larger than ${mostLineBytes} bytes`, entity))
      const keeping = kept
        .keep({ id, kind: 'note', address: entity, body, at, after: null, guarded: false })
        .catch((error: unknown) => {
          unwritable(error)
          return fail<null>('cache.unwritable', String(error))
        })
      return under(
        keeping.then((result) => {
          tell()
          sending.look()
          return result.ok ? ok(null) : result
        }),
      )
    },
    withdraw: (id) =>
      under(
        kept
          .withdraw(id)
          .catch((error: unknown) => {
            unwritable(error)
            return false
          })
          .finally(tell),
      ),
    changed() {
      tell()
      sending.look()
    },
    committed({ lane }) {
      if (lane.held !== written.held()) return
      tell()
      sending.look()
    },
    followed(of, now) {
      if (of !== product) return
      written.follow(now)
      if (!now) {
        mayNot = false
        sending.begins()
      } else sending.look()
      tell()
      written.tryOn()
    },
    remade(held) {
      if (held !== written.held()) return
      if (held.live !== null) return
      sending.begins()
      void under(kept.anew().catch(unwritable))
    },
    async dispose() {
      disposed = true
      written.dispose()
      await sending.dispose()
      await Promise.all(writing)
    },
  }
}
