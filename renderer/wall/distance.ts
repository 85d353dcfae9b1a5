/** The distance in metres for which the sizes of wall.css are made. */
const readFrom = 5

/**
 * How much larger than from 5 m everything must be. A wall read from farther is larger itself, so this stops well
 * before a board has no room for its own words.
 */
export const distanceScale = (metres: number): number =>
  Math.min(1.35, Math.max(0.85, Number.isFinite(metres) && metres > 0 ? metres / readFrom : 1))
