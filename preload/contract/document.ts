/**
 * Files that leave this node, with the event that tells of them: a document that somebody adds, or a synthesis that is
 * released. Their bytes go into the platform's object store first, and the event only once they are whole there: nobody is
 * ever told of what can't be read.
 */
import * as v from 'valibot'
import type { FileSchema } from './event.ts'
import type { DocumentBody, Feature, Report } from './event.ts'
import { EntityRefSchema } from './entity.ts'
import { outboxStates, writeAccesses } from './outbox.ts'
import { tokenOf, type Place } from './place.ts'
import { ProductNameSchema } from './product.ts'
import { ProblemSchema } from './result.ts'
import { PageNumber } from './scene.ts'

const Instant = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8_640_000_000_000_000))
const Id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/))
const Entity = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
/** A level's id. */
const Marking = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
const Size = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Of one file, and of all that one delivery brings. */
export const mostFileBytes = 32 * 1024 * 1024
export const mostDeliveryBytes = 64 * 1024 * 1024
export const mostFiles = 8
/** Of all that waits at a node. */
export const mostWaitingBytes = 256 * 1024 * 1024

/** RFC 6838, without parameters. */
export const MediaTypeSchema = v.pipe(
  v.string(),
  v.maxLength(100),
  v.regex(
    /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/i,
    'a media type such as application/pdf',
  ),
)
/** As `objectOf` makes it: what one delivery brings is called nothing that another's could be. */
const ObjectName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}\/[A-Za-z0-9._ -]{1,120}$/))

/** An observation that somebody enters leaves the same way, without a file. */
export const deliveryTypes = ['vigie.document.v1', 'vigie.report.v1', 'vigie.feature.v1'] as const
export type DeliveryType = (typeof deliveryTypes)[number]

const DeliveredFileSchema = v.strictObject({
  object: ObjectName,
  mediaType: MediaTypeSchema,
  bytes: v.pipe(
    v.instance(Uint8Array<ArrayBuffer>),
    v.check(({ length }) => length <= mostFileBytes, 'a file is at most 32 MB'),
  ),
})
export type DeliveredFile = v.InferOutput<typeof DeliveredFileSchema>

/**
 * What is to be delivered: said again with the same id it is the same. Its body is what its type says (`event.ts`), and
 * names exactly these files, each with its size and digest.
 */
export const DeliverySchema = v.pipe(
  v.strictObject({
    id: Id,
    product: ProductNameSchema,
    /** `documentEntity` or `reportEntity`: what this node may write */
    entity: Entity,
    type: v.picklist(deliveryTypes),
    marking: Marking,
    /** when it happened, and when somebody did it; ms since 1970 */
    event: Instant,
    at: Instant,
    body: v.record(v.string(), v.unknown()),
    files: v.pipe(v.array(DeliveredFileSchema), v.maxLength(mostFiles)),
  }),
  v.check(
    ({ files }) => files.reduce((sum, { bytes }) => sum + bytes.length, 0) <= mostDeliveryBytes,
    'the files of one delivery are at most 64 MB',
  ),
  v.check(
    ({ type, files }) => files.length > 0 === (type !== 'vigie.feature.v1'),
    'a file at least, or none',
  ),
  v.check(
    ({ id, files }) => files.every(({ object }) => object.startsWith(`${id}/`)),
    'its files are called after it',
  ),
)
export type Delivery = Omit<v.InferOutput<typeof DeliverySchema>, 'body'> & { body: Delivered }
/** What a delivery tells of. */
export type Delivered = DocumentBody | Report | Feature

/** A file that somebody adds as a document. Who they are, and when they did, is for main to say. */
export const DocumentInputSchema = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(200), v.regex(/\S/u, 'a document has a name')),
  /** whose it is, as people say it */
  owner: v.pipe(v.string(), v.maxLength(200)),
  marking: Marking,
  /** as the file is called; nothing is ever put together from it but what `objectOf` lets through */
  file: v.pipe(v.string(), v.maxLength(255)),
  mediaType: MediaTypeSchema,
  bytes: DeliveredFileSchema.entries.bytes,
})
export type DocumentInput = v.InferOutput<typeof DocumentInputSchema>

