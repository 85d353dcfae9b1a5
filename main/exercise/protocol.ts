import * as v from 'valibot'
import { PlaceSchema } from '../../preload/contract/place.ts'
import { problemCodes } from '../../preload/contract/result.ts'

/** What main and the exercise's process say to each other, over the child process's message channel. */
export const ExerciseOptionsSchema = v.strictObject({
  /** the folder that holds the scenarios, one folder each */
  scenarios: v.string(),
  scenario: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)), 'paris'),
  /** how many servers; three are a cluster, each stream on all of them */
  servers: v.optional(v.picklist([1, 3]), 1),
  seed: v.optional(v.pipe(v.number(), v.integer()), 1),
  /** messages a second; as many as the scenario says if not given */
  rate: v.optional(v.pipe(v.number(), v.minValue(20), v.maxValue(20_000))),
  /** story minutes a minute */
  speed: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(600)), 1),
  /** where this node stands: it acts there and nowhere else; null: at any wall */
  place: v.nullable(PlaceSchema),
  /** where its directory is made; the system's temporary folder if not given */
  directory: v.optional(v.string()),
})
export type ExerciseOptions = v.InferOutput<typeof ExerciseOptionsSchema>
export type ExerciseRequest = v.InferInput<typeof ExerciseOptionsSchema>

const ReadySchema = v.object({
  /** tls://localhost:PORT of each server */
  addresses: v.array(v.string()),
  /** the authority's certificate, PEM, and the same in a file */
  ca: v.string(),
  caFile: v.string(),
  /** PKCS#12 of this node */
  identityFile: v.string(),
  passphraseFile: v.string(),
  /** who takes part beside this node, and with what each signs in */
  partners: v.array(
    v.object({
      node: v.string(),
      organisation: v.string(),
      identityFile: v.string(),
      passphraseFile: v.string(),
    }),
  ),
  directory: v.string(),
  products: v.number(),
  tracks: v.number(),
  /** the story's start, ms since 1970 */
  epoch: v.number(),
})
export type ExerciseReady = v.InferOutput<typeof ReadySchema>

export const FromExerciseSchema = v.variant('kind', [
  v.object({ kind: v.literal('ready'), ready: ReadySchema }),
  v.object({
    kind: v.literal('failed'),
    problem: v.object({
      code: v.picklist(problemCodes),
      message: v.string(),
      subject: v.optional(v.string()),
    }),
  }),
  v.object({ kind: v.literal('beat') }),
  /** it goes on, but not as it should */
  v.object({ kind: v.literal('trouble'), message: v.string() }),
])
export type FromExercise = v.InferOutput<typeof FromExerciseSchema>

export const ToExerciseSchema = v.variant('kind', [
  v.object({ kind: v.literal('start'), options: ExerciseOptionsSchema }),
  v.object({ kind: v.literal('beat') }),
  v.object({ kind: v.literal('stop') }),
])
export type ToExercise = v.InferInput<typeof ToExerciseSchema>
