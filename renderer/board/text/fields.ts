/**
 * A text with live fields: `{{environment.weather:gust-10m}}` is the series as it stands now, `{{security.observations}}`
 * how many entities there are; `|change` is its change within the hour, `|time` when it was last told.
 */
import * as v from 'valibot'
import { ProductNameSchema, type ProductName } from '../../../preload/contract/product.ts'
import type { Widget } from '../../../preload/contract/scene.ts'

export const shows = ['value', 'change', 'time'] as const
export interface Field {
  product: ProductName
  /** null: how many entities it has */
  series: string | null
  show: (typeof shows)[number]
}
export type Part = { text: string } | { field: Field } | { wrong: string }

/** What one text may hold of them, and how long one is. */
const mostFields = 40
const longestField = 200

function fieldOf(written: string): Field | null {
  const bar = written.lastIndexOf('|')
  const show = bar < 0 ? 'value' : shows.find((each) => each === written.slice(bar + 1).trim())
  const name = (bar < 0 ? written : written.slice(0, bar)).trim()
  const colon = name.indexOf(':')
  const product = colon < 0 ? name : name.slice(0, colon)
  const series = colon < 0 ? null : name.slice(colon + 1)
  if (show === undefined || series === '' || (series?.length ?? 0) > 100) return null
  return v.is(ProductNameSchema, product) ? { product, series, show } : null
}

/** From left to right, each character once. What is no field stands there as such, with what was written. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = []
  const say = (from: number, to: number): void => {
    if (to > from) parts.push({ text: text.slice(from, to) })
  }
  let from = 0
  for (let fields = 0; fields < mostFields; fields++) {
    const start = text.indexOf('{{', from)
    if (start < 0) break
    const end = text.indexOf('}}', start + 2)
    if (end < 0) break
    say(from, start)
    const written = text.slice(start + 2, end)
    const field = written.length > longestField ? null : fieldOf(written)
    parts.push(field === null ? { wrong: written.slice(0, 60) } : { field })
    from = end + 2
  }
  say(from, text.length)
  return parts
}

const fieldsIn = (text: string): Field[] =>
  partsOf(text).flatMap((part) => ('field' in part ? [part.field] : []))

/** Those that a text widget's fields name, in either language. */
export function fieldsOf(text: Extract<Widget, { widget: 'text' }>['text']): Field[] {
  if (text === undefined) return []
  return typeof text === 'string' ? fieldsIn(text) : [...fieldsIn(text.fr), ...fieldsIn(text.en)]
}

export const productsIn = (text: Extract<Widget, { widget: 'text' }>['text']): ProductName[] => [
  ...new Set(fieldsOf(text).map(({ product }) => product)),
]
