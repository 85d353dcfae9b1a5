/** Entities told one by one with their state: which of them are not as they should be, and since when nobody told. */
import type { Feature } from '../../preload/contract/event.ts'
import { freshnessOf } from '../../preload/contract/freshness.ts'
import type { CatalogEntry, Record } from '../../preload/contract/picture.ts'
import { durationMs } from '../../preload/contract/product.ts'
import { levelOf, worstFirst, type Level } from '../kit/severity.ts'

export interface Told {
  key: string
  name: string
  category: string
  /** in its owner's words, or a word that Vigie knows; empty: none */
  status: string
  text: string
  level: Level
  /** out of use as planned: neither well nor wrong */
  resting: boolean
  /** when it is to be done, or there, ms since 1970; null: not said */
  until: number | null
  /** ms since 1970 */
  time: number
  /** older than its product promises */
  late: boolean
}

/** What its owner says of it, where no severity does. */
const levels: { readonly [status: string]: Level } = {
  anomaly: 'severe',
  failed: 'severe',
  stopped: 'moderate',
  held: 'moderate',
}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** null: nothing that has a name and a state */
export function toldOf(record: Record, promise: number, now: number): Told | null {
  if (record.type !== 'vigie.feature.v1' && record.type !== 'vigie.track.v1') return null
  const {
    name,
    category = '',
    status = '',
    severity,
    text: more,
    until,
  } = (record.body as Feature).properties
  const at = Date.parse(text(until))
  const own = levelOf(severity)
  return {
    key: `${record.product} ${record.entity}`,
    name: name ?? record.entity,
    ...{ category, status, text: more ?? '' },
    level: own === 'minor' ? (levels[status.toLowerCase()] ?? 'minor') : own,
    resting: status.toLowerCase() === 'maintenance',
    until: Number.isNaN(at) ? null : at,
    time: record.time,
    late: freshnessOf(record.time, promise, now) !== 'fresh',
  }
}

export function toldIn(
  entries: readonly CatalogEntry[],
  recordsOf: (product: string) => readonly Record[],
  categories: readonly string[] | undefined,
  now: number,
): Told[] {
  return entries.flatMap(({ product, descriptor }) =>
    recordsOf(product).flatMap((record) => {
      const told = toldOf(record, durationMs(descriptor.freshness), now)
      return told === null || categories?.includes(told.category) === false ? [] : [told]
    }),
  )
}

/** What is not as it should be first, the worst of it at the top; then by name. */
export const exceptionsFirst = (all: readonly Told[]): Told[] =>
  [...all].sort(
    (a, b) =>
      worstFirst.indexOf(a.level) - worstFirst.indexOf(b.level) ||
      Number(b.late) - Number(a.late) ||
      byName(a, b),
  )

const collator = new Intl.Collator('fr', { numeric: true })
export const byName = (a: Told, b: Told): number => collator.compare(a.name, b.name)

/** How many are not as they should be, by their state, the worst first. */
export function countsOf(all: readonly Told[]): { status: string; count: number }[] {
  const counts = new Map<string, { status: string; count: number; at: number }>()
  for (const { level, resting, late, status } of all) {
    const word = level !== 'minor' || resting ? status.toLowerCase() : late ? 'late' : null
    if (word === null) continue
    const known = counts.get(word) ?? { status: word, count: 0, at: worstFirst.indexOf(level) }
    counts.set(word, { ...known, count: known.count + 1, at: Math.min(known.at, worstFirst.indexOf(level)) })
  }
  return [...counts.values()].sort((a, b) => a.at - b.at).map(({ status, count }) => ({ status, count }))
}
