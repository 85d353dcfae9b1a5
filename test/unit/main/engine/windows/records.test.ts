import { describe, expect, it } from 'vitest'
import { createRecords } from '../../../../../main/engine/picture/record.ts'
import type { Table } from '../../../../../main/engine/picture/table.ts'
import { createRecordsView } from '../../../../../main/engine/windows/records.ts'
import type { View } from '../../../../../main/engine/windows/view.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import type { RecordsMessage } from '../../../../../preload/contract/port.ts'
import { openTable } from '../../../../doubles/table.ts'

const open = (table: Table, limit?: number): View =>
  createRecordsView(table, 1, createRecords(defaultScheme), limit)

/** What a window shows after it was told all of it. */
const told = (view: View, shown = new Map<string, number>()): Map<string, number> => {
  while (view.waiting) {
    const message = view.take() as RecordsMessage | null
    if (message?.reset) shown.clear()
    for (const entity of message?.gone ?? []) shown.delete(entity)
    for (const { entity, time } of message?.records ?? []) shown.set(entity, time)
  }
  return shown
}

/** The same table, with how often anybody looked at a row's record. */
const watched = (table: Table): { table: Table; looks: () => number } => {
  let looks = 0
  const look = (row: number): Uint8Array => {
    looks++
    return table.record(row)
  }
  const get = (of: Table, name: keyof Table): unknown => (name === 'record' ? look : of[name])
  return { table: new Proxy(table, { get: get as ProxyHandler<Table>['get'] & object }), looks: () => looks }
}

describe('records of a product that says more than is shown of it', () => {
  it('cost one message so much, however many rows changed, and the others come with those after it', () => {
    const { table, put } = openTable()
    const { table: seen, looks } = watched(table)
    const named = (from: number, to: number, time: number) =>
      Array.from({ length: to - from }, (_, i) => ({ entity: `e-${from + i}`, time: time + i }))
    put(...named(0, 100, 1_000_000))
    const view = open(seen, 100)
    told(view)
    table.clearChanges()
    put(...named(100, 20_000, 1))
    view.mark()
    for (let most = 1; view.waiting; most++) {
      const before = looks()
      expect(view.take()).toBeNull()
      expect(looks() - before).toBeLessThan(2500)
      expect(most).toBeLessThan(50)
    }
    table.clearChanges()
    // and what is newer than what is shown still comes
    put({ entity: 'e-19000', time: 2_000_000 })
    view.mark()
    const message = view.take() as RecordsMessage
    expect(message.records.map(({ entity }) => entity)).toEqual(['e-19000'])
    expect(message.gone).toEqual(['e-0'])
  })

  it('are always the newest of it', () => {
    const { table, put } = openTable()
    const view = open(table, 20)
    const shown = told(view)
    const times = new Map<string, number>()
    let random = 1
    const next = (below: number): number => (random = (random * 48_271) % 2_147_483_647) % below
    for (let round = 0; round < 300; round++) {
      table.clearChanges()
      const entity = `e-${next(60)}`
      const time = 1000 * round + next(1000)
      const ended = next(5) === 0
      put({ entity, time, ended })
      if (ended) times.delete(entity)
      else times.set(entity, time)
      view.mark()
      told(view, shown)
      const newest = [...times.values()].toSorted((a, b) => b - a)
      const held = [...shown.values()].toSorted((a, b) => b - a)
      expect(held).toEqual(newest.slice(0, held.length))
    }
    expect(shown.size).toBeGreaterThan(10)
    expect(shown.size).toBeLessThanOrEqual(20)
  })

  it('have the next one in the place of one that has gone, or happened earlier than it was said to', () => {
    const { table, put } = openTable()
    put(...[1, 2, 3, 4, 5, 6].map((i) => ({ entity: `e-${i}`, time: i })))
    const view = open(table, 3)
    const shown = told(view)
    expect([...shown.keys()].toSorted()).toEqual(['e-4', 'e-5', 'e-6'])
    table.clearChanges()
    put({ entity: 'e-5', ended: true })
    view.mark()
    table.clearChanges()
    expect([...told(view, shown).keys()].toSorted()).toEqual(['e-3', 'e-4', 'e-6'])
    put({ entity: 'e-6', time: 1 })
    view.mark()
    expect([...told(view, shown).keys()].toSorted()).toEqual(['e-2', 'e-3', 'e-4'])
  })
})
