/**
 * Files that leave this node, with the event that tells of them (`preload/contract/document.ts`): kept, encrypted, before
 * anybody is told that they are; the files into the platform's object store first, each whole, then the event, once; and
 * gone from the outbox with the commit by which it comes back. One product each.
 */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import {
  deliveriesOf,
  filesIn,
  type DeliveriesTold,
  type Delivery,
  type DeliveryType,
  type WaitingDelivery,
} from '../../preload/contract/document.ts'
import { bodies, type DocumentBody, type Report } from '../../preload/contract/event.ts'
import { rankOf, type MarkingScheme } from '../../preload/contract/marking.ts'
import { outboxStateOf } from '../../preload/contract/outbox.ts'
import { tokenOf, type Place } from '../../preload/contract/place.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { oneLine, wantedOf } from '../../preload/contract/text.ts'
import { createSending } from './acts/sending.ts'
import type { Cache } from './cache/cache.ts'
import type { Committed } from './cache/commit.ts'
import type { DeliveredFiles } from './cache/delivered-files.ts'
import type { Held } from './cache/held.ts'
import type { Entry, Outbox } from './cache/outbox.ts'
import { readId, recordSequence, viewOf } from './event/record.ts'
import type { Links } from './links.ts'
import type { Products } from './products.ts'
import type { PlatformClock } from './time/platform-clock.ts'
import { createWritten } from './written.ts'

export interface DeliveriesOptions {
  type: DeliveryType
  product: ProductName
  /** whose they are; null: not known, and no right is tried before one is needed */
  place: Place | null
  scheme: MarkingScheme
  kept: Outbox
  files: DeliveredFiles
  cache: Cache
  products: () => Products
  links: () => Links
  time: Pick<PlatformClock, 'monotonic'>
  random: () => number
  told: (told: DeliveriesTold) => void
  unwritable: (error: unknown) => void
}

export interface Deliveries {
  /** tells what there is */
  begin(): void
  /** once, however often it is said. @returns once it is kept, or why it is not */
  deliver(delivery: Delivery): Promise<Result<null>>
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
type Sent = Pick<Delivery, 'marking' | 'event' | 'body'> & { node: string }

const utf8 = new TextEncoder()

export const kindOf = { 'vigie.document.v1': 'document', 'vigie.report.v1': 'report' } as const

export const titleOf = (body: DocumentBody | Report): string =>
  oneLine('files' in body ? `${(body as Report).number} ${(body as Report).title}` : body.name, 600)

export const digestOf = (bytes: Uint8Array): string =>
  `SHA-256=${createHash('sha256').update(bytes).digest('base64url')}=`

/** @returns why an event that says this must not go with these files; null: it may */
function unfit({ type, body, files }: Delivery): string | null {
  const read = v.safeParse(bodies[type], body)
  if (!read.success) {
    const [issue] = read.issues
    return `${v.getDotPath(issue) ?? 'the body'}: ${wantedOf(issue)}`
  }
  const named = filesIn(body)
  if (named.length !== files.length) return 'the event tells of other files'
  for (const [at, { object, mediaType, bytes }] of files.entries()) {
    const said = named[at]
    if (said?.object !== object || said.mediaType !== mediaType || said.size !== bytes.length)
      return `${object}: the event says otherwise what it is`
    if (said.digest !== digestOf(bytes)) return `${object}: the event has another digest`
  }
  return null
}

export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { type, product, place, scheme, kept, files, unwritable } = options
  const kind = kindOf[type]
  /** it has refused this node the right to write there */
  let mayNot = false
  let said = ''
  let disposed = false
  const writing = new Set<Promise<unknown>>()

  const written = createWritten({
    ...options,
    kind,
    rights: () => (place === null ? null : [deliveriesOf(type, place).replace('*', '-')]),
    tried(_, refused) {
      mayNot = refused.length > 0
      tell()
    },
  })

  const waitingOf = (entry: Entry): WaitingDelivery => {
    const { id, address: entity, at, problem } = entry
    const { marking, event, body } = JSON.parse(entry.body) as Sent
    return {
      ...{ id, product, entity, type, marking, event, at, title: titleOf(body) },
      files: filesIn(body).map(({ object, mediaType, size }) => ({ object, mediaType, size })),
      state: outboxStateOf(entry),
      problem: problem ?? sending.troubleOf(entry),
    }
  }
  function tell(): void {
    if (disposed) return
    const told: DeliveriesTold = {
      ...{
        type,
        product,
        access: written.access(mayNot),
        marking: written.held()?.descriptor.marking ?? null,
      },
      waiting: kept.entries.map(waitingOf),
    }
    const text = JSON.stringify(told)
    if (text === said) return
    said = text
    options.told(told)
  }

