import type { Area } from '../../preload/contract/scene.ts'
import type { Columns } from './columns.ts'
import type { Crowd } from './crowd.ts'
import type { Detail } from './symbols.ts'

/** This many of a symbol in view are drawn in full; so many more are drawn small; beyond, as marks. */
const fullUpTo = 12
const smallUpTo = 24
const hysteresis = 1.3

/** How much of each of a product's symbols there is room for: rare ones in full, masses as marks. */
export interface Details {
  of(symbol: number): Detail
  /** counts what of the rows is in the area, and adds it to the crowd there */
  count(columns: Columns, area: Area, crowd: Crowd): void
  /** by what was counted; @returns whether one that matters is another now */
  choose(symbols: readonly string[], matters: (symbol: string) => boolean): boolean
}

export function createDetails(): Details {
  let counts = new Uint32Array(0)
  const details: Detail[] = []
  return {
    of: (symbol) => details[symbol] ?? 'mark',
    count({ motion, shown, symbol, length, symbols }, [west, south, east, north], crowd) {
      if (counts.length < symbols.length) counts = new Uint32Array(symbols.length)
      counts.fill(0)
      for (let row = 0; row < length; row++) {
        if (shown[row] === 0) continue
        const lon = motion[row * 3]!
        const lat = motion[row * 3 + 1]!
        if (lon < west || lon > east || lat < south || lat > north) continue
        crowd.add(lon, lat)
        const at = symbol[row]!
        if (at < counts.length) counts[at] = counts[at]! + 1
      }
    },
    choose(symbols, matters) {
      let changed = false
      for (let symbol = 0; symbol < symbols.length; symbol++) {
        const before = details[symbol] ?? 'mark'
        const detail = detailOf(counts[symbol]!, before)
        if (detail === before) continue
        details[symbol] = detail
        changed ||= matters(symbols[symbol]!)
      }
      return changed
    },
  }
}

/** Hysteresis keeps a symbol from flickering between two of them. */
export function detailOf(count: number, before: Detail): Detail {
  const most = (limit: number, held: boolean): boolean => count <= (held ? limit * hysteresis : limit)
  if (most(fullUpTo, before === 'full')) return 'full'
  return most(smallUpTo, before !== 'mark') ? 'small' : 'mark'
}
