/**
 * One product, read without loss (platform.md): the first time the state, then what follows, and behind it the
 * history, oldest first; later from the next sequence on. What retention took meanwhile is a gap.
 */
import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { streamOf, subjectsOf } from '../../../../preload/contract/product.ts'
import type { Event } from '../../event/event.ts'
import type { PlatformClock } from '../../time/platform-clock.ts'
import type { Backfill } from '../backfill.ts'
import type { Sink } from '../sink.ts'
import { isForbidden, isNotFound } from './cause.ts'
import { openMessage } from './message.ts'
import { madeAt, readStream, type Reader, type Reading } from './reader.ts'

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

/**
 * @param inbox the prefix of our own inboxes
 * @param event filled for each message: one serves a whole connection
 */
export function follow(
  connection: NatsConnection,
  manager: JetStreamManager,
  inbox: string,
  sink: Sink,
  backfill: Backfill,
  time: PlatformClock,
  event: Event,
): Following {
  const stream = streamOf(sink.product)
  const subject = subjectsOf(sink.product)
  const prefix = subject.slice(0, -1)
  let stopped = false
  let timer: NodeJS.Timeout | null = null
  const readers = new Set<Reader>()
  let created = 0

  const read = async (
    from: number | 'state',
    to: number | null,
    take: (event: Event) => void,
    ahead?: Pick<Reading, 'goesOn' | 'caughtUp' | 'follows'>,
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
      message(message, sequence, published) {
        openMessage(message, prefix, sequence, published, time.now(), event)
        take(event)
      },
      room: () => sink.room(),
      full: () => sink.full(),
      ...ahead,
    })
    readers.add(reader)
    try {
      return await reader.done
    } finally {
      readers.delete(reader)
    }
  }

  /** Asks why there was nothing, once for all that was skipped meanwhile. Unanswered, the next connection asks. */
  let asking = false
  const explain = async (): Promise<void> => {
    if (asking) return
    asking = true
    try {
      for (let some = sink.skipped(); some.length > 0 && !stopped; some = sink.skipped()) {
        const info = await manager.streams.info(stream)
        if (madeAt(info.created) !== created) return
        await sink.explained(some, info.state.first_seq)
      }
    } catch {
      // a connection that has ended, or a right: whoever reads is told, too
    } finally {
      asking = false
    }
  }
  const taking =
    (take: (event: Event) => void) =>
    (one: Event): void => {
      take(one)
      if (sink.unexplained && !asking) void explain()
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
    if (!(await sink.opened({ first: state.first_seq, last: state.last_seq, created })))
      throw new Error(`the stream ${stream} ends at ${state.last_seq}, before our place`)
    if (stopped) return
    if (sink.position() === null) {
      if (state.messages > 0 && !(await read('state', state.last_seq, (one) => sink.state(one)))) return
      if (stopped) return
      await sink.stateDone(state.last_seq, state.first_seq)
    }
    if (stopped) return
    const live = taking((one) => sink.live(one))
    const history = taking((one) => sink.history(one))
    const behind = async (): Promise<void> => {
      const over = await backfill.turn()
      try {
        for (const { first, last } of sink.missing()) {
          if (stopped || attempt.over) return
          if (!(await read(first, last, history))) return
          await sink.historyDone(first, last)
          await explain()
        }
      } finally {
        over()
      }
    }
    const from = (sink.position() ?? 0) + 1
    const follows = (since: number): void => sink.follows(since)
    const goesOn = (sequence: number, published: number): boolean => sink.goesOn(sequence, published)
    const ahead = read(from, null, live, { goesOn, caughtUp, follows })
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
