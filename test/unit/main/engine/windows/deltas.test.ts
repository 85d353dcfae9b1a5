/** What a window has been told, message by message, is what it would be told if it came now. */
import fc, { type Arbitrary } from 'fast-check'
import { expect, it } from 'vitest'
import { createRecords } from '../../../../../main/engine/picture/record.ts'
import type { Table } from '../../../../../main/engine/picture/table.ts'
import { createColumnsView } from '../../../../../main/engine/windows/columns.ts'
import { createRecordsView } from '../../../../../main/engine/windows/records.ts'
import { createSeriesView } from '../../../../../main/engine/windows/series.ts'
import type { View } from '../../../../../main/engine/windows/view.ts'
import type { Rank } from '../../../../../preload/contract/marking.ts'
import type { Kind } from '../../../../../preload/contract/product.ts'
import { openProduct, scheme } from '../picture/a-product.ts'
import { step, take, type Step } from '../picture/steps.ts'

interface Shown {
  marking: Rank
  [fact: string]: unknown
}

/** A window's end: what it shows, by row, entity or series, and as what it was marked when it was told. */
function openWindow(view: View) {
  const { table } = view
  const shown = new Map<number | string, Shown>()
  const symbols: string[] = []
  return {
    view,
    shown,
    hear(message: ReturnType<View['take']>) {
      if (message === null) return
      if (message.reset) {
        shown.clear()
        symbols.length = 0
      }
      switch (message.kind) {
        case 'columns':
          symbols.push(...message.symbols)
          message.rows.forEach((row, i) => {
            shown.delete(row)
            if (message.shown[i] === 1)
              shown.set(row, {
                lon: message.lon[i],
                lat: message.lat[i],
                time: message.time[i],
                severity: message.severity[i],
                symbol: symbols[message.symbol[i]!],
                marking: table.columns.marking[row]!,
              })
          })
          return
        case 'records':
          for (const entity of message.gone) shown.delete(entity)
          for (const record of message.records) shown.set(record.entity, { ...record })
          return
        case 'series':
          for (const { series, unit, marking, times, values } of message.series) {
            const before = shown.get(series)
            const points = [...((before?.['points'] as number[][] | undefined) ?? [])]
            times.forEach((time, i) => points.push([time, values[i]!]))
            shown.set(series, { unit, points, marking: Math.max(before?.marking ?? 0, marking) })
          }
      }
    },
  }
}
type AWindow = ReturnType<typeof openWindow>

const read = (window: AWindow): void => {
  while (window.view.waiting) window.hear(window.view.take())
}

type WindowStep =
  | Step
  /** the engine marks what changed for all windows */
  | { does: 'spread' }
  /** one of them has room for so many messages */
  | { does: 'read'; window: number; messages: number }
  /** one of them is told everything again */
  | { does: 'reset'; window: number }
  /** one of them has it open no longer, and opens it again */
  | { does: 'reopen'; window: number }

const window = fc.nat(20)
const windowStep: Arbitrary<WindowStep> = fc.oneof(
  { weight: 6, arbitrary: step },
  { weight: 4, arbitrary: fc.constant<WindowStep>({ does: 'spread' }) },
  {
    weight: 4,
    arbitrary: fc
      .record({ window, messages: fc.integer({ min: 1, max: 3 }) })
      .map((more): WindowStep => ({ does: 'read', ...more })),
  },
  { weight: 1, arbitrary: window.map((one): WindowStep => ({ does: 'reset', window: one })) },
  { weight: 1, arbitrary: window.map((one): WindowStep => ({ does: 'reopen', window: one })) },
)

const newestThree = 'records of the newest three'
const forms: { [form: string]: { kind: Kind; open: (table: Table, ceiling: Rank) => View } } = {
  columns: { kind: 'feature', open: createColumnsView },
  records: {
    kind: 'feature',
    open: (table, ceiling) => createRecordsView(table, ceiling, createRecords(scheme)),
  },
  [newestThree]: {
    kind: 'note',
    open: (table, ceiling) => createRecordsView(table, ceiling, createRecords(scheme), 3),
  },
  series: { kind: 'metric', open: createSeriesView },
}

it.each(Object.keys(forms))('%s', (form) => {
  const { kind, open } = forms[form]!
  fc.assert(
    fc.property(fc.array(windowStep, { maxLength: 50 }), (steps) => {
      const product = openProduct(kind)
      const ceilings = scheme.levels.map((_, rank) => rank)
      const openAll = (): AWindow[] => ceilings.map((ceiling) => openWindow(open(product.table, ceiling)))
      let windows = openAll()
      const spread = (): void => {
        if (product.table.metrics?.takeRewritten()) for (const { view } of windows) view.reset()
        for (const { view } of windows) view.mark()
        product.table.clearChanges()
      }
      const expectMarked = (): void => {
        windows.forEach(({ view, shown }, ceiling) => {
          for (const { marking } of shown.values()) {
            expect(marking).toBeLessThanOrEqual(ceiling)
            expect(view.marking() ?? -1).toBeGreaterThanOrEqual(marking)
          }
        })
      }
      for (const one of steps) {
        switch (one.does) {
          case 'spread':
            spread()
            break
          case 'read': {
            const reader = windows[one.window % windows.length]!
            for (let i = 0; i < one.messages && reader.view.waiting; i++) reader.hear(reader.view.take())
            break
          }
          case 'reset':
            windows[one.window % windows.length]!.view.reset()
            break
          case 'reopen': {
            const at = one.window % windows.length
            const closed = windows[at]!
            closed.hear(closed.view.forgetting())
            expect(closed.shown.size).toBe(0)
            windows[at] = openWindow(open(product.table, ceilings[at]!))
            break
          }
          default:
            take(product, one)
            if (one.does === 'restart') windows = openAll()
        }
        expectMarked()
      }
      spread()
      windows.forEach(read)
      expectMarked()
      windows.forEach(({ shown }, ceiling) => {
        const now = openWindow(open(product.table, ceiling))
        read(now)
        // of what happened at the same time either may be among the newest
        if (form === newestThree)
          for (const [entity, one] of shown)
            expect(one['sequence']).toBe(product.entities.get(entity as string)?.sequence)
        else expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(now.shown))
        if (form === 'series') return
        const seen = [...product.entities.values()].filter((entity) => product.rankOf(entity) <= ceiling)
        const times = seen.map(({ time }) => time).toSorted((a, b) => b - a)
        const most = form === newestThree ? 3 : Infinity
        expect([...shown.values()].map(({ time }) => time as number).toSorted((a, b) => b - a)).toEqual(
          times.slice(0, most),
        )
      })
    }),
    { numRuns: 200 },
  )
})
