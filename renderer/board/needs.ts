import { isIncidentsFeed } from '../../preload/contract/incident.ts'
import type { CatalogEntry } from '../../preload/contract/picture.ts'
import type { Widget } from '../../preload/contract/scene.ts'
import type { Read } from '../link/picture.svelte.ts'
import { domainsOf, figureFeeds } from './chosen.ts'

/** Lines of a log that a wall may ever show, with room to spare. */
const mostNotes = 200

const inName = (one: string, other: string): number => (one < other ? -1 : 1)
const form = (read: Read['form'], products: readonly string[]): Read[] =>
  products.length === 0 ? [] : [{ form: read, products: [...new Set(products)].sort(inName) }]

/** Of given products, each whole. */
export const wholeNeeds = (entries: readonly CatalogEntry[]): Read[] =>
  form(
    'records',
    entries.map(({ product }) => product),
  )

/** Incidents are found by what the catalog says they are. */
export const incidentNeeds = (catalog: readonly CatalogEntry[]): Read[] =>
  wholeNeeds(catalog.filter(isIncidentsFeed))

export const seriesNeeds = (refs: readonly { product: string }[]): Read[] =>
  form(
    'series',
    refs.map(({ product }) => product),
  )

/** The series of what nobody named: those that a choice is made among. */
export const figureNeeds = (catalog: readonly CatalogEntry[], domains: readonly string[]): Read[] =>
  seriesNeeds(domains.flatMap((domain) => figureFeeds(catalog, domain)))

export const noteNeeds: readonly Read[] = [{ form: 'records', kinds: ['note'], limit: mostNotes }]

/** What it takes to tell whether a widget that is there only then has something to show; see `there.ts`. */
export function needsToTell(widget: Widget, catalog: readonly CatalogEntry[]): Read[] {
  switch (widget.widget) {
    case 'figures':
      return widget.series === undefined ? figureNeeds(catalog, domainsOf(catalog)) : []
    case 'decisions':
      return [...noteNeeds]
    default:
      return []
  }
}
