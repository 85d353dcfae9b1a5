/** Which row is whose. One per entity, and rows of those that left are used again. */

export interface Rows {
  /** rows ever used */
  readonly size: number
  /** rows in use */
  readonly count: number
  /** by row: its entity; '' where it is free */
  readonly entity: readonly string[]
  of(entity: string): number | undefined
  /** @returns a row for an entity that has none */
  take(entity: string): number
  /** the entity has its row of before again; after the last of them, `restored` */
  restore(row: number, entity: string): void
  restored(): void
  free(row: number): void
  /** @param sequences by row @returns the row of the entity that came first; of a state that was read, the one that was heard of longest ago */
  first(sequences: Float64Array): number | undefined
}

export function createRows(): Rows {
  const entity: string[] = []
  /** in the order in which they came */
  const rows = new Map<string, number>()
  const free: number[] = []
  /** they are in the order of their rows, which says nothing: rows are used again */
  let isRestored = false

  const inOrder = (sequences: Float64Array): void => {
    isRestored = false
    const all = [...rows.values()].sort((a, b) => sequences[a]! - sequences[b]!)
    rows.clear()
    for (const row of all) rows.set(entity[row]!, row)
  }

  return {
    get size() {
      return entity.length
    },
    get count() {
      return rows.size
    },
    entity,
    of: (wanted) => rows.get(wanted),
    take(wanted) {
      const row = free.pop() ?? entity.length
      entity[row] = wanted
      rows.set(wanted, row)
      return row
    },
    restore(row, wanted) {
      while (entity.length <= row) entity.push('')
      entity[row] = wanted
      rows.set(wanted, row)
    },
    restored() {
      isRestored = true
      free.length = 0
      for (let row = entity.length - 1; row >= 0; row--) if (rows.get(entity[row]!) !== row) free.push(row)
    },
    free(row) {
      rows.delete(entity[row]!)
      entity[row] = ''
      free.push(row)
    },
    first(sequences) {
      if (isRestored) inOrder(sequences)
      return rows.values().next().value
    },
  }
}
