import type { Area } from '../../preload/contract/scene.ts'

/** How crowded each part of a map is, from one pass over its rows: whoever places a callout asks at a hundred places. */
export interface Crowd {
  /** what is counted from now on lies in this area */
  start(area: Area): void
  add(lon: number, lat: number): void
  /** all were added: it may be asked */
  finish(): void
  /** rows in a part of the area, to a cell's edge */
  countIn(part: Area): number
}

/** cells a side: some ten pixels on a wall, where a callout is a few hundred */
const side = 128

export function createCrowd(): Crowd {
  /** rows above and left of each corner of the cells (a summed-area table); while counting, those of the cell before it */
  const sums = new Uint32Array((side + 1) * (side + 1))
  let west = 0
  let south = 0
  let across = 0
  let up = 0

  const corner = (at: number): number => Math.min(side, Math.max(0, Math.round(at)))

  return {
    start(area) {
      sums.fill(0)
      west = area[0]
      south = area[1]
      across = side / (area[2] - west)
      up = side / (area[3] - south)
    },
    add(lon, lat) {
      const x = Math.floor((lon - west) * across)
      const y = Math.floor((lat - south) * up)
      if (!(x >= 0 && x < side && y >= 0 && y < side)) return
      const at = (y + 1) * (side + 1) + x + 1
      sums[at] = sums[at]! + 1
    },
    finish() {
      for (let y = 1; y <= side; y++) {
        let row = 0
        for (let x = 1; x <= side; x++) {
          const at = y * (side + 1) + x
          row += sums[at]!
          sums[at] = row + sums[at - side - 1]!
        }
      }
    },
    countIn(part) {
      const left = corner((part[0] - west) * across)
      const right = corner((part[2] - west) * across)
      const low = corner((part[1] - south) * up) * (side + 1)
      const high = corner((part[3] - south) * up) * (side + 1)
      return sums[high + right]! - sums[high + left]! - sums[low + right]! + sums[low + left]!
    },
  }
}
