/** ASN.1 as others encoded it (X.690), looked at before any reader, which would call itself once for each level. */

/** A signature with a chain has about fifteen. */
const deepest = 24
const mostParts = 5_000

/** @returns why it is not read, null: it is within bounds, which says nothing of what it is */
export function asn1OutOfBounds(bytes: Uint8Array): string | null {
  /** where each open part ends; null: with two zero bytes */
  const open: (number | null)[] = []
  let parts = 0
  let at = 0
  const end = (): number => open.findLast((each) => each !== null) ?? bytes.length
  for (;;) {
    while (open.length > 0 && open.at(-1) === at) open.pop()
    if (at >= bytes.length) return open.length === 0 ? null : 'it is cut'
    if (parts > 0 && open.length === 0) return 'something follows it'
    if (++parts > mostParts) return `it has more than ${mostParts} parts`
    const tag = bytes[at++] ?? 0
    if ((tag & 0x1f) === 0x1f) return 'it has a tag that no signature has'
    let length: number | null = bytes[at++] ?? Number.NaN
    if (length === 0x80) length = null
    else if (length > 0x80) {
      const count = length - 0x80
      if (count > 4) return 'a length in it is longer than it'
      length = 0
      for (let each = 0; each < count; each++) length = length * 256 + (bytes[at++] ?? Number.NaN)
    }
    if (length === null ? (tag & 0x20) === 0 : !(at + length <= end()))
      return 'a length in it is longer than it'
    if (tag === 0 && length === 0 && open.at(-1) === null) {
      open.pop()
      if (open.length === 0 && at < bytes.length) return 'something follows it'
      if (open.length === 0) return null
      continue
    }
    if ((tag & 0x20) === 0) at += length ?? 0
    else if (open.push(length === null ? null : at + length) > deepest)
      return `it is nested deeper than ${deepest} levels`
  }
}
