/**
 * A JPEG (ITU T.81, annex B) that comes from outside, before a page takes it: few bytes can say that they are a picture of
 * gigabytes, or be thousands of passes over one. Let in is what our own screens' pictures are, and nothing else: one
 * baseline frame with its size, one scan.
 */

/** in either direction; a look is 480 wide */
const mostPixels = 1024

const marker = { soi: 0xd8, eoi: 0xd9, sof0: 0xc0, sos: 0xda }
/** Tables, comments, and what applications say: what may stand before the scan beside the frame. */
const isAside = (byte: number): boolean =>
  byte === 0xc4 || byte === 0xdb || byte === 0xdd || byte === 0xfe || (byte >= 0xe0 && byte <= 0xef)

export function isSmallJpeg(bytes: Uint8Array): boolean {
  const one = (at: number): number => bytes[at] ?? 0
  const two = (at: number): number => (one(at) << 8) | one(at + 1)
  const fits = (pixels: number): boolean => pixels >= 1 && pixels <= mostPixels
  if (one(0) !== 0xff || one(1) !== marker.soi) return false
  let framed = false
  for (let at = 2; one(at) === 0xff;) {
    const segment = one(at + 1)
    const length = two(at + 2)
    const next = at + 2 + length
    if (length < 2 || next > bytes.length) return false
    if (segment === marker.sos) return framed && isLastScan(bytes, next)
    if (segment === marker.sof0) {
      if (framed || length < 8 || !fits(two(at + 5)) || !fits(two(at + 7))) return false
      framed = true
    } else if (!isAside(segment)) return false
    at = next
  }
  return false
}

/** Its data have no marker but restarts, and then the picture ends, and all that there is. */
function isLastScan(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1]
    if (next === marker.eoi) return at + 2 === bytes.length
    const isData = next === 0 || (next !== undefined && next >= 0xd0 && next <= 0xd7)
    if (!isData) return false
  }
  return false
}
