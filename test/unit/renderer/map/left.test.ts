import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLeft } from '../../../../renderer/map/ground/left.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const one = () => ({ dispose: vi.fn() })

test('who wants the same takes what was left last, and once; it is not taken down meanwhile', () => {
  const left = createLeft<{ dispose(): void }>(1000)
  const [first, last, other] = [one(), one(), one()]
  left.leave('wall', first)
  left.leave('wall', last)
  left.leave('desk', other)
  expect(left.take('wall')).toBe(last)
  expect(left.take('wall')).toBe(first)
  expect(left.take('wall')).toBe(null)
  vi.advanceTimersByTime(5000)
  expect(first.dispose).not.toHaveBeenCalled()
  expect(last.dispose).not.toHaveBeenCalled()
  expect(other.dispose).toHaveBeenCalledOnce()
})

test('what nobody wants is taken down after its time, what is no good at once, and either once', () => {
  const left = createLeft<{ dispose(): void }>(1000)
  const [waited, lost] = [one(), one()]
  left.leave('wall', waited)
  left.leave('wall', lost)
  left.forget(lost)
  expect(lost.dispose).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(999)
  expect(waited.dispose).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(left.take('wall')).toBe(null)
  left.forget(waited)
  expect(waited.dispose).toHaveBeenCalledOnce()
  expect(lost.dispose).toHaveBeenCalledOnce()
})
