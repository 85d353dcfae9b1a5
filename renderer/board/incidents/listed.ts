import { isIncidentsFeed, openIncidents, type Incident } from '../../../preload/contract/incident.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import type { CatalogEntry } from '../../../preload/contract/picture.ts'

/** What is open in all of a catalog's products of incidents, the worst first. */
export const incidentsIn = (
  catalog: readonly CatalogEntry[],
  recordsOf: (product: ProductName) => readonly Record[],
): Incident[] => openIncidents(catalog.filter(isIncidentsFeed).flatMap(({ product }) => recordsOf(product)))
