/** What one window holds of one product in one form, and what it has yet to be told. */
import type { ColumnsMessage, Form, RecordsMessage, SeriesMessage } from '../../../preload/contract/port.ts'
import type { Rank } from '../../../preload/contract/marking.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import type { Table } from '../picture/table.ts'

export interface View {
  readonly table: Table
  readonly form: Form
  /** takes note of the table's changes; costs by change, and no more however slow the window is */
  mark(): void
  /** everything again, beginning with a reset */
  reset(): void
  /** more of what it holds the newest of; nothing that was told is told again */
  widen(limit: number | undefined): void
  readonly waiting: boolean
  /** the newest state of what changed, or null when none of it concerns this window */
  take(): ColumnsMessage | RecordsMessage | SeriesMessage | null
  /** the highest rank of what this window is shown; null: nothing */
  marking(): Rank | null
}

/** Room for what is to be said of the rows: nothing yet. @param live how many of them have just been published */
export const emptyColumns = (
  product: ProductName,
  rows: ColumnsMessage['rows'],
  live: number,
): ColumnsMessage => ({
  kind: 'columns',
  product,
  reset: false,
  rows,
  lon: new Float32Array(rows.length),
  lat: new Float32Array(rows.length),
  course: new Float32Array(rows.length),
  speed: new Float32Array(rows.length),
  time: new Float64Array(rows.length),
  symbol: new Uint16Array(rows.length),
  severity: new Uint8Array(rows.length),
  shown: new Uint8Array(rows.length),
  symbols: [],
  published: new Float64Array(live),
})

/** What a window is told when it has a product open no longer, or may no longer see it: forget all of it. */
export function forgetting({ form, table: { product } }: View): ReturnType<View['take']> & object {
  switch (form) {
    case 'columns':
      return { ...emptyColumns(product, new Uint32Array(0), 0), reset: true, symbols: [''] }
    case 'records':
      return { kind: 'records', product, reset: true, records: [], gone: [] }
    case 'series':
      return { kind: 'series', product, reset: true, series: [], published: new Float64Array(0) }
  }
}
