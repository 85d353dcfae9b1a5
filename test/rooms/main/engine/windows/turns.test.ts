/** Windows that take long leave others their turn, and none of them is left with what it was not told. */
import { afterEach, expect, it, vi } from 'vitest'
import { createRecords } from '../../../../../main/engine/picture/record.ts'
import type { Picture } from '../../../../../main/engine/picture/picture.ts'
import { createWindows, type Windows } from '../../../../../main/engine/windows/windows.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import type { FromEngine, Subscription } from '../../../../../preload/contract/port.ts'
import { until } from '../an-engine.ts'
import { openTable, type ATable } from '../../../../doubles/table.ts'

let windows: Windows
afterEach(() => {
  windows.dispose()
  vi.useRealTimers()
})

const windowsOf = ({ table }: ATable): Windows =>
  createWindows({
    picture: { tables: new Map([[table.product, table]]) } as unknown as Picture,
    source: {
      sight: {
        tables: () => [table],
        table: () => table,
        held: () => undefined,
        all: () => [],
        catalog: () => [],
        health: () => [],
      },
      records: createRecords(defaultScheme),
      listed: () => true,
      follows: () => true,
      connection: () => ({ state: 'offline', since: 0 }),
      links: () => [],
      skew: () => null,
      answers: { answer: () => Promise.reject(new Error('nobody asks')) },
    },
    log: () => undefined,
  })

const open = (subscription: Subscription, told: (message: FromEngine) => void): void => {
  windows.add(
    {
      send: told,
      listen: (receive) => receive({ kind: 'open', id: 1, subscription }),
      closed: () => undefined,
      close: () => undefined,
    },
    { role: 'wall', ceiling: 1 },
  )
}

const later = (milliseconds: number): void => {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

it('a window is told what comes behind more old rows than one message looks at, though nothing else changes', async () => {
  const one = openTable()
  one.put(...Array.from({ length: 10 }, (_, i) => ({ entity: `e-${i}`, time: 1_000_000 + i })))
  one.table.clearChanges()
  windows = windowsOf(one)
  const entities: string[] = []
  open({ form: 'records', limit: 10 }, (message) => {
    if (message.kind === 'records') entities.push(...message.records.map(({ entity }) => entity))
  })
  await until(() => entities.length === 10, 'what there is')
  one.put(...Array.from({ length: 9000 }, (_, i) => ({ entity: `old-${i}`, time: i })), {
    entity: 'new',
    time: 2_000_000,
  })
  windows.spread()
  await until(() => entities.at(-1) === 'new', 'the one that is new')
})

it('other work gets its turn between windows that take long', async () => {
  const one = openTable()
  windows = windowsOf(one)
  const order: string[] = []
  const seen = Array.from({ length: 5 }, () => new Set<string>())
  for (let i = 0; i < 5; i++)
    open({ form: 'records' }, (message) => {
      if (message.kind !== 'records' || message.reset) return
      later(20)
      for (const { entity } of message.records) seen[i]!.add(entity)
      order.push(`window ${i}`)
    })
  one.put({ entity: 'e' })
  await new Promise((resolve) => setTimeout(resolve, 100))
  windows.spread()
  setImmediate(() => order.push('other work'))
  await until(() => order.filter((what) => what !== 'other work').length === 5, 'each window has it')
  expect(order.indexOf('other work')).toBeLessThan(5)
  expect(new Set(order).size).toBe(6)
  // and what changes while they have their turns reaches them all
  one.put({ entity: 'f' })
  windows.spread()
  await new Promise((resolve) => setTimeout(resolve, 40))
  one.put({ entity: 'g' })
  windows.spread()
  await until(() => seen.every((entities) => entities.has('f') && entities.has('g')), 'all have both')
})

it('what comes soon behind what was late is told at once, and windows are told every 30 ms all the same', async () => {
  vi.useFakeTimers()
  const one = openTable()
  windows = windowsOf(one)
  let told = 0
  let hear: (message: unknown) => void = () => undefined
  windows.add(
    {
      send(message) {
        if (message.kind !== 'records') return
        told++
        queueMicrotask(() => hear({ kind: 'credit' }))
      },
      listen(receive) {
        hear = receive
        receive({ kind: 'open', id: 1, subscription: { form: 'records' } })
      },
      closed: () => undefined,
      close: () => undefined,
    },
    { role: 'wall', ceiling: 1 },
  )
  const change = async (milliseconds: number): Promise<void> => {
    one.put({ entity: 'e' })
    windows.spread()
    await vi.advanceTimersByTimeAsync(milliseconds)
  }
  await vi.advanceTimersByTimeAsync(100)
  told = 0
  await change(5)
  await change(5)
  expect(told).toBe(2)
  await change(5)
  expect(told).toBe(2)
  await vi.advanceTimersByTimeAsync(60)
  expect(told).toBe(3)
  for (let at = 0; at < 3000; at += 5) await change(5)
  expect(told).toBeGreaterThan(90)
  expect(told).toBeLessThan(110)
})
