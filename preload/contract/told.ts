/**
 * Told, read, acted: what became of a line of the log that is addressed to functions of the room. The line itself is an
 * event of its product; what became of it is acts, which name the line and say nothing of what it says.
 */
import * as v from 'valibot'
import { AuthorSchema } from './author.ts'
import { EntityRefSchema, type EntityRef } from './entity.ts'
import { organisationOf } from './line.ts'
import { tokenOf } from './place.ts'
import { folded } from './text.ts'
import { WordsSchema, type Words } from './words.ts'

const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
const Instant = v.pipe(v.number(), v.finite())

/** Followed for so long from its publication on, ms; and so many at once, the newest. */
export const followedFor = 86_400_000
export const mostFollowed = 500

/** A line that names somebody it is for, as the engine finds it: nothing of its text. */
export const AddressedSchema = v.strictObject({
  ...EntityRefSchema.entries,
  sequence: Count,
  /** as people call it */
  number: v.pipe(v.string(), v.maxLength(60)),
  to: v.pipe(v.string(), v.maxLength(200)),
  rank: Count,
  /** by the platform, ms since 1970 */
  published: Instant,
  by: v.nullable(AuthorSchema),
})
export type Addressed = v.InferOutput<typeof AddressedSchema>

export const AddressedToldSchema = v.strictObject({
  /** the newest first */
  lines: v.array(AddressedSchema),
  /** how many more there were in that time than are followed */
  left: Count,
})
export type AddressedTold = v.InferOutput<typeof AddressedToldSchema>

/** Who, where and when; `person` null: the node itself. */
export const MarkSchema = v.object({ person: v.nullable(v.string()), node: v.string(), at: v.number() })
export type Mark = v.InferOutput<typeof MarkSchema>

export const stages = ['delivered', 'read', 'acted'] as const
export type Stage = (typeof stages)[number]

/** What became of a line at one function. */
export interface Receipt extends EntityRef, Record<Stage, Mark | null> {
  function: string
}

export const ReceiptSchema = v.object({
  function: v.string(),
  delivered: v.nullable(MarkSchema),
  read: v.nullable(MarkSchema),
  acted: v.nullable(MarkSchema),
})

/** A line that is addressed to functions of the room, with what became of it at each. */
export const ToldLineSchema = v.object({
  ...EntityRefSchema.entries,
  number: v.string(),
  published: v.number(),
  /** from then on a function that has not answered is called, ms since 1970 by the platform's time */
  due: v.number(),
  by: v.nullable(AuthorSchema),
  rank: v.number(),
  /** in the policy's order */
  receipts: v.array(ReceiptSchema),
})
export type ToldLine = v.InferOutput<typeof ToldLineSchema>

export const DeskToldSchema = v.object({
  /** the newest first */
  lines: v.array(ToldLineSchema),
  left: v.number(),
})
export type DeskTold = v.InferOutput<typeof DeskToldSchema>

/** … and what a screen of the wall is told: which functions have not answered, and from when on they are called. */
export const CallSchema = v.object({
  number: v.string(),
  due: v.number(),
  functions: v.array(WordsSchema),
  /** the screen that shows it is marked so */
  rank: v.number(),
})
export type Call = v.InferOutput<typeof CallSchema>

/** Whoever has read it has answered: it calls no more. */
export const isAnswered = ({ read, acted }: Pick<Receipt, 'read' | 'acted'>): boolean =>
  read !== null || acted !== null

/** The functions that have not answered in its time. */
export const callingIn = (
  { due, receipts }: Pick<ToldLine, 'due' | 'receipts'>,
  now: number,
): ToldLine['receipts'] => (now < due ? [] : receipts.filter((each) => !isAnswered(each)))

interface Named {
  id: string
  name: Words
}

/** As people write that all are meant. */
const everybody = new Set(['tous', 'toutes', 'a tous', 'all', 'everybody', 'everyone', 'to all'])
/** "SAMU, PP et chef de salle" names three. */
const separators = /(\s*(?:[,;/+&]|\set\s|\sand\s)\s*)/
/** A name of its own may have so many of them: "Sécurité et ordre public". */
const mostInName = 4

/** All that stands between two of them, and what spans a few. */
function* namesIn(whole: string): Iterable<string> {
  // parts and what is between them, by turns
  const pieces = whole.split(separators)
  for (let from = 0; from < pieces.length; from += 2)
    for (let to = from; to <= from + 2 * mostInName && to < pieces.length; to += 2)
      yield pieces
        .slice(from, to + 1)
        .join('')
        .trim()
}

/**
 * The functions of the room that a line is for, by id or by name, whatever the language and however they are written.
 * @param to as the line says it
 */
export function addressees<F extends Named>(to: string, functions: readonly F[]): F[] {
  const whole = folded(to).trim()
  if (whole === '') return []
  const wanted = new Set([whole, ...namesIn(whole)])
  if ([...wanted].some((each) => everybody.has(each))) return [...functions]
  const isMeant = ({ id, name }: F): boolean =>
    [id, ...(typeof name === 'string' ? [name] : Object.values(name))].some((each) =>
      wanted.has(folded(each).trim()),
    )
  return functions.filter(isMeant)
}

/** A line of another organisation is for that one's room, whatever names it has for its functions. */
export const isOfRoom = (entity: string, organisation: string): boolean => {
  const own = organisationOf(entity)
  return own === null || own === tokenOf(organisation)
}

export const isSameReceipt = (
  one: EntityRef & { function: string },
  other: EntityRef & { function: string },
): boolean => one.entity === other.entity && one.function === other.function && one.product === other.product
