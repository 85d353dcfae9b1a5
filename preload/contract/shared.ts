/**
 * What people share (platform.md): readable documents that a platform keeps in its bucket `shared`, under
 * `<kind>.<owner>.<name>`, each with owner, version, marking and schema before what it says. One mechanism for all kinds.
 */
import * as v from 'valibot'
import { FormSchema } from './form.ts'
import { tokenOf } from './place.ts'
import { outboxStates } from './outbox.ts'
import { FormulaSchema } from './formula.ts'
import { RankSchema } from './picture.ts'
import { RosterSchema } from './roster.ts'
import { ProblemSchema } from './result.ts'
import { WrittenSceneSchema } from './scene-written.ts'
import { StyleSchema } from './style.ts'
import { WordsSchema } from './words.ts'

/** Of one document, as its bytes are written. */
export const mostSharedBytes = 256 * 1024

const Content = v.record(v.string(), v.unknown())

/** What a document of each kind says. Where nothing is known of it yet, it is kept and told as it is. */
export const contents = {
  formula: FormulaSchema,
  rule: Content,
  form: FormSchema,
  template: Content,
  roster: RosterSchema,
  playlist: Content,
  plan: Content,
  style: StyleSchema,
  scene: WrittenSceneSchema,
  report: Content,
} as const
export type SharedKind = keyof typeof contents
export const sharedKinds = Object.keys(contents) as SharedKind[]

export const schemaOf = (kind: SharedKind): string => `vigie.${kind}.v1`

export const SharedKeySchema = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(?:${sharedKinds.join('|')})\\.[a-z0-9-]{1,64}\\.[a-z0-9-]{1,64}$`),
    'a thing that people share is named <kind>.<owner>.<name>, in a-z 0-9 -',
  ),
)
export type SharedKey = v.InferOutput<typeof SharedKeySchema>

/** What a desk erases is what a desk lists and nothing else shows but by its name: of the others there is no need yet. */
export const erasableKinds = ['formula', 'scene', 'form', 'roster'] as const satisfies readonly SharedKind[]
export const ErasableKeySchema = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(?:${erasableKinds.join('|')})\\.[a-z0-9-]{1,64}\\.[a-z0-9-]{1,64}$`),
    `what is erased from a desk is one of ${erasableKinds.join(', ')}`,
  ),
)

export interface KeyParts {
  kind: SharedKind
  owner: string
  name: string
}
export const partsOf = (key: SharedKey): KeyParts => {
  const [kind = '', owner = '', name = ''] = key.split('.')
  return { kind: kind as SharedKind, owner, name }
}
/** @param owner as people write it */
export const sharedKey = (kind: SharedKind, owner: string, name: string): SharedKey =>
  `${kind}.${tokenOf(owner)}.${name}`

const Sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const Name = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most))

export const envelope = {
  owner: Name(100),
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** a level's id; one that nobody knows counts as the highest */
  marking: v.pipe(v.string(), v.maxLength(64)),
  schema: Name(64),
  title: WordsSchema,
  /** who saved this version */
  saved: v.strictObject({ node: Name(100), person: v.nullable(Name(200)) }),
}

/** A document as it is told: what it says was held against its kind's schema where it was read. */
export const SharedDocumentSchema = v.strictObject({ ...envelope, content: Content })
export type SharedDocument = v.InferOutput<typeof SharedDocumentSchema>

/** One of the things that people share, as a node has it. */
export const SharedThingSchema = v.strictObject({
  /** one that is no name of a thing is told as it is */
  key: v.pipe(v.string(), v.maxLength(200)),
  /** of the document, 0: there is none */
  revision: Sequence,
  /** when it was saved, by the platform, ms since 1970 */
  published: v.pipe(v.number(), v.finite()),
  /** who may see it; one that can't be read, and says nothing of that, is for the highest */
  rank: RankSchema,
  /** the last that could be read; null: none could */
  document: v.nullable(SharedDocumentSchema),
  /** why a later revision is not used; null: there is none */
  wrong: v.nullable(v.strictObject({ revision: Sequence, problem: ProblemSchema })),
})
export type SharedThing = v.InferOutput<typeof SharedThingSchema>

/**
 * Whether the platform lets this node have what people share. `unknown`: it was not asked yet. `absent`: it has no such
 * bucket. `refused`: it does not let this node read there.
 */
export const sharedAccesses = ['unknown', 'absent', 'refused', 'permitted'] as const
export type SharedAccess = (typeof sharedAccesses)[number]

