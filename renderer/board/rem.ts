/** Pixels of so many rem as the window stands now; for layouts that count what has room. */
export const rem = (count: number): number =>
  count * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 10)
