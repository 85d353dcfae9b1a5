import * as v from 'valibot'
import { ProblemSchema } from './result.ts'

/** PINs that may still be wrong. A token says no number: that some were wrong, the next one is the last, or none is left. */
export const tries = ['all', 'few', 'last', 'none'] as const

const CardChoiceSchema = v.object({
  /** SHA-256 of the certificate, hex */
  fingerprint: v.string(),
  subject: v.string(),
  /** ms since 1970 */
  notAfter: v.number(),
  /** as it is called */
  card: v.string(),
  tries: v.picklist(tries),
})
/** A certificate on a card that is in a reader, which somebody may sign in with. */
export type CardChoice = v.InferOutput<typeof CardChoiceSchema>

/** A PIN is asked for; without choices, a card is. `refused`: why the last one did not do. */
export const CardsWantedSchema = v.object({
  choices: v.array(CardChoiceSchema),
  refused: v.nullable(ProblemSchema),
})
export type CardsWanted = v.InferOutput<typeof CardsWantedSchema>
