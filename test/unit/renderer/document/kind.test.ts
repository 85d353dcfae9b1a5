import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { kindOf, mostText, textOf } from '../../../../renderer/document/kind.ts'

const scenario = 'resources/scenarios/paris/documents'
const bytes = (...parts: (number | string)[]): Uint8Array =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part, 'latin1')])),
  )
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('what a file is', () => {
  it('is told by its bytes, and how large a picture becomes before it is decoded', async () => {
    const png = await readFile(`${scenario}/schema-du-parcours.png`)
    expect(kindOf(png)).toEqual({
      ...{ kind: 'image', type: 'image/png' },
      ...{ width: png.readUInt32BE(16), height: png.readUInt32BE(20) },
    })
    expect(kindOf(await readFile(`${scenario}/consignes-evacuation.pdf`))).toEqual({ kind: 'pdf' })
    expect(kindOf(await readFile(`${scenario}/plan-de-circulation.md`))).toEqual({ kind: 'text' })
  })
  it('is a picture of each kind with its size', () => {
    const gif = bytes('GIF89a', 0x40, 0x01, 0xf0, 0x00)
    expect(kindOf(gif)).toEqual({ kind: 'image', type: 'image/gif', width: 320, height: 240 })
    const camera = bytes(0xff, 0xe1, 0, 6, 'Exif')
    const frame = bytes(0xff, 0xc0, 0, 17, 8, 0x0b, 0xb8, 0x0f, 0xa0, 3, 0, 0, 0, 0)
    const jpeg = bytes(0xff, 0xd8, ...camera, ...frame)
    expect(kindOf(jpeg)).toEqual({ kind: 'image', type: 'image/jpeg', width: 4000, height: 3000 })
    const webp = bytes('RIFF', 0, 0, 0, 0, 'WEBPVP8X', 10, 0, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0xff, 1, 0)
    expect(kindOf(webp)).toEqual({ kind: 'image', type: 'image/webp', width: 1024, height: 512 })
  })
  it('is broken where a picture ends before its size, or has none', () => {
    for (const head of [
      bytes(0x89, 'PNG\r\n\x1a\n'),
      bytes(0xff, 0xd8, 0xff, 0xe1, 0, 2),
      bytes('GIF89a', 1, 0, 0, 0),
    ])
      expect(kindOf(head)).toBe('broken')
  })
  it('is none that is opened where it is a program, an archive or nothing', () => {
    for (const other of [bytes(0x7f, 'ELF', 2, 1, 1, 0), bytes('PK', 3, 4, 0, 0), bytes()])
      expect(kindOf(other)).toBe(null)
  })
  it('that could be run is a text like any other', () => {
    expect(kindOf(utf8('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'))).toEqual({ kind: 'text' })
    expect(kindOf(utf8('<script>x()</script>'))).toEqual({ kind: 'text' })
  })
})

describe('a text', () => {
  it('is read in the encodings that people have', () => {
    expect(textOf(utf8('Été à l’Opéra')).text).toBe('Été à l’Opéra')
    expect(textOf(bytes(0xc9, 't', 0xe9)).text).toBe('Été')
    expect(textOf(bytes(0xff, 0xfe, 'o', 0, 'k', 0)).text).toBe('ok')
  })
  it('has nothing in it that turns it round or hides', () => {
    expect(textOf(utf8('a\u202eb\u0007c\r\nd')).text).toBe('abc\nd')
  })
  it('is cut where nobody would read on, and says so', () => {
    expect(textOf(utf8('é'.repeat(mostText)))).toMatchObject({ cut: false })
    const long = textOf(utf8('é'.repeat(mostText * 3)))
    expect([long.text.length, long.cut]).toEqual([mostText, true])
  })
})
