/**
 * What people share (platform.md): readable documents that a platform keeps in its bucket `shared`, under
 * `<kind>.<owner>.<name>`, each with owner, version, marking and schema before what it says. One mechanism for all kinds.
 */
import * as v from 'valibot'
import { stringify } from 'yaml'
import { tokenOf } from './place.ts'
import { outboxStates } from './outbox.ts'
import { RankSchema } from './picture.ts'
import { ProblemSchema, fail, ok, type Result } from './result.ts'
import { FittingSceneSchema, type Scene } from './scene.ts'
import { oneLine, printableBody } from './text.ts'
import { WordsSchema } from './words.ts'
import { readYamlText } from './yaml-text.ts'

/** Of one document, as its bytes are written. */
export const mostSharedBytes = 256 * 1024

const Content = v.record(v.string(), v.unknown())

/** What a document of each kind says. Where nothing is known of it yet, it is kept and told as it is. */
const contents = {
  board: Content,
  formula: Content,
  rule: Content,
  form: Content,
  template: Content,
  roster: Content,
  playlist: Content,
  plan: Content,
  style: Content,
  scene: FittingSceneSchema,
} as const
export type SharedKind = keyof typeof contents
export const sharedKinds = Object.keys(contents) as SharedKind[]

const schemaOf = (kind: SharedKind): string => `vigie.${kind}.v1`

export const SharedKeySchema = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(?:${sharedKinds.join('|')})\\.[a-z0-9-]{1,64}\\.[a-z0-9-]{1,64}$`),
    'a thing that people share is named <kind>.<owner>.<name>, in a-z 0-9 -',
  ),
)
export type SharedKey = v.InferOutput<typeof SharedKeySchema>

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

const envelope = {
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

/** A new version of one, on its way to the platform. Its id is made when it is saved: it counts once. */
export const SharedSaveSchema = v.strictObject({
  id: Name(64),
  key: SharedKeySchema,
  /** the document, as it is written */
  text: Name(mostSharedBytes),
  /** the revision that its author had read, 0: there was none */
  after: Sequence,
  /** ms since 1970 */
  at: v.pipe(v.number(), v.finite()),
})
export type SharedSave = v.InferOutput<typeof SharedSaveSchema>

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

/** What became of it. All but `confirmed` wait at the desk, for the platform or for its author. */
export const SaveOutcomeSchema = v.variant('outcome', [
  v.strictObject({ outcome: v.literal('confirmed'), revision: Sequence }),
  v.strictObject({ outcome: v.literal('waits'), problem: v.nullable(ProblemSchema) }),
  v.strictObject({ outcome: v.picklist(['overtaken', 'refused']), problem: ProblemSchema }),
])
export type SaveOutcome = v.InferOutput<typeof SaveOutcomeSchema>

/** What it calls itself must be what its key says. */
const documentOf = ({ kind, owner, name }: KeyParts) =>
  v.strictObject({
    ...envelope,
    owner: v.pipe(
      envelope.owner,
      v.check((said) => tokenOf(said) === owner, `by its key it is ${owner}’s`),
    ),
    schema: v.literal(schemaOf(kind), `this version reads ${schemaOf(kind)} only`),
    content: v.pipe(
      contents[kind] as typeof Content,
      v.check(
        (content) => kind !== 'scene' || content['scene'] === name,
        `by its key the scene is called ${name}`,
      ),
    ),
  })

/** @returns `shared.invalid`, with the key, the line and the column as its subject */
export function readShared(key: SharedKey, text: string): Result<SharedDocument> {
  const read = readYamlText(text, documentOf(partsOf(key)), key, 'shared.invalid')
  return read.ok ? ok(cleaned(read.value)) : read
}

/** Whether what was read before is still what this version would read. */
export function rereadShared(key: SharedKey, value: unknown): Result<SharedDocument> {
  const read = v.safeParse(documentOf(partsOf(key)), value)
  return read.success ? ok(read.output) : fail('shared.invalid', read.issues[0].message, key)
}

const cleaned = (document: SharedDocument): SharedDocument => {
  const { title, content, owner, saved } = document
  const line = (words: string): string => oneLine(words, 500)
  return {
    ...document,
    owner: line(owner),
    title: typeof title === 'string' ? line(title) : { fr: line(title.fr), en: line(title.en) },
    saved: { node: line(saved.node), person: saved.person === null ? null : line(saved.person) },
    content: printableBody(content),
  }
}

const Marked = v.object({ marking: envelope.marking })
/** @returns what one that can't be used says of who may see it; null: nothing readable */
export function markingIn(key: SharedKey, text: string): string | null {
  const read = readYamlText(text, Marked, key, 'shared.invalid')
  return read.ok ? read.value.marking : null
}

/** As people read it. @returns `shared.too-large` */
export function writeShared(key: SharedKey, document: Omit<SharedDocument, 'schema'>): Result<string> {
  const { owner, version, marking, title, saved, content } = document
  const schema = schemaOf(partsOf(key).kind)
  const text = stringify(
    { owner, version, marking, schema, title, saved, content },
    { aliasDuplicateObjects: false },
  )
  const read = readShared(key, text)
  if (!read.ok) return read
  const bytes = new TextEncoder().encode(text).length
  return bytes > mostSharedBytes ? fail('shared.too-large', tooLarge(bytes), key) : ok(text)
}

export const tooLarge = (bytes: number): string =>
  `${Math.ceil(bytes / 1024)} KiB; a thing that people share has ${mostSharedBytes / 1024} KiB at most`

/** @returns the scene that a document of that kind says */
export const sceneIn = ({ content }: SharedDocument): Scene | null => {
  const read = v.safeParse(FittingSceneSchema, content)
  return read.success ? read.output : null
}
