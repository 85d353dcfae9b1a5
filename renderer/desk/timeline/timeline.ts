import type { Severity } from '../../../preload/contract/event.ts'
import { incidentOf, rankOfSeverity } from '../../../preload/contract/incident.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { Feed } from '../../link/feeds.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { severityOf } from '../record.ts'

export interface Span {
  /** ms since 1970 */
  from: number
  to: number
}

/** What happened within a few pixels, named by its worst. */
export interface Tick {
  /** 0 at `from`, 1 at `to` */
  at: number
  severity: Severity
  /** worst first, then newest */
  records: Record[]
}

/** Where messages are known to be missing: marked when that was found, since their own times are unknown. */
export interface GapMark {
  at: number
  found: number
  product: ProductName
  missing: number
}

/** A stretch without the platform. */
export interface Cut {
  from: number
  to: number
}

/** An incident happened when it began, whenever something was last said of it. */
export const happened = (record: Record): number => incidentOf(record)?.opened ?? record.time

const worstFirst = (a: Record, b: Record): number =>
  rankOfSeverity(severityOf(b)) - rankOfSeverity(severityOf(a)) || happened(b) - happened(a)

/** @param slots how many ticks fit side by side and can still be told apart and pressed */
export function ticksOf(records: readonly Record[], span: Span, slots: number): Tick[] {
  const bySlot = new Map<number, Record[]>()
  for (const record of records) {
    const time = happened(record)
    if (time < span.from || time > span.to) continue
    const slot = Math.min(slots - 1, Math.floor(shareOf(time, span) * slots))
    const there = bySlot.get(slot)
    if (there) there.push(record)
    else bySlot.set(slot, [record])
  }
  return [...bySlot.values()]
    .flatMap((there): Tick[] => {
      const [worst] = there.sort(worstFirst)
      return worst
        ? [{ at: shareOf(happened(worst), span), severity: severityOf(worst), records: there }]
        : []
    })
    .sort((a, b) => a.at - b.at)
}

export function gapMarks(feeds: readonly Feed[], span: Span): GapMark[] {
  return feeds
    .flatMap(({ product, stream }) =>
      (stream?.gaps ?? []).map((gap) => ({
        at: shareOf(gap.found, span),
        found: gap.found,
        product,
        missing: gap.last - gap.first + 1,
      })),
    )
    .filter(({ found }) => found >= span.from && found <= span.to)
    .sort((a, b) => a.found - b.found)
}

/** The stretches of the span without the platform, as shares of it. */
export function cutsIn(cuts: readonly Cut[], span: Span): Cut[] {
  return cuts
    .filter((cut) => cut.to > span.from && cut.from < span.to)
    .map((cut) => ({ from: Math.max(0, shareOf(cut.from, span)), to: Math.min(1, shareOf(cut.to, span)) }))
}

const minute = 60_000
const steps = [5, 10, 15, 30, 60, 120, 180, 360].map((minutes) => minutes * minute)

/** Round times to write along the axis, at most `most` of them. `offset`: ms that local time is ahead of UTC. */
export function hourMarks(span: Span, most: number, offset: number): { at: number; time: number }[] {
  const step = steps.find((each) => (span.to - span.from) / each <= most) ?? 720 * minute
  const marks = []
  for (let time = Math.ceil((span.from + offset) / step) * step - offset; time <= span.to; time += step)
    marks.push({ at: shareOf(time, span), time })
  return marks
}

const shareOf = (time: number, span: Span): number => (time - span.from) / (span.to - span.from)

/**
 * How far a place's time is ahead of universal time, in ms, from what its clock says.
 * @param local `19:42`
 */
export function zoneOffset(now: number, local: string): number {
  const [hours = 0, minutes = 0] = local.split(':').map(Number)
  const at = new Date(now)
  const ahead = hours * 60 + minutes - (at.getUTCHours() * 60 + at.getUTCMinutes())
  // the day may differ: no place is more than 14 hours ahead
  return (ahead > 840 ? ahead - 1440 : ahead <= -600 ? ahead + 1440 : ahead) * minute
}
