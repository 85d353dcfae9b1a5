/** Within this many ms two presses are one act. */
const together = 700

/** Escape twice blanks the wall: one press alone is too easily made with an elbow. */
export function twice(): (now: number) => boolean {
  let last = -Infinity
  return (now) => {
    const both = now - last <= together
    last = both ? -Infinity : now
    return both
  }
}
