/**
 * A line of the log that somebody enters at a node, on its way to the platform, and how it is called once it is there: by
 * its place in the product's sequence, which is the platform's alone to give. So no two nodes ever give one number, and
 * what waits has none.
 */
import * as v from 'valibot'
import { AuthorSchema } from './author.ts'
import { OwnerSchema, outcomes, severities, type Note } from './event.ts'
import { MomentSchema } from './moment.ts'
import { outboxStates, writeAccesses } from './outbox.ts'
import { tokenOf, type Place } from './place.ts'
import type { Record } from './picture.ts'
import { ProductNameSchema } from './product.ts'
import { ProblemSchema } from './result.ts'

const Instant = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8_640_000_000_000_000))
const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
const Entity = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
/** A level's id. */
const Marking = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
const Name = v.pipe(v.string(), v.maxLength(200))

/** UTF-16 units of a line's text, as any note's. */
export const mostText = 4000
export const mostRefs = 20

const said = {
  from: Name,
  to: Name,
  /** which domain it is about; null: none in particular */
  domain: v.nullable(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/))),
  severity: v.picklist(severities),
  marking: Marking,
  refs: v.pipe(v.array(Entity), v.maxLength(mostRefs)),
  /** the entity of the line that it corrects */
  corrects: v.nullable(Entity),
}

const Rationale = v.pipe(v.string(), v.maxLength(mostText))
const Rejected = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(500))), v.maxLength(20))
const OutcomeSchema = v.strictObject({ of: Entity, is: v.picklist(outcomes) })
const Due = v.pipe(Instant, v.integer())

/** What a line is besides its text; each has what it can't be without. */
const AsSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('line') }),
  /** `due`: when it is looked at again */
  v.strictObject({
    kind: v.literal('decision'),
    rationale: v.pipe(Rationale, v.regex(/\S/u, 'a decision says why')),
    rejected: Rejected,
    due: v.nullable(Due),
  }),
  v.strictObject({ kind: v.literal('task'), owner: OwnerSchema, due: Due }),
  /** what became of an earlier decision or task */
  v.strictObject({ kind: v.literal('outcome'), ...OutcomeSchema.entries }),
])
export type As = v.InferOutput<typeof AsSchema>

/** What somebody enters. Who they are, and when they did, is for main to say. */
export const LineInputSchema = v.strictObject({
  text: v.pipe(v.string(), v.maxLength(mostText), v.regex(/\S/u, 'a line says something')),
  /** when it happened, ms since 1970 */
  event: v.pipe(Instant, v.integer()),
  as: AsSchema,
  ...said,
})
export type LineInput = v.InferOutput<typeof LineInputSchema>

/** What somebody has begun to enter: kept in memory until they go on. */
export const LineDraftSchema = v.strictObject({
  ...said,
  typed: v.pipe(v.string(), v.maxLength(mostText)),
  /** as it was typed; '': now */
  event: v.pipe(v.string(), v.maxLength(100)),
  kind: v.picklist(['line', 'decision', 'task']),
  rationale: Rationale,
  /** with semicolons between */
  rejected: v.pipe(v.string(), v.maxLength(mostText)),
  owner: v.pipe(v.string(), v.maxLength(200)),
  /** as it was typed */
  due: v.pipe(v.string(), v.maxLength(100)),
  outcome: v.nullable(OutcomeSchema),
})
export type LineDraft = v.InferOutput<typeof LineDraftSchema>

/** A note, as a line says it: what a window is told has nothing that nobody named. */
const LineNoteSchema = v.strictObject({
  text: v.pipe(v.string(), v.maxLength(mostText)),
  category: v.picklist(['log', 'decision', 'task']),
  severity: said.severity,
  refs: said.refs,
  /** RFC 3339 */
  due: v.exactOptional(v.pipe(v.string(), v.maxLength(40))),
  line: v.strictObject({
    ...{ from: Name, to: Name, domain: said.domain, corrects: said.corrects, by: AuthorSchema },
    /** RFC 3339 */
    entered: v.pipe(v.string(), v.maxLength(40)),
    rationale: v.exactOptional(Rationale),
    rejected: v.exactOptional(Rejected),
    moment: v.exactOptional(MomentSchema),
    owner: v.exactOptional(OwnerSchema),
    outcome: v.exactOptional(OutcomeSchema),
  }),
})

export const OutgoingLineSchema = v.strictObject({
  id: Id,
  entity: Entity,
  marking: Marking,
  /** when it happened, and when it was entered */
  event: Instant,
  at: Instant,
  note: LineNoteSchema,
})
export type OutgoingLine = v.InferOutput<typeof OutgoingLineSchema>

export const WaitingLineSchema = v.strictObject({
  ...OutgoingLineSchema.entries,
  state: v.picklist(outboxStates),
  /** why it was refused, or why it still waits; null: nothing is wrong */
  problem: v.nullable(ProblemSchema),
})
export type WaitingLine = v.InferOutput<typeof WaitingLineSchema>

/** The log that this node writes, as the engine tells of it. */
export const LogToldSchema = v.object({
  product: ProductNameSchema,
  access: v.picklist(writeAccesses),
  /** the highest that it takes, by its id; null: nobody has said */
  marking: v.nullable(v.string()),
  /** in the order in which they were entered */
  waiting: v.array(WaitingLineSchema),
})
export type LogTold = v.InferOutput<typeof LogToldSchema>

/** … and as the desk is told of it. */
export const DeskLogSchema = v.object({
  ...LogToldSchema.entries,
  /** ids of the levels that a line may have here */
  markings: v.array(v.string()),
  draft: v.nullable(LineDraftSchema),
})

const kind = 'line'
/** A line is its node's own: what a node may write is said by it, and nobody else can say that it wrote it. */
export const lineEntity = (
  { organisation, node }: Pick<Place, 'organisation' | 'node'>,
  id: string,
): string => `${kind}.${tokenOf(organisation)}.${tokenOf(node)}.${id}`
/** All of a node's own, as a subject; null: of any. */
export const linesOf = (place: Pick<Place, 'organisation' | 'node'> | null): string =>
  place === null ? `${kind}.*.*.*` : lineEntity(place, '*')

/** Whose log a line is of, by its entity; null: it was not entered at a node. */
export const organisationOf = (entity: string): string | null =>
  /^line\.([a-z0-9-]+)\.[a-z0-9-]+\.[^.]+$/.exec(entity)?.[1] ?? null

/** `CNCS-0042`: the organisation's, and its place in the log. Null: it has none of the system's. */
export function systemNumber({ entity, sequence }: Pick<Record, 'entity' | 'sequence'>): string | null {
  const organisation = organisationOf(entity)
  return organisation === null ? null : `${organisation.toUpperCase()}-${String(sequence).padStart(4, '0')}`
}

/**
 * The entity of the line that it corrects, where it may: a line of the same organisation, in the same log. Nobody strikes
 * what others wrote.
 */
export function correctedBy({ entity }: Pick<Record, 'entity'>, note: Note): string | null {
  const corrects = note.line?.corrects ?? null
  const own = organisationOf(entity)
  return corrects !== null && corrects !== entity && own !== null && organisationOf(corrects) === own
    ? corrects
    : null
}
