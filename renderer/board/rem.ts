/** Pixels of so many rem as the window stands now; for layouts that count what has room. */
export const rem = (count: number): number =>
  count * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 10)

/** How many stand one after the other where there are so many pixels: one at least. @param size and `gap` between two, rem */
export const roomFor = (pixels: number, size: number, gap = 0): number =>
  Math.max(1, Math.floor((pixels + rem(gap)) / rem(size + gap)))
