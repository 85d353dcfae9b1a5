/** A look at a screen of another node: one picture, asked for by somebody at a desk, from the node whose screen it is. */
import * as v from 'valibot'

/** Far more than a picture of that size takes: what is larger is none. */
const mostBytes = 512 * 1024

/** JPEG (ITU T.81): it starts with SOI and another marker, and ends with EOI. */
const isJpeg = (bytes: Uint8Array): boolean =>
  [0xff, 0xd8, 0xff].every((byte, at) => bytes[at] === byte) && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9

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
    v.check((bytes) => isJpeg(bytes), 'it is no JPEG'),
  ),
  /** the highest that was on it */
  marking: Level,
})
export type Look = v.InferOutput<typeof LookSchema>
