import { setTimeout as sleep } from 'node:timers/promises'
import {
  DiscardPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import { Objm } from '@nats-io/obj'
import {
  durationMs,
  streamOf,
  subjectsOf,
  type Descriptor,
  type ProductName,
} from '../../preload/contract/product.ts'

/** A data product as its owner sets it up: what it is, and how much of it the platform keeps. */
export type Product = {
  name: ProductName
  descriptor: Descriptor
  /** bytes on disk at most, oldest go first; the descriptor's retention is the other bound */
  keepBytes: number
  /**
   * Seconds in which a repeated `ce-id` is dropped. The server holds these ids in memory: minutes for a log,
   * seconds for a product of ten thousand messages a second.
   */
  repeatWindow: number
}

const nanos = (ms: number) => ms * 1_000_000

/** "Service unavailable", and "no suitable peers for placement": its servers have not all found each other yet. */
const unavailable = 503
const noPeers = 10005

/** A server that reads new rights has for a moment no JetStream: nobody answers for it. */
const nobodyAnswers = ({ cause }: Error): boolean =>
  cause instanceof errors.RequestError && cause.isNoResponders()

const forms = (error: unknown): boolean =>
  error instanceof errors.TimeoutError ||
  (error instanceof Error && nobodyAnswers(error)) ||
  (error instanceof JetStreamApiError && (error.status === unavailable || error.code === noPeers))

/** Asks again until a cluster that forms has a leader and all its servers. What is asked must be the same done twice. */
const askerOnceFormed =
  (within: number) =>
  async <T>(ask: () => Promise<T>): Promise<T> => {
    const until = performance.now() + within
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (!forms(error)) throw error
        if (performance.now() > until)
          throw new Error(`the platform is not ready after ${within / 1000} s: ${String(error)}`, {
            cause: error,
          })
        await sleep(200)
      }
    }
  }
const formsWithin = 60_000
const sharedBytes = 64 * 2 ** 20

/**
 * Streams, catalog, shared things, documents and audit trail, as platform.md names them.
 *
 * @param copies of each stream, on as many servers
 * @param within ms that any of it may take of a cluster that forms
 */
export const setUpBus = async (
  connection: NatsConnection,
  products: readonly Product[],
  copies = 1,
  within = formsWithin,
): Promise<void> => {
  const onceFormed = askerOnceFormed(within)
  const manager = await onceFormed(() => jetstreamManager(connection))
  const client = jetstream(connection)
  const kept = { storage: StorageType.File, replicas: copies }
  const catalog = await onceFormed(() => new Kvm(client).create('catalog', { history: 1, ...kept }))
  await onceFormed(() => new Kvm(client).create('shared', { history: 20, ...kept, max_bytes: sharedBytes }))
  await onceFormed(() => new Objm(client).create('documents', kept))
  const streams: (Partial<StreamConfig> & { name: string })[] = [
    { name: 'AUDIT', subjects: ['audit.*'], max_bytes: 64 * 2 ** 20, allow_direct: true },
    ...products.map(({ name, descriptor, keepBytes, repeatWindow }) => {
      const retention = durationMs(descriptor.retention)
      return {
        name: streamOf(name),
        subjects: [subjectsOf(name)],
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.Old,
        max_age: nanos(retention),
        max_bytes: keepBytes,
        duplicate_window: nanos(Math.min(retention, repeatWindow * 1000)),
        allow_direct: true,
      }
    }),
  ]
  for (const stream of streams)
    await onceFormed(() =>
      manager.streams.add({ storage: StorageType.File, num_replicas: copies, ...stream }),
    )
  for (const { name, descriptor } of products)
    await onceFormed(() => catalog.put(name, JSON.stringify(descriptor)))
}
