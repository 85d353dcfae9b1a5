/** Which products and series a scene names: who is asked what a change would do to it reads this. */
import * as v from 'valibot'
import { ProductNameSchema, type ProductName } from './product.ts'
import type { Scene, Widget } from './scene.ts'

export interface SceneRead {
  product: ProductName
  /** null: the product, whatever it has */
  series: string | null
}

/** As `renderer/board/text/fields.ts` reads a text's fields. */
const field = /\{\{\s*([^:|{}\s]{3,129})\s*(?::([^|{}]{1,100}))?(?:\|[a-z]+)?\s*\}\}/g

function inText(text: string): SceneRead[] {
  return [...text.matchAll(field)].flatMap(([, product = '', series]) =>
    v.is(ProductNameSchema, product) ? [{ product, series: series?.trim() ?? null }] : [],
  )
}

function inWidget(widget: Widget): SceneRead[] {
  if (widget.widget === 'text') {
    const { text } = widget
    return typeof text === 'object' ? [...inText(text.fr), ...inText(text.en)] : inText(text ?? '')
  }
  const whole = (product: ProductName | undefined): SceneRead[] =>
    product === undefined ? [] : [{ product, series: null }]
  return [
    ...('series' in widget ? (widget.series ?? []) : []),
    ...('product' in widget ? whole(widget.product) : []),
    ...('products' in widget ? (widget.products ?? []).flatMap(whole) : []),
    ...('of' in widget ? whole(widget.of?.product) : []),
    ...('document' in widget ? whole(widget.document.product) : []),
  ]
}

/** Each once. */
export function readsOfScene({ widgets }: Scene): SceneRead[] {
  const found = new Map<string, SceneRead>()
  for (const read of widgets.flatMap(inWidget)) found.set(`${read.product} ${read.series ?? ''}`, read)
  return [...found.values()]
}
