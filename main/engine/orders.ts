/**
 * What main and the engine's process say to each other. The picture itself never passes here: it runs over the
 * windows' ports (`preload/contract/port.ts`).
 */
import * as v from 'valibot'
import { MarkingSchemeSchema } from '../../preload/contract/marking.ts'
import {
  OutboxEntrySchema,
  OutgoingSchema,
  SettledActSchema,
  togethernesses,
} from '../../preload/contract/outbox.ts'
import { DeliveriesToldSchema, DeliverySchema } from '../../preload/contract/document.ts'
import { LogToldSchema, OutgoingLineSchema } from '../../preload/contract/line.ts'
import { AskedLookSchema, LookSchema } from '../../preload/contract/look.ts'
import { LinkSchema } from '../../preload/contract/picture.ts'
import { PlaceSchema } from '../../preload/contract/place.ts'
import { ProblemSchema, resultOf } from '../../preload/contract/result.ts'
import { ProductNameSchema } from '../../preload/contract/product.ts'
import { pictureRoles } from '../../preload/contract/role.ts'
import {
  EraseOutcomeSchema,
  SaveOutcomeSchema,
  SharedErasureSchema,
  SharedSaveSchema,
  SharedThingSchema,
  SharedToldSchema,
  WaitingSaveSchema,
} from '../../preload/contract/shared.ts'
import { AddressedToldSchema } from '../../preload/contract/told.ts'
import { TrailPlaceSchema, TrailToForwardSchema } from '../../preload/contract/trail.ts'
import type { Keeping } from './cache/retention.ts'
import { ServerFactsSchema } from '../../preload/contract/trust.ts'
import { TrustTermsSchema } from '../identity/trust/terms.ts'
import { VaultMarkSchema } from './cache/vault-mark.ts'
import { AddressSchema } from './intake/addresses.ts'
import { SomeRowsSchema } from './windows/some-rows.ts'

const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

const KeepingSchema = v.strictObject({
  leastRetention: Count,
  mostRetention: Count,
  mostBytes: Count,
}) satisfies v.GenericSchema<unknown, Keeping>
/** Nothing else opens the cache: the identity's own key stays in main, but for what TLS needs of it. */
const CacheKeySchema = v.pipe(
  v.instance(Uint8Array<ArrayBuffer>),
  v.check(({ length }) => length === 32, 'a cache’s key has 32 bytes'),
)

