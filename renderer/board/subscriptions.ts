import { isIncidentsFeed } from '../../preload/contract/incident.ts'
import type { CatalogEntry, Subscription } from '../../preload/contract/picture.ts'
import type { Scene, Widget } from '../../preload/contract/scene.ts'
import { domainsOf, figureFeeds } from './chosen.ts'
import { isNamedFeed } from './map/named.ts'

/** Lines of a log that a wall may ever show, with room to spare. */
const mostNotes = 200

const incidents = (catalog: readonly CatalogEntry[]): Subscription[] => {
  const products = catalog.filter(isIncidentsFeed).map(({ product }) => product)
  return products.length === 0 ? [] : [{ form: 'records', products }]
}
const series = (refs: readonly { product: string }[]): Subscription[] =>
  refs.length === 0 ? [] : [{ form: 'series', products: [...new Set(refs.map(({ product }) => product))] }]
/** The series of what nobody named: those that a choice is made among. */
const figures = (catalog: readonly CatalogEntry[], domains: readonly string[]): Subscription[] =>
  series(domains.flatMap((domain) => figureFeeds(catalog, domain)))
const notes: Subscription = { form: 'records', kinds: ['note'], limit: mostNotes }

function needsOf(widget: Widget, catalog: readonly CatalogEntry[]): Subscription[] {
  switch (widget.widget) {
    case 'map': {
      const inDomains = widget.domains === undefined ? {} : { domains: widget.domains }
      const named = catalog
        .filter(isNamedFeed)
        .filter(({ descriptor }) => widget.domains?.includes(descriptor.domain) ?? true)
        .map(({ product }) => product)
      const drawn: Subscription = { form: 'columns', kinds: ['feature', 'track'], ...inDomains }
      return named.length === 0 ? [drawn] : [drawn, { form: 'records', products: named }]
    }
    case 'incidents':
    case 'alarm':
      return incidents(catalog)
    case 'alarms-per-hour':
      return [...incidents(catalog), notes]
    case 'figures':
      return widget.series === undefined ? figures(catalog, domainsOf(catalog)) : series(widget.series)
    case 'domain':
      return [
        ...(widget.series === undefined ? figures(catalog, [widget.domain]) : series(widget.series)),
        ...incidents(catalog),
        notes,
      ]
    case 'domains':
      return [...figures(catalog, widget.domains ?? domainsOf(catalog)), ...incidents(catalog), notes]
    case 'log':
    case 'decisions':
      return [notes]
    case 'legend':
      return []
  }
}

/** What a scene needs of the picture, each need once. Incidents are found by what the catalog says they are. */
export function subscriptionsOf(scene: Scene, catalog: readonly CatalogEntry[]): Subscription[] {
  const needs = new Map<string, Subscription>()
  for (const widget of scene.widgets)
    for (const need of needsOf(widget, catalog)) needs.set(JSON.stringify(need), need)
  return [...needs.values()].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
}
