import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { encode, publish, type Message } from './message.ts'

export type Feed = {
  /** messages sent so far, per product */
  counts(): ReadonlyMap<string, number>
  /** resolves when the last one is with the server */
  stop(): Promise<void>
}

export type FeedOptions = {
  connection: NatsConnection
  next(): Message
  /** messages a second, on average exactly */
  rate: number
  /** when message number 0 is due, ms since 1970 */
  epoch: number
  now(): number
  /** the server refused a sampled message: its disk is full, or the stream is gone */
  onTrouble(message: string): void
}

/** Every ten milliseconds what has fallen due: small bursts, no drift. */
const beat = 10
/** one message in so many is acknowledged, to learn of a server that takes bytes and keeps nothing */
const sampled = 2000
/** more than this behind (a suspended machine): the missed time is skipped, not poured out */
const mostBehindMs = 5000

/** The server has all that was sent; given up on after a while, for it may be away. */
const answered = async (connection: NatsConnection): Promise<void> => {
  if (connection.isClosed()) return
  const patience = new AbortController()
  await Promise.race([
    connection.flush().catch(() => undefined),
    sleep(3000, undefined, { signal: patience.signal }).catch(() => undefined),
  ])
  patience.abort()
}

/** How many messages are due; pulled out of the loop so that a test can count by a clock of its own. */
export const dueBy = (now: number, epoch: number, rate: number): number =>
  Math.max(0, Math.floor(((now - epoch) * rate) / 1000) + 1)

export const startFeed = (options: FeedOptions): Feed => {
  const { connection, rate, now } = options
  const client = jetstream(connection)
  const counts = new Map<string, number>()
  let sent = 0
  let skipped = 0
  let running = true

  const send = (message: Message): void => {
    counts.set(message.product, (counts.get(message.product) ?? 0) + 1)
    sent++
    if (sent % sampled !== 0) {
      publish(connection, message)
      return
    }
    const { subject, headers, payload } = encode(message)
    client
      .publish(subject, payload, { headers })
      .catch((error: unknown) => options.onTrouble(error instanceof Error ? error.message : String(error)))
  }

  const run = async (): Promise<void> => {
    while (running) {
      const due = dueBy(now(), options.epoch, rate) - skipped
      const most = (mostBehindMs / 1000) * rate
      if (due - sent > most) skipped += Math.floor(due - sent - most)
      // at most a tenth of a second's worth a beat, so that catching up is no burst either
      const slice = Math.min(due - sent, Math.ceil(rate / 10))
      for (let i = 0; i < slice; i++) send(options.next())
      // the server's answer is the back-pressure: never more than one slice beyond it
      if (slice > 0 && sent % (rate >> 2 || 1) < slice) await answered(connection)
      await sleep(beat)
    }
    await answered(connection)
  }
  const done = run()

  return {
    counts: () => counts,
    async stop() {
      running = false
      await done
    },
  }
}
