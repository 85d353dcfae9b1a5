import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { endRun } from '../../../../main/run/headless.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const day = 86_400
const run = (seconds: number) => {
  const end = vi.fn()
  const started = endRun({
    ...{ seconds, headless: null, expected: null, end },
    pictures: () => false,
    log: () => undefined,
    screens: () => [],
    desk: () => null,
    run: () => Promise.reject(new Error('nothing is left')),
  })
  return { end, started }
}

it('ends after the longest time that may be asked for, and not before', async () => {
  const { end } = run(30 * day)
  await vi.advanceTimersByTimeAsync(30 * day * 1000 - 1)
  expect(end).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(end).toHaveBeenCalledExactlyOnceWith(0)
})

it('does not end what was ended before', async () => {
  const { end, started } = run(30 * day)
  await vi.advanceTimersByTimeAsync(26 * day * 1000)
  started.dispose()
  await vi.advanceTimersByTimeAsync(10 * day * 1000)
  expect(end).not.toHaveBeenCalled()
})
