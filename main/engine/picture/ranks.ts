/** How many there are of each rank: for what is counted up to a ceiling, and for the banner of what is among them. */
import type { Rank } from '../../../preload/contract/marking.ts'

export interface Ranks {
  add(rank: Rank): void
  remove(rank: Rank): void
  clear(): void
  /** how many there are up to the ceiling */
  upTo(ceiling: Rank): number
  /** up to the ceiling; null: there are none */
  highest(ceiling?: Rank): Rank | null
}

export function createRanks(): Ranks {
  const counts: number[] = []
  return {
    add(rank) {
      while (counts.length <= rank) counts.push(0)
      counts[rank]!++
    },
    remove(rank) {
      counts[rank]!--
    },
    clear() {
      counts.length = 0
    },
    upTo(ceiling) {
      let count = 0
      for (let rank = 0; rank <= ceiling && rank < counts.length; rank++) count += counts[rank]!
      return count
    },
    highest(ceiling = Infinity) {
      for (let rank = Math.min(ceiling, counts.length - 1); rank >= 0; rank--)
        if (counts[rank]! > 0) return rank
      return null
    },
  }
}

export function highestOf(...ranks: readonly (Rank | null)[]): Rank | null {
  let highest: Rank | null = null
  for (const rank of ranks) if (rank !== null && (highest === null || rank > highest)) highest = rank
  return highest
}
