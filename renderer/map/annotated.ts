import { freshnessOf, type Freshness } from '../../preload/contract/freshness.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { PlacedIncident } from './features.ts'
import { inView, type Mark } from './marks.ts'

/** Pixels of the map's box. */
export interface Point {
  x: number
  y: number
}

/** What the map has to name, and what it is to say. */
export interface Named {
  incidents: readonly PlacedIncident[]
  /** what people look for: a wider ring in the accent, and always its label */
  marks: readonly Mark[]
  project(lon: number, lat: number): Point
  width: number
  height: number
  /** ms within which a product renews what is still so; null: it promises nothing */
  promise(product: ProductName): number | null
  /** "4 min" */
  age(ms: number): string
  now: number
}

/** An incident in view. */
export interface ShownIncident extends Point {
  incident: PlacedIncident
  /** its place in the list, from 1 */
  number: number
  /** one of those that people look for */
  marked: boolean
  freshness: Freshness
  second: string
}

/** Something else that people look for, in view. */
export interface ShownMark extends Point {
  mark: Mark
}

/** @param ring px: what touches the map's edge is still in view */
export function inSight(named: Named, ring: number): { incidents: ShownIncident[]; marks: ShownMark[] } {
  const marked = new Set(named.marks.map(({ key }) => key))
  const incidents = named.incidents.flatMap((incident, index): ShownIncident[] => {
    const { x, y } = named.project(incident.lon, incident.lat)
    if (!inView({ x, y }, named, -ring)) return []
    const own = { marked: marked.has(incident.key), freshness: freshnessIn(named, incident) }
    return [{ incident, number: index + 1, ...own, x, y, second: secondLine(incident, named) }]
  })
  const own = new Set(incidents.map(({ incident }) => incident.key))
  const marks = named.marks.flatMap((mark): ShownMark[] => {
    const { x, y } = named.project(mark.lon, mark.lat)
    // a marked incident has its own ring and words
    return own.has(mark.key) || !inView({ x, y }, named, -ring) ? [] : [{ mark, x, y }]
  })
  return { incidents, marks }
}

function freshnessIn({ promise, now }: Named, { product, time }: PlacedIncident): Freshness {
  const promised = promise(product)
  return promised === null ? 'fresh' : freshnessOf(time, promised, now)
}

const secondLine = ({ place, opened }: PlacedIncident, { age, now }: Named): string =>
  [place, age(Math.max(0, now - opened))].filter((part) => part !== '').join(' · ')
