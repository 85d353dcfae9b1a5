/** Rows that changed since somebody looked, each once, so that all that follows costs by change. */

/** 1 changed, 2 changed by a live event, whose latency counts */
export type Change = 1 | 2

export interface Changes {
  /** the first `count` count; valid until the next change */
  readonly rows: Uint32Array
  readonly kinds: Uint8Array
  readonly count: number
  add(row: number, kind: Change): void
  clear(): void
}

const firstRows = 16

const longer = (old: Uint32Array, length: number): Uint32Array<ArrayBuffer> => {
  const grown = new Uint32Array(length)
  grown.set(old)
  return grown
}

export function createChanges(): Changes {
  let rows = new Uint32Array(firstRows)
  let kinds = new Uint8Array(firstRows)
  /** by row: its place in the list + 1 */
  let places = new Uint32Array(firstRows)
  let count = 0

  const growPlaces = (row: number): void => {
    let length = places.length
    while (row >= length) length *= 2
    places = longer(places, length)
  }
  const growList = (): void => {
    rows = longer(rows, count * 2)
    const grown = new Uint8Array(count * 2)
    grown.set(kinds)
    kinds = grown
  }

  return {
    get rows() {
      return rows
    },
    get kinds() {
      return kinds
    },
    get count() {
      return count
    },
    add(row, kind) {
      if (row >= places.length) growPlaces(row)
      const known = places[row]!
      if (known > 0) {
        if (kind === 2) kinds[known - 1] = 2
        return
      }
      if (count === rows.length) growList()
      rows[count] = row
      kinds[count] = kind
      places[row] = ++count
    },
    clear() {
      for (let i = 0; i < count; i++) places[rows[i]!] = 0
      count = 0
    },
  }
}
