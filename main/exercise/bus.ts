import { jetstream, jetstreamManager, DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { Objm } from '@nats-io/obj'
import { durationMs, streamOf, type Descriptor, type ProductName } from '../../preload/contract/product.ts'

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

/** Streams, catalog, wall state, documents and audit trail, as platform.md names them. */
export const setUpBus = async (connection: NatsConnection, products: readonly Product[]): Promise<void> => {
  const manager = await jetstreamManager(connection)
  const kv = new Kvm(jetstream(connection))
  const catalog = await kv.create('catalog', { history: 1, storage: StorageType.File })
  await kv.create('walls', { history: 5, storage: StorageType.File })
  await new Objm(jetstream(connection)).create('documents', { storage: StorageType.File })
  await manager.streams.add({
    name: 'AUDIT',
    subjects: ['audit.*'],
    storage: StorageType.File,
    max_bytes: 64 * 2 ** 20,
  })
  for (const product of products) {
    const retention = durationMs(product.descriptor.retention)
    await manager.streams.add({
      name: streamOf(product.name),
      subjects: [`dp.${product.name}.*`],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(retention),
      max_bytes: product.keepBytes,
      duplicate_window: nanos(Math.min(retention, product.repeatWindow * 1000)),
      allow_direct: true,
    })
    await catalog.put(product.name, JSON.stringify(product.descriptor))
  }
}
