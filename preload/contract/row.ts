/** What a row of the contract is: a call that a window makes, or what main tells one. */
import * as v from 'valibot'
import type { Role } from './role.ts'

/** A window of ours, as main knows it; a page can't say what it is. */
export interface Sender {
  role: Role
  /** null: the desk */
  screen: number | null
}

export type Schema = v.GenericSchema
export type Narrower = { [R in Role]?: Schema | undefined }

/** What the trail keeps of a call, besides who asked and what came of it; never a secret. */
export interface KeptOfCall {
  screen?: number
  subject?: string
  detail?: Record<string, unknown>
}
/** `not`: it says nothing of what people do. `acts`: its acts are recorded as such, and so is an act that is refused. */
type Audited<I extends Schema> = 'not' | 'acts' | Keeps<v.InferOutput<I>>['of']
/** Its own schema made what it takes, so a list of all rows may hold each. */
interface Keeps<I> {
  of(input: I): KeptOfCall
}

export interface CallRow<I extends Schema, O extends Schema, N extends Narrower> {
  kind: 'call'
  roles: readonly Role[]
  input: I
  output: O
  /** by role, where not each may ask the same */
  narrower: N
  audited: Audited<I>
}
export interface NotificationRow<P extends Schema> {
  kind: 'notification'
  roles: readonly Role[]
  payload: P
}

/** A window asks, main answers with a Result. */
export const call = <I extends Schema, O extends Schema>(
  roles: readonly Role[],
  input: I,
  output: O,
  audited: Audited<I> = 'not',
): CallRow<I, O, { [R in Role]?: undefined }> => ({
  ...{ kind: 'call', roles, input, output, narrower: {}, audited },
})
/** … where each role asks something else; one that is not among them may ask nothing. */
export const callByRole = <N extends Narrower, O extends Schema>(
  roles: readonly (Role & keyof N)[],
  narrower: N,
  output: O,
) => ({
  kind: 'call' as const,
  roles,
  input: v.never(),
  output,
  narrower,
  audited: 'acts' as const,
})
/** Main tells a window. */
export const notification = <P extends Schema>(roles: readonly Role[], payload: P): NotificationRow<P> => ({
  kind: 'notification',
  roles,
  payload,
})

export const nothing = v.undefined()
