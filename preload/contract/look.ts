/** A look at a screen of another node: one picture, asked for by somebody at a desk, from the node whose screen it is. */
import * as v from 'valibot'
import { isSmallJpeg } from './jpeg.ts'

/** Far more than a picture of that size takes: what is larger is none. */
const mostBytes = 512 * 1024

const ScreenNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))
/** A level's id, as two nodes may have different schemes. */
const Level = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/))

export const AskedLookSchema = v.strictObject({
  screen: ScreenNumber,
  /** nothing above it is of any use to who asks */
  ceiling: Level,
  /** the node that asks: only there an answer can be heard */
  by: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
})
export type AskedLook = v.InferOutput<typeof AskedLookSchema>

export const LookSchema = v.strictObject({
  jpeg: v.pipe(
    v.instance(Uint8Array),
    v.check(({ length }) => length <= mostBytes, 'a picture is 512 KiB at most'),
    v.check((bytes) => isSmallJpeg(bytes), 'it is no JPEG of one pass, of 1024 × 1024 at most'),
  ),
  /** the highest that was on it */
  marking: Level,
})
export type Look = v.InferOutput<typeof LookSchema>
