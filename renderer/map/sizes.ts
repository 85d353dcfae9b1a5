import { wallScale } from './symbols.ts'

/** Words on the map are written for a wall, and shrink with its symbols for one who sits before it. */
export const scaleOfWords = (scale = wallScale): number => scale / wallScale

/** px that the map's words and rings count in: of 1 rem on a wall */
export const unitOf = (scale?: number): number =>
  (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 10) * scaleOfWords(scale)

/** Pixels of the card for one of the page; beyond two nobody sees them. */
export const screenRatio = (): number => Math.min(2, Math.max(1, devicePixelRatio))
