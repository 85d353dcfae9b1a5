import { isIncidentsFeed } from '../../preload/contract/incident.ts'
import { isNotesFeed } from '../../preload/contract/note.ts'
import { standingsOf, type Standing } from '../../preload/contract/open-lines.ts'
import type { CatalogEntry, Record } from '../../preload/contract/picture.ts'
import type { Feed } from '../link/feeds.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import { incidentNeeds } from '../board/needs.ts'
import type { Clock } from '../kit/clock.svelte.ts'
import { opens } from '../link/opens.svelte.ts'
import type { Picture } from '../link/picture.svelte.ts'
import type { Speech } from '../speech/speech.ts'
import { recordsIn } from '../kit/translated.ts'
import { alarmsIn, graveIncidents } from './alarms.ts'
import { linesOf, notesOf, type Noted } from './log/log.ts'
import { rowsOf, type LineRow } from './log/rows.ts'
import type { NodeStore } from './node.svelte.ts'
import type { Cut } from './timeline/timeline.ts'

/** What the desk reads out of the picture, made once for all its parts. */
export interface Reading {
  readonly feeds: readonly Feed[]
  feed(product: ProductName): Feed | undefined
  /** lines and decisions */
  readonly notes: readonly Noted[]
  /** lines alone */
  readonly log: readonly Noted[]
  /** the log as a table has it, what waits here above the rest; made only while somebody reads it */
  readonly rows: readonly LineRow[]
  /** how a decision or a task stands; null: it is none, or not known here */
  standingOf(record: Pick<Record, 'product' | 'entity' | 'sequence'>): Standing | null
  readonly incidents: readonly Record[]
  readonly alarms: readonly Record[]
  /** stretches without the platform that this desk has seen */
  readonly cuts: readonly Cut[]
}

/** newest so many per product: a task that is still open is among them long after it was entered */
const linesKept = 1000
const cutsKept = 200

const productsOf = (entries: readonly CatalogEntry[]): string =>
  entries
    .map(({ product }) => product)
    .sort()
    .join(' ')
const listed = (products: string): ProductName[] => (products === '' ? [] : products.split(' '))

interface Given {
  picture: Picture
  clock: Clock
  speech: Speech
  node: Pick<NodeStore, 'state'>
}

/** Made while Desk.svelte is: its effects end with the window. */
export function createReading({ picture, clock, speech, node }: Given): Reading {
  // as one text: a catalog that changed elsewhere asks for nothing anew
  const watched = $derived(productsOf(picture.catalog.filter(isIncidentsFeed)))
  const noted = $derived(productsOf(picture.catalog.filter(isNotesFeed)))

  opens(picture, () => [{ form: 'records', kinds: ['note'], limit: linesKept }, ...incidentNeeds])

  const recordsOf = recordsIn(picture, speech)
  const notes = $derived(notesOf(listed(noted).map(recordsOf)))
  const log = $derived(linesOf(notes))
  const standingOf = $derived(standingsOf(notes))
  const rows = $derived.by(() => {
    const { state } = node
    if (state === null) return []
    const { waiting, product } = state.log
    return rowsOf({ log, waiting, product, scheme: state.node.scheme, language: speech.language })
  })
  const grave = $derived(graveIncidents(listed(watched).flatMap(recordsOf)))
  const incidents = $derived(grave.map(({ record }) => record))
  const alarms = $derived(alarmsIn(grave, node.state?.node.acknowledged ?? []))
  const byProduct = $derived(new Map(picture.feeds.map((feed) => [feed.product, feed])))

  let ended = $state.raw<readonly Cut[]>([])
  let since = $state<number | null>(null)
  let lived = false
  $effect(() => {
    const connection = picture.connection
    if (connection === null) return
    if (connection.state !== 'live') {
      if (lived) since ??= connection.since
      return
    }
    lived = true
    if (since !== null) ended = [...ended.slice(1 - cutsKept), { from: since, to: connection.since }]
    since = null
  })
  const cuts = $derived(since === null ? ended : [...ended, { from: since, to: clock.here }])

  return {
    get feeds() {
      return picture.feeds
    },
    feed: (product) => byProduct.get(product),
    get notes() {
      return notes
    },
    get log() {
      return log
    },
    get rows() {
      return rows
    },
    standingOf: (record) => standingOf(record),
    get incidents() {
      return incidents
    },
    get alarms() {
      return alarms
    },
    get cuts() {
      return cuts
    },
  }
}
