/**
 * Batches become real: every 50 ms or 1,000 events all that waits is written in one transaction, events and the
 * positions that they are, and only then handed on. One commit is in flight while the next batch gathers. The 50 ms are
 * from one commit's beginning to the next: what comes after a while of quiet, or waited for a slow disk, has waited.
 * What happens is written before what happened, and both before the picture, where some of that is due: what was just
 * published waits for no more than itself.
 */
import type { Rank } from '../../../preload/contract/marking.ts'
import type { ProblemCode } from '../../../preload/contract/result.ts'
import { batchBytes, clearBatch, createBatch, settle, type Batch } from '../event/batch.ts'
import type { Database } from './database.ts'
import type { Held } from './held.ts'
import type { Outbox } from './outbox.ts'
import { createQuarantine, createQueued, faultOf, type Quarantined } from './quarantine.ts'
import { addRange } from './ranges.ts'
import { smallBytes } from './segment.ts'
import type { DueState } from './state.ts'
import { statementsOf } from './write-segments.ts'
import { dueWritten, writeDue } from './write-state.ts'

/** Where one reader of one product puts its events. */
export interface Lane {
  readonly held: Held
  /** following the stream, or filling in behind */
  readonly kind: 'live' | 'history'
  /** what the next commit takes; made when the first message comes */
  readonly batch: Batch
}

export interface Committed {
  lane: Lane
  batch: Batch
}

export interface CommitterOptions {
  database: Database
  /** asked after each commit; what it returns is written before the next: nothing is applied meanwhile */
  dueState: () => DueState[]
  /** what was sent from here leaves the outbox together with what it comes back as */
  outbox: Pick<Outbox, 'entries' | 'returning'>
  /** a transaction is durable: its batches are valid until this returns */
  applied: (committed: readonly Committed[]) => void
  /** the disk refuses; the commit is tried again, and nothing is read meanwhile */
  failing: (code: ProblemCode, message: string) => void
  /** … and took what it had refused: events, or the picture, behind which none may come for a long time */
  recovered?: () => void
}

export interface Committer {
  lane(held: Held, kind: Lane['kind']): Lane
  /** after a message was put into the lane's batch, or rejected: its sequence is settled */
  settled(lane: Lane, from: number, sequence: number, published: number, bytes: number): void
  /** whether what is rejected of the product is to be kept, or only counted */
  wanted(held: Held): boolean
  reject(held: Held, rejected: Quarantined | null): void
  /** what is wrong with the product and not with a message: kept in the same place, and counted for itself. @param rank who may see its text; absent: who may see the product */
  fault(held: Held, at: number, code: ProblemCode, text: string, rank?: Rank): void
  /** events, rejected messages and faults that wait for a commit */
  readonly waiting: number
  /** what waits is twice what may: many streams had been asked for more at once */
  readonly full: boolean
  /** resolves when there is room for more: little waits for a commit, in number and in bytes */
  room(): Promise<void>
  /** all that waited when it was called is durable; rejects where it is not, and this is the end */
  flush(): Promise<void>
  dispose(): Promise<void>
}

/** ms between the beginnings of two commits, unless much waits */
const interval = 50
/** ms that a commit waits for more at least: what comes together comes in a few pieces */
const gather = 4
const enough = 1000
const enoughBytes = 4 * 1024 * 1024
/**
 * What may wait before the streams are not asked for more: two commits of a flood's size, one on its way to the disk and
 * one that gathers. With half of it a flood waits for the disk's turns.
 */
const most = 16_000
const mostBytes = 64 * 1024 * 1024
/** About what an event takes beside its body. */
const eventBytes = 256
const retryAfter = 1000
/** Batches kept for their lanes' next round, all together. */
const mostSpareBytes = 64 * 1024 * 1024

const none: Counts = { rejected: new Map(), faults: new Map() }

/** By product. */
interface Counts {
  rejected: Map<Held, number>
  faults: Map<Held, number>
}

const addTo = (counts: Map<Held, number>, held: Held): void => {
  counts.set(held, (counts.get(held) ?? 0) + 1)
}

