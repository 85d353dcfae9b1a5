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

const notYet = (error: unknown): boolean =>
  error instanceof errors.TimeoutError ||
  (error instanceof Error && nobodyAnswers(error)) ||
  (error instanceof JetStreamApiError && (error.status === unavailable || error.code === noPeers))

/** Asks again until a cluster has a leader and all its servers, and each its JetStream. What is asked must be the same done twice. */
const askerOnceReady =
  (within: number) =>
  async <T>(ask: () => Promise<T>): Promise<T> => {
    const until = performance.now() + within
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (!notYet(error)) throw error
        if (performance.now() > until)
          throw new Error(`the platform is not ready after ${within / 1000} s: ${String(error)}`, {
            cause: error,
          })
        await sleep(200)
      }
    }
  }
const readyWithin = 60_000
const sharedBytes = 64 * 2 ** 20

/**
 * Streams, catalog, shared things, documents and audit trail, as platform.md names them.
 *
 * @param copies of each stream, on as many servers
 * @param within ms that the platform may need until it is ready for any of it
 */
export const setUpBus = async (
  connection: NatsConnection,
  products: readonly Product[],
  copies = 1,
  within = readyWithin,
): Promise<void> => {
  const onceReady = askerOnceReady(within)
  const manager = await onceReady(() => jetstreamManager(connection))
  const client = jetstream(connection)
  const kept = { storage: StorageType.File, replicas: copies }
  const catalog = await onceReady(() => new Kvm(client).create('catalog', { history: 1, ...kept }))
  await onceReady(() => new Kvm(client).create('shared', { history: 20, ...kept, max_bytes: sharedBytes }))
  await onceReady(() => new Objm(client).create('documents', kept))
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
    await onceReady(() => manager.streams.add({ storage: StorageType.File, num_replicas: copies, ...stream }))
  for (const { name, descriptor } of products)
    await onceReady(() => catalog.put(name, JSON.stringify(descriptor)))
}