/** What has changed of it. */
export const SharedToldSchema = v.object({
  /** what was told before is to be forgotten */
  anew: v.boolean(),
  access: v.picklist(sharedAccesses),
  things: v.array(SharedThingSchema),
  gone: v.array(v.string()),
})
export type SharedTold = v.InferOutput<typeof SharedToldSchema>

/** So many saves wait at a node, of 256 KiB each at most. */
export const mostSaves = 50
/** Ids of saves that wait at a node. */
export const SaveIdsSchema = v.pipe(v.array(Name(64)), v.maxLength(mostSaves))

/** A new version of one, on its way to the platform. Its id is made when it is saved: it counts once. */
export const SharedSaveSchema = v.strictObject({
  id: Name(64),
  key: SharedKeySchema,
  /** the document, as it is written */
  text: Name(mostSharedBytes),
  /** the revision that its author had read, 0: there was none */
  after: Sequence,
  /** what waits of it here, and is in this one: it takes their place. Of others it goes over none unseen */
  over: v.exactOptional(SaveIdsSchema),
  /** ms since 1970 */
  at: v.pipe(v.number(), v.finite()),
})
export type SharedSave = v.InferOutput<typeof SharedSaveSchema>

/** One is to be there no more. Its id is nobody's to guess: of two of one id the platform takes the first. */
export const SharedErasureSchema = v.strictObject({
  id: Name(64),
  key: SharedKeySchema,
  /** the revision that its author had read */
  after: Sequence,
  /** ms since 1970 */
  at: v.pipe(v.number(), v.finite()),
})
export type SharedErasure = v.InferOutput<typeof SharedErasureSchema>

/** … and as it waits. `refused` with `shared.overtaken`: somebody saved another one meanwhile, and neither is lost. */
export const WaitingSaveSchema = v.strictObject({
  id: v.string(),
  key: SharedKeySchema,
  document: SharedDocumentSchema,
  after: Sequence,
  at: v.pipe(v.number(), v.finite()),
  state: v.picklist(outboxStates),
  /** why it was refused, or why it still waits; null: nothing is wrong */
  problem: v.nullable(ProblemSchema),
})
export type WaitingSave = v.InferOutput<typeof WaitingSaveSchema>

const Confirmed = v.strictObject({ outcome: v.literal('confirmed'), revision: Sequence })
/** What became of it. All but `confirmed` wait at the desk under this id, for the platform or for its author. */
export const SaveOutcomeSchema = v.variant('outcome', [
  Confirmed,
  v.strictObject({ outcome: v.literal('waits'), id: Name(64), problem: v.nullable(ProblemSchema) }),
  v.strictObject({ outcome: v.picklist(['overtaken', 'refused']), id: Name(64), problem: ProblemSchema }),
])
export type SaveOutcome = v.InferOutput<typeof SaveOutcomeSchema>

/** … and of an erasure, of which nothing waits. */
export const EraseOutcomeSchema = v.variant('outcome', [
  Confirmed,
  v.strictObject({ outcome: v.literal('overtaken'), problem: ProblemSchema }),
])
export type EraseOutcome = v.InferOutput<typeof EraseOutcomeSchema>

export const mostVersions = 100
/** A version of it, as it is listed. */
export const SharedVersionSchema = v.strictObject({
  revision: Sequence,
  published: v.number(),
  rank: RankSchema,
  /** these of one that can be read */
  version: v.nullable(v.number()),
  title: v.nullable(WordsSchema),
  saved: v.nullable(envelope.saved),
  problem: v.nullable(ProblemSchema),
})
export type SharedVersion = v.InferOutput<typeof SharedVersionSchema>

const Told = { title: WordsSchema, version: v.number(), saved: envelope.saved }
/** What the desk is told of it, but for the scenes themselves. */
export const DeskSharedSchema = v.object({
  access: v.picklist(sharedAccesses),
  /** what can't be read, or is not let in */
  wrong: v.array(v.object({ key: v.string(), revision: v.number(), problem: ProblemSchema })),
  /** what this node saved and is not there yet, or was refused; `theirs`: what holds now, null: nothing that may be seen */
  saves: v.array(
    v.object({
      ...{ id: v.string(), key: v.string(), at: v.number() },
      ...Told,
      state: v.picklist(outboxStates),
      problem: v.nullable(ProblemSchema),
      theirs: v.nullable(v.object(Told)),
    }),
  ),
  /** scenes, forms and rosters of this organisation that can be erased here, as they were read; of formulas the engine tells */
  erasable: v.array(v.object({ ...{ key: v.string(), revision: v.number(), owner: v.string() }, ...Told })),
})
