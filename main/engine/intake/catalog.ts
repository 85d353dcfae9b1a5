/** The platform's catalog: the KV bucket `catalog`, read and then watched. */
import { jetstream } from '@nats-io/jetstream'
import { Kvm, type KvEntry } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import * as v from 'valibot'
import {
  DescriptorSchema,
  ProductNameSchema,
  type Descriptor,
  type ProductName,
} from '../../../preload/contract/product.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import { printable } from '../../../preload/contract/text.ts'

export interface CatalogEvents {
  listed(product: ProductName, descriptor: Descriptor): void
  withdrawn(product: ProductName): void
  /** all that the catalog held when the watch began was told */
  complete(): void
  problem(problem: Problem): void
}

const mostBytes = 256 * 1024
/** ms after which a catalog that says nothing is taken for an empty one */
const silence = 10_000

const invalid = (product: string, message: string): Problem => ({
  code: 'product.descriptor-invalid',
  message,
  subject: printable(product, 130),
})

function read(key: string, value: Uint8Array): Descriptor | Problem {
  if (value.length > mostBytes) return invalid(key, 'the descriptor is larger than 256 KiB')
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value))
  } catch {
    return invalid(key, 'the descriptor is not JSON')
  }
  const descriptor = v.safeParse(DescriptorSchema, json)
  if (!descriptor.success) {
    const [issue] = descriptor.issues
    return invalid(key, `${v.getDotPath(issue) ?? 'the descriptor'}: ${printable(issue.message, 200)}`)
  }
  if (descriptor.output.domain !== key.split('.')[0])
    return invalid(key, `the descriptor's domain is ${descriptor.output.domain}`)
  return descriptor.output
}

/** @returns when the watch ends, because the connection did or because the bucket is not there (then it throws) */
export async function watchCatalog(
  connection: NatsConnection,
  events: CatalogEvents,
  stopped: (stop: () => void) => void,
): Promise<void> {
  const bucket = await new Kvm(jetstream(connection)).open('catalog')
  const watch = await bucket.watch()
  stopped(() => watch.stop())
  const quiet = setTimeout(() => events.complete(), silence)
  try {
    for await (const entry of watch) {
      tell(entry, events)
      if (entry.delta !== 0) continue
      clearTimeout(quiet)
      events.complete()
    }
  } finally {
    clearTimeout(quiet)
  }
}

function tell({ key, value, operation }: KvEntry, events: CatalogEvents): void {
  if (!v.is(ProductNameSchema, key)) {
    events.problem(invalid(key, 'the catalog’s key is no product name'))
    return
  }
  if (operation !== 'PUT') {
    events.withdrawn(key)
    return
  }
  const descriptor = read(key, value)
  if ('code' in descriptor) events.problem(descriptor)
  else events.listed(key, descriptor)
}