export const OrderSchema = v.variant('order', [
  /** once, first. No intake: show what the cache holds */
  v.strictObject({
    order: v.literal('start'),
    profile: v.string(),
    scheme: MarkingSchemeSchema,
    keeping: KeepingSchema,
    cacheKey: CacheKeySchema,
    /** while another key takes its place: the cache may answer to this one already */
    nextKey: v.optional(CacheKeySchema),
    /** which vault gave that: the cache knows the last one */
    vault: VaultMarkSchema,
    /** the data product that acts are events of */
    acts: ProductNameSchema,
    /** the data product that lines of the log are entered into */
    log: ProductNameSchema,
    /** … that documents are added to, and that syntheses are published in */
    documents: ProductNameSchema,
    reports: ProductNameSchema,
    place: PlaceSchema,
    /** whose acts count at the wall; null: those of whoever may write */
    nodes: v.nullable(v.array(v.string())),
    intakes: v.pipe(
      v.array(AddressSchema),
      v.check(
        (all) => new Set(all.map(({ intake }) => intake)).size === all.length,
        'two intakes have one name',
      ),
    ),
  }),
  /** how the platform is judged from now on: a connection that would not be made now ends */
  v.strictObject({ order: v.literal('trust'), terms: TrustTermsSchema }),
  /** comes with the window's MessagePortMain as the message's first port */
  v.strictObject({ order: v.literal('window'), id: Count, role: v.picklist(pictureRoles), ceiling: Count }),
  /** comes with the port to the card's window as the message's first port */
  v.strictObject({ order: v.literal('line') }),
  /** answered with a `report` of this number */
  v.strictObject({ order: v.literal('report'), id: Count }),
  /** somebody did this: into the outbox with it, once, however often it is said; answered with `kept` or `not-kept` */
  v.strictObject({ order: v.literal('act'), act: OutgoingSchema }),
  /** it is not to be sent any more, if it was not; or its author has read why it was refused */
  v.strictObject({ order: v.literal('withdraw'), act: v.string() }),
  /** a line of the log, once, however often it is said; answered with a `line-entered` of this number once it is kept */
  v.strictObject({ order: v.literal('line-enter'), id: Count, line: OutgoingLineSchema }),
  /** it is not to be sent any more; answered with a `line-withdrawn` of this number */
  v.strictObject({ order: v.literal('line-withdraw'), id: Count, line: v.string() }),
  /** files, and the event that tells of them, once; answered with a `delivery-kept` of this number once it is kept */
  v.strictObject({ order: v.literal('deliver'), id: Count, delivery: DeliverySchema }),
  /** it is not to be sent any more; answered with a `delivery-withdrawn` of this number */
  v.strictObject({ order: v.literal('delivery-withdraw'), id: Count, delivery: v.string() }),
  /** a new version of a thing that people share, once; answered with a `shared-saved` of this number */
  v.strictObject({ order: v.literal('shared-save'), id: Count, save: SharedSaveSchema }),
  /** it is not to be saved any more; answered with a `shared-withdrawn` of this number */
  v.strictObject({ order: v.literal('shared-withdraw'), id: Count, save: v.string() }),
  /** answered with a `shared-erased` of this number */
  v.strictObject({ order: v.literal('shared-erase'), id: Count, erasure: SharedErasureSchema }),
  /** answered with a `shared-history` of this number */
  v.strictObject({ order: v.literal('shared-history'), id: Count, key: v.string() }),
  /** rows of a product for a file that leaves, from one on; answered with `rows` of this number */
  v.strictObject({
    order: v.literal('rows'),
    id: Count,
    product: ProductNameSchema,
    ceiling: Count,
    from: Count,
  }),
  /** the last record that the platform has of this node's trail; answered with a `trail-last` of this number */
  v.strictObject({ order: v.literal('trail-last'), id: Count, node: v.string() }),
  /** those that follow the one at `after`, in their order; answered with a `trail-taken` of this number */
  v.strictObject({
    order: v.literal('trail'),
    id: Count,
    node: v.string(),
    records: v.array(TrailToForwardSchema),
    after: TrailPlaceSchema,
  }),
  /** for one picture of another node's screen; answered with a `looked` of this number */
  v.strictObject({
    order: v.literal('look'),
    id: Count,
    node: v.string(),
    ...AskedLookSchema.entries,
  }),
  /** to an `asked` of this number; null: none that may be given */
  v.strictObject({ order: v.literal('seen'), look: Count, picture: v.nullable(LookSchema) }),
  /** answered with a `beat`, at once */
  v.strictObject({ order: v.literal('beat') }),
  /** the engine commits what it has and exits with 0 */
  v.strictObject({ order: v.literal('stop') }),
])
export type Order = v.InferOutput<typeof OrderSchema>

