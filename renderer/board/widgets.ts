import type { Component } from 'svelte'
import type { EntityRef } from '../../preload/contract/entity.ts'
import type { CatalogEntry, Record } from '../../preload/contract/picture.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { Scene, Widget } from '../../preload/contract/scene.ts'
import type { Picture, Read } from '../link/picture.svelte.ts'
import Alarm from './alarm/Alarm.svelte'
import AlarmsPerHour from './alarms-per-hour/AlarmsPerHour.svelte'
import { domainsOf, hasFigures } from './chosen.ts'
import ClockWidget from './clock/ClockWidget.svelte'
import CountdownWidget from './countdown/CountdownWidget.svelte'
import Decisions from './decisions/Decisions.svelte'
import { isDecisionOrTask } from './decisions/open-lines.ts'
import DomainWidget from './domain/DomainWidget.svelte'
import DocumentWidget from './document/DocumentWidget.svelte'
import Domains from './domains/Domains.svelte'
import Figures from './figures/Figures.svelte'
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
  isAmong,
  listedNeeds,
  noteNeeds,
} from './needs.ts'
import PollWidget from './poll/PollWidget.svelte'
import { resourceNames, stateNames } from './resources/names.ts'
import RosterWidget from './roster/RosterWidget.svelte'
import Resources from './resources/Resources.svelte'
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
  /** the products that it says at its foot; none: it has its own place for them, or says nothing of any */
  reads?: (widget: W, catalog: readonly CatalogEntry[]) => readonly ProductName[]
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

type Rows = { [K in Widget['widget']]: Row<Extract<Widget, { widget: K }>> }

/** Every widget once. A row of `WidgetSchema` without one here does not compile. */
const widgets: Rows = {
  map: {
    component: LoadedMap,
    load: loadMap,
    // an inset of a board says what it is of; a whole screen's map has the strip below it
    reads: ({ title, domains }, catalog) =>
      title === undefined
        ? []
        : catalog
            .filter(isAmong([{ form: 'columns', ...drawnNeeds(domains) }]))
            .map(({ product }) => product),
  },
  incidents: { component: Incidents, isThere: has(...incidentNeeds) },
  figures: {
    component: Figures,
    isThere: ({ series }, look) =>
      series === undefined ? hasFigures(look.catalog, look) : isAnyOf(series, look),
    toTell: ({ series }, catalog) => (series === undefined ? figureNeeds(catalog, domainsOf(catalog)) : []),
    reads: ({ series = [], large = false }) => (large ? series.map(({ product }) => product) : []),
  },
  series: {
    component: Series,
    isThere: ({ series, product }, look) => {
      const named = [...(series ?? []), ...(product === undefined ? [] : [{ product }])]
      return named.length === 0 ? hasFigures(look.catalog, look) : isAnyOf(named, look)
    },
    reads: ({ series = [], product }) =>
      series.length > 0 || product === undefined ? series.map((ref) => ref.product) : [product],
  },
  table: {
    component: Table,
    isThere: ({ product }, look) => isAnyOf([{ product }], look),
    reads: ({ product }) => [product],
  },
  text: { component: Text, reads: ({ text }) => productsIn(text) },
  quality: { component: Quality },
  legend: { component: Legend },
  domain: { component: DomainWidget },
  domains: { component: Domains },
  alarm: { component: Alarm },
  log: { component: Log, isThere: has(...noteNeeds) },
  'alarms-per-hour': { component: AlarmsPerHour, isThere: has(...incidentNeeds, ...noteNeeds) },
  document: {
    component: DocumentWidget,
    isThere: ({ document }, { catalog }) => catalog.some(({ product }) => product === document.product),
  },
  decisions: {
    component: Decisions,
    isThere: (_, { catalog, records }) =>
      catalog.filter(isAmong(noteNeeds)).some(({ product }) => [...records(product)].some(isDecisionOrTask)),
    toTell: () => noteNeeds,
  },
  poll: { component: PollWidget },
  roster: { component: RosterWidget },
  countdown: {
    component: CountdownWidget,
    isThere: ({ of }, { catalog }) => catalog.some(isAmong(countdownNeeds(of?.product))),
    reads: ({ of }, catalog) =>
      of === undefined ? namesOf(catalog.filter(isAmong(countdownNeeds()))) : [of.product],
  },
  clock: { component: ClockWidget },
  limits: {
    component: Limits,
    isThere: ({ series, domains }, look) => isAnyOf(series ?? limitedOf(look.catalog, domains), look),
    reads: ({ series, domains }, catalog) => namesOf(series ?? limitedOf(catalog, domains)),
  },
  resources: {
    component: Resources,
    isThere: ({ products }, { catalog }) => catalog.some(isAmong(listedNeeds(products, resourceNames))),
    reads: ({ products }, catalog) =>
      products ?? namesOf(catalog.filter(isAmong(listedNeeds(products, resourceNames)))),
  },
  states: {
    component: States,
    isThere: ({ products }, { catalog }) => catalog.some(isAmong(listedNeeds(products, stateNames))),
    reads: ({ products }, catalog) =>
      products ?? namesOf(catalog.filter(isAmong(listedNeeds(products, stateNames)))),
  },
  wrong: { component: Wrong },
}

/** Its row is of its own kind, so it takes the widget. */
export const rowOf = (widget: Widget): Row<Widget> & { component: View<Widget> } =>
  widgets[widget.widget] as unknown as Row<Widget> & { component: View<Widget> }

/** ms that a screen waits for what draws its scene */
const patience = 5000

/** Resolves when each widget of the scene can be made at once. What can't be loaded, or not soon, keeps no other away. */
export async function loadWidgets({ widgets }: Scene): Promise<void> {
  const loaded = Promise.allSettled(widgets.map(async (widget) => rowOf(widget).load?.()))
  await Promise.race([loaded, new Promise((resolve) => setTimeout(resolve, patience))])
}
