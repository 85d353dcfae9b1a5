/** A picture from another node, before it goes to a page: small as its header says too, and nothing but one picture. */
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { LookSchema } from '../../../preload/contract/look.ts'
import { realJpeg } from '../../doubles/jpeg.ts'

const reads = (jpeg: Uint8Array): boolean => v.safeParse(LookSchema, { jpeg, marking: 'np' }).success
const at = (marker: number): number =>
  realJpeg().findIndex((byte, index, all) => byte === 0xff && all[index + 1] === marker)
const frame = at(0xc0)
const scan = at(0xda)
const big = [0x75, 0x30]

/** The real one with these bytes in its frame's header: precision, height, width. */
const sized = (height: readonly number[], width: readonly number[], marker = 0xc0): Uint8Array => {
  const jpeg = realJpeg()
  jpeg[frame + 1] = marker
  jpeg.set([...height, ...width], frame + 5)
  return jpeg
}
const withBefore = (place: number, ...bytes: number[]): Uint8Array =>
  Uint8Array.from([...realJpeg().subarray(0, place), ...bytes, ...realJpeg().subarray(place)])
const frameOf = (height: readonly number[], width: readonly number[]): number[] => [
  ...[0xff, 0xc0, 0, 0x11, 8, ...height, ...width],
  ...[3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
]
/** A comment as long as what it hides. */
const comment = (bytes: readonly number[]): number[] => [0xff, 0xfe, 0, bytes.length + 2, ...bytes]

describe('a picture', () => {
  it.each([
    ['as an encoder made it', realJpeg()],
    ['of 1024 × 1024', sized([4, 0], [4, 0])],
    ['with a comment in it, whatever that says', withBefore(frame, ...comment(frameOf(big, big)))],
  ])('is one %s', (_what, jpeg) => {
    expect(reads(jpeg)).toBe(true)
  })

  it.each([
    ['of 30000 × 30000', sized(big, big)],
    ['that is too high', sized([4, 1], [0, 9])],
    ['that is too wide', sized([0, 9], [4, 1])],
    ['whose height is said only behind it', sized([0, 0], [0, 9])],
    ['without a width', sized([0, 9], [0, 0])],
    ['that comes in many passes', sized([0, 9], [0, 9], 0xc2)],
    ['that comes in many passes, of 30000 × 30000', sized(big, big, 0xc2)],
    ['of a kind that no encoder of ours makes', sized([0, 9], [0, 9], 0xc1)],
    ['with a second size before its own', withBefore(frame, ...frameOf(big, big))],
    ['with a second size behind its own', withBefore(scan, ...frameOf(big, big))],
    ['whose size hides a smaller one', withBefore(frame, 0xff, ...frameOf(big, big))],
    ['whose size lies in a comment only', realJpeg().map((byte, i) => (i === frame + 1 ? 0xfe : byte))],
    ['whose header ends in the middle', Uint8Array.from([...realJpeg().subarray(0, frame + 7), 0xff, 0xd9])],
    ['with a segment of no length', withBefore(frame, 0xff, 0xfe, 0, 0)],
    ['with a segment beyond its end', withBefore(frame, 0xff, 0xfe, 0xff, 0xff)],
    ['with something between its segments', withBefore(frame, 0x55)],
    ['with a second scan', withBefore(realJpeg().length - 2, ...realJpeg().subarray(scan, -2))],
    ['with a size in its data', withBefore(realJpeg().length - 2, ...frameOf(big, big))],
    ['with another picture behind it', Uint8Array.from([...realJpeg(), ...realJpeg()])],
    ['without a picture in it', Uint8Array.from([0xff, 0xd8, 0xff, 0xd9])],
  ])('is none %s', (_what, jpeg) => {
    expect(reads(jpeg)).toBe(false)
  })
})
