/** What this node has to tell the platform, and what became of it: the outbox, as its parts tell each other. */
import * as v from 'valibot'
import { ActBodySchema } from './event.ts'
import { ProblemSchema } from './result.ts'

const Sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const Instant = v.pipe(v.number(), v.finite())
const ActId = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

/** An act on its way to the platform. Its id is made when it is done: whatever dies, it counts once. */
export const OutgoingSchema = v.strictObject({
  id: ActId,
  entity: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  body: ActBodySchema,
  /** when it was done, ms since 1970 */
  at: Instant,
  /** ms since 1970: it is of no use afterwards, and never waits; null: it waits as long as it takes */
  expires: v.nullable(Instant),
  /** it is refused where somebody did something about the entity after `body.after` */
  guarded: v.boolean(),
})
export type Outgoing = v.InferOutput<typeof OutgoingSchema>

/**
 * `waiting`: nobody but this node has it, and it may be withdrawn. `sent`: it was sent at least once, and the platform has
 * not said that it has it. `confirmed`: it has. `refused`: it will not take it, and its author must know why.
 */
export const outboxStates = ['waiting', 'sent', 'confirmed', 'refused'] as const

export const outboxStateOf = (entry: {
  tried: boolean
  sequence: number | null
  problem: unknown
}): (typeof outboxStates)[number] => {
  if (entry.problem !== null) return 'refused'
  if (entry.sequence !== null) return 'confirmed'
  return entry.tried ? 'sent' : 'waiting'
}

export const OutboxEntrySchema = v.strictObject({
  ...OutgoingSchema.entries,
  state: v.picklist(outboxStates),
  /** its sequence, once it is confirmed */
  sequence: v.nullable(Sequence),
  /** why it was refused, or why it still waits; null: nothing is wrong */
  problem: v.nullable(ProblemSchema),
})
export type OutboxEntry = v.InferOutput<typeof OutboxEntrySchema>

/** An act as the platform has it. */
export const SettledActSchema = v.strictObject({
  id: v.pipe(v.string(), v.maxLength(200)),
  entity: v.pipe(v.string(), v.maxLength(255)),
  body: ActBodySchema,
  sequence: Sequence,
  /** by the platform, ms since 1970 */
  published: Instant,
  /** when it was done, ms since 1970 by its author's clock, or when it was published where that is not plausible */
  at: Instant,
})
export type SettledAct = v.InferOutput<typeof SettledActSchema>

/**
 * How what people do goes to the others. `unknown`: no catalog was read yet. `alone`: the platform has no product for
 * acts, and never had one that this node knows of: one that is gone is `cut`, and what waits stays until it is withdrawn.
 * `refused`: it does not let this node write there. `cut`: it does, and can't be heard now. `together`: it does.
 */
export const togethernesses = ['unknown', 'alone', 'refused', 'cut', 'together'] as const
export type Togetherness = (typeof togethernesses)[number]

/**
 * Whether a product takes what people enter or deliver here. `unknown`: no catalog was read yet. `absent`: the platform has
 * no such product. `refused`: it does not let this node read or write there. `cut`: it does, and can't be heard now: what
 * is entered waits. `open`.
 */
export const writeAccesses = ['unknown', 'absent', 'refused', 'cut', 'open'] as const
export type WriteAccess = (typeof writeAccesses)[number]
