/** What a board is composed of, as the palette has it: one table; what is not in it stands among the rest. */
import type { DraftWidget } from '../../../preload/contract/boards.ts'
import type { CatalogEntry } from '../../../preload/contract/picture.ts'
import type { At, SeriesRef } from '../../../preload/contract/scene.ts'
import { fieldsOf, initialValues, widgetKinds } from './fields.ts'

export const elementGroups = ['figures', 'following', 'content', 'others'] as const
export type ElementGroup = (typeof elementGroups)[number]

interface Row {
  group: ElementGroup
  /** that it takes at first, of a grid of 48 × 24 */
  size: readonly [number, number]
}

const rows: Readonly<Record<string, Row>> = {
  map: { group: 'figures', size: [20, 14] },
  figures: { group: 'figures', size: [16, 5] },
  domain: { group: 'figures', size: [12, 12] },
  domains: { group: 'figures', size: [24, 12] },
  series: { group: 'figures', size: [18, 9] },
  table: { group: 'figures', size: [18, 9] },
  'alarms-per-hour': { group: 'figures', size: [12, 9] },
  limits: { group: 'figures', size: [14, 8] },
  resources: { group: 'figures', size: [16, 9] },
  states: { group: 'figures', size: [20, 6] },
  incidents: { group: 'following', size: [15, 12] },
  alarm: { group: 'following', size: [30, 5] },
  log: { group: 'following', size: [20, 10] },
  decisions: { group: 'following', size: [13, 10] },
  countdown: { group: 'following', size: [14, 8] },
  clock: { group: 'following', size: [10, 4] },
  poll: { group: 'following', size: [14, 10] },
  roster: { group: 'following', size: [20, 10] },
  document: { group: 'content', size: [16, 14] },
  text: { group: 'content', size: [14, 6] },
  quality: { group: 'content', size: [24, 14] },
  legend: { group: 'content', size: [15, 3] },
}
const other: Row = { group: 'others', size: [12, 8] }
const rowOf = (kind: string): Row => rows[kind] ?? other

/** Of the kinds that there are, by group, as they stand in the table. */
export const elementsByGroup: readonly { group: ElementGroup; kinds: readonly string[] }[] = elementGroups
  .map((group) => ({
    group,
    kinds: widgetKinds
      .filter((kind) => rowOf(kind).group === group)
      .sort((a, b) => Object.keys(rows).indexOf(a) - Object.keys(rows).indexOf(b)),
  }))
  .filter(({ kinds }) => kinds.length > 0)

/** Cells of this grid. */
export const sizeOf = (kind: string, { columns, rows: height }: { columns: number; rows: number }) =>
  [
    Math.max(1, Math.round((rowOf(kind).size[0] * columns) / 48)),
    Math.max(1, Math.round((rowOf(kind).size[1] * height) / 24)),
  ] as const

export const newElement = (kind: string, at: At, catalog: readonly CatalogEntry[]): DraftWidget => ({
  ...{ widget: kind, at },
  ...initialValues(fieldsOf(kind), catalog),
})

/** A figure that has a name, as an element of its own. */
export const figureElement = (ref: SeriesRef, at: At): DraftWidget => ({
  ...{ widget: 'figures', at },
  series: [ref],
})
