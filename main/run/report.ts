import type { ProcessMetric } from 'electron'
import { percentile } from '../../preload/contract/latency.ts'
import type { MarkingScheme } from '../../preload/contract/marking.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { WallTelemetry } from './telemetry.ts'

/** What the engine counted; see `main/engine/orders.ts`. */
interface Counted {
  received: number
  rejected: number
  persisted: number
  gaps: number
  products: number
  disconnects: number
  /** how far the platform's clock is ahead of this machine's; null: not known */
  clockSkewMs: number | null
}

/** `run.json`: what a headless run received, kept and showed. Latencies in ms, memory in MB. */
export interface RunReport extends Counted {
  electron: string
  /** what kept the node from its work at the end, if anything did */
  problem: Problem | null
  screens: {
    name: string
    scene: string
    marking: string
    frames: number
    drawn: number
    /** from the start of the process until all that it shows was there and drawn; null: not yet */
    startMs: number | null
  }[]
  /** from the start of the process to the first complete wall, and the slowest message until then; null: not yet */
  startMs: { wall: number | null; slowestMessage: number | null }
  /** published → applied in the window, from the first complete wall on */
  latencyMs: { p50: number | null; p99: number | null }
  memoryMB: Record<string, number>
}

const processNames: Record<string, string> = { Browser: 'main', Tab: 'window', GPU: 'gpu' }

/** Resident memory per process, named by what it is for: `window`, `window 2`, … */
export function memoryOf(metrics: readonly ProcessMetric[]): Record<string, number> {
  const memory: Record<string, number> = {}
  for (const { type, name, memory: used } of metrics) {
    const plain = processNames[type] ?? name ?? type
    let unique = plain
    for (let count = 2; unique in memory; count++) unique = `${plain} ${count}`
    memory[unique] = Math.round(used.workingSetSize / 102.4) / 10
  }
  return memory
}

export function reportRun(run: {
  electron: string
  problem: Problem | null
  engine: Counted
  screens: readonly { screen: number; scene: string }[]
  scheme: MarkingScheme
  telemetry: WallTelemetry
  metrics: readonly ProcessMetric[]
  /** when the process began, ms since 1970 */
  begun: number
}): RunReport {
  const latency = run.telemetry.latency()
  const rounded = (ms: number | null) => (ms === null ? null : Math.round(ms * 10) / 10)
  const screens = run.screens.map(({ screen, scene }) => {
    const { marking, frames, drawn, complete } = run.telemetry.of(screen)
    const level = marking === null ? undefined : run.scheme.levels[marking]
    // unknown is treated as the highest
    const { id } = level ?? run.scheme.levels[run.scheme.levels.length - 1] ?? { id: '' }
    const startMs = complete === null ? null : rounded(complete - run.begun)
    return { name: `screen-${screen}`, scene, marking: id, frames, drawn, startMs }
  })
  const starts = screens.map(({ startMs }) => startMs)
  return {
    electron: run.electron,
    problem: run.problem,
    ...run.engine,
    screens,
    startMs: {
      wall: starts.length > 0 && starts.every((ms) => ms !== null) ? Math.max(...starts) : null,
      slowestMessage: rounded(percentile(run.telemetry.startLatency(), 1)),
    },
    latencyMs: { p50: rounded(percentile(latency, 0.5)), p99: rounded(percentile(latency, 0.99)) },
    memoryMB: memoryOf(run.metrics),
  }
}
