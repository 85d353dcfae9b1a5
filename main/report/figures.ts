/** Figures of the period: what each series was as it began, what it is, and its way between. */
import type { Metric, Severity } from '../../preload/contract/event.ts'
import { rankOfSeverity } from '../../preload/contract/incident.ts'
import type { SeriesDescriptor } from '../../preload/contract/product.ts'
import { durationMs } from '../../preload/contract/product.ts'
import { keyOf, mostInReport, type ReportFigure, type ReportResource } from '../../preload/contract/report.ts'
import { oneLine } from '../../preload/contract/text.ts'
import { inLanguage } from '../../preload/contract/words.ts'
import { titleOf, type Drafting } from './drafting.ts'
import type { Gathered, Seen } from './gather.ts'

export interface Drawn {
  figure: ReportFigure
  seen: Seen
  /** how far it went beside what is usual of it: what went furthest is told first */
  moved: number
}

function severityOfValue(value: number, threshold: SeriesDescriptor['threshold']): Severity {
  if (threshold === undefined) return 'Minor'
  const beyond = (bound: number | undefined): boolean =>
    bound !== undefined && (threshold.above ? value >= bound : value <= bound)
  if (beyond(threshold.extreme)) return 'Extreme'
  if (beyond(threshold.severe)) return 'Severe'
  return beyond(threshold.moderate) ? 'Moderate' : 'Minor'
}

/** The worst bound that was passed, else the first that could be. */
function boundOf(severity: Severity, threshold: SeriesDescriptor['threshold']): number | null {
  if (threshold === undefined) return null
  const { moderate, severe, extreme } = threshold
  const passed = {
    Unknown: undefined,
    Minor: undefined,
    Moderate: moderate,
    Severe: severe,
    Extreme: extreme,
  }
  return passed[severity] ?? moderate ?? severe ?? extreme ?? null
}

const metricOf = ({ body }: Seen): Metric | null =>
  body !== null && 'series' in body ? (body as Metric) : null

/** As many as are drawn, the last among them. */
function thinned(points: [number, number][]): [number, number][] {
  const most = mostInReport.points
  if (points.length <= most) return points
  const step = (points.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, at) => points[Math.round(at * step)] ?? [0, 0])
}

export function drawFigures(products: readonly Gathered[], drafting: Drafting): Drawn[] {
  const { words, period } = drafting
  const drawn: Drawn[] = []
  for (const one of products) {
    const { descriptor, before, after, events } = one
    if (descriptor.kind !== 'metric') continue
    const series = new Map<
      string,
      { last: Seen; first: Metric | null; points: [number, number][]; of: Seen[] }
    >()
    const begin = new Map<string, Seen>()
    for (const seen of before.values()) {
      const metric = metricOf(seen)
      const known = metric === null ? undefined : begin.get(metric.series)
      if (metric !== null && (known === undefined || known.sequence < seen.sequence))
        begin.set(metric.series, seen)
    }
    for (const seen of [...after.values(), ...events].sort((a, b) => a.sequence - b.sequence)) {
      const metric = metricOf(seen)
      if (metric === null) continue
      const first = begin.get(metric.series)
      const known = series.get(metric.series) ?? {
        last: seen,
        first: first === undefined ? null : metricOf(first),
        points: [],
        of: first === undefined ? [] : [first],
      }
      known.last = seen
      const at = Math.max(0, Math.round(seen.time))
      if (seen.published > period.from && known.points.at(-1)?.[0] !== at) {
        known.points.push([at, metric.value])
        known.of.push(seen)
      }
      series.set(metric.series, known)
    }
    for (const [name, { last, first, points, of }] of series) {
      const metric = metricOf(last)
      if (metric === null) continue
      const own = descriptor.series?.[name]
      const severity = severityOfValue(metric.value, own?.threshold)
      const title = [own?.title ?? name, own?.qualifier]
        .filter((each) => each !== undefined)
        .map((each) => inLanguage(each, words.language))
        .join(' ')
      const was = first?.value ?? null
      const { min, max } = own?.range ?? { min: 0, max: Math.max(Math.abs(metric.value), Math.abs(was ?? 0)) }
      drawn.push({
        seen: last,
        moved: was === null || max === min ? 0 : Math.abs(metric.value - was) / Math.abs(max - min),
        figure: {
          key: keyOf('figure', one.product, name),
          domain: descriptor.domain,
          title: oneLine(title, 300),
          unit: oneLine(metric.unit ?? own?.unit ?? descriptor.unit ?? '', 50),
          precision: own?.precision ?? null,
          before: was,
          now: metric.value,
          at: Math.max(0, Math.round(last.time)),
          threshold: boundOf(severity, own?.threshold),
          severity,
          feed: drafting.feedOf(one),
          points: thinned(points),
          // what it was, and its way, are told beside what it is
          marking: drafting.markingOf([...of, last]),
          sources: [],
        },
      })
    }
  }
  return drawn
}

/** What is beyond its bound first, then what moved furthest; what is kept is told in the order of its domains. */
export function chooseFigures(drawn: readonly Drawn[], most: number): Drawn[] {
  const order = new Map(drawn.map((each, at) => [each, at]))
  return [...drawn]
    .sort(
      (a, b) =>
        rankOfSeverity(b.figure.severity) - rankOfSeverity(a.figure.severity) ||
        b.moved - a.moved ||
        (order.get(a) ?? 0) - (order.get(b) ?? 0),
    )
    .slice(0, most)
    .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
}

export const citeFigure = (drafting: Drafting, { figure, seen }: Drawn): ReportFigure => ({
  ...figure,
  sources: [drafting.cite(seen, figure.title)],
})

/** How many of a product of what moves were there: heard of within four times what it promises, as a feed is lost after. */
export function countResources(products: readonly Gathered[], drafting: Drafting): ReportResource[] {
  const { period, words } = drafting
  return products.flatMap((one): ReportResource[] => {
    const { descriptor, before, after, newest, newestBefore } = one
    if (descriptor.kind !== 'track') return []
    const reach = 4 * durationMs(descriptor.freshness)
    const count = (seen: Iterable<Seen>, at: number, last: number): Seen[] =>
      [...seen].filter(
        ({ ended, expires, published }) =>
          !ended &&
          (expires === null || expires > Math.min(at, last)) &&
          published >= Math.min(at, last) - reach,
      )
    const now = newest === null ? [] : count(after.values(), period.to, newest)
    const then = newestBefore === null ? null : count(before.values(), period.from, newestBefore)
    const last = now.reduce<Seen | null>((a, b) => (a === null || a.sequence < b.sequence ? b : a), null)
    if (last === null) return []
    const title = titleOf(one, words.language)
    return [
      {
        key: keyOf('resource', one.product),
        ...{ domain: descriptor.domain, title, now: now.length, before: then?.length ?? null },
        feed: drafting.feedOf(one),
        marking: drafting.markingOf([...now, ...(then ?? [])]),
        sources: [drafting.cite(last, title)],
      },
    ]
  })
}
