/** What widgets need of the picture: kinds of products, so that a scene works on any platform. */
import { incidentsName } from '../../preload/contract/incident.ts'
import type { CatalogEntry } from '../../preload/contract/picture.ts'
import { forms, isOf, type Subscription } from '../../preload/contract/port.ts'
import type { Drawn, Picture, Read } from '../link/picture.svelte.ts'
import { figureFeeds } from './chosen.ts'

const within = (domains?: readonly string[]): { domains?: string[] } =>
  domains === undefined ? {} : { domains: [...domains] }

/** Many more lines of a log than a wall has room for: among them are decisions and tasks that are still open. */
const mostNotes = 1000

export const incidentNeeds: readonly Read[] = [
  { form: 'records', kinds: ['feature'], called: [incidentsName] },
]
export const noteNeeds: readonly Read[] = [{ form: 'records', kinds: ['note'], limit: mostNotes }]

/**
 * So many lines, the newest, are read of each log, or of the shortest that is not read whole: whoever looks among them for some says so.
 * null: all of each log is read.
 */
export function newestLines({ catalog, records }: Pick<Picture, 'catalog' | 'records'>): number | null {
  const counts = catalog.filter(isAmong(noteNeeds)).map(({ product }) => records(product).size)
  const cut = counts.filter((count) => count >= mostNotes)
  return cut.length === 0 ? null : Math.min(...cut)
}

/** Open incidents of these domains; left out: of all. */
export const incidentNeedsIn = (domains?: readonly string[]): readonly Read[] =>
  incidentNeeds.map((need) => ({ ...need, ...within(domains) }))

/** Features of the category `countdown`; where a scene names none, of products that are called so. */
export const countdownNeeds = (product?: string): readonly Read[] => [
  product === undefined
    ? { form: 'records', kinds: ['feature'], called: ['countdowns'] }
    : { form: 'records', kinds: ['feature', 'note'], products: [product] },
]
/** Entities that are told one by one, of the products named, else of those that are called so. */
export const listedNeeds = (
  products: readonly string[] | undefined,
  called: readonly string[],
): readonly Read[] => [
  {
    form: 'records',
    kinds: ['feature', 'track'],
    ...(products === undefined ? { called: [...called] } : { products: [...products] }),
  },
]

/** What a map draws of the given domains; left out: of all. */
export const drawnNeeds = (domains?: readonly string[]): Drawn => ({
  kinds: ['feature', 'track'],
  ...within(domains),
})
/**
 * Features that a map names or outlines one by one: incidents, zones, venues. Observations are too many for names; their
 * columns suffice.
 */
export const namedNeeds = (domains?: readonly string[]): readonly Read[] => [
  { form: 'records', kinds: ['feature'], notCalled: ['observations'], ...within(domains) },
]

/** Series that somebody named, by product; the same text whatever the order. */
export const seriesNeeds = (refs: readonly { product: string }[]): readonly Read[] =>
  refs.length === 0
    ? []
    : [{ form: 'series', products: [...new Set(refs.map(({ product }) => product))].sort() }]

/** The series of what nobody named: those that a choice is made among, so many of each domain. */
export const figureNeeds = (catalog: readonly CatalogEntry[], domains: readonly string[]): readonly Read[] =>
  seriesNeeds(domains.flatMap((domain) => figureFeeds(catalog, domain)))

/** All that there is of these domains; left out: of any. */
export const allNeeds = (domains?: readonly string[]): readonly Subscription[] =>
  forms.map((form) => ({ form, ...within(domains) }))

/** Whether a product is among what is needed. */
export const isAmong =
  (needs: readonly Subscription[]) =>
  ({ product, descriptor }: Pick<CatalogEntry, 'product' | 'descriptor'>): boolean =>
    needs.some((need) => isOf(need, product, descriptor.kind))
