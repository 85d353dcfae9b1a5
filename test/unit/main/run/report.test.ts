import { describe, expect, it } from 'vitest'
import { gatherTelemetry } from '../../../../main/run/telemetry.ts'
import { memoryOf, reportRun } from '../../../../main/run/report.ts'
import { bucketOf, latencyBuckets } from '../../../../preload/contract/latency.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'

const histogram = (ms: number, count: number): number[] => {
  const counts = Array<number>(latencyBuckets).fill(0)
  counts[bucketOf(ms)] = count
  return counts
}
const engine = {
  received: 10,
  rejected: 0,
  persisted: 10,
  gaps: 0,
  products: 3,
  disconnects: 0,
  clockSkewMs: -4,
}
const run = { electron: '33', problem: null, engine, scheme: defaultScheme, metrics: [], begun: 1_000 }

describe('run.json', () => {
  it('merges the latencies of all windows', () => {
    const telemetry = gatherTelemetry(() => [1, 2])
    const complete = 5_000
    for (const screen of [1, 2])
      telemetry.add(screen, { frames: 0, drawn: 0, marking: 0, latency: [], complete })
    telemetry.add(1, { frames: 5, drawn: 2, marking: 1, latency: histogram(100, 99), complete })
    telemetry.add(2, { frames: 5, drawn: 2, marking: 0, latency: histogram(900, 1), complete })
    const report = reportRun({ ...run, telemetry, screens: [{ screen: 1, scene: 'situation' }] })
    expect(report.latencyMs.p50).toBeGreaterThanOrEqual(100)
    expect(report.latencyMs.p50).toBeLessThan(106)
    expect(report.latencyMs.p99).toBeLessThan(106)
    expect(report.screens).toEqual([
      { name: 'screen-1', scene: 'situation', marking: 'dr', frames: 5, drawn: 2, startMs: 4000 },
    ])
  })

  it('tells the start apart: until every screen is complete, nothing counts as how it runs', () => {
    const telemetry = gatherTelemetry(() => [1, 2])
    const counts = { frames: 1, drawn: 1, marking: 0 }
    telemetry.add(1, { ...counts, latency: histogram(3000, 5), complete: 2_000 })
    telemetry.add(2, { ...counts, latency: histogram(20, 5), complete: null })
    const screens = [
      { screen: 1, scene: 'situation' },
      { screen: 2, scene: 'log' },
    ]
    const early = reportRun({ ...run, telemetry, screens })
    expect(early.latencyMs).toEqual({ p50: null, p99: null })
    expect(early.startMs.wall).toBeNull()
    expect(early.screens.map(({ startMs }) => startMs)).toEqual([1000, null])
    telemetry.add(2, { ...counts, latency: [], complete: 3_500 })
    telemetry.add(1, { ...counts, latency: histogram(10, 5), complete: 2_000 })
    const { startMs, latencyMs } = reportRun({ ...run, telemetry, screens })
    expect(startMs.wall).toBe(2500)
    expect(startMs.slowestMessage).toBeGreaterThanOrEqual(3000)
    expect(latencyMs.p99).toBeLessThan(11)
  })

  it('calls the marking of a screen that has not said it the highest', () => {
    const telemetry = gatherTelemetry(() => [1])
    telemetry.add(1, { frames: 1, drawn: 1, marking: 0, latency: [], complete: null })
    telemetry.forgetMarking(1)
    const report = reportRun({ ...run, telemetry, screens: [{ screen: 1, scene: 'log' }] })
    expect(report.screens[0]?.marking).toBe('dr')
    expect(report.latencyMs).toEqual({ p50: null, p99: null })
  })

  it('names each process by what it is for', () => {
    const process = (type: string, name: string | undefined, workingSetSize: number) =>
      ({ type, name, memory: { workingSetSize } }) as never
    expect(
      memoryOf([
        process('Browser', undefined, 2048),
        process('Tab', undefined, 1024),
        process('Tab', undefined, 1024),
        process('Utility', 'engine', 512),
      ]),
    ).toEqual({ main: 2, window: 1, 'window 2': 1, engine: 0.5 })
  })
})
