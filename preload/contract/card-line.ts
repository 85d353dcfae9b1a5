/**
 * What the engine and the card's window say to each other: the window ends TLS with the card and passes bytes, whose
 * they are it does not know.
 */
import * as v from 'valibot'

const Number = v.pipe(v.number(), v.integer(), v.minValue(0))

/** From the engine. `dial`: a new socket of this number, to `host:port` */
export const ToLineSchema = v.variant('line', [
  v.strictObject({ line: v.literal('dial'), socket: Number, server: v.pipe(v.string(), v.maxLength(300)) }),
  v.strictObject({ line: v.literal('send'), socket: Number, bytes: v.instance(ArrayBuffer) }),
  v.strictObject({ line: v.literal('close'), socket: Number }),
])
export type ToLine = v.InferOutput<typeof ToLineSchema>

/** From the window. */
export const FromLineSchema = v.variant('line', [
  v.strictObject({ line: v.literal('open'), socket: Number }),
  v.strictObject({ line: v.literal('bytes'), socket: Number, bytes: v.instance(ArrayBuffer) }),
  v.strictObject({ line: v.literal('closed'), socket: Number }),
])
export type FromLine = v.InferOutput<typeof FromLineSchema>
