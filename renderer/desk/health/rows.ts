/** What of this node's health somebody at the desk must know without looking for it. */
import { daysLeft, healthOf, warningOf, type HealthFacts } from '../../../preload/contract/health.ts'
import type { Banner } from '../banners/banners.ts'

/** How many rows ask for somebody, of those that main knows of; the link and the clock have banners of their own. */
export const troublesOf = (facts: HealthFacts | null, now: number): number =>
  facts === null
    ? 0
    : healthOf({ ...facts, at: now }).filter(({ state }) => state === 'warn' || state === 'bad').length

/** Of the certificates that ours stands on; its own end is told beside. */
export function endingBanners(facts: HealthFacts | null, now: number): Banner[] {
  if (facts === null || facts.throwAway) return []
  return facts.certificates.flatMap(({ role, subject, notAfter }): Banner[] => {
    const level = role === 'identity' ? 0 : warningOf(notAfter, now)
    if (level === 0 || role === 'identity') return []
    const left = notAfter - now
    return [
      {
        id: `ends ${role} ${subject}`,
        grade: level === 3 ? 'down' : 'warning',
        about:
          left > 0
            ? { key: `desk.${role}.expires`, values: { days: daysLeft(notAfter, now), subject } }
            : { key: `desk.${role}.expired`, values: { subject } },
        problem: null,
        view: 'health',
      },
    ]
  })
}