export function createCommitter(options: CommitterOptions): Committer {
  const { database, outbox } = options
  /** lanes with something to commit, and what they gather */
  let gathering = new Map<Lane, Batch>()
  /** batches for their lanes' next round, the one used longest ago first */
  const spares = new Map<Lane, Batch>()
  let spareBytes = 0
  const queued = createQueued()
  const quarantine = createQuarantine(database)
  /** since the last commit, by product */
  let counts: Counts = { rejected: new Map(), faults: new Map() }
  let waiting = 0
  let timer: NodeJS.Timeout | null = null
  let inFlight: Promise<void> | null = null
  /** when the last commit began */
  let begun = -Infinity
  let disposed = false
  /** the disk refused at the end: what came behind that must not be there without it */
  let ended = false
  let waitingBytes = 0
  let waiters: (() => void)[] = []
  const isRoom = (): boolean => waiting < most && waitingBytes < mostBytes
  const isDue = (): boolean => waiting >= enough || waitingBytes >= enoughBytes

  const batchOf = (lane: Lane): Batch => {
    const known = gathering.get(lane)
    if (known) return known
    const spare = spares.get(lane)
    if (spare) {
      spares.delete(lane)
      spareBytes -= batchBytes(spare)
    }
    const batch = spare ?? createBatch()
    gathering.set(lane, batch)
    return batch
  }

  const keep = (lane: Lane, batch: Batch): void => {
    // the lane may have begun its next one, and that comes back, too
    const before = spares.get(lane)
    if (before) spareBytes -= batchBytes(before)
    spares.delete(lane)
    spares.set(lane, batch)
    spareBytes += batchBytes(batch)
    for (const [idle, spare] of spares) {
      if (spareBytes <= mostSpareBytes) return
      spares.delete(idle)
      spareBytes -= batchBytes(spare)
    }
  }

  const take = (): Committed[] => {
    const taken: Committed[] = []
    const begun = new Map<Lane, Batch>()
    for (const [lane, batch] of gathering)
      if (batch.last === 0) begun.set(lane, batch)
      else taken.push({ lane, batch })
    gathering = begun
    return taken
  }

  const write = async (
    taken: readonly Committed[],
    quarantined: readonly Quarantined[],
    { rejected }: Counts,
  ): Promise<void> => {
    const statements = statementsOf(taken)
    const [only] = statements
    const returning =
      outbox.entries.length === 0
        ? null
        : outbox.returning(taken.map(({ lane, batch }) => ({ product: lane.held.product, batch })))
    if (returning === null && quarantined.length === 0 && rejected.size === 0 && statements.length <= 1) {
      // one statement is a transaction by itself, and one turn of the loop
      if (only) await database.single(only.sql, only.values)
      return
    }
    await database.transaction(async () => {
      for (const { sql, values } of statements) await database.run(sql, values)
      for (const { sql, values } of returning?.statements ?? []) await database.run(sql, values)
      await quarantine.write(quarantined)
      for (const [held, count] of rejected)
        await database.run('UPDATE product SET rejected = rejected + ? WHERE id = ?', [count, held.id])
    })
    returning?.done()
  }

  const writeState = (state: readonly DueState[]): Promise<void> =>
    database.transaction(async () => {
      for (const due of state) await writeDue(database, due)
    })

  const hand = (taken: readonly Committed[], { rejected, faults }: Counts): void => {
    for (const { lane, batch } of taken) {
      addRange(lane.held.ranges, batch.first, batch.last)
      lane.held.events += batch.count
      lane.held.bytes += batch.used
      if (batch.used < smallBytes) lane.held.small++
    }
    for (const [held, count] of rejected) held.rejected += count
    for (const [held, count] of faults) held.faults += count
    options.applied(taken)
    for (const { lane, batch } of taken) if (clearBatch(batch)) keep(lane, batch)
  }

  /** @returns false: it could not be written, and this is the end */
  const insist = async (work: () => Promise<void>): Promise<boolean> => {
    for (let failed = false; ; failed = true) {
      try {
        await work()
      } catch (error) {
        options.failing('cache.unwritable', String(error))
        // what could not be written at the end stays unsettled: the next start reads it again
        ended = disposed
        if (ended) return false
        await new Promise((resolve) => setTimeout(resolve, retryAfter))
        continue
      }
      if (failed) options.recovered?.()
      return true
    }
  }

  const commit = async (): Promise<void> => {
    const taken = take()
    const quarantined = queued.take()
    const countsNow = counts
    counts = { rejected: new Map(), faults: new Map() }
    const settledNow = waiting
    const bytesNow = waitingBytes
    const live = taken.filter(({ lane }) => lane.kind === 'live')
    const history = taken.filter(({ lane }) => lane.kind === 'history')
    const parts = live.length > 0 && history.length > 0 ? [live, history] : [taken]
    for (const [at, part] of parts.entries()) {
      // what was rejected goes with the first: after a crash between them it is told again, and never lost
      const [told, counted] = at === 0 ? [quarantined, countsNow] : [[], none]
      if (!(await insist(() => write(part, told, counted)))) return
      hand(part, counted)
    }
    waiting -= settledNow
    waitingBytes -= bytesNow
    if (isRoom()) {
      const ready = waiters
      waiters = []
      for (const resolve of ready) resolve()
    }
    const state = options.dueState()
    if (state.length === 0 || !(await insist(() => writeState(state)))) return
    for (const due of state) dueWritten(due)
  }

  const start = (): void => {
    // the last commit is dispose's own, and the database is closed behind it
    if (inFlight || disposed) return
    if (timer) clearTimeout(timer)
    timer = null
    begun = performance.now()
    inFlight = commit().finally(() => {
      inFlight = null
      if (isDue()) start()
      else if (waiting > 0) startSoon()
    })
  }
  const startSoon = (): void => {
    timer ??= setTimeout(start, Math.max(gather, begun + interval - performance.now()))
  }

  const waits = (bytes: number): void => {
    waiting++
    waitingBytes += bytes + eventBytes
    if (isDue()) start()
    else if (!inFlight) startSoon()
  }

  return {
    lane(held, kind) {
      const lane: Lane = {
        held,
        kind,
        get batch() {
          return batchOf(lane)
        },
      }
      return lane
    },
    settled(lane, from, sequence, published, bytes) {
      settle(lane.batch, from, sequence, published)
      waits(bytes)
    },
    wanted: ({ id }) => queued.wanted(id),
    reject(held, one) {
      addTo(counts.rejected, held)
      if (one) queued.add(one)
    },
    fault(held, at, code, text, rank) {
      if (!queued.add(faultOf(held, at, code, text, rank))) return
      addTo(counts.faults, held)
      waits(text.length)
    },
    get waiting() {
      return waiting
    },
    get full() {
      return waitingBytes >= 2 * mostBytes
    },
    room: () =>
      isRoom()
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiters.push(resolve)
          }),
    async flush() {
      while (inFlight) await inFlight
      start()
      if (inFlight) await (inFlight as Promise<void>)
      if (ended || (disposed && waiting > 0)) throw new Error('it ends before all that waited is written')
    },
    async dispose() {
      disposed = true
      while (inFlight) await inFlight
      if (timer) clearTimeout(timer)
      timer = null
      if (!ended) await commit()
    },
  }
}
