/**
 * What the cache holds of a period: the state of each product as it began and as it ended, and what came in between. Only
 * what may be shown: a product above the ceiling, or one that the platform does not permit, is counted and nothing else.
 */
import type { Body } from '../../preload/contract/event.ts'
import { isIncidentsFeed } from '../../preload/contract/incident.ts'
import { rankOf, type MarkingScheme, type Rank } from '../../preload/contract/marking.ts'
import type { Descriptor, ProductName } from '../../preload/contract/product.ts'
import { printableBody } from '../../preload/contract/text.ts'
import type { Cache } from '../engine/cache/cache.ts'
import type { Held } from '../engine/cache/held.ts'
import { readBlock } from '../engine/cache/state.ts'
import { parseBody } from '../engine/event/body.ts'
import {
  eventTypes,
  readRecord,
  recordBytes,
  recordPublished,
  viewOf,
  type StoredEvent,
} from '../engine/event/record.ts'

/** ms since 1970; both by when the platform published, which is when anybody could know it */
export interface Period {
  from: number
  to: number
}

/** An event as it is drafted from. */
export interface Seen {
  product: ProductName
  entity: string
  sequence: number
  time: number
  published: number
  expires: number | null
  rank: Rank
  caveats: string[]
  /** null: it ended its entity, or its body is of no use here */
  body: Body | null
  ended: boolean
}

export interface Gathered {
  product: ProductName
  descriptor: Descriptor
  rank: Rank
  /** by entity: the last of each as the period began, and as it ended */
  before: ReadonlyMap<string, Seen>
  after: ReadonlyMap<string, Seen>
  /** that came in the period, in order; of a product whose bodies nobody reads only the last of each entity is kept */
  events: readonly Seen[]
  /** when the newest was published by the period's end, and by its beginning; null: none is held */
  newest: number | null
  newestBefore: number | null
  /** messages that retention took before they could be read */
  missed: number
}

export interface GatheredAll {
  products: Gathered[]
  /** how many more there are, of which nothing may be said */
  hidden: number
  /** events that were looked at */
  looked: number
}

const utf8 = new TextDecoder()
/** What is read of the log: a cache is larger than memory, and a synthesis is of hours. */
const mostEvents = 200_000

type Reading = 'bodies' | 'places' | 'nothing'
const readingOf = (held: Held): Reading => {
  switch (held.descriptor.kind) {
    case 'feature':
    case 'metric':
    case 'note':
      return 'bodies'
    case 'track':
      return 'places'
    default:
      return 'nothing'
  }
}

interface Rules {
  period: Period
  scheme: MarkingScheme
  ceiling: Rank
}

async function gatherOne(
  cache: Cache,
  held: Held,
  { period, scheme, ceiling }: Rules,
): Promise<Gathered & { looked: number }> {
  const { product, descriptor } = held
  const reading = readingOf(held)
  const productRank = rankOf(scheme, descriptor.marking)
  const isIncidents = isIncidentsFeed({ product, descriptor })
  const before = new Map<string, Seen>()
  const after = new Map<string, Seen>()
  const events: Seen[] = []
  let newest: number | null = null
  let newestBefore: number | null = null
  let looked = 0

  const bodyOf = (event: StoredEvent, bytes: Uint8Array): Body | null => {
    if (reading !== 'bodies' || event.from === event.to) return null
    try {
      const body = parseBody(
        eventTypes.indexOf(event.type),
        JSON.parse(utf8.decode(bytes.subarray(event.from, event.to))),
      )
      return body === null ? null : printableBody(body)
    } catch {
      return null
    }
  }
  const isOlder = (known: Seen | undefined, sequence: number): boolean =>
    known === undefined || known.sequence < sequence

  const take = (bytes: Uint8Array, view: DataView, at: number, isLog: boolean): void => {
    if (recordPublished(view, at) > period.to) return
    const event = readRecord(bytes, view, at)
    looked++
    const { entity, sequence, time, published, expires } = event
    newest = Math.max(newest ?? 0, published)
    const early = published <= period.from
    if (early) newestBefore = Math.max(newestBefore ?? 0, published)
    const rank = event.marking === '' ? productRank : rankOf(scheme, event.marking)
    // what may not be shown is nowhere in it, and what it replaced is not true any more
    if (rank > ceiling) {
      if (early && isOlder(before.get(entity), sequence)) before.delete(entity)
      if (isOlder(after.get(entity), sequence)) after.delete(entity)
      return
    }
    const seen: Seen = {
      ...{ product, entity, sequence, time, published, expires, rank },
      caveats: event.caveats === '' ? [] : event.caveats.split(',').map((each) => each.trim()),
      body: bodyOf(event, bytes),
      ended: event.from === event.to,
    }
    if (early && isOlder(before.get(entity), sequence)) before.set(entity, seen)
    if (isOlder(after.get(entity), sequence)) after.set(entity, seen)
    if (isLog && !early && reading === 'bodies' && events.length < mostEvents) events.push(seen)
  }

  if (reading !== 'nothing') {
    // an incident or a decision of yesterday is still one; what moves or is measured is old after hours
    const reach = isIncidents || descriptor.kind === 'note' ? 0 : period.from - 6 * 3_600_000
    const segments = await cache.reader.all<{ id: number }>(
      `SELECT id FROM segment WHERE product = ? AND count > 0 AND first_time <= ? AND last_time >= ?
       ORDER BY first`,
      [held.id, period.to, Math.max(0, reach)],
    )
    for (const { id } of segments) {
      const [segment] = await cache.reader.all<{ body: Buffer }>('SELECT body FROM segment WHERE id = ?', [
        id,
      ])
      if (!segment) continue
      const { body } = segment
      const view = viewOf(body)
      for (let at = 0; at < body.length; at += recordBytes(view, at)) take(body, view, at, true)
    }
    // what the log has let go, or does not have yet, may still be the state
    const blocks = await cache.reader.all<{ block: number; body: Buffer }>(
      'SELECT block, body FROM state WHERE product = ? ORDER BY block',
      [held.id],
    )
    for (const { block, body } of blocks)
      readBlock(block, body, (bytes, view, at) => take(bytes, view, at, false))
  }
  return {
    ...{ product, descriptor, rank: productRank, before, after, events, newest, newestBefore, looked },
    missed: held.gaps.reduce((sum, { first, last }) => sum + last - first + 1, 0),
  }
}

/** One consistent view, whatever a running node commits meanwhile. */
export async function gather(cache: Cache, rules: Rules): Promise<GatheredAll> {
  const { scheme, ceiling } = rules
  await cache.reader.script('BEGIN')
  try {
    const products: Gathered[] = []
    let hidden = 0
    let looked = 0
    const all = [...(await cache.look()).values()].sort((a, b) => (a.product < b.product ? -1 : 1))
    for (const held of all) {
      if (held.refused || held.withdrawn || rankOf(scheme, held.descriptor.marking) > ceiling) {
        hidden++
        continue
      }
      const { looked: count, ...one } = await gatherOne(cache, held, rules)
      looked += count
      products.push(one)
    }
    return { products, hidden, looked }
  } finally {
    await cache.reader.script('COMMIT')
  }
}
