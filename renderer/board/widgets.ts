import type { Component } from 'svelte'
import { domainOf, type EntityRef } from '../../preload/contract/entity.ts'
import type { Rank } from '../../preload/contract/marking.ts'
import type { CatalogEntry, Record } from '../../preload/contract/picture.ts'
import type { Subscription } from '../../preload/contract/port.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { currentOf } from '../../preload/contract/poll.ts'
import type { Grid, Scene, Widget } from '../../preload/contract/scene.ts'
import type { Node } from '../../preload/contract/state.ts'
import type { Picture, Read } from '../link/picture.svelte.ts'
import Alarm from './alarm/Alarm.svelte'
import AlarmsPerHour from './alarms-per-hour/AlarmsPerHour.svelte'
import { domainsOf, figureProducts, hasFigures } from './chosen.ts'
import ClockWidget from './clock/ClockWidget.svelte'
import CountdownWidget from './countdown/CountdownWidget.svelte'
import Decisions from './decisions/Decisions.svelte'
import { isDecisionOrTask } from './decisions/open-lines.ts'
import DomainWidget from './domain/DomainWidget.svelte'
import DocumentWidget from './document/DocumentWidget.svelte'
import Domains from './domains/Domains.svelte'
import Figures from './figures/Figures.svelte'
import type { Written } from './foot.ts'
import Incidents from './incidents/Incidents.svelte'
import Legend from './legend/Legend.svelte'
import { limitedOf } from './limits/limits.ts'
import Limits from './limits/Limits.svelte'
import Log from './log/Log.svelte'
import { loadMap } from './map/load-map.ts'
import LoadedMap from './map/LoadedMap.svelte'
import {
  countdownNeeds,
  drawnNeeds,
  figureNeeds,
  incidentNeeds,
  incidentNeedsIn,
  isAmong,
  listedNeeds,
  noteNeeds,
} from './needs.ts'
import PollWidget from './poll/PollWidget.svelte'
import { resourceNames, stateNames } from './resources/names.ts'
import { rosterFor } from './roster/roster.ts'
import RosterWidget from './roster/RosterWidget.svelte'
import Resources from './resources/Resources.svelte'
import { judgedBy } from './quality/quality.ts'
import Quality from './quality/Quality.svelte'
import Series from './series/Series.svelte'
import States from './states/States.svelte'
import Table from './table/Table.svelte'
import { productsIn } from './text/fields.ts'
import Text from './text/Text.svelte'
import Wrong from './wrong/Wrong.svelte'

/** What it takes to tell whether the platform has something for a widget. */
export type Look = Pick<Picture, 'catalog' | 'series' | 'trend'> & {
  records: (product: ProductName) => Iterable<Record>
}

type View<W extends Widget> = Component<{ widget: W; pointedOut: EntityRef | null }>

interface Row<W extends Widget> {
  /** one that asks nothing of its place in the scene takes nothing */
  component: View<W> | Component<{ [none: string]: never }>
  /** what is loaded only for a scene that has one */
  load?: () => Promise<unknown>
  /** Whether the platform has something for it: what is optional is there only then. Left out: it always has. */
  isThere?: (widget: W, look: Look) => boolean
  /** what has to be open to tell, while the widget is not there and opens nothing itself */
  toTell?: (widget: W, catalog: readonly CatalogEntry[]) => readonly Read[]
  /** the products that it says at its foot; none: it says nothing of any */
  reads?: (widget: W, catalog: readonly CatalogEntry[], grid: Grid) => readonly ProductName[]
  /** they are all that there are of a kind, and nobody named them: its foot counts them. Left out: they are named */
  isOfKind?: (widget: W) => boolean
  /** it shows how products do and nothing that they say, as the strip of feeds does: their markings are not its own */
  showsHowTheyDo?: true
  /** what it shows that people wrote, and that is no product; null: nothing */
  written?: (widget: W, node: Node) => Written | null
  /** rem that it must have to be of use: what is left of its height may be its foot's */
  least?: (widget: W) => number
}

const has =
  (...needs: Read[]) =>
  (_: Widget, { catalog }: Look): boolean =>
    catalog.some(isAmong(needs))

