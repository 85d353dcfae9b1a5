/**
 * What is done here and leaves as events of a product that this node writes to: kept, encrypted, before anybody is told
 * that it is; told to the platform once each; and gone from the outbox with the commit by which it comes back. What is
 * kept, and what has to be there before it goes, is each product's own (`lines.ts`, `deliveries.ts`).
 */
import { rankOf, type MarkingScheme } from '../../preload/contract/marking.ts'
import { outboxStateOf, type WriteAccess } from '../../preload/contract/outbox.ts'
import type { Kind, ProductName } from '../../preload/contract/product.ts'
import { fail, ok, type ProblemCode, type Result } from '../../preload/contract/result.ts'
import { createSending } from './acts/sending.ts'
import type { Cache } from './cache/cache.ts'
import type { Committed } from './cache/commit.ts'
import type { Held } from './cache/held.ts'
import type { Entry, Outbox } from './cache/outbox.ts'
import { readId, recordSequence, viewOf } from './event/record.ts'
import type { Publication } from './intake/intake.ts'
import type { Links } from './links.ts'
import type { Products } from './products.ts'
import type { PlatformClock } from './time/platform-clock.ts'
import { createWritten } from './written.ts'

/** What all that leaves needs of the engine. */
export interface LeavingParts {
  product: ProductName
  scheme: MarkingScheme
  kept: Outbox
  cache: Cache
  products: () => Products
  links: () => Links
  time: Pick<PlatformClock, 'monotonic'>
  random: () => number
  unwritable: (error: unknown) => void
}

/** What an event is made of that waits, from what was kept of it. */
type Event = Pick<Publication, 'type' | 'time' | 'source' | 'body'>

export interface LeavingOptions<Waiting> extends LeavingParts {
  kind: Kind
  /** the entity by which the right to write is tried; null: none is tried before one is needed */
  right: string | null
  absent: ProblemCode
  above: ProblemCode
  told: (told: { access: WriteAccess; marking: string | null; waiting: Waiting[] }) => void
  waitingOf: (entry: Entry) => Omit<Waiting, 'state' | 'problem'>
  eventOf: (body: string) => Event
  /** what has to be with the platform before its event */
  before?: (entry: Entry, intake: string) => Promise<Result<null>>
  /** some that waited may have left */
  left?: () => void
  row?: (entry: Entry) => string
}

/** How it goes with all that leaves, whatever it is. */
export interface LeavingLife {
  /** tells what there is */
  begin(): void
  /** @returns false: it may be there already */
  withdraw(id: string): Promise<boolean>
  /** the feed may be in another state than when it was looked at last */
  changed(): void
  committed(committed: Committed): void
  followed(product: ProductName, follows: boolean): void
  remade(held: Held): void
  dispose(): Promise<void>
}

export interface Leaving {
  life: LeavingLife
  /** @returns why the product takes nothing that is marked so; null: it takes it */
  aboveIt(marking: string): Result<never> | null
  /** @returns once it is kept, or why it is not */
  keep(entry: () => Promise<Result<unknown>>): Promise<Result<null>>
  /** is over before this is */
  under<T>(work: Promise<T>): Promise<T>
}

/** However much more is kept of it. */
const markingOf = (body: string): string => (JSON.parse(body) as { marking: string }).marking

export function createLeaving<Waiting>(options: LeavingOptions<Waiting>): Leaving {
  const { product, kind, right, scheme, kept, unwritable, before } = options
  const left = options.left ?? (() => undefined)
  /** it has refused this node the right to write there */
  let mayNot = false
  let said = ''
  let disposed = false
  const writing = new Set<Promise<unknown>>()

  const written = createWritten({
    ...options,
    kind,
    rights: () => (right === null ? null : [right]),
    tried(_, refused) {
      mayNot = refused.length > 0
      tell()
    },
  })

  function tell(): void {
    if (disposed) return
    const told = {
      access: written.access(mayNot),
      marking: written.held()?.descriptor.marking ?? null,
      waiting: kept.entries.map((entry) => ({
        ...options.waitingOf(entry),
        state: outboxStateOf(entry),
        problem: entry.problem ?? sending.troubleOf(entry),
      })) as Waiting[],
    }
    const text = JSON.stringify(told)
    if (text === said) return
    said = text
    options.told(told)
  }

  /** It may have been marked lower, or be gone, since it was kept. */
  const aboveIt = (marking: string): Result<never> | null => {
    const ceiling = written.held()?.descriptor.marking
    if (ceiling === undefined)
      return fail(options.absent, 'nobody has said how this product is marked', product)
    return rankOf(scheme, marking) > rankOf(scheme, ceiling)
      ? fail(options.above, `it is marked ${marking}, and this product takes ${ceiling} at most`, product)
      : null
  }

  const sending = createSending({
    ...{ kept, unwritable, random: options.random, row: options.row },
    monotonic: options.time.monotonic,
    feed: written.feed,
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
    before:
      before &&
      (async (entry) => {
        const above = aboveIt(markingOf(entry.body))
        if (above !== null) return above
        const intake = written.held()?.intake
        if (typeof intake !== 'string') return fail('platform.unreachable', 'nobody takes it', product)
        return before(entry, intake)
      }),
    send({ id, entity, body, expires, expected }) {
      const marking = markingOf(body)
      const above = aboveIt(marking)
      if (above !== null) return Promise.resolve(above)
      return written.publish(entity, { ...options.eventOf(body), id, expires, marking, expected })
    },
  })

  const under = <T>(work: Promise<T>): Promise<T> => {
    writing.add(work)
    return work.finally(() => writing.delete(work))
  }

  return {
    aboveIt,
    under,
    keep: (entry) =>
      under(
        entry()
          .catch((error: unknown) => {
            unwritable(error)
            return fail('cache.unwritable', String(error))
          })
          .then((result) => {
            tell()
            sending.look()
            return result.ok ? ok(null) : result
          }),
      ),
    life: {
      begin: tell,
      withdraw: (id) =>
        under(
          kept
            .withdraw(id)
            .catch((error: unknown) => {
              unwritable(error)
              return false
            })
            .finally(() => {
              left()
              tell()
            }),
        ),
      changed() {
        tell()
        sending.look()
      },
      committed({ lane }) {
        if (lane.held !== written.held()) return
        left()
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
    },
  }
}
