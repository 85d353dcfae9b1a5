/** A round of single pixels: no edge of the picture stays on the same pixels for a whole watch. */
const round = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const
const stepMs = 4 * 60_000

/** @returns pixels to the right and down at that time */
export const shiftAt = (now: number): readonly [number, number] =>
  round[Math.floor(now / stepMs) % round.length] ?? round[0]
