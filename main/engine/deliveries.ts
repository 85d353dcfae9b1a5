/**
 * Files that leave this node (`leaving.ts`), with the event that tells of them (`preload/contract/document.ts`): the files
 * into the platform's object store first, each whole, then the event, once. One product each.
 */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import {
  deliveriesOf,
  filesIn,
  type Delivered,
  type DeliveriesTold,
  type Delivery,
  type DeliveryType,
  type WaitingDelivery,
} from '../../preload/contract/document.ts'
import { bodies, type Feature, type Report } from '../../preload/contract/event.ts'
import { tokenOf, type Place } from '../../preload/contract/place.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { oneLine, wantedOf } from '../../preload/contract/text.ts'
import type { DeliveredFiles } from './cache/delivered-files.ts'
import { createLeaving, type LeavingLife, type LeavingParts } from './leaving.ts'

export interface DeliveriesOptions extends LeavingParts {
  type: DeliveryType
  /** whose they are; null: not known, and no right is tried before one is needed */
  place: Place | null
  files: DeliveredFiles
  told: (told: DeliveriesTold) => void
}

export interface Deliveries extends LeavingLife {
  /** once, however often it is said. @returns once it is kept, or why it is not */
  deliver(delivery: Delivery): Promise<Result<null>>
}

/** How much of it waits in the outbox as it is sent. */
type Sent = Pick<Delivery, 'marking' | 'event' | 'body'> & { node: string }

const utf8 = new TextEncoder()

export const kindOf = {
  'vigie.document.v1': 'document',
  'vigie.report.v1': 'report',
  'vigie.feature.v1': 'feature',
} as const

export function titleOf(body: Delivered): string {
  if ('geometry' in body && 'properties' in body) return oneLine((body as Feature).properties.name ?? '', 600)
  if ('files' in body) return oneLine(`${(body as Report).number} ${(body as Report).title}`, 600)
  return oneLine(body.name, 600)
}

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

export function createDeliveries({ type, place, files, ...options }: DeliveriesOptions): Deliveries {
  const { product, kept, unwritable } = options
  const kind = kindOf[type]
  const leaving = createLeaving<WaitingDelivery>({
    ...{ ...options, kind, left: letGo },
    right: place === null ? null : deliveriesOf(type, place).replace('*', '-'),
    ...{ absent: 'delivery.absent', above: 'delivery.above' },
    told: (told) => options.told({ type, product, ...told }),
    waitingOf({ id, address: entity, at, body: sent }) {
      const { marking, event, body } = JSON.parse(sent) as Sent
      return {
        ...{ id, product, entity, type, marking, event, at, title: titleOf(body) },
        files: filesIn(body).map(({ object, mediaType, size }) => ({ object, mediaType, size })),
      }
    },
    eventOf(sent) {
      const { event, node, body } = JSON.parse(sent) as Sent
      return {
        ...{ type, time: event },
        source: `/vigie/${tokenOf(node)}`,
        body: utf8.encode(JSON.stringify(body)),
      }
    },
    async before({ id, body }, intake) {
      const all = files.of(id)
      if (all.length !== filesIn((JSON.parse(body) as Sent).body).length)
        return fail('cache.damaged', 'a file of it is missing here', product)
      for (const file of all) {
        const put = await options.links().putObject(intake, file)
        if (!put.ok) return put
      }
      return ok(null)
    },
  })

  /** whose files lie here: beside them lie those of other products */
  const own = new Set(kept.entries.map(({ id }) => id))
  /** on their way to the disk, and how often: one may be said again meanwhile */
  const keeping = new Map<string, number>()
  const isThere = (id: string): boolean => keeping.has(id) || kept.entries.some((each) => each.id === id)
  /** Whose entry has left has left with it. */
  function letGo(): void {
    const gone = [...own].filter((id) => !isThere(id))
    if (gone.length === 0) return
    for (const id of gone) own.delete(id)
    void leaving.under(files.letGo(gone, isThere).catch(unwritable))
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
    } finally {
      const left = (keeping.get(id) ?? 1) - 1
      if (left === 0) keeping.delete(id)
      else keeping.set(id, left)
      // one that was said before and has left already, or found no room, leaves no files behind
      letGo()
    }
  }

  return {
    ...leaving.life,
    deliver(delivery) {
      const { entity, marking } = delivery
      const above = leaving.aboveIt(marking)
      if (above !== null) return Promise.resolve(above)
      const why = unfit(delivery)
      if (why !== null) return Promise.resolve(fail('delivery.invalid', why, entity))
      return leaving.keep(() => keep(delivery))
    },
  }
}
