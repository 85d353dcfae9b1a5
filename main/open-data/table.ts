/** Rows as CSV (RFC 4180): the first line says what it is, its marking, licence and source; the second the columns. */
import type { Feature, Metric, Note, Track } from '../../preload/contract/event.ts'
import type { Record as Row } from '../../preload/contract/picture.ts'
import type { Kind } from '../../preload/contract/product.ts'
import { inLanguage } from '../../preload/contract/words.ts'
import { csvBegin, csvRow } from './csv.ts'
import { leaves, type Said } from './leave.ts'

type Cell = string | number
type Column = readonly [head: string, cell: (row: Row, said: Said) => Cell | undefined]

const instant = (at: number): string => new Date(at).toISOString()
const common: readonly Column[] = [
  ['time', ({ time }) => instant(time)],
  ['published', ({ published }) => instant(published)],
  ['expires', ({ expires }) => (expires === null ? '' : instant(expires))],
  ['marking', ({ marking }, { scheme }) => scheme.levels[marking]?.id ?? ''],
  ['caveats', ({ caveats }) => caveats.join(' ')],
]
const entity: Column = ['entity', (row) => row.entity]

const metric = ({ body }: Row) => body as Metric
const placed = ({ body }: Row) => body as Feature | Track
const note = ({ body }: Row) => body as Note

const known = [
  'name',
  'category',
  'severity',
  'status',
  'place',
  'text',
  'course',
  'speed',
  'altitude',
] as const
const pointOf = (row: Row): readonly number[] | null => {
  const { geometry } = placed(row)
  return geometry?.type === 'Point' ? geometry.coordinates : null
}
const cellOf = (value: unknown): Cell =>
  typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value ?? '')

const ofPlaces: readonly Column[] = [
  entity,
  ...known.map((name): Column => [
    name,
    (row) => {
      const value = (placed(row).properties as Record<string, unknown>)[name]
      return value === undefined || value === null ? '' : cellOf(value)
    },
  ]),
  ['longitude', (row) => pointOf(row)?.[0]],
  ['latitude', (row) => pointOf(row)?.[1]],
  // of what is no point, as in GeoJSON
  ['geometry', (row) => (pointOf(row) === null ? JSON.stringify(placed(row).geometry ?? null) : '')],
  [
    'properties',
    (row) => {
      const rest = Object.entries(placed(row).properties).filter(
        ([name]) => !(known as readonly string[]).includes(name),
      )
      return rest.length === 0 ? '' : JSON.stringify(Object.fromEntries(rest))
    },
  ],
  ...common,
]

const columns: { readonly [K in Kind]?: readonly Column[] } = {
  metric: [
    entity,
    ['series', (row) => metric(row).series],
    [
      'title',
      (row, { descriptor, language }) => {
        const title = descriptor.series?.[metric(row).series]?.title
        return title === undefined ? '' : inLanguage(title, language)
      },
    ],
    ['value', (row) => metric(row).value],
    [
      'unit',
      (row, { descriptor }) =>
        metric(row).unit ?? descriptor.series?.[metric(row).series]?.unit ?? descriptor.unit ?? '',
    ],
    ...common,
  ],
  feature: ofPlaces,
  track: ofPlaces,
  note: [
    entity,
    ['number', (row) => note(row).number],
    ['category', (row) => note(row).category],
    ['severity', (row) => note(row).severity],
    ['status', (row) => note(row).status],
    ['text', (row) => note(row).text],
    ['refs', (row) => note(row).refs?.join(' ')],
    ...common,
  ],
}

/** What it is, in words, on one line. */
const headOf = ({ banner, product, descriptor, language, by, at }: Said): string =>
  [
    banner,
    inLanguage(descriptor.title, language),
    product,
    inLanguage(descriptor.owner, language),
    ...(descriptor.open === undefined ? [] : [descriptor.open.licence, descriptor.open.source]),
    `${by} ${new Date(at).toISOString()}`,
  ].join(' · ')

export async function* table(
  said: Said,
  rows: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string, void, undefined> {
  const own = columns[said.descriptor.kind] ?? []
  yield csvBegin + csvRow([headOf(said), ...own.slice(1).map(() => '')]) + csvRow(own.map(([head]) => head))
  for await (const some of rows)
    yield some
      .filter((row) => leaves(row, said))
      .map((row) => csvRow(own.map(([, cell]) => cell(row, said) ?? '')))
      .join('')
}
