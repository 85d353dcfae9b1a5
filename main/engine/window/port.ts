/** The engine's end of a window's port. A renderer may be anybody's: what it sends is checked, and bounded. */
import * as v from 'valibot'
import type { FromEngine, ToEngine } from '../../../preload/contract/picture.ts'
import { kinds, ProductNameSchema } from '../../../preload/contract/product.ts'

/** Electron's MessagePortMain or Node's MessagePort, as `index.ts` and the tests adapt them. */
export interface Port {
  send(message: FromEngine): void
  listen(receive: (message: unknown) => void): void
  /** told once, when the other side has gone */
  closed(told: () => void): void
  close(): void
}

const Count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5000))
/** of an answer: more than anybody reads in one */
const Few = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500))
const Entity = v.pipe(v.string(), v.maxLength(200))
const Id = v.pipe(v.number(), v.safeInteger())
const Row = v.pipe(v.number(), v.integer(), v.minValue(0))

const SubscriptionSchema = v.strictObject({
  form: v.picklist(['columns', 'records', 'series']),
  kinds: v.exactOptional(v.pipe(v.array(v.picklist(kinds)), v.maxLength(kinds.length))),
  domains: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(100))),
  products: v.exactOptional(v.pipe(v.array(ProductNameSchema), v.maxLength(1000))),
  limit: v.exactOptional(Count),
})

const ask = <Q extends string, A extends v.GenericSchema>(question: Q, schema: A) =>
  v.strictObject({ kind: v.literal('ask'), id: Id, question: v.literal(question), ask: schema })

const AskSchema = v.variant('question', [
  ask('history', v.strictObject({ product: ProductNameSchema, entity: Entity, limit: Few })),
  ask('row', v.strictObject({ product: ProductNameSchema, row: Row })),
  ask('record', v.strictObject({ product: ProductNameSchema, entity: Entity })),
  ask('search', v.strictObject({ text: v.pipe(v.string(), v.maxLength(200)), limit: Few })),
  ask('quarantine', v.strictObject({ product: v.nullable(ProductNameSchema), limit: Few })),
])

const ToEngineSchema = v.union([
  v.strictObject({ kind: v.literal('credit') }),
  v.strictObject({
    kind: v.literal('subscribe'),
    subscriptions: v.pipe(v.array(SubscriptionSchema), v.maxLength(200)),
  }),
  AskSchema,
])

/** @returns null for what is no message of the contract */
export function readAsk(raw: unknown): ToEngine | null {
  const read = v.safeParse(ToEngineSchema, raw)
  return read.success ? read.output : null
}
