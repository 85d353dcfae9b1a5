import type { CatalogEntry } from '../../../preload/contract/picture.ts'
import type { Cells } from '../../../preload/contract/port.ts'
import { severities } from '../../../preload/contract/event.ts'
import type { Widget } from '../../../preload/contract/scene.ts'
import { levelOf, type Level } from '../../kit/severity.ts'
import { surroundings } from '../../kit/surroundings.ts'
import { figureNow } from '../figure-now.svelte.ts'
import { figureInWords, seriesOf } from '../series.ts'
import { chooseColumns, type Column, type Rows } from './rows.ts'

export interface Followed extends Rows {
  /** names of the columns, as many */
  properties: readonly string[]
  entities: readonly string[]
  levels: (row: number) => Level
  times: ArrayLike<number>
  /** entities that there are; more than `count` where not all are given */
  total: number
}

/** ms between two looks at the same product; more where there is much to look at */
const leastWait = 2000
const waitPerRow = 0.1
/** columns that a table has room for where nobody chose them */
const mostChosen = 5
/** a metric's rows are its series, and these are what they have */
const ofMetrics = ['name', 'value', 'change', 'time']
const none: Column = { numbers: [], texts: [] }

/** A product's rows as they are now, for a table. Call it while the component is made. */
export function followRows(
  of: () => Extract<Widget, { widget: 'table' }>,
  entry: () => CatalogEntry | undefined,
) {
  const { picture, speech } = surroundings()
  let cells = $state.raw<{ of: string; properties: string[]; told: Cells } | null>(null)
  /** counts what was told of its rows, so that they are asked for again */
  let changed = $state(0)
  let looks = $state(0)

  const kind = $derived(entry()?.descriptor.kind)
  const isSeen = $derived(entry() !== undefined && entry()?.access !== 'refused')
  const product = $derived(of().product)
  const columns = $derived(of().columns?.map(({ property }) => property))
  const asked = $derived(
    columns ?? (cells?.of === product ? chooseColumns(cells.told.properties, mostChosen) : undefined) ?? [],
  )

  // its rows are shown as a map's are: what is open tells what changed, and the banner what it is marked
  $effect(() => {
    if (!isSeen || kind === undefined || kind === 'metric') return
    return kind === 'track' || kind === 'feature'
      ? picture.draw({ products: [product] }, () => changed++)
      : picture.open({ form: 'records', products: [product] })
  })
  const wanted = $derived(
    !isSeen || kind === undefined || kind === 'metric'
      ? ''
      : JSON.stringify({ product, properties: asked.slice(0, 12), language: speech.language }),
  )
  const stamp = $derived(kind === 'track' || kind === 'feature' ? changed : picture.records(product).size)

  let due = 0
  let waiting: ReturnType<typeof setTimeout> | undefined
  let lastWanted = ''
  $effect(() => {
    const followed = [stamp, looks]
    const text = wanted
    if (text === '') {
      cells = null
      lastWanted = ''
      return
    }
    if (text !== lastWanted) due = 0
    lastWanted = text
    clearTimeout(waiting)
    waiting = setTimeout(() => void ask(text), Math.max(followed.length * 20, due - performance.now()))
    return () => clearTimeout(waiting)
  })
  async function ask(text: string): Promise<void> {
    due = Infinity
    const question = JSON.parse(text) as { product: string; properties: string[]; language: 'fr' | 'en' }
    const answer = await picture.ask('cells', question)
    due = performance.now() + leastWait + (answer.ok ? answer.value.entities.length * waitPerRow : 0)
    if (text !== lastWanted) {
      looks++
      return
    }
    if (answer.ok) cells = { of: question.product, properties: question.properties, told: answer.value }
  }

  const ofSeries = $derived.by((): Followed | null => {
    const known = entry()
    if (kind !== 'metric' || known === undefined) return null
    const told = picture.series(product).flatMap((name) => {
      const ref = { product, series: name }
      const figure = figureNow(ref, picture)
      return figure === null ? [] : [{ name, figure, series: seriesOf(known, ref) }]
    })
    if (told.length === 0) return null
    const properties = columns ?? ofMetrics
    const column: { [property: string]: () => Column } = {
      name: () => ({ numbers: [], texts: told.map(({ series }) => speech.words(series.title)) }),
      series: () => ({ numbers: [], texts: told.map(({ name }) => name) }),
      unit: () => ({
        numbers: [],
        texts: told.map(({ series }) => figureInWords(0, series, speech, false).beside),
      }),
      value: () => ({ numbers: told.map(({ figure }) => figure.value), texts: [] }),
      change: () => ({ numbers: told.map(({ figure }) => figure.change ?? Number.NaN), texts: [] }),
      time: () => ({ numbers: told.map(({ figure }) => figure.time), texts: [] }),
    }
    return {
      count: told.length,
      total: told.length,
      properties,
      entities: told.map(({ name }) => name),
      times: told.map(({ figure }) => figure.time),
      levels: (row) => told[row]?.figure.level ?? 'minor',
      columns: properties.map((property) =>
        Object.hasOwn(column, property) ? (column[property]?.() ?? none) : none,
      ),
    }
  })
  const ofCells = $derived.by((): Followed | null => {
    // what the banner does not cover is not shown
    if (!isSeen || cells?.of !== product || cells.told.marking > picture.marking) return null
    const { told, properties } = cells
    return {
      ...{ count: told.entities.length, total: told.total, properties },
      ...{ entities: told.entities, times: told.times },
      levels: (row) => levelOf(severities[told.severities[row] ?? 0]),
      columns: properties.map((property, at) =>
        property === 'entity'
          ? { numbers: [], texts: told.entities }
          : property === 'time'
            ? { numbers: told.times, texts: [] }
            : (told.columns[at] ?? none),
      ),
    }
  })
  return {
    /** null: nothing was told yet */
    get rows() {
      return kind === 'metric' ? ofSeries : ofCells
    },
  }
}
