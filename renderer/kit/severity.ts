import { severities, type Severity } from '../../preload/contract/event.ts'
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

/** For ordering: the worst is the largest. */
export const rankOfSeverity = (severity: Severity | undefined): number =>
  severities.indexOf(severity ?? 'Unknown')

export const worst = (found: Iterable<Severity>): Severity => {
  let most: Severity = 'Unknown'
  for (const severity of found) if (rankOfSeverity(severity) > rankOfSeverity(most)) most = severity
  return most
}

export const severityKey = (severity: Severity | undefined): Key =>
  severity === undefined || severity === 'Unknown' ? 'severity.unknown' : `severity.${levelOf(severity)}`
