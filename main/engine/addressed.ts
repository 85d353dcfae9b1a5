/**
 * Lines that are addressed to somebody, as they come: which they are, for whom, how marked and since when, and nothing of
 * what they say. Whether that is a function of the room is for main to say, which knows its policy.
 */
import * as v from 'valibot'
import { highestRank, rankOf, type MarkingScheme } from '../../preload/contract/marking.ts'
import { systemNumber } from '../../preload/contract/line.ts'
import type { Note } from '../../preload/contract/event.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { oneLine } from '../../preload/contract/text.ts'
import {
  AddressedSchema,
  followedFor,
  isOfRoom,
  mostFollowed,
  type Addressed,
  type AddressedTold,
} from '../../preload/contract/told.ts'
import type { Committed } from './cache/commit.ts'
import type { Held } from './cache/held.ts'
import { levelOf } from './cache/quarantine.ts'
import { parseBody } from './event/body.ts'
import { eventTypes, readRecord, recordPublished, viewOf } from './event/record.ts'
import type { Picture } from './picture/picture.ts'
import type { PlatformClock } from './time/platform-clock.ts'

export interface AddressedOptions {
  held: ReadonlyMap<ProductName, Held>
  picture: Pick<Picture, 'tables'>
  scheme: MarkingScheme
  /** whose room it is; null: not known, and lines of all are told */
  organisation: string | null
  time: Pick<PlatformClock, 'now' | 'atLeast'>
  told: (told: AddressedTold) => void
}

export interface AddressedLines {
  /** tells what there is */
  begin(): void
  committed(committed: Committed): void
  /** its picture was read anew, or is gone */
  remade(held: Held): void
  /** now and then: what is old goes, and what may not be read any more */
  look(): void
}

/** A line as it was found; its own rank null: that of its product, whatever that is when it is told. */
type Found = Omit<Addressed, 'rank'> & { own: number | null }

const type = eventTypes.indexOf('vigie.note.v1')
/** Nobody's hand writes a larger one. */
const mostLineBytes = 64 * 1024
const utf8 = new TextDecoder()

/** @returns null: it is for nobody, or has ended */
function foundIn(product: ProductName, bytes: Uint8Array, at: number, scheme: MarkingScheme): Found | null {
  const stored = readRecord(bytes, viewOf(bytes), at)
  const { entity, sequence, published, marking, from, to } = stored
  if (stored.type !== 'vigie.note.v1' || from === to || to - from > mostLineBytes) return null
  let note: Note | null
  try {
    note = parseBody(type, JSON.parse(utf8.decode(bytes.subarray(from, to)))) as Note | null
  } catch {
    return null
  }
  if (!note?.line || note.line.to.trim() === '') return null
  const called = systemNumber({ entity, sequence }) ?? note.number ?? ''
  const line = {
    ...{ product, entity, sequence, published },
    number: oneLine(called, 60).trim() || String(sequence).padStart(4, '0'),
    ...{ to: oneLine(note.line.to, 200), by: note.line.by },
  }
  // one that can't be told would take all others with it
  if (!v.is(AddressedSchema, { ...line, rank: 0 })) return null
  return { ...line, own: marking === '' ? null : rankOf(scheme, marking) }
}

const newestFirst = (a: Addressed, b: Addressed): number =>
  b.published - a.published || (a.entity < b.entity ? -1 : 1)

export function createAddressed({
  held,
  picture,
  scheme,
  organisation,
  time,
  told,
}: AddressedOptions): AddressedLines {
  const lines = new Map<ProductName, Map<string, Found>>()
  let said = ''

  const isNotes = (one: Held): boolean => one.descriptor.kind === 'note'
  /** Where it is refused or withdrawn, nobody here may know of it. */
  const isSeen = (product: ProductName): boolean => {
    const one = held.get(product)
    return one !== undefined && !one.refused && !one.withdrawn
  }
  /** A window that may not see the product does not see what is marked lower in it. */
  const rankIn = (product: ProductName, own: number | null): number => {
    const one = held.get(product)
    const ofProduct = one === undefined ? highestRank(scheme) : rankOf(scheme, one.descriptor.marking)
    return Math.max(ofProduct, own ?? 0)
  }

  /** Whatever is told elsewhere takes no place of what is told here. */
  const isOurs = ({ entity }: Found): boolean => organisation === null || isOfRoom(entity, organisation)

  function take(product: ProductName, bytes: Uint8Array, at: number, entity: string): boolean {
    const of = lines.get(product)
    const found = foundIn(product, bytes, at, scheme)
    if (found === null || !isOurs(found)) return of?.delete(entity) === true
    if (of === undefined) lines.set(product, new Map([[entity, found]]))
    else of.set(entity, found)
    return true
  }

  function read(one: Held): void {
    lines.delete(one.product)
    const table = picture.tables.get(one.product)
    if (!isNotes(one) || table === undefined) return
    const since = time.atLeast() - followedFor
    for (let row = 0; row < table.size; row++)
      if (table.columns.used[row] === 1) {
        const bytes = table.record(row)
        // a log is years long, and each line of it would be parsed
        if (recordPublished(viewOf(bytes), 0) >= since) take(one.product, bytes, 0, table.entity[row] ?? '')
      }
  }

  function tell(): void {
    const [since, gone] = [time.now() - followedFor, time.atLeast() - followedFor]
    const recent: Addressed[][] = []
    for (const [product, of] of lines) {
      const seen: Addressed[] = []
      for (const [entity, { own, ...line }] of of)
        // a clock may be wrong and be set right: what went is gone
        if (line.published < gone) of.delete(entity)
        else if (line.published >= since && isSeen(product))
          seen.push({ ...line, rank: rankIn(product, own) })
      recent.push(seen.sort(newestFirst))
    }
    // those of the product that has most give way: a flood of one leaves the others' to be told
    const counts = recent.map(({ length }) => length)
    const level = levelOf(counts, mostFollowed, mostFollowed)
    const followed = recent.flatMap((seen) => seen.slice(0, level)).sort(newestFirst)
    const found = {
      lines: followed.slice(0, mostFollowed),
      left: Math.max(0, counts.reduce((sum, count) => sum + count, 0) - mostFollowed),
    }
    const text = JSON.stringify(found)
    if (text === said) return
    said = text
    told(found)
  }

  return {
    begin() {
      for (const one of held.values()) read(one)
      tell()
    },
    committed({ lane, batch }) {
      if (lane.kind !== 'live' || !isNotes(lane.held)) return
      let changed = false
      for (let row = 0; row < batch.count; row++)
        changed = take(lane.held.product, batch.bytes, batch.offset[row]!, batch.entity[row]!) || changed
      if (changed) tell()
    },
    remade(one) {
      if (!isNotes(one) && !lines.has(one.product)) return
      read(one)
      tell()
    },
    look: tell,
  }
}
