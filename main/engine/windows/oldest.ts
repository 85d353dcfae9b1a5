/** Which row of those that are held is the oldest: a heap that knows each row's place, so a row may move or go at any time. */
export interface Oldest {
  /** null: none is held */
  readonly row: number | null
  set(row: number, time: number): void
  delete(row: number): void
  clear(): void
}

export function createOldest(): Oldest {
  const rows: number[] = []
  const times: number[] = []
  /** by row */
  const places = new Map<number, number>()

  const lay = (place: number, row: number, time: number): void => {
    rows[place] = row
    times[place] = time
    places.set(row, place)
  }

  /** From a place that is free, to where its time belongs. */
  const settle = (free: number, row: number, time: number): void => {
    let place = free
    while (place > 0) {
      const above = (place - 1) >> 1
      if (times[above]! <= time) break
      lay(place, rows[above]!, times[above]!)
      place = above
    }
    for (;;) {
      let below = 2 * place + 1
      if (below + 1 < rows.length && times[below + 1]! < times[below]!) below++
      if (below >= rows.length || times[below]! >= time) break
      lay(place, rows[below]!, times[below]!)
      place = below
    }
    lay(place, row, time)
  }

  return {
    get row() {
      return rows[0] ?? null
    },
    set(row, time) {
      const known = places.get(row)
      if (known !== undefined) return settle(known, row, time)
      rows.push(row)
      times.push(time)
      settle(rows.length - 1, row, time)
    },
    delete(row) {
      const place = places.get(row)
      if (place === undefined) return
      places.delete(row)
      const last = rows.pop()!
      const time = times.pop()!
      if (last !== row) settle(place, last, time)
    },
    clear() {
      rows.length = times.length = 0
      places.clear()
    },
  }
}
