/** What a new synthesis begins as, before anybody says otherwise: Enter suffices. */
import type { Reports } from '../../../preload/contract/reports.ts'
import { reportTemplates, type ReportTemplate } from '../../../preload/contract/report.ts'
import { readTime } from '../log/entry/typed-time.ts'

const hour = 3_600_000
const day = 24 * hour

export type PeriodChoice = 'last' | '1h' | '2h' | 'typed'
export interface PeriodNow {
  now: number
  timeZone: string
}

/** The end of the one that was released last, which the next one goes on from; null: none, or it is too long ago. */
export function lastEnd(all: Reports | null, now: number): number | null {
  const ends = (all?.reports ?? [])
    .filter(({ state, problem }) => state === 'released' && problem === null)
    .map(({ period }) => period.to)
    .filter((to) => to < now - 60_000 && to > now - day)
  return ends.length === 0 ? null : Math.max(...ends)
}

export const usualTemplate = (all: Reports | null): ReportTemplate =>
  all?.reports.find(({ state }) => state === 'released')?.template ?? reportTemplates[0]

/** @returns null: nobody can say which period is meant */
export function periodOf(
  choice: PeriodChoice,
  last: number | null,
  typed: { from: string; to: string },
  { now, timeZone }: PeriodNow,
): { from: number; to: number } | null {
  const to = Math.floor(now / 1000) * 1000
  if (choice === 'last') return { from: last ?? to - 2 * hour, to }
  if (choice !== 'typed') return { from: to - (choice === '1h' ? 1 : 2) * hour, to }
  const from = readTime(typed.from, { now, timeZone })
  const until = typed.to.trim() === '' ? { at: to } : readTime(typed.to, { now, timeZone })
  if (from === null || until === null || from.at >= until.at || until.at > now + 60_000) return null
  return { from: Math.round(from.at), to: Math.round(until.at) }
}
