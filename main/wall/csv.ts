/** Tables for other programs: RFC 4180, in UTF-8 with the mark by which word processors and spreadsheets know it. */

/** A cell that a spreadsheet would take for a formula is text: what somebody typed runs nowhere. */
const formula = /^[\s\u00a0]*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/
/** Where another separator is usual, as in French, a semicolon, a tab or a line's end begins a cell, whatever is quoted. */
const elsewhere = /([\r\n\t;][\s\u00a0"]*)(?=[=+\-@|\uff1d\uff0b\uff0d\uff20])/g
const harmless = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell).replace(elsewhere, "$1'")
const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** @param rows equally long */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\ufeff${rows.map((cells) => cells.map((cell) => quoted(harmless(cell))).join(',')).join('\r\n')}\r\n`
