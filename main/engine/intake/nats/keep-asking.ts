/**
 * Whether the platform still answers behind a server that does. In a cluster a server may be cut off from the others, or
 * they from a leader: the connection stands, and nothing comes by it. Such a connection is none, and another server may
 * do better.
 */
import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { isUnavailable } from './cause.ts'

const every = 5000
/** So often without any answer: one that is busy answers late. */
const mostUnanswered = 3
/** One is chosen in less, and every wall is told of it at once: who cuts for that makes them all come anew together. */
const againAfter = 1000
const mostUnavailable = 2

/** @returns how to ask for what the connection was ended for by this; null: it was not */
export function keepAsking(manager: JetStreamManager, connection: NatsConnection): () => unknown {
  let ended: unknown = null
  const ask = async (): Promise<void> => {
    for (let unanswered = 0, leaderless = 0; !connection.isClosed();) {
      const after = leaderless > 0 ? againAfter : every
      await new Promise((resolve) => setTimeout(resolve, after).unref())
      if (connection.isClosed()) return
      try {
        await manager.getAccountInfo()
        unanswered = leaderless = 0
      } catch (error) {
        if (connection.isClosed()) return
        if (isUnavailable(error) ? ++leaderless < mostUnavailable : ++unanswered < mostUnanswered) continue
        ended = error
        await connection.close()
        return
      }
    }
  }
  // what ends a connection is told by whoever runs on it
  ask().catch(() => undefined)
  return () => ended
}
