/** What one window holds of one product in one form, and what it has yet to be told. */
import type { ColumnsMessage, Form, RecordsMessage, SeriesMessage } from '../../../preload/contract/port.ts'
import type { Rank } from '../../../preload/contract/marking.ts'
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

/** What a window is told when it has a product open no longer, or may no longer see it: forget all of it. */
export function forgetting({ form, table: { product } }: View): ReturnType<View['take']> & object {
  switch (form) {
    case 'columns':
      return {
        kind: 'columns',
        product,
        reset: true,
        rows: new Uint32Array(0),
        lon: new Float32Array(0),
        lat: new Float32Array(0),
        course: new Float32Array(0),
        speed: new Float32Array(0),
        time: new Float64Array(0),
        symbol: new Uint16Array(0),
        severity: new Uint8Array(0),
        shown: new Uint8Array(0),
        symbols: [''],
        published: new Float64Array(0),
      }
    case 'records':
      return { kind: 'records', product, reset: true, records: [], gone: [] }
    case 'series':
      return { kind: 'series', product, reset: true, series: [], published: new Float64Array(0) }
  }
}
