import { expect, it, vi } from 'vitest'
import { reportFaults } from '../../../../renderer/kit/faults.ts'
import { bridgeDouble } from '../../../doubles/bridge.ts'

const thrown = (error: unknown) => Object.assign(new Event('error'), { error, message: String(error) })
const rejected = (reason: unknown) => Object.assign(new Event('unhandledrejection'), { reason })

it.each(['wall', 'desk'] as const)('what breaks in a window is told to main: a %s', (role) => {
  vi.useFakeTimers()
  try {
    const page = new EventTarget() as unknown as Window
    const { bridge, calls } = bridgeDouble(role)
    const report = reportFaults(page, bridge)
    page.dispatchEvent(thrown(new Error('thrown')))
    page.dispatchEvent(rejected('rejected'))
    report('caught')
    const told = calls.map(({ call, input }) => `${call} ${(input as { message: string }).message}`)
    expect(told).toEqual([
      expect.stringMatching(/^window\.problem Error: thrown/),
      'window.problem rejected',
      'window.problem caught',
    ])
    // one that repeats every frame is no flood
    for (let frame = 0; frame < 1000; frame++) page.dispatchEvent(thrown(new Error('again')))
    expect(calls.length).toBeLessThan(100)
    const before = calls.length
    vi.advanceTimersByTime(60_000)
    page.dispatchEvent(thrown('later'))
    expect(calls.length).toBe(before + 1)
  } finally {
    vi.useRealTimers()
  }
})