/** All bytes in a start are keys: whoever handed it on, or is through with it, clears them. */
export function clearKeys(order: unknown): void {
  if (order instanceof Uint8Array) order.fill(0)
  else if (typeof order === 'object' && order !== null)
    for (const each of Object.values(order)) clearKeys(each)
}

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
  v.object({ answer: v.literal('link'), link: LinkSchema }),
  /** a server was taken: what it proved of itself */
  v.object({ answer: v.literal('server'), server: ServerFactsSchema }),
  v.object({ answer: v.literal('report'), id: Count, report: ReportSchema }),
  /**
   * This act survives whatever ends, and is not to be said again; the last `outbox` told before has it, unless it has left
   * it already. One that `lasts` is not waited for, and one that is done `alone` is this node's own: no outbox has those
   */
  v.object({ answer: v.literal('kept'), act: v.string() }),
  /** it is in no outbox, with why: it is full, or the disk does not take it */
  v.object({ answer: v.literal('not-kept'), act: v.string(), problem: ProblemSchema }),
  /** what the outbox holds now, in the order in which it was done. First with `ready`, then with changes */
  v.object({
    answer: v.literal('outbox'),
    entries: v.array(OutboxEntrySchema),
    full: v.boolean(),
  }),
  /**
   * Acts of the platform in the order of their sequence, this node's own among them: first what is in force, with
   * `ready`, then each as it is committed. `anew`: what was told before is replaced by these and those behind them, as the
   * log began anew or was read for the first time; its sequences may begin anew, too
   */
  v.object({ answer: v.literal('acts'), acts: v.array(SettledActSchema), anew: v.boolean() }),
  /** how acts go to the others now, and the subjects' first tokens (`screen`, `blank` …) that this node may not write */
  v.object({
    answer: v.literal('together'),
    together: v.picklist(togethernesses),
    refused: v.array(v.string()),
  }),
  /** the log that lines are entered into, and those that wait: first with `ready`, then with changes */
  v.object({ answer: v.literal('log'), ...LogToldSchema.entries }),
  /** lines that are addressed to somebody: first with `ready`, then with changes */
  v.object({ answer: v.literal('addressed'), ...AddressedToldSchema.entries }),
  v.object({ answer: v.literal('line-entered'), id: Count, result: resultOf(v.null()) }),
  /** `gone` false: it may be there already */
  v.object({ answer: v.literal('line-withdrawn'), id: Count, gone: v.boolean() }),
  /** a product that files leave for, and those that wait: first with `ready`, then with changes */
  v.object({ answer: v.literal('deliveries'), ...DeliveriesToldSchema.entries }),
  v.object({ answer: v.literal('delivery-kept'), id: Count, result: resultOf(v.null()) }),
  /** `gone` false: it may be there already */
  v.object({ answer: v.literal('delivery-withdrawn'), id: Count, gone: v.boolean() }),
  /** what people share, with every change: first all that is kept of it */
  v.object({ answer: v.literal('shared'), ...SharedToldSchema.entries }),
  /** what this node saved and is not there yet, or was refused, with every change */
  v.object({ answer: v.literal('saves'), saves: v.array(WaitingSaveSchema) }),
  v.object({ answer: v.literal('shared-saved'), id: Count, result: resultOf(SaveOutcomeSchema) }),
  v.object({ answer: v.literal('shared-erased'), id: Count, result: resultOf(EraseOutcomeSchema) }),
  /** `gone` false: it may be there already */
  v.object({ answer: v.literal('shared-withdrawn'), id: Count, gone: v.boolean() }),
  /** every version that the platform still has, newest first */
  v.object({ answer: v.literal('shared-history'), id: Count, result: resultOf(v.array(SharedThingSchema)) }),
  v.object({ answer: v.literal('rows'), id: Count, result: resultOf(SomeRowsSchema) }),
  v.object({
    answer: v.literal('trail-last'),
    id: Count,
    last: resultOf(v.nullable(v.object({ place: TrailPlaceSchema, body: v.string() }))),
  }),
  /** how many of them the platform has for good now, and the place of the last */
  v.object({
    answer: v.literal('trail-taken'),
    id: Count,
    result: resultOf(v.object({ taken: Count, place: TrailPlaceSchema })),
  }),
  /** somebody at the desk searches for this, as they type it */
  v.object({ answer: v.literal('searched'), text: v.string() }),
  v.object({ answer: v.literal('looked'), id: Count, looked: resultOf(LookSchema) }),
  /** another node wants a picture of a screen of this one: to be answered with a `seen` of this number */
  v.object({ answer: v.literal('asked'), look: Count, asked: AskedLookSchema }),
  v.object({ answer: v.literal('beat') }),
  /** instead of `ready`: the engine did not start, and will not */
  v.object({ answer: v.literal('not-started'), problem: ProblemSchema }),
  /** it goes on, but somebody must know */
  v.object({ answer: v.literal('failed'), problem: ProblemSchema }),
  /** what had failed works again */
  v.object({ answer: v.literal('recovered') }),
])
export type Answer = v.InferOutput<typeof AnswerSchema>
