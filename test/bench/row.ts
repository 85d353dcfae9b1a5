/** A measure of performance.md, taken side by side in one run: medians of alternating rounds. */
export interface BenchRow {
  /** what is measured, e.g. `intake` */
  measure: string
  /** what it is held against, e.g. `a bare nats.js consumer` */
  against: string
  /** of `ours` and `theirs`, e.g. `messages/s` */
  unit: string
  ours: number
  theirs: number
  /** as the goal is worded */
  ratio: number
  /** in words, e.g. `≥ 0.3` */
  goal: string
  met: boolean
  rounds: number
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
