/** When what a product said last happened, for whoever may see up to a rank. It is told though its entity has left. */
import type { Rank } from '../../../preload/contract/marking.ts'

export interface Newest {
  /** of an event with a marking of its own */
  marked(rank: Rank, time: number): void
  /** of one that has its product's, whatever that is when somebody looks */
  unmarked(time: number): void
  /** @param own the product's rank @returns ms since 1970; NaN: none */
  upTo(ceiling: Rank, own: Rank): number
}

export function createNewest(highest: Rank): Newest {
  const byRank = new Float64Array(highest + 1).fill(Number.NaN)
  let newestUnmarked = Number.NaN
  return {
    marked(rank, time) {
      if (!(byRank[rank]! >= time)) byRank[rank] = time
    },
    unmarked(time) {
      if (!(newestUnmarked >= time)) newestUnmarked = time
    },
    upTo(ceiling, own) {
      let newest = own <= ceiling ? newestUnmarked : Number.NaN
      for (let rank = 0; rank <= ceiling && rank < byRank.length; rank++)
        if (Number.isNaN(newest) || byRank[rank]! > newest) newest = byRank[rank]!
      return newest
    },
  }
}
