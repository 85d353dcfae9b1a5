/** How many domains stand beside and below each other, and how many figures in each. */
export interface Shape {
  columns: number
  rows: number
  /** figures beside each other in a domain */
  across: number
  /** … and below */
  down: number
}

/** Narrower than a sixth of a screen, a figure can't be read from five metres. */
const mostColumns = 6
const mostRows = 2

export function shapeOf(domains: number): Shape {
  const rows = domains > mostColumns ? mostRows : 1
  const columns = Math.max(1, Math.min(mostColumns, Math.ceil(domains / rows)))
  return { columns, rows, across: columns === 1 ? 3 : columns === 2 ? 2 : 1, down: rows === 1 ? 3 : 1 }
}
