/** The trail: who did what, when, where, at which marking; and what was refused. One record each, in one order. */
import * as v from 'valibot'

const Name = v.nullable(v.pipe(v.string(), v.maxLength(200)))
const Text = v.nullable(v.pipe(v.string(), v.maxLength(500)))
const Sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
/** ms since 1970, as far as a Date reaches */
const Instant = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000))
const ScreenNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))

/** What is recorded. */
export const TrailEntrySchema = v.strictObject({
  /** by this machine's clock */
  at: Instant,
  /** `act.<act>`, `call.<group>.<call>`, or one of `trailKinds` */
  kind: v.pipe(v.string(), v.regex(/^[a-z][A-Za-z0-9.-]{0,63}$/)),
  person: Name,
  function: Name,
  node: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  /** what did it; null: somebody */
  automation: Name,
  screen: v.nullable(ScreenNumber),
  subject: Text,
  /** a level of the node's scheme; null: nothing of the platform's is in it */
  marking: v.nullable(v.pipe(v.string(), v.maxLength(32))),
  /** the code of the problem for which it was refused; null: it was done */
  refused: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  detail: v.record(v.string(), v.unknown()),
})
export type TrailEntry = v.InferOutput<typeof TrailEntrySchema>

/** What whoever records knows; the rest is what it is for most. */
export type Recorded = Pick<TrailEntry, 'kind'> & Partial<TrailEntry>
/** Keeps it, before it returns, against whatever ends this process. Never fails: what can't be kept is told. */
export type RecordTrail = (recorded: Recorded) => void

/** What is recorded beside acts and calls. */
export const trailKinds = [
  'start',
  'end',
  'sign-in',
  'sign-in.refused',
  'platform',
  'shown',
  'search',
  'looked-at',
  'pictures',
  'policy',
  'policy.refused',
  'command',
  'report.release',
  'refused',
  'trail.begun',
  'trail.certificate',
  'trail.seal',
  'trail.stamp',
  'trail.lost',
  'trail.behind',
  'trail.other',
  'trail.not-forwarded',
] as const

/** One word of a question: it stands in the record, or what the record is of is called so. */
const TrailWordSchema = v.strictObject({
  text: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  kinds: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(100)),
})

export const TrailQuestionSchema = v.strictObject({
  words: v.pipe(v.array(TrailWordSchema), v.maxLength(12)),
  screen: v.nullable(ScreenNumber),
  from: v.nullable(Instant),
  until: v.nullable(Instant),
  /** older than this record; null: from the newest */
  before: v.nullable(Sequence),
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)),
})
export type TrailQuestion = v.InferOutput<typeof TrailQuestionSchema>

const TrailRowSchema = v.strictObject({
  sequence: Sequence,
  ...TrailEntrySchema.entries,
  /** as it is written, or its beginning */
  detail: v.pipe(v.string(), v.maxLength(4096)),
})
export type TrailRow = v.InferOutput<typeof TrailRowSchema>

export const TrailAnswerSchema = v.strictObject({
  /** newest first */
  rows: v.array(TrailRowSchema),
  /** there are older ones that fit */
  more: v.boolean(),
  /** how many records there are in all, up to where they are sealed, and how many the platform has */
  count: v.number(),
  sealed: v.number(),
  forwarded: v.number(),
})
export type TrailAnswer = v.InferOutput<typeof TrailAnswerSchema>

/** A record as it goes to the platform. */
export const TrailToForwardSchema = v.strictObject({
  /** counts once there */
  id: v.pipe(v.string(), v.maxLength(200)),
  at: Instant,
  marking: v.nullable(v.string()),
  body: v.string(),
})
export type TrailToForward = v.InferOutput<typeof TrailToForwardSchema>
/** Where a record is in the platform's stream; 0: before all. */
export const TrailPlaceSchema = v.pipe(v.number(), v.integer(), v.minValue(0))
export type TrailPlace = v.InferOutput<typeof TrailPlaceSchema>
