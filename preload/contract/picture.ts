/** What a picture is made of: the catalog and how its products do, the link, and what people read of an entity. */
import * as v from 'valibot'
import { bodies, type Body, type EventType } from './event.ts'
import { DescriptorSchema, ProductNameSchema } from './product.ts'
import { ProblemSchema, problemCodes } from './result.ts'
import { mostAddresses } from './server-address.ts'

/** ms since 1970 */
const Time = v.number()
export const RankSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63))
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

const types = Object.keys(bodies) as EventType[]
/** Its type's own schema held it in check: here it is only seen that there is one. */
const BodySchema = v.custom<Body>((body) => typeof body === 'object' && body !== null)

/** An entity as people read it: texts are cleaned of control and bidi characters and bounded. */
export const RecordSchema = v.strictObject({
  product: ProductNameSchema,
  entity: v.string(),
  sequence: Count,
  id: v.string(),
  source: v.string(),
  type: v.picklist(types),
  time: Time,
  published: Time,
  expires: v.nullable(Time),
  marking: RankSchema,
  caveats: v.pipe(v.array(v.string()), v.readonly()),
  body: BodySchema,
})
export type Record = v.InferOutput<typeof RecordSchema>

/**
 * One data product as the catalog has it. A product that is marked above a window's ceiling is in none of that window's
 * messages, whatever its events are marked: its name, its title and its counts tell already.
 */
export const CatalogEntrySchema = v.strictObject({
  product: ProductNameSchema,
  /** without its schema: that is the engine's affair */
  descriptor: v.omit(DescriptorSchema, ['dataschema']),
  /** refused: the platform does not permit us this product, and nothing of it is shown or answered */
  access: v.picklist(['permitted', 'refused', 'pending']),
  /**
   * its state was read once, from the platform or the cache, and there was room for all of it: what is not in the
   * picture is not there
   */
  known: v.boolean(),
  /** the intake by which it comes; null: none has listed it since the cache knows of them */
  intake: v.nullable(v.string()),
  /** style rules that are in its descriptor as it is told here: whose, and which version */
  styled: v.exactOptional(
    v.array(v.strictObject({ key: v.string(), owner: v.string(), version: v.number() })),
  ),
})
export type CatalogEntry = v.InferOutput<typeof CatalogEntrySchema>

const Delay = v.nullable(v.strictObject({ median: v.number(), high: v.number() }))
/** How its messages come, for its owner: the last some thousand, as this node has had them since its engine began. */
export const QualitySchema = v.strictObject({
  /** messages in the last minute */
  perMinute: Count,
  /** from when it happened until it was published, and from then until it was here; ms, `high` of nineteen of twenty */
  published: Delay,
  received: Delay,
  /** why messages were rejected, the most frequent first */
  reasons: v.array(v.strictObject({ code: v.picklist(problemCodes), count: Count })),
  /** messages that did not fit the schema that their product promises; null: it promises none */
  offSchema: v.nullable(Count),
})
export type Quality = v.InferOutput<typeof QualitySchema>

const StreamHealthSchema = v.strictObject({
  received: Count,
  rejected: Count,
  /** what is wrong with the product itself and with none of its messages */
  faults: Count,
  /** ranges of the stream that retention took before we had them */
  gaps: v.array(v.strictObject({ first: v.number(), last: v.number(), found: Time })),
  /** history that is still to be filled in behind, messages */
  behind: Count,
  quality: v.exactOptional(QualitySchema),
})
export type StreamHealth = v.InferOutput<typeof StreamHealthSchema>

/** How one product of the catalog does; counted up to the window's ceiling. */
export const ProductHealthSchema = v.strictObject({
  product: ProductNameSchema,
  /** the newest event's time, ms since 1970; the window makes the age of it, so it ages when we are dead */
  newest: v.nullable(Time),
  entities: Count,
  /** of all markings together, so only for windows that may see them all; null for the others */
  stream: v.nullable(StreamHealthSchema),
})
export type ProductHealth = v.InferOutput<typeof ProductHealthSchema>

const Known = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostAddresses))

/** How we stand with the platform. `since` and `retryAt`: ms since 1970, by the platform's clock. */
export const ConnectionSchema = v.variant('state', [
  v.strictObject({ state: v.literal('offline'), since: Time }),
  v.strictObject({ state: v.literal('connecting'), since: Time, attempt: Count }),
  /**
   * `server`: what people know the other end by. `known`: how many such servers this node may turn to, this one among
   * them; null where the protocol has no such thing
   */
  v.strictObject({ state: v.literal('live'), since: Time, server: v.string(), known: v.nullable(Known) }),
  v.strictObject({ state: v.literal('waiting'), since: Time, retryAt: Time, problem: ProblemSchema }),
  /** waiting does not help: somebody has to do something */
  v.strictObject({ state: v.literal('refused'), since: Time, problem: ProblemSchema }),
])
export type Connection = v.InferOutput<typeof ConnectionSchema>

/** One intake's own, by the name that the node gives the intake. */
export const LinkSchema = v.strictObject({ intake: v.string(), connection: ConnectionSchema })
export type Link = v.InferOutput<typeof LinkSchema>

export const QuarantineEntrySchema = v.strictObject({
  product: ProductNameSchema,
  sequence: Count,
  received: Time,
  problem: ProblemSchema,
  /** the message's own id when it had one, cleaned */
  id: v.nullable(v.string()),
  /** the start of the body, cleaned, at most 500 characters */
  excerpt: v.string(),
})
export type QuarantineEntry = v.InferOutput<typeof QuarantineEntrySchema>
