/**
 * Which acts are in force: the last one of each entity, as the picture has it, then each as it is committed. Whoever
 * folds them hears them in the order of their sequence, this node's own among them. Whether an act is one that a node
 * knows, and may count, is for whoever folds them to say.
 */
import type { SettledAct } from '../../../preload/contract/outbox.ts'
import type { ActBody } from '../../../preload/contract/event.ts'
import { parseBody } from '../event/body.ts'
import type { Batch } from '../event/batch.ts'
import { eventTypes, readEntity, readRecord, viewOf } from '../event/record.ts'
import type { Table } from '../picture/table.ts'
import { isCounting, type Here } from './counting.ts'

/** Nobody's hand makes a larger one: what is larger is kept as any event is, and not followed. */
export const mostActBytes = 64 * 1024
/** Of one telling. */
const mostAtOnce = 500
const mostBytesAtOnce = 1024 * 1024

export interface InForce {
  /** from the beginning */
  all(table: Table | undefined): void
  committed(batch: Batch): void
  /** nothing of the log is missing: where an entity's last event is no act that counts, the one before it is told */
  whole(): Promise<void>
}

export interface InForceOptions {
  /** ms since 1970, as the platform's time is at least: what has expired is of no use to anybody */
  now: () => number
  /** @param anew nothing that was told before holds: these are of another beginning of the log, or all there are */
  told: (acts: readonly SettledAct[], anew: boolean) => void
  /** the events of an entity that are kept here, the newest first; false: enough */
  history: (entity: string, each: (bytes: Uint8Array, at: number) => boolean) => Promise<void>
  here: Here
  /** entities of which the picture may have no row though something is in force: their last event has ended, or expired */
  lasting: readonly string[]
}

/** Of one entity, looked through for one that counts. */
const mostBefore = 10_000
/** Entities looked through: the wall's own come first. */
const mostLookedFor = 500

const type = eventTypes.indexOf('vigie.act.v1')
const utf8 = new TextDecoder()

/** @returns null: nothing was done by it, or nobody can follow it */
export function actOf(bytes: Uint8Array, at: number, now: number): { act: SettledAct; bytes: number } | null {
  const stored = readRecord(bytes, viewOf(bytes), at)
  const { id, entity, sequence, published, expires, from, to } = stored
  if (stored.type !== 'vigie.act.v1' || from === to || to - from > mostActBytes) return null
  if (expires !== null && expires <= now) return null
  if (id.length > 200) return null
  let body: ActBody | null
  try {
    body = parseBody(type, JSON.parse(utf8.decode(bytes.subarray(from, to)))) as ActBody | null
  } catch {
    return null
  }
  return body && { act: { id, entity, body, sequence, published, at: stored.time }, bytes: to - from }
}

export function createInForce({ now, told, history, here, lasting }: InForceOptions): InForce {
  /** whose last event is no act that counts, and that nothing else was told of since */
  let without = new Set<string>()
  let looking = false

  const counts = (bytes: Uint8Array, at: number): SettledAct | null => {
    const read = actOf(bytes, at, now())
    return read && isCounting(read.act, here) ? read.act : null
  }
  const lastOf = async (entity: string): Promise<SettledAct | null> => {
    let found: SettledAct | null = null
    let left = mostBefore
    await history(entity, (bytes, at) => {
      found = counts(bytes, at)
      return found === null && --left > 0
    })
    return found
  }

  const tell = (records: Iterable<{ bytes: Uint8Array; at: number }>, anew: boolean): void => {
    const instant = now()
    let acts: SettledAct[] = []
    let used = 0
    let first = anew
    const flush = (): void => {
      told(acts, first)
      first = false
      acts = []
      used = 0
    }
    for (const { bytes, at } of records) {
      const read = actOf(bytes, at, instant)
      if (!read) continue
      acts.push(read.act)
      if (isCounting(read.act, here)) without.delete(read.act.entity)
      used += read.bytes
      if (acts.length === mostAtOnce || used >= mostBytesAtOnce) flush()
    }
    if (acts.length > 0 || first) flush()
  }

  return {
    all(table) {
      const rows: number[] = []
      if (table?.kind === 'act')
        for (let row = 0; row < table.size; row++) if (table.columns.used[row] === 1) rows.push(row)
      const { sequence } = table?.columns ?? { sequence: new Float64Array() }
      rows.sort((a, b) => sequence[a]! - sequence[b]!)
      without = new Set(lasting)
      for (const row of rows) {
        const bytes = table!.record(row)
        if (counts(bytes, 0) === null) without.add(readEntity(bytes, viewOf(bytes), 0))
      }
      tell(
        (function* () {
          for (const row of rows) yield { bytes: table!.record(row), at: 0 }
        })(),
        true,
      )
    },
    committed(batch) {
      tell(
        (function* () {
          const bytes = batch.bytes
          for (let row = 0; row < batch.count; row++) yield { bytes, at: batch.offset[row]! }
        })(),
        false,
      )
    },
    async whole() {
      if (looking || without.size === 0) return
      looking = true
      const entities = without
      try {
        for (const entity of [...entities].slice(0, mostLookedFor)) {
          const last = await lastOf(entity)
          // told of meanwhile, or all of it anew
          if (!without.has(entity) || entities !== without) continue
          if (last) told([last], false)
        }
        if (entities === without) without = new Set()
      } finally {
        looking = false
      }
    },
  }
}
