/**
 * One product, read without loss (platform.md): the first time the state, then what follows, and behind it the
 * history, oldest first; later from the next sequence on. What retention took meanwhile is a gap.
 */
import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream'
import { errors, type Msg, type NatsConnection } from '@nats-io/nats-core'
import { streamOf, subjectsOf, type ProductName } from '../../../preload/contract/product.ts'
import type { PlatformClock } from '../platform-clock.ts'
import type { Backfill } from './backfill.ts'
import { madeAt, readStream, type Reader } from './reader.ts'

/** What the engine does with a product's messages. */
export interface Sink {
  readonly product: ProductName
  /** the last sequence that was taken on by following, committed or not; null: never connected */
  position(): number | null
  /** history still to be filled in, oldest first */
  missing(): { first: number; last: number }[]
  access(access: 'permitted' | 'refused' | 'pending'): void
  /**
   * Before reading: what the platform has. Records gaps; a stream that began anew is forgotten.
   * @param stream `created`: when it was made, ms since 1970; another one than before counts anew
   */
  opened(stream: { first: number; last: number; created: number }): Promise<void>
  state(message: Msg, sequence: number, published: number): void
  /** all state up to `live` was given; from now on the log follows it */
  stateDone(live: number, first: number): Promise<void>
  live(message: Msg, sequence: number, published: number): void
  /** what is published from now on comes as it is published: ms since 1970, by the platform */
  follows(since: number): void
  history(message: Msg, sequence: number, published: number): void
  /** the hole has nothing more to give, whatever is not there does not exist */
  historyDone(first: number, last: number): Promise<void>
  room(): Promise<void>
}

export interface Following {
  readonly stream: string
  /** the platform answered a request about this stream with a permission violation */
  forbidden(error: Error): void
  stop(): void
}

const under = 2000
/** Rights and streams may come later; each is asked for again. */
const againAfter = 30_000
const missingAfter = 5000

/** The library wraps what the server said in errors of its own. */
const isForbidden = (error: unknown): boolean => {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof errors.PermissionViolationError) return true
  return false
}
const streamNotFound = 10059
const isNotFound = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === streamNotFound

/** @param inbox the prefix of our own inboxes */
export function follow(
  connection: NatsConnection,
  manager: JetStreamManager,
  inbox: string,
  sink: Sink,
  backfill: Backfill,
  time: PlatformClock,
): Following {
  const stream = streamOf(sink.product)
  const subject = subjectsOf(sink.product)
  let stopped = false
  let timer: NodeJS.Timeout | null = null
  const readers = new Set<Reader>()
  let created = 0

  const read = async (
    from: number | 'state',
    to: number | null,
    message: (message: Msg, sequence: number, published: number) => void,
    ahead?: { caughtUp: () => void; follows: (since: number) => void },
  ): Promise<boolean> => {
    const reader = readStream(connection, manager, {
      stream,
      created,
      time,
      inbox,
      subject,
      from,
      to,
      under,
      message,
      room: () => sink.room(),
      ...ahead,
    })
    readers.add(reader)
    try {
      return await reader.done
    } finally {
      readers.delete(reader)
    }
  }

  const run = async (): Promise<void> => {
    const caughtUp = backfill.catchingUp()
    const attempt = { over: false }
    const begun = await backfill.begin()
    try {
      if (!stopped)
        await readAll(attempt, () => {
          begun()
          caughtUp()
        })
    } finally {
      attempt.over = true
      begun()
      caughtUp()
    }
  }

  const readAll = async (attempt: { readonly over: boolean }, caughtUp: () => void): Promise<void> => {
    const info = await manager.streams.info(stream)
    if (stopped) return
    const { state } = info
    created = madeAt(info.created)
    sink.access('permitted')
    await sink.opened({ first: state.first_seq, last: state.last_seq, created })
    if (stopped) return
    if (sink.position() === null) {
      if (state.messages > 0 && !(await read('state', state.last_seq, (...args) => sink.state(...args))))
        return
      if (stopped) return
      await sink.stateDone(state.last_seq, state.first_seq)
    }
    if (stopped) return
    const behind = async (): Promise<void> => {
      const over = await backfill.turn()
      try {
        for (const { first, last } of sink.missing()) {
          if (stopped || attempt.over) return
          if (!(await read(first, last, (...args) => sink.history(...args)))) return
          await sink.historyDone(first, last)
        }
      } finally {
        over()
      }
    }
    const from = (sink.position() ?? 0) + 1
    const follows = (since: number): void => sink.follows(since)
    const ahead = read(from, null, (...args) => sink.live(...args), { caughtUp, follows })
    await Promise.all([ahead, behind()])
  }

  const again = (after: number): void => {
    timer = setTimeout(start, after)
  }

  const start = (): void => {
    if (stopped || connection.isClosed()) return
    run().catch((error: unknown) => {
      if (stopped || connection.isClosed()) return
      for (const reader of readers) reader.stop()
      if (isForbidden(error)) {
        sink.access('refused')
        again(againAfter)
      } else {
        if (isNotFound(error)) sink.access('pending')
        again(missingAfter)
      }
    })
  }

  start()
  return {
    stream,
    forbidden(error) {
      for (const reader of readers) reader.fail(error)
    },
    stop() {
      stopped = true
      if (timer) clearTimeout(timer)
      for (const reader of readers) reader.stop()
    },
  }
}
