/** A connection and what is answered on it, when whoever keeps asking asks. */
import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'

export const noLeader = (): Error =>
  new JetStreamApiError({
    code: 503,
    err_code: 10008,
    description: 'JetStream system temporarily unavailable',
  })

/** @param answers one for each time it is asked; null: it answers, and so it does behind the last */
export function anAccount(answers: readonly (Error | null)[]): {
  manager: JetStreamManager
  connection: NatsConnection
  asked: () => number
} {
  let asked = 0
  let closed = false
  const manager = {
    getAccountInfo() {
      const answer = answers[asked++] ?? null
      return answer === null ? Promise.resolve({}) : Promise.reject(answer)
    },
  }
  const connection = {
    isClosed: () => closed,
    close() {
      closed = true
      return Promise.resolve()
    },
  }
  return {
    manager: manager as unknown as JetStreamManager,
    connection: connection as unknown as NatsConnection,
    asked: () => asked,
  }
}