const isAnyOf = (named: readonly { product: ProductName }[], { catalog }: Look): boolean =>
  named.some((ref) => catalog.some(({ product }) => product === ref.product))

const namesOf = (all: readonly { product: ProductName }[]): ProductName[] => [
  ...new Set(all.map(({ product }) => product)),
]

/** Products of a kind, whatever they are called. */
const among = (needs: readonly Subscription[], catalog: readonly CatalogEntry[]): ProductName[] =>
  namesOf(catalog.filter(isAmong(needs)))

/** What a domain is told by: the figures named, else those that it has, and what happens in it. */
const domainReads = (
  domain: string,
  series: readonly { product: ProductName }[] | undefined,
  catalog: readonly CatalogEntry[],
): ProductName[] => [
  ...namesOf(series ?? figureProducts(catalog, [domain])),
  ...among([...incidentNeeds, ...noteNeeds], catalog).filter((product) => domainOf(product) === domain),
]

const always = (): boolean => true

type Rows = { [K in Widget['widget']]: Row<Extract<Widget, { widget: K }>> }

/** Every widget once. A row of `WidgetSchema` without one here does not compile. */
const widgets: Rows = {
  map: {
    component: LoadedMap,
    load: loadMap,
    // a part of a board says what it is of; of all that there is, as high as the screen, it has the strip below it
    reads: ({ at, title, domains }, catalog, { rows }) =>
      title === undefined && domains === undefined && at[3] === rows
        ? []
        : among([{ form: 'columns', ...drawnNeeds(domains) }], catalog),
    isOfKind: always,
  },
  incidents: {
    component: Incidents,
    isThere: ({ domains }, { catalog }) => catalog.some(isAmong(incidentNeedsIn(domains))),
    reads: ({ domains }, catalog) => among(incidentNeedsIn(domains), catalog),
    isOfKind: always,
    least: () => 23,
  },
  figures: {
    component: Figures,
    isThere: ({ series }, look) =>
      series === undefined ? hasFigures(look.catalog, look) : isAnyOf(series, look),
    toTell: ({ series }, catalog) => (series === undefined ? figureNeeds(catalog, domainsOf(catalog)) : []),
    reads: ({ series }, catalog) => namesOf(series ?? figureProducts(catalog, domainsOf(catalog))),
    isOfKind: ({ series }) => series === undefined,
    least: ({ series, large = false, title }) =>
      (title === undefined ? 0 : 6.6) + (large ? 11 : series === undefined ? 7 : 12.3),
  },
  series: {
    component: Series,
    isThere: ({ series, product }, look) => {
      const named = [...(series ?? []), ...(product === undefined ? [] : [{ product }])]
      return named.length === 0 ? hasFigures(look.catalog, look) : isAnyOf(named, look)
    },
    reads: ({ series = [], product }, catalog) =>
      series.length > 0
        ? namesOf(series)
        : product === undefined
          ? namesOf(figureProducts(catalog, domainsOf(catalog)))
          : [product],
    isOfKind: ({ series = [], product }) => series.length === 0 && product === undefined,
    least: () => 16,
  },
  table: {
    component: Table,
    isThere: ({ product }, look) => isAnyOf([{ product }], look),
    reads: ({ product }) => [product],
  },
  text: { component: Text, reads: ({ text }) => productsIn(text) },
  quality: {
    component: Quality,
    reads: judgedBy,
    isOfKind: ({ products }) => products === undefined,
    showsHowTheyDo: true,
  },
  // what signs mean comes of no product, and is no older or younger
  legend: { component: Legend },
  domain: {
    component: DomainWidget,
    reads: ({ domain, series }, catalog) => domainReads(domain, series, catalog),
    // beside the figures that are named, all that is told of the domain
    isOfKind: always,
    least: () => 36,
  },
  domains: {
    component: Domains,
    reads: ({ domains }, catalog) =>
      (domains ?? domainsOf(catalog)).flatMap((domain) => domainReads(domain, undefined, catalog)),
    isOfKind: always,
    least: () => 36,
  },
  alarm: {
    component: Alarm,
    reads: ({ domains }, catalog) => among(incidentNeedsIn(domains), catalog),
    isOfKind: always,
    least: ({ domains }) => (domains === undefined ? 11.8 : 14.6),
  },
  log: {
    component: Log,
    isThere: has(...noteNeeds),
    reads: (_, catalog) => among(noteNeeds, catalog),
    isOfKind: always,
  },
  'alarms-per-hour': {
    component: AlarmsPerHour,
    isThere: ({ domains }, { catalog }) => catalog.some(isAmong([...incidentNeedsIn(domains), ...noteNeeds])),
    reads: ({ domains }, catalog) => among([...incidentNeedsIn(domains), ...noteNeeds], catalog),
    isOfKind: always,
    least: () => 22,
  },
  document: {
    component: DocumentWidget,
    isThere: ({ document }, { catalog }) => catalog.some(({ product }) => product === document.product),
    reads: ({ document }) => [document.product],
    least: () => 30,
  },
  decisions: {
    component: Decisions,
    isThere: ({ domains }, { catalog, records }) =>
      catalog
        .filter(isAmong(noteNeeds))
        .some(({ product }) => [...records(product)].some((record) => isDecisionOrTask(record, domains))),
    toTell: () => noteNeeds,
    reads: (_, catalog) => among(noteNeeds, catalog),
    isOfKind: always,
  },
  poll: {
    component: PollWidget,
    written: (_, { polls }) => {
      const poll = currentOf(polls ?? [])
      if (poll === null) return null
      const { asker: by, closed, at, rank: marking } = poll
      return { by, version: null, at: closed?.at ?? at, marking }
    },
  },
  roster: {
    component: RosterWidget,
    written: ({ roster: key }, { rosters }) => {
      const roster = rosterFor(rosters, key)
      if (roster === null) return null
      const { owner, version, saved, rank } = roster
      return { by: owner, version, at: saved, marking: rank }
    },
  },
  countdown: {
    component: CountdownWidget,
    isThere: ({ of }, { catalog }) => catalog.some(isAmong(countdownNeeds(of?.product))),
    reads: ({ of }, catalog) => (of === undefined ? among(countdownNeeds(), catalog) : [of.product]),
    isOfKind: ({ of }) => of === undefined,
  },
  // this machine's own
  clock: { component: ClockWidget },
  limits: {
    component: Limits,
    isThere: ({ series, domains }, look) => isAnyOf(series ?? limitedOf(look.catalog, domains), look),
    reads: ({ series, domains }, catalog) => namesOf(series ?? limitedOf(catalog, domains)),
    isOfKind: ({ series }) => series === undefined,
  },
  resources: {
    component: Resources,
    isThere: ({ products }, { catalog }) => catalog.some(isAmong(listedNeeds(products, resourceNames))),
    reads: ({ products }, catalog) => products ?? among(listedNeeds(products, resourceNames), catalog),
    isOfKind: ({ products }) => products === undefined,
  },
  states: {
    component: States,
    isThere: ({ products }, { catalog }) => catalog.some(isAmong(listedNeeds(products, stateNames))),
    reads: ({ products }, catalog) => products ?? among(listedNeeds(products, stateNames), catalog),
    isOfKind: ({ products }) => products === undefined,
  },
  wrong: { component: Wrong },
}

/** Its row is of its own kind, so it takes the widget. */
export const rowOf = (widget: Widget): Row<Widget> & { component: View<Widget> } =>
  widgets[widget.widget] as unknown as Row<Widget> & { component: View<Widget> }

/** The highest marking of what people wrote and a scene shows: it comes of no product, and the banner must say it all the same. */
export const writtenRank = (widgets: readonly Widget[], node: Node): Rank =>
  Math.max(0, ...widgets.map((widget) => rowOf(widget).written?.(widget, node)?.marking ?? 0))

/** rem that a widget whose row does not say it must have */
const leastOfMost = 10
export const leastOf = (widget: Widget): number => rowOf(widget).least?.(widget) ?? leastOfMost

/** ms that a screen waits for what draws its scene */
const patience = 5000

/** Resolves when each widget of the scene can be made at once. What can't be loaded, or not soon, keeps no other away. */
export async function loadWidgets({ widgets }: Scene): Promise<void> {
  const loaded = Promise.allSettled(widgets.map(async (widget) => rowOf(widget).load?.()))
  await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, patience))])
}
