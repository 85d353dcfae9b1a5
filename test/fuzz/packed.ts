/** Inputs as one text, for the way into a page: what carries values there knows neither all of them nor deep ones. */

/** @returns what `unpack` in `in-page.ts` makes the same of again */
export const packed = (all: readonly unknown[]): string =>
  JSON.stringify(all, function (this: Record<string, unknown>, key, written: unknown) {
    // a date has written itself already
    const value = this[key]
    if (value === undefined) return { '~': 'undefined' }
    if (typeof value === 'bigint') return { '~': 'bigint', of: String(value) }
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
      return { '~': 'number', of: Object.is(value, -0) ? '-0' : String(value) }
    if (value instanceof Date) return { '~': 'date', of: String(value.getTime()) }
    return written
  })
