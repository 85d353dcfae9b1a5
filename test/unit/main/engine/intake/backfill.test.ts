import { expect, it, vi } from 'vitest'
import { createBackfill } from '../../../../../main/engine/intake/backfill.ts'

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('gives history its turn when every product is up to now, one product after the other', async () => {
  const backfill = createBackfill()
  const first = backfill.catchingUp()
  const second = backfill.catchingUp()
  const order: string[] = []
  const overs: (() => void)[] = []
  for (const name of ['a', 'b'])
    void backfill.turn().then((over) => {
      order.push(name)
      overs.push(over)
    })
  await settled()
  first()
  first()
  await settled()
  expect(order).toEqual([])
  second()
  await settled()
  expect(order).toEqual(['a'])
  overs[0]!()
  await settled()
  expect(order).toEqual(['a', 'b'])
})

it('waits no longer than a minute for a product that never gets to now', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const backfill = createBackfill()
    backfill.catchingUp()
    let begun = false
    void backfill.turn().then(() => (begun = true))
    await vi.advanceTimersByTimeAsync(59_000)
    expect(begun).toBe(false)
    await vi.advanceTimersByTimeAsync(2000)
    expect(begun).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})
