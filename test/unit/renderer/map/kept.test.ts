import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createKept } from '../../../../renderer/map/ground/kept.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const one = () => ({ dispose: vi.fn() })

test('who wants the same takes what was kept last, and once; it is not taken down meanwhile', () => {
  const kept = createKept<{ dispose(): void }>(1000, 3)
  const [first, last, other] = [one(), one(), one()]
  kept.keep('wall', first)
  kept.keep('wall', last)
  kept.keep('desk', other)
  expect(kept.take('wall')).toBe(last)
  expect(kept.take('wall')).toBe(first)
  expect(kept.take('wall')).toBe(null)
  vi.advanceTimersByTime(5000)
  expect(first.dispose).not.toHaveBeenCalled()
  expect(last.dispose).not.toHaveBeenCalled()
  expect(other.dispose).toHaveBeenCalledOnce()
})

test('what nobody wants is taken down after its time, what is no good at once, and either once', () => {
  const kept = createKept<{ dispose(): void }>(1000, 3)
  const [waited, lost] = [one(), one()]
  kept.keep('wall', waited)
  kept.keep('wall', lost)
  kept.forget(lost)
  expect(lost.dispose).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(999)
  expect(waited.dispose).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(kept.take('wall')).toBe(null)
  kept.forget(waited)
  expect(waited.dispose).toHaveBeenCalledOnce()
  expect(lost.dispose).toHaveBeenCalledOnce()
})

test('so many are kept and no more: the oldest goes', () => {
  const kept = createKept<{ dispose(): void }>(1000, 2)
  const [oldest, next, last] = [one(), one(), one()]
  for (const each of [oldest, next, last]) kept.keep('wall', each)
  expect(oldest.dispose).toHaveBeenCalledOnce()
  expect([kept.take('wall'), kept.take('wall'), kept.take('wall')]).toEqual([last, next, null])
})
