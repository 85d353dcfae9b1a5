/** What the sizes of wall.css are made for: 55 inches across, read from 5 metres. */
const made = { metres: 5, inches: 55 }

/** Beyond these a board has no room for its own words, or wastes it. */
const least = 0.85
const most = 1.2

/**
 * How much larger than on the wall they are made for everything must be, so that text keeps its minutes of arc:
 * it grows with the distance, and with the screen itself.
 */
export function sizeScale(metres: number, inches: number): number {
  const scale = (metres / made.metres) * (made.inches / inches)
  return Number.isFinite(scale) && scale > 0 ? Math.min(most, Math.max(least, scale)) : 1
}
