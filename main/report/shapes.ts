/** A severity on paper: a shape and a word, never colour alone. */
import type { Severity } from '../../preload/contract/event.ts'
import { rankOfSeverity } from '../../preload/contract/incident.ts'
import { severityInWords } from './drafting.ts'
import type { ReportWords } from './words.ts'

export type Shape = 'extreme' | 'severe' | 'moderate' | 'minor'

export const shapeOf = (severity: Severity): Shape => {
  const rank = rankOfSeverity(severity)
  return rank >= 4 ? 'extreme' : rank === 3 ? 'severe' : rank === 2 ? 'moderate' : 'minor'
}

/** Of what is filled with it; words are darker. */
export const inks: Readonly<Record<Shape, string>> = {
  ...{ extreme: '#c0201b', severe: '#c96a00', moderate: '#8a6a00', minor: '#69757f' },
}
export const wordInks: Readonly<Record<Shape, string>> = {
  ...{ extreme: '#b51a16', severe: '#9a4e00', moderate: '#6f5600', minor: '#46515b' },
}

/** On paper nobody asks whether it is unknown or minor: nothing is said to be wrong. */
export const wordOf = (severity: Severity, words: ReportWords): string =>
  severityInWords(severity === 'Unknown' ? 'Minor' : severity, words)
