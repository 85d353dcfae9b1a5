/** What main and the card's process say to each other. A PIN goes in; no key ever comes out. */
import * as v from 'valibot'
import { resultOf } from '../../../preload/contract/result.ts'
import { CardCertificateSchema, CardFactsSchema } from './card.ts'

const Id = v.pipe(v.number(), v.integer(), v.minValue(0))
const Bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array)

export const CardOrderSchema = v.variant('order', [
  /** once, first; answered with an `opened` of this number */
  v.strictObject({ order: v.literal('open'), id: Id, module: v.string() }),
  /** answered with a `listed` of this number */
  v.strictObject({ order: v.literal('list'), id: Id }),
  /** answered with an `entered` of this number; the PIN is cleared */
  v.strictObject({ order: v.literal('log-in'), id: Id, serial: v.string(), pin: Bytes }),
  v.strictObject({ order: v.literal('log-out') }),
  /** with the key of this certificate; answered with a `used` of this number */
  v.strictObject({
    order: v.literal('use'),
    id: Id,
    use: v.picklist(['sign', 'decrypt', 'agree']),
    certificate: CardCertificateSchema,
    data: Bytes,
  }),
  /** answered with a `beat`, at once */
  v.strictObject({ order: v.literal('beat') }),
  v.strictObject({ order: v.literal('stop') }),
])
export type CardOrder = v.InferOutput<typeof CardOrderSchema>

export const CardAnswerSchema = v.variant('answer', [
  v.object({ answer: v.literal('opened'), id: Id, result: resultOf(v.undefined()) }),
  v.object({ answer: v.literal('listed'), id: Id, result: resultOf(v.array(CardFactsSchema)) }),
  v.object({ answer: v.literal('entered'), id: Id, result: resultOf(v.undefined()) }),
  v.object({ answer: v.literal('used'), id: Id, result: resultOf(Bytes) }),
  /** the card that we were let in to was pulled */
  v.object({ answer: v.literal('removed') }),
  v.object({ answer: v.literal('beat') }),
])
export type CardAnswer = v.InferOutput<typeof CardAnswerSchema>
