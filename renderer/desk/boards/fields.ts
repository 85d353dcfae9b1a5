/** The settings of a widget as its row of the contract has them: what is new there is here, and nobody says it twice. */
import type { DraftScene, DraftWidget } from '../../../preload/contract/boards.ts'
import { EntityRefSchema } from '../../../preload/contract/entity.ts'
import type { CatalogEntry } from '../../../preload/contract/picture.ts'
import { ProductNameSchema } from '../../../preload/contract/product.ts'
import { DomainSchema, SeriesRefSchema, WidgetSchema } from '../../../preload/contract/scene.ts'
import { WordsSchema } from '../../../preload/contract/words.ts'

export type Kind =
  | { is: 'text'; most: number }
  | { is: 'number'; least: number | null; most: number | null; whole: boolean }
  | { is: 'flag' }
  | { is: 'choice'; values: readonly string[] }
  | { is: 'words' }
  | { is: 'product' }
  | { is: 'series' }
  | { is: 'domain' }
  | { is: 'entity' }
  | { is: 'list'; of: Kind; most: number | null }
  | { is: 'group'; fields: readonly Field[] }
  /** nothing that a form has: it is typed as the file says it */
  | { is: 'written' }

export interface Field {
  name: string
  optional: boolean
  kind: Kind
}

/** A schema as valibot keeps it, as far as it is looked into. */
interface Schema {
  type: string
  pipe?: readonly Schema[]
  requirement?: unknown
  entries?: Record<string, Schema>
  options?: readonly unknown[]
  wrapped?: Schema
  item?: Schema
  literal?: unknown
}

/** What is chosen among what the platform has, whatever is checked of it besides. */
const named: readonly (readonly [unknown, Kind])[] = [
  [WordsSchema, { is: 'words' }],
  [ProductNameSchema, { is: 'product' }],
  [SeriesRefSchema, { is: 'series' }],
  [DomainSchema, { is: 'domain' }],
  [EntityRefSchema, { is: 'entity' }],
]

const bound = (schema: Schema, type: string): number | null => {
  const found = schema.pipe?.find((each) => each.type === type)?.requirement
  return typeof found === 'number' ? found : null
}

function kindOf(schema: Schema): Kind {
  const known = named.find(([each]) => each === schema || schema.pipe?.[0] === each)
  if (known !== undefined) return known[1]
  switch (schema.type) {
    case 'string':
      return { is: 'text', most: bound(schema, 'max_length') ?? 500 }
    case 'number':
      return {
        ...{ is: 'number', least: bound(schema, 'min_value'), most: bound(schema, 'max_value') },
        whole: schema.pipe?.some(({ type }) => type === 'integer' || type === 'safe_integer') === true,
      }
    case 'boolean':
      return { is: 'flag' }
    case 'picklist':
      return { is: 'choice', values: (schema.options ?? []).map(String) }
    case 'array':
      return schema.item === undefined
        ? { is: 'written' }
        : { is: 'list', of: kindOf(schema.item), most: bound(schema, 'max_length') }
    case 'object':
    case 'strict_object':
    case 'loose_object':
      return { is: 'group', fields: fieldsIn(schema) }
    case 'union': {
      // a text that its author writes once, or once per language
      const isWords = schema.options?.some((one) => 'fr' in ((one as Schema).entries ?? {})) === true
      return isWords ? { is: 'words' } : { is: 'written' }
    }
    case 'nullable':
    case 'nullish':
    case 'optional':
      return schema.wrapped === undefined ? { is: 'written' } : kindOf(schema.wrapped)
    default:
      return { is: 'written' }
  }
}

const isOptional = ({ type }: Schema): boolean => type === 'optional' || type === 'nullish'

const fieldsIn = ({ entries = {} }: Schema): Field[] =>
  Object.entries(entries).map(([name, schema]) => ({
    ...{ name, optional: isOptional(schema), kind: kindOf(schema) },
  }))

