/** Aligned columns, numbers to the right. */
export function asTable<C extends string>(
  columns: readonly C[],
  lines: readonly { [K in C]: string | number | null }[],
  isText: (column: C) => boolean,
): string {
  const rows = lines.map((row) => columns.map((column) => String(row[column] ?? '–')))
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => {
        const column = columns[at]
        return column === undefined || isText(column)
          ? cell.padEnd(widths[at] ?? 0)
          : cell.padStart(widths[at] ?? 0)
      })
      .join('  ')
      .trimEnd()
  return [line(columns), ...rows.map(line)].join('\n')
}
