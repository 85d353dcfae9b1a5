import { describe, expect, it } from 'vitest'
import { percentile } from '../../../../preload/contract/latency.ts'
import { keepTelemetry } from '../../../../renderer/link/telemetry.ts'

describe('what a window measures', () => {
  it('is the age of each event when it was applied, since the last time it was asked', () => {
    const telemetry = keepTelemetry(() => 10_000)
    telemetry.applied(Float64Array.from([9_990, 9_990, 9_000]))
    telemetry.frame(true)
    telemetry.frame(false)
    const { frames, drawn, latency } = telemetry.take()
    expect([frames, drawn]).toEqual([2, 1])
    const median = percentile(latency, 0.5) ?? 0
    expect(median).toBeGreaterThanOrEqual(10)
    expect(median).toBeLessThan(10.6)
    expect(telemetry.take().latency.every((count) => count === 0)).toBe(true)
  })
  it('is complete with the first picture drawn after all of it was told, and from then on', () => {
    let here = 1
    const telemetry = keepTelemetry(
      () => 0,
      () => here++,
    )
    telemetry.frame(true)
    expect(telemetry.take().complete).toBeNull()
    telemetry.whole(false)
    telemetry.frame(false)
    expect(telemetry.take().complete).toBeNull()
    telemetry.frame(true)
    expect(telemetry.take().complete).toBe(1)
    telemetry.frame(true)
    expect(telemetry.take().complete).toBe(1)
  })
  it('is not complete before its map has drawn, where it has one', () => {
    const telemetry = keepTelemetry(
      () => 0,
      () => 5,
    )
    telemetry.whole(true)
    telemetry.frame(true)
    expect(telemetry.take().complete).toBeNull()
    telemetry.frame(true, true)
    expect(telemetry.take().complete).toBe(5)
  })
})
