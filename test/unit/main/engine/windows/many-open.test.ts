/** A page that was taken over opens as much as it may, on a node that has as many products as it may. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Sight } from '../../../../../main/engine/windows/sight.ts'
import { createWindow, type Window, type WindowSource } from '../../../../../main/engine/windows/window.ts'
import type { Table } from '../../../../../main/engine/picture/table.ts'
import { isOf, type Subscription } from '../../../../../preload/contract/port.ts'

/** How often a product was compared with what is open. */
let looks: number
let tables: Table[]
let receive: (raw: unknown) => void
let window: Window

const tableOf = (at: number): Table =>
  ({
    kind: 'note',
    get product() {
      looks++
      return `d${at % 5}.p-${at}`
    },
  }) as unknown as Table

beforeEach(() => {
  vi.useFakeTimers()
  looks = 0
  tables = Array.from({ length: 500 }, (_, at) => tableOf(at))
  const sight = { tables: () => [...tables], catalog: () => [], health: () => [] }
  window = createWindow(
    {
      send: () => undefined,
      listen: (told) => (receive = told),
      closed: () => undefined,
      close: () => undefined,
    },
    {
      role: 'wall',
      ceiling: 1,
      source: {
        sight: sight as Partial<Sight> as Sight,
        listed: () => true,
        follows: () => true,
        connection: () => ({ state: 'offline', since: 0 }),
        links: () => [],
        skew: () => null,
      } as Partial<WindowSource> as WindowSource,
      closed: () => undefined,
      unfinished: () => undefined,
      log: (line) => expect.unreachable(line),
    },
  )
})
afterEach(() => {
  window.dispose()
  vi.useRealTimers()
})

const open = (id: number): void =>
  receive({ kind: 'open', id, subscription: { form: 'records', domains: [`x${id}`] } })
/** @returns how often products were looked at for it */
const look = async (): Promise<number> => {
  const before = looks
  await vi.advanceTimersByTimeAsync(1000)
  return looks - before
}

it('what was looked at once is not looked at again for each that is opened beside it, until there are others', async () => {
  for (let id = 0; id < 199; id++) open(id)
  expect(await look()).toBeGreaterThanOrEqual(199 * 500)
  open(199)
  expect(await look()).toBeLessThan(10 * 500)
  tables.push(tableOf(500))
  const before = looks
  window.retable()
  expect(looks - before).toBeGreaterThanOrEqual(200 * 501)
})

it.each(['domains', 'products', 'called', 'notCalled'] as const)(
  'a long list of %s is read once, and not for each product there is',
  (name) => {
    let read = 0
    const names = Array.from({ length: 100 }, (_, at) => `x.p-${at}`)
    const counted = new Proxy(names, {
      get(of, key) {
        read++
        return Reflect.get(of, key) as unknown
      },
    })
    const subscription: Subscription = { form: 'records', [name]: counted }
    for (let at = 0; at < 500; at++)
      expect(isOf(subscription, `d.p-${at}`, 'note')).toBe(name === 'notCalled')
    expect(read).toBeLessThan(500)
  },
)
