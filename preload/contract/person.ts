/** Who sits at a desk, in which function, and what policy asks a function or a second person for. */
import * as v from 'valibot'
import { AuthorSchema, type Author } from './author.ts'
import { tokenOf } from './place.ts'
import { folded, oneLine } from './text.ts'
import { WordsSchema } from './words.ts'

/** As people write it: one line, nothing that can't be seen. */
export const PersonNameSchema = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(80),
  v.check((name) => name.trim() === name && oneLine(name) === name, 'a person’s name is one line'),
)
export const FunctionIdSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]{1,48}$/, 'a function is called in a-z 0-9 -'),
)
export const ProposalIdSchema = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,48}$/))

/** A person where they sit. */
export const SeatSchema = v.strictObject({
  person: PersonNameSchema,
  node: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
})
export type Seat = v.InferOutput<typeof SeatSchema>

/** However somebody writes it: a name with an accent more is no second person. */
export const isSamePerson = (one: string, other: string): boolean => folded(one) === folded(other)
export const isSameSeat = (one: Seat, other: Seat): boolean =>
  isSamePerson(one.person, other.person) && tokenOf(one.node) === tokenOf(other.node)
/** null: nobody sat there */
export const seatOf = ({ person, node }: Pick<Author, 'person' | 'node'>): Seat | null =>
  person === null ? null : { person, node }

/** Who has a function now; `at` ms since 1970. */
export const HeldFunctionSchema = v.object({
  holder: v.nullable(SeatSchema),
  at: v.number(),
  /** the person whom its holder asked to take it, wherever they sit */
  offered: v.nullable(v.string()),
  /** who would not */
  declined: v.nullable(v.string()),
  /** who had it, and did not give it away */
  takenFrom: v.nullable(SeatSchema),
})
export type HeldFunction = v.InferOutput<typeof HeldFunctionSchema>

/** Its holder asked this person to take it. */
export const isOfferedTo = (held: HeldFunction | null | undefined, person: string | null): boolean => {
  const to = held?.offered ?? null
  return to !== null && person !== null && isSamePerson(to, person)
}
/** … and it is this seat's now. */
export const isHeldAt = (held: HeldFunction | null | undefined, seat: Seat): boolean => {
  const holder = held?.holder ?? null
  return holder !== null && isSameSeat(holder, seat)
}

/** A function of the room, as its policy names it. */
export const FunctionSchema = v.object({
  id: v.string(),
  name: WordsSchema,
  /** acts that are for those who hold it, or another that may do them, and nobody else */
  may: v.array(v.string()),
  /** null: nobody ever had it, as far as is known here */
  held: v.nullable(HeldFunctionSchema),
})
export type RoomFunction = v.InferOutput<typeof FunctionSchema>

/** Who sits at this desk, and who may. */
export const SittingSchema = v.object({
  /** null: nobody */
  person: v.nullable(v.string()),
  /** who sits at the other desks of the wall */
  elsewhere: v.array(v.object({ person: v.string(), node: v.string() })),
  /** the names to choose from */
  list: v.array(v.string()),
  /** others may be typed */
  free: v.boolean(),
  functions: v.array(FunctionSchema),
  /** acts that two persons do together */
  fourEyes: v.array(v.string()),
  /** … or one alone, with a reason that everybody reads */
  breakGlass: v.boolean(),
})
export type Sitting = v.InferOutput<typeof SittingSchema>

type Sits = Pick<Sitting, 'person' | 'functions'>

/** The functions that this person has here, in the policy's order. */
export const heldBy = ({ person, functions }: Sits, node: string): RoomFunction[] =>
  person === null ? [] : functions.filter(({ held }) => isHeldAt(held, { person, node }))

/** The functions one of which an act asks for and of which this person has none; empty: nothing stands against it. */
export function lacking(sits: Sits, node: string, act: string): RoomFunction[] {
  const asked = sits.functions.filter(({ may }) => may.includes(act))
  const own = heldBy(sits, node)
  return asked.some((each) => own.includes(each)) ? [] : asked
}

/** For how long an act waits for a second person, ms. */
export const proposedFor = 300_000
export const ReasonSchema = v.pipe(v.string(), v.trim(), v.minLength(10), v.maxLength(500))

/** How an act was done that policy asks two persons for. */
export const AccordSchema = v.variant('how', [
  /** somebody proposed it, and its author, another, agreed */
  v.strictObject({ how: v.literal('agreed'), proposal: ProposalIdSchema, by: AuthorSchema }),
  /** by its author alone, who said why */
  v.strictObject({
    how: v.literal('alone'),
    proposal: ProposalIdSchema,
    reason: v.pipe(v.string(), v.maxLength(500)),
  }),
])
export type Accord = v.InferOutput<typeof AccordSchema>

/** Somebody asks another to relieve them: of these functions, all at once, or of none. */
export const ReliefSchema = v.object({
  id: v.string(),
  to: v.string(),
  functions: v.array(v.string()),
  by: AuthorSchema,
  at: v.number(),
})
export type Relief = v.InferOutput<typeof ReliefSchema>