  /** It may have been marked lower, or be gone, since it was delivered. */
  const aboveIt = (marking: string): Result<never> | null => {
    const ceiling = written.held()?.descriptor.marking
    if (ceiling === undefined)
      return fail('delivery.absent', 'nobody has said how this product is marked', product)
    return rankOf(scheme, marking) > rankOf(scheme, ceiling)
      ? fail('delivery.above', `it is marked ${marking}, and this product takes ${ceiling} at most`, product)
      : null
  }

  const sending = createSending({
    ...options,
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
    async before({ id, body }) {
      const above = aboveIt((JSON.parse(body) as Sent).marking)
      if (above !== null) return above
      const intake = written.held()?.intake
      if (typeof intake !== 'string') return fail('platform.unreachable', 'nobody takes it', product)
      const all = files.of(id)
      if (all.length !== filesIn((JSON.parse(body) as Sent).body).length)
        return fail('cache.damaged', 'a file of it is missing here', product)
      for (const file of all) {
        const put = await options.links().putObject(intake, file)
        if (!put.ok) return put
      }
      return ok(null)
    },
    send({ id, entity, body, expires, expected }) {
      const sent = JSON.parse(body) as Sent
      const above = aboveIt(sent.marking)
      if (above !== null) return Promise.resolve(above)
      return written.publish(entity, {
        ...{ id, type, time: sent.event, expires, marking: sent.marking, expected },
        source: `/vigie/${tokenOf(sent.node)}`,
        body: utf8.encode(JSON.stringify(sent.body)),
      })
    },
  })

  const under = <T>(work: Promise<T>): Promise<T> => {
    writing.add(work)
    return work.finally(() => writing.delete(work))
  }
  /** whose files lie here: beside them lie those of other products */
  const own = new Set(kept.entries.map(({ id }) => id))
  /** on their way to the disk, and how often: one may be said again meanwhile */
  const keeping = new Map<string, number>()
  const isThere = (id: string): boolean => keeping.has(id) || kept.entries.some((each) => each.id === id)
  /** Whose entry has left has left with it. */
  const letGo = (): void => {
    const gone = [...own].filter((id) => !isThere(id))
    if (gone.length === 0) return
    for (const id of gone) own.delete(id)
    void under(files.letGo(gone, isThere).catch(unwritable))
  }

  const keep = async ({
    id,
    entity,
    at,
    marking,
    event,
    body,
    files: given,
  }: Delivery): Promise<Result<null>> => {
    if (kept.full) return fail('outbox.full', 'so many wait already', entity)
    keeping.set(id, (keeping.get(id) ?? 0) + 1)
    own.add(id)
    try {
      const digested = given.map((file) => ({ ...file, digest: digestOf(file.bytes) }))
      const room = await files.keep(id, digested)
      if (!room.ok) return room
      const sent = JSON.stringify({ marking, event, body, node: place?.node ?? '-' } satisfies Sent)
      return await kept.keep({ id, kind, address: entity, body: sent, at, after: null, guarded: false })
    } catch (error) {
      unwritable(error)
      return fail('cache.unwritable', String(error))
    } finally {
      const left = (keeping.get(id) ?? 1) - 1
      if (left === 0) keeping.delete(id)
      else keeping.set(id, left)
      // one that was said before and has left already, or found no room, leaves no files behind
      letGo()
    }
  }

  return {
    begin: tell,
    deliver(delivery) {
      const { entity, marking } = delivery
      const above = aboveIt(marking)
      if (above !== null) return Promise.resolve(above)
      const why = unfit(delivery)
      if (why !== null) return Promise.resolve(fail('delivery.invalid', why, entity))
      return under(
        keep(delivery).then((result) => {
          tell()
          sending.look()
          return result
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
          .finally(() => {
            letGo()
            tell()
          }),
      ),
    changed() {
      tell()
      sending.look()
    },
    committed({ lane }) {
      if (lane.held !== written.held()) return
      letGo()
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
