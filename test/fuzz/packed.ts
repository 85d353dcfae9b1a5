/** Inputs as one text, for the way into a page and into a file: what JSON has no word for is there, too. */

const bytes = (value: ArrayBufferView): string =>
  Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')

/** @param indent for a person who reads it @returns what `unpacked` makes the same of again */
export const packed = (all: unknown, indent = 0): string =>
  JSON.stringify(
    all,
    function (this: Record<string, unknown>, key, written: unknown) {
      // a date has written itself already
      const value = this[key]
      if (value === undefined) return { '~': 'undefined' }
      if (typeof value === 'bigint') return { '~': 'bigint', of: String(value) }
      if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
        return { '~': 'number', of: Object.is(value, -0) ? '-0' : String(value) }
      if (value instanceof Date) return { '~': 'date', of: String(value.getTime()) }
      if (ArrayBuffer.isView(value))
        return { '~': 'bytes', of: bytes(value), as: Object.prototype.toString.call(value).slice(8, -1) }
      // not one of these words, but somebody's own
      if (typeof value === 'object' && value !== null && Object.hasOwn(value, '~'))
        return { '~': 'own', of: Object.entries(value) }
      return written
    },
    indent,
  )

/** Stands on nothing around it: pages learn it, too. */
export function unpacked(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '~')) return value
    const { '~': what, of, as } = value as { '~': string; of: unknown; as: string }
    if (what === 'own') return Object.fromEntries(of as [string, unknown][])
    if (what === 'bigint') return BigInt(of as string)
    if (what === 'number') return Number(of)
    if (what === 'date') return new Date(Number(of))
    if (what === 'bytes') {
      const own = Uint8Array.from(atob(of as string), (character) => character.charCodeAt(0))
      const make = (globalThis as unknown as Record<string, new (of: ArrayBuffer) => unknown>)[as]
      return as === 'Uint8Array' || make === undefined ? own : new make(own.buffer)
    }
    return undefined
  })
}
