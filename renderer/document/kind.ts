/**
 * What a file is, by its own bytes. What its name or its event says is nobody's word for it: only a picture, a PDF or plain
 * text is ever opened, each by a decoder that runs nothing of it, and how large a picture becomes is read before it is
 * decoded.
 */
import { printable } from '../../preload/contract/text.ts'

export const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const
export type ImageType = (typeof imageTypes)[number]
export interface Size {
  width: number
  height: number
}
export type Found = ({ kind: 'image'; type: ImageType } & Size) | { kind: 'pdf' } | { kind: 'text' }

/** Decoded it takes four times as many bytes. */
export const mostPixels = 64_000_000
/** UTF-16 units of a text that are shown: more than anybody reads at a desk, and laid out at once */
export const mostText = 200_000

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to))
const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

function pngSize(bytes: Uint8Array): Size | null {
  if (bytes.length < 24 || ascii(bytes, 1, 4) !== 'PNG' || ascii(bytes, 12, 16) !== 'IHDR') return null
  const view = viewOf(bytes)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}
function gifSize(bytes: Uint8Array): Size | null {
  if (bytes.length < 10) return null
  const view = viewOf(bytes)
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
}
function webpSize(bytes: Uint8Array): Size | null {
  if (bytes.length < 30) return null
  const view = viewOf(bytes)
  const three = (at: number): number => view.getUint16(at, true) + (bytes[at + 2] ?? 0) * 65_536
  switch (ascii(bytes, 12, 16)) {
    case 'VP8X':
      return { width: three(24) + 1, height: three(27) + 1 }
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
    }
    default:
      return null
  }
}
/** In the first of its frame headers, behind whatever a camera wrote before it. */
function jpegSize(bytes: Uint8Array): Size | null {
  const view = viewOf(bytes)
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    const hasNoLength = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)
    at += hasNoLength ? 2 : 2 + view.getUint16(at + 2)
  }
  return null
}

const sizes: { [T in ImageType]: (bytes: Uint8Array) => Size | null } = {
  'image/png': pngSize,
  'image/jpeg': jpegSize,
  'image/gif': gifSize,
  'image/webp': webpSize,
}
function imageTypeOf(bytes: Uint8Array): ImageType | null {
  if (bytes[0] === 0x89 && ascii(bytes, 1, 4) === 'PNG') return 'image/png'
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg'
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'image/gif'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp'
  return null
}
/** By its standard the head may stand behind some rubbish. */
const isPdf = (bytes: Uint8Array): boolean => ascii(bytes, 0, 1024).includes('%PDF-')
/** What a text never has: anything else with that is no text that people read. */
const isText = (bytes: Uint8Array): boolean =>
  bytes
    .subarray(0, 65_536)
    .every((byte) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 12 || byte === 13)
const byteOrderOf = (bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null =>
  bytes[0] === 0xff && bytes[1] === 0xfe
    ? 'utf-16le'
    : bytes[0] === 0xfe && bytes[1] === 0xff
      ? 'utf-16be'
      : null

/** @returns null: nothing that is opened here; `broken`: a picture whose size can't be read, or that has none */
export function kindOf(bytes: Uint8Array): Found | 'broken' | null {
  const type = imageTypeOf(bytes)
  if (type !== null) {
    const size = sizes[type](bytes)
    return size === null || size.width === 0 || size.height === 0
      ? 'broken'
      : { kind: 'image', type, ...size }
  }
  if (isPdf(bytes)) return { kind: 'pdf' }
  return bytes.length > 0 && (byteOrderOf(bytes) !== null || isText(bytes)) ? { kind: 'text' } : null
}

/** As people read it; `cut`: there is more of it. What could turn a line round or hide in it is taken out. */
export function textOf(bytes: Uint8Array): { text: string; cut: boolean } {
  // no text has more bytes for a letter, and the whole would be decoded for its first page
  const head = bytes.subarray(0, mostText * 4)
  const text = printable(
    decoded(head)
      .replace(/\r\n?|\f/g, '\n')
      .replaceAll('\t', '    '),
    Infinity,
  )
  return { text: text.slice(0, mostText), cut: text.length > mostText || head.length < bytes.length }
}
function decoded(bytes: Uint8Array): string {
  const order = byteOrderOf(bytes)
  if (order !== null) return new TextDecoder(order).decode(bytes)
  try {
    // a letter that the last byte cuts in two is none of the text's faults
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