/** How far its files are, and what became of it: what waits, as everybody is told of it. */
export const WaitingDeliverySchema = v.strictObject({
  id: Id,
  product: ProductNameSchema,
  entity: Entity,
  type: v.picklist(deliveryTypes),
  marking: Marking,
  event: Instant,
  at: Instant,
  /** as people call it */
  title: v.pipe(v.string(), v.maxLength(600)),
  files: v.array(v.strictObject({ object: v.string(), mediaType: v.string(), size: Size })),
  state: v.picklist(outboxStates),
  /** why it was refused, or why it still waits; null: nothing is wrong */
  problem: v.nullable(ProblemSchema),
})
export type WaitingDelivery = v.InferOutput<typeof WaitingDeliverySchema>

/** One product that deliveries go to, as the engine tells of it. */
export const DeliveriesToldSchema = v.object({
  type: v.picklist(deliveryTypes),
  product: ProductNameSchema,
  access: v.picklist(writeAccesses),
  /** the highest that it takes, by its id; null: nobody has said */
  marking: v.nullable(v.string()),
  /** in the order in which they were delivered */
  waiting: v.array(WaitingDeliverySchema),
})
export type DeliveriesTold = v.InferOutput<typeof DeliveriesToldSchema>

/** … and as the desk is told of it. */
export const DeskDeliveriesSchema = v.object({
  ...DeliveriesToldSchema.entries,
  /** ids of the levels that what goes there may have here */
  markings: v.array(v.string()),
})
export type DeskDeliveries = v.InferOutput<typeof DeskDeliveriesSchema>

const kindOf = {
  'vigie.document.v1': 'document',
  'vigie.report.v1': 'report',
  'vigie.feature.v1': 'observation',
} as const
type Owner = Pick<Place, 'organisation' | 'node'>
const entityOf = (type: DeliveryType, { organisation, node }: Owner, name: string): string =>
  `${kindOf[type]}.${tokenOf(organisation)}.${tokenOf(node)}.${name}`

/** A document is its node's own: what a node may write is said by it. */
export const documentEntity = (place: Owner, id: string): string => entityOf('vigie.document.v1', place, id)
/** Of a synthesis, by its name (`SYN-012`): a later version is the same one's next state. */
export const reportEntity = (place: Owner, name: string): string =>
  entityOf('vigie.report.v1', place, tokenOf(name))
/** What somebody saw, as its node enters it. */
export const observationEntity = (place: Owner, id: string): string => entityOf('vigie.feature.v1', place, id)
/** Whether a line's reference names a document. */
export const namesDocument = (ref: string): boolean => ref.startsWith(`${kindOf['vigie.document.v1']}.`)
/** All that a node may deliver of a type, as a subject; null: any node. */
export const deliveriesOf = (type: DeliveryType, place: Owner | null): string =>
  place === null ? `${kindOf[type]}.*.*.*` : entityOf(type, place, '*')

/**
 * What a file is called in the object store: after its delivery, so that no two have one name, and as a person can read it.
 * ASCII alone: programs that read the store don't agree on how any other name is written there.
 * What comes from a name is no path, and nothing that a subject or a file system would take for something else.
 */
export function objectOf(id: string, name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._ -]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.\s-]+|[.\s-]+$/g, '')
    .slice(-120)
    .replace(/^[.\s-]+/, '')
  return `${id}/${plain === '' ? 'file' : plain}`
}

/** A document, and the page of it that is looked at. */
export const DocumentPageSchema = v.strictObject({ ...EntityRefSchema.entries, page: PageNumber })
export type DocumentPage = v.InferOutput<typeof DocumentPageSchema>

/** A file that an event tells of. */
export type EventFile = v.InferOutput<typeof FileSchema>

/** Which of the files that an event tells of: a document's own is the first. */
export const FileAskSchema = {
  product: ProductNameSchema,
  entity: v.pipe(v.string(), v.maxLength(200)),
  file: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(15)),
}
/** The largest that is opened here, and what is asked for in one piece. */
export const mostReadBytes = 64 * 1024 * 1024
export const mostPieceBytes = 1024 * 1024

/** How far a file is on its way here, bytes. It comes as long as somebody asks. */
export const FileStateSchema = v.strictObject({ whole: v.boolean(), done: Size, size: Size })
export type FileState = v.InferOutput<typeof FileStateSchema>

/** The files that an event of this type tells of; none where it tells of none. */
export const filesOf = ({ type, body }: { type: string; body: unknown }): readonly EventFile[] =>
  (deliveryTypes as readonly string[]).includes(type) ? filesIn(body as Delivered) : []

const tellsOfSeveral = (body: Delivered): body is Report => 'files' in body

export function filesIn(body: Delivered): readonly EventFile[] {
  if ('geometry' in body && 'properties' in body) return []
  return tellsOfSeveral(body) ? body.files : [body]
}
