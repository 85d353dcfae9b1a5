import type { ReportFigure } from '../../preload/contract/report.ts'

/** A figure's way through the period: a path, where it ends, and where its bound lies. Pixels; y grows downwards. */
export interface DrawnCurve {
  path: string
  x: number
  end: number
  /** null: there is none, or it is too far off to flatten the line for */
  bound: number | null
  /** the bound’s number has room beside the value’s */
  clear: boolean
}

export function drawCurve(
  { points, threshold }: Pick<ReportFigure, 'points' | 'threshold'>,
  { from, to }: { from: number; to: number },
  width: number,
  height: number,
): DrawnCurve {
  const values = points.map(([, value]) => value)
  let low = Math.min(...values)
  let high = Math.max(...values)
  const range = high - low || Math.abs(high) * 0.1 || 1
  const near = threshold !== null && threshold > low - 1.5 * range && threshold < high + 1.5 * range
  if (near) {
    low = Math.min(low, threshold)
    high = Math.max(high, threshold)
  }
  if (high === low) {
    low -= range / 2
    high += range / 2
  }
  const round = (value: number): number => Math.round(value * 10) / 10
  const y = (value: number): number => round(2 + (1 - (value - low) / (high - low)) * (height - 4))
  const x = (at: number): number => round(Math.max(0, Math.min(1, (at - from) / (to - from))) * width)
  const path = points.map(([at, value], i) => `${i === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('')
  const last = points.at(-1)
  const end = last === undefined ? height / 2 : y(last[1])
  const bound = near ? y(threshold) : null
  return {
    ...{ path, x: last === undefined ? 0 : x(last[0]), end, bound },
    clear: bound === null || Math.abs(bound - end) >= 14,
  }
}

/** The curves that are worth their room: the worst first, in the order of the figures. */
export const curvesOf = (figures: readonly ReportFigure[], most: number): ReportFigure[] =>
  figures
    .filter(({ points }) => points.length > 2)
    .filter(({ severity }) => severity === 'Extreme' || severity === 'Severe' || severity === 'Moderate')
    .slice(0, most)
