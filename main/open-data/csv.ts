/** Tables for other programs: RFC 4180, in UTF-8 with the mark by which word processors and spreadsheets know it. */

/** A cell that a spreadsheet would take for a formula is text: what somebody typed runs nowhere. */
const formula = /^[\s\u00a0]*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/
/** Where another separator is usual, as in French, a semicolon, a tab or a line's end begins a cell, whatever is quoted. */
const elsewhere = /([\r\n\t;][\s\u00a0"]*)([=+\-@|\uff1d\uff0b\uff0d\uff20]?)/g
const harmless = (cell: string): string =>
  (formula.test(cell) ? `'${cell}` : cell).replace(
    elsewhere,
    // a run is taken whole, whatever follows: looked for again from each of its signs, a long one would take for ever
    (_, run: string, sign: string) => (sign === '' ? run : `${run}'${sign}`),
  )
const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** What a file of it begins with: the mark of UTF-8. */
export const csvBegin = '\ufeff'
/** One row. A number is no text that somebody typed: it stays one, below zero too. */
export const csvRow = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : quoted(harmless(cell)))).join(',')}\r\n`

/** @param rows equally long */
export const csvOf = (rows: readonly (readonly string[])[]): string => csvBegin + rows.map(csvRow).join('')