/** Every kind of widget that somebody may choose, as the contract has them. */
export const widgetKinds: readonly string[] = WidgetSchema.options
  .map(({ entries }) => entries.widget.literal)
  .filter((kind) => kind !== 'wrong')

/** @returns none of a kind that nobody knows; where it stands is the board's affair */
export function fieldsOf(kind: string): readonly Field[] {
  const row = WidgetSchema.options.find(({ entries }) => entries.widget.literal === kind)
  if (row === undefined || kind === 'wrong') return []
  return fieldsIn(row as unknown as Schema).filter(({ name }) => name !== 'widget' && name !== 'at')
}

const isOpen = ({ access }: CatalogEntry): boolean => access !== 'refused'
const seriesIn = (catalog: readonly CatalogEntry[]) =>
  catalog
    .filter(isOpen)
    .flatMap(({ product, descriptor }) =>
      Object.keys(descriptor.series ?? {}).map((series) => ({ product, series })),
    )

/** What a setting that must be there begins as. @returns undefined: somebody has to say it */
function initialOf(kind: Kind, catalog: readonly CatalogEntry[]): unknown {
  switch (kind.is) {
    case 'number':
      return Math.max(kind.least ?? 0, Math.min(kind.most ?? 6, 6))
    case 'flag':
      return false
    case 'choice':
      return kind.values[0]
    case 'domain':
      return catalog.find(isOpen)?.descriptor.domain
    case 'product':
      return catalog.find(isOpen)?.product
    case 'series':
      return seriesIn(catalog)[0]
    case 'list': {
      const first = initialOf(kind.of, catalog)
      return first === undefined ? [] : [first]
    }
    case 'group':
      return initialValues(kind.fields, catalog)
    case 'text':
      return '…'
    case 'words':
      return { fr: '…', en: '…' }
    default:
      return undefined
  }
}

export const initialValues = (
  fields: readonly Field[],
  catalog: readonly CatalogEntry[],
): Record<string, unknown> =>
  Object.fromEntries(
    fields
      .filter(({ optional }) => !optional)
      .flatMap(({ name, kind }) => {
        const value = initialOf(kind, catalog)
        return value === undefined ? [] : [[name, value]]
      }),
  )

/** What a widget says that it reads, wherever in it that stands. */
function gather(kind: Kind, value: unknown, add: (what: 'product' | 'domain', name: string) => void): void {
  if (value === undefined || value === null) return
  if (kind.is === 'product' && typeof value === 'string') add('product', value)
  else if (kind.is === 'domain' && typeof value === 'string') add('domain', value)
  else if ((kind.is === 'series' || kind.is === 'entity') && typeof value === 'object' && 'product' in value)
    add('product', String(value.product))
  else if (kind.is === 'list' && Array.isArray(value)) for (const each of value) gather(kind.of, each, add)
  else if (kind.is === 'group' && typeof value === 'object')
    for (const field of kind.fields) gather(field.kind, (value as Record<string, unknown>)[field.name], add)
}

/** What an element reads by name. */
export function readsOf(widget: DraftWidget): { products: string[]; domains: string[] } {
  const products = new Set<string>()
  const domains = new Set<string>()
  for (const { name, kind } of fieldsOf(widget.widget))
    gather(kind, widget[name], (what, each) => (what === 'product' ? products : domains).add(each))
  return { products: [...products], domains: [...domains] }
}

/** What a board names and this platform does not have. */
export function lackingOf(
  { widgets }: Pick<DraftScene, 'widgets'>,
  catalog: readonly CatalogEntry[],
): { products: string[]; domains: string[] } {
  const products = new Set(catalog.map(({ product }) => product))
  const domains = new Set(catalog.map(({ descriptor }) => descriptor.domain))
  const read = widgets.map(readsOf)
  const lacking = (names: string[], there: ReadonlySet<string>): string[] => [
    ...new Set(names.filter((name) => !there.has(name))),
  ]
  return {
    products: lacking(
      read.flatMap((each) => each.products),
      products,
    ),
    domains: lacking(
      read.flatMap((each) => each.domains),
      domains,
    ),
  }
}
