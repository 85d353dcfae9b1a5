/**
 * What main and the engine's process say to each other. The picture itself never passes here: it runs over the
 * windows' ports (`preload/contract/port.ts`).
 */
import * as v from 'valibot'
import { AddressesSchema } from '../../preload/contract/address.ts'
import { MarkingSchemeSchema } from '../../preload/contract/marking.ts'
import { ConnectionSchema } from '../../preload/contract/picture.ts'
import { ProblemSchema } from '../../preload/contract/result.ts'
import { roles } from '../../preload/contract/role.ts'
import type { Keeping } from './cache/retention.ts'
import type { Keys } from './cache/vault.ts'
import type { Platform } from './intake/nats/intake.ts'

const Key = v.instance(Uint8Array)
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

const KeepingSchema = v.strictObject({
  leastRetention: Count,
  mostRetention: Count,
  mostBytes: Count,
}) satisfies v.GenericSchema<unknown, Keeping>
const KeysSchema = v.strictObject({ certificate: v.string(), key: Key }) satisfies v.GenericSchema<
  unknown,
  Keys
>
const PlatformSchema = v.strictObject({
  servers: AddressesSchema,
  inbox: v.string(),
  tls: v.strictObject({ certificate: v.string(), key: Key, authority: v.string() }),
  tlsFirst: v.boolean(),
}) satisfies v.GenericSchema<unknown, Platform>

export const OrderSchema = v.variant('order', [
  /** once, first. `platform` null: show what the cache holds */
  v.strictObject({
    order: v.literal('start'),
    profile: v.string(),
    scheme: MarkingSchemeSchema,
    keeping: KeepingSchema,
    keys: KeysSchema,
    platform: v.nullable(PlatformSchema),
  }),
  /** comes with the window's MessagePortMain as the message's first port */
  v.strictObject({ order: v.literal('window'), id: Count, role: v.picklist(roles), ceiling: Count }),
  /** answered with a `report` of this number */
  v.strictObject({ order: v.literal('report'), id: Count }),
  /** answered with a `beat`, at once */
  v.strictObject({ order: v.literal('beat') }),
  /** the engine commits what it has and exits with 0 */
  v.strictObject({ order: v.literal('stop') }),
])
export type Order = v.InferOutput<typeof OrderSchema>

const ReportSchema = v.object({
  received: Count,
  rejected: Count,
  persisted: Count,
  gaps: Count,
  /** permitted products */
  products: Count,
  disconnects: Count,
  /** how far the platform's clock is ahead of this machine's, ms; null: not known */
  clockSkewMs: v.nullable(v.number()),
})
/** Since the engine's start. Every message of the streams counts once, state that is read ahead does not. */
export type Report = v.InferOutput<typeof ReportSchema>

export const AnswerSchema = v.variant('answer', [
  /** the cache is open and its picture is there */
  v.object({ answer: v.literal('ready') }),
  v.object({ answer: v.literal('connection'), connection: ConnectionSchema }),
  v.object({ answer: v.literal('report'), id: Count, report: ReportSchema }),
  v.object({ answer: v.literal('beat') }),
  /** instead of `ready`: the engine did not start, and will not */
  v.object({ answer: v.literal('not-started'), problem: ProblemSchema }),
  /** it goes on, but somebody must know */
  v.object({ answer: v.literal('failed'), problem: ProblemSchema }),
  /** what had failed works again */
  v.object({ answer: v.literal('recovered') }),
])
export type Answer = v.InferOutput<typeof AnswerSchema>
