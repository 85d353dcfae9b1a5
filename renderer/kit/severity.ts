import type { Severity } from '../../preload/contract/event.ts'
import type { Key } from '../speech/words.ts'

/** How a severity is named in classes, translations and tokens. */
export type Level = 'extreme' | 'severe' | 'moderate' | 'minor'

/** Unknown is not known to be bad: it looks like the ordinary, and its word says that it was not assessed. */
export const levelOf = (severity: Severity | undefined): Level =>
  severity === 'Extreme'
    ? 'extreme'
    : severity === 'Severe'
      ? 'severe'
      : severity === 'Moderate'
        ? 'moderate'
        : 'minor'

export const severityKey = (severity: Severity | undefined): Key =>
  severity === undefined || severity === 'Unknown' ? 'severity.unknown' : `severity.${levelOf(severity)}`

export const worstFirst: readonly Level[] = ['extreme', 'severe', 'moderate', 'minor']
export const isWorse = (one: Level, other: Level): boolean =>
  worstFirst.indexOf(one) < worstFirst.indexOf(other)
export const worstOf = (levels: readonly Level[]): Level =>
  levels.reduce<Level>((most, level) => (isWorse(level, most) ? level : most), 'minor')
