/** The platform's catalog: the KV bucket `catalog`, read and then watched. */
import { jetstream } from '@nats-io/jetstream'
import { Kvm, type KvEntry } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import * as v from 'valibot'
import { readDescriptor, type ReadDescriptor } from '../../../../preload/contract/descriptor.ts'
import { ProductNameSchema, type ProductName } from '../../../../preload/contract/product.ts'
import type { Problem, Result } from '../../../../preload/contract/result.ts'
import { oneLine } from '../../../../preload/contract/text.ts'
import type { IntakeOptions } from '../intake.ts'

export interface CatalogEvents {
  listed(product: ProductName, read: ReadDescriptor): void
  /**
   * its descriptor can't be trusted: nothing is read by it until it is mended
   * @param marking what it says of that, though; '' where it says nothing readable
   */
  distrusted(product: ProductName, problem: Problem, marking: string): void
  withdrawn(product: ProductName): void
  /** all that the catalog held when the watch began was told; `certain` false: it says nothing, and may be slow */
  complete(certain: boolean): void
  problem(problem: Problem): void
}

const mostBytes = 256 * 1024
/** ms after which a catalog that says nothing is taken for an empty one */
const silence = 10_000

const invalid = (product: string, message: string): Problem => ({
  code: 'product.descriptor-invalid',
  message,
  subject: oneLine(product, 130),
})

function parse(value: Uint8Array): unknown {
  if (value.length > mostBytes) return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value))
  } catch {
    return undefined
  }
}

type SchemaFault = IntakeOptions<unknown>['schemaFault']

const Marked = v.object({ marking: v.pipe(v.string(), v.maxLength(64)) })

function read(key: ProductName, json: unknown, schemaFault: SchemaFault): Result<ReadDescriptor> {
  const wrong = (message: string): Result<never> => ({ ok: false, error: invalid(key, message) })
  if (json === undefined) return wrong('the descriptor is not JSON, or larger than 256 KiB')
  const described = readDescriptor(key, json)
  if (!described.ok) return described
  const { dataschema } = described.value.descriptor
  if (!dataschema) return described
  // messages that can't be checked are not read: they wait on the platform until the schema is mended
  const fault = schemaFault(dataschema)
  return fault === null ? described : wrong(fault)
}

/** @returns when the watch ends, because the connection did or because the bucket is not there (then it throws) */
export async function watchCatalog(
  connection: NatsConnection,
  schemaFault: SchemaFault,
  events: CatalogEvents,
  stopped: (stop: () => void) => void,
): Promise<void> {
  const bucket = await new Kvm(jetstream(connection)).open('catalog')
  const watch = await bucket.watch()
  stopped(() => watch.stop())
  const quiet = setTimeout(() => events.complete(false), silence)
  try {
    for await (const entry of watch) {
      tell(entry, schemaFault, events)
      if (entry.delta !== 0) continue
      clearTimeout(quiet)
      events.complete(true)
    }
  } finally {
    clearTimeout(quiet)
  }
}

function tell({ key, value, operation }: KvEntry, schemaFault: SchemaFault, events: CatalogEvents): void {
  if (!v.is(ProductNameSchema, key)) {
    events.problem(invalid(key, 'the catalog’s key is no product name'))
    return
  }
  if (operation !== 'PUT') {
    events.withdrawn(key)
    return
  }
  const json = parse(value)
  const descriptor = read(key, json, schemaFault)
  if (descriptor.ok) events.listed(key, descriptor.value)
  else events.distrusted(key, descriptor.error, v.is(Marked, json) ? json.marking : '')
}
