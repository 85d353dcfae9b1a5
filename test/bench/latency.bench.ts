/**
 * Latency: published → applied in the window at 2,000 messages/s with three wall windows, from the first complete wall
 * on, beside a bare nats.js consumer of the same messages in the same run. Goal: p99 ≤ batch interval + 3 × the bare p99.
 * The start by itself: process start → first complete wall, beside an empty Electron window; its slowest message.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeliverPolicy, jetstream } from '@nats-io/jetstream'
import * as v from 'valibot'
import { launch } from '../../build/launch.mjs'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import { encode } from '../../main/exercise/message.ts'
import { bucketOf, latencyBuckets, percentile } from '../../preload/contract/latency.ts'
import { streamOf } from '../../preload/contract/product.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'
import { median, type BenchRow } from './row.ts'

const rounds = 5
const rate = 2000
const seconds = 20
const entities = 3000
const batchInterval = 50
const tracks = 'security.units'

const RunSchema = v.object({
  latencyMs: v.object({ p50: v.number(), p99: v.number() }),
  startMs: v.object({ wall: v.number(), slowestMessage: v.nullable(v.number()) }),
})

/** An app that is one window and nothing else: says how long it took until it was to be seen, and ends. */
const emptyApp = `const { app, BrowserWindow } = require('electron')
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1920, height: 1080, show: false, webPreferences: { sandbox: true } })
  window.once('ready-to-show', () => {
    process.stdout.write('shown ' + (Date.now() - process.getCreationTime()) + '\\n')
    app.exit(0)
  })
  window.loadURL('about:blank')
})
`

/** @returns ms */
async function emptyStart(screens: VirtualScreens, folder: string): Promise<number> {
  await writeFile(join(folder, 'package.json'), '{"name":"bench","main":"main.cjs"}')
  await writeFile(join(folder, 'main.cjs'), emptyApp)
  const { executablePath, args, env } = launch({ app: folder, screens, acceptFloor: true })
  const app = spawn(executablePath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  app.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  await new Promise((resolve, reject) => {
    app.once('error', reject)
    app.once('exit', resolve)
  })
  const shown = /shown (\d+)/.exec(said)?.[1]
  if (shown === undefined) throw new Error('the empty window was never shown')
  return Number(shown)
}

/** Publishes at an even rate until told to stop. */
function publishEvenly(platform: Platform): { stop(): Promise<void> } {
  let running = true
  const begun = Date.now()
  let sent = 0
  const work = (async () => {
    while (running) {
      const due = Math.floor(((Date.now() - begun) / 1000) * rate)
      for (; sent < due; sent++) {
        const { subject, headers, payload } = encode(
          message(tracks, 'track', sent, { entity: `e-${sent % entities}`, id: `${begun}-${sent}` }),
        )
        platform.feeder.publish(subject, payload, { headers })
      }
      await platform.feeder.flush()
      await sleep(10)
    }
  })()
  return {
    async stop() {
      running = false
      await work
    },
  }
}

/** The same messages, received by nothing but nats.js. @returns ms */
async function bareConsumer(platform: Platform): Promise<{ stop(): Promise<number> }> {
  const connection = await platform.connectAs(platform.wall)
  const consumer = await jetstream(connection).consumers.get(streamOf(tracks), {
    deliver_policy: DeliverPolicy.New,
  })
  const counts = new Float64Array(latencyBuckets)
  const iterator = await consumer.consume({
    callback: ({ info }) => {
      const bucket = bucketOf(Date.now() - info.timestampNanos / 1e6)
      counts[bucket] = (counts[bucket] ?? 0) + 1
    },
  })
  return {
    async stop() {
      await iterator.close()
      await connection.close()
      return percentile(counts, 0.99) ?? Number.NaN
    },
  }
}

async function round(
  platform: Platform,
  screens: VirtualScreens,
  out: string,
): Promise<{ ours: number; bare: number; start: number; slowest: number | null }> {
  const publishing = publishEvenly(platform)
  const bare = await bareConsumer(platform)
  const { executablePath, args, env } = launch({
    screens,
    acceptFloor: true,
    args: [
      ...['--platform', platform.url, '--identity', platform.wall.identityFile],
      ...['--passphrase-file', platform.wall.passphraseFile, '--ca', platform.caFile],
      ...['--profile', join(out, 'profile'), '--headless', '--screens', '3', '--desk-display', '4'],
      ...['--for', String(seconds), '--out', out],
    ],
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    const app = spawn(executablePath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    app.once('error', reject)
    app.once('exit', resolve)
  })
  const theirs = await bare.stop()
  await publishing.stop()
  if (code !== 0) throw new Error(`the app ended with ${String(code)}`)
  const run = v.parse(RunSchema, JSON.parse(await readFile(join(out, 'run.json'), 'utf8')))
  const { wall: start, slowestMessage: slowest } = run.startMs
  return { ours: run.latencyMs.p99, bare: theirs, start, slowest }
}

export default async (log: (line: string) => void): Promise<BenchRow[]> => {
  const ours: number[] = []
  const bares: number[] = []
  const starts: number[] = []
  const empties: number[] = []
  const slowest: number[] = []
  const platform = await startPlatform({ products: [product(tracks, 'track')] })
  const screens = await startVirtualScreens({ screens: 4 })
  try {
    for (let i = 0; i < rounds; i++) {
      const out = await mkdtemp(join(tmpdir(), 'vigie-latency-'))
      try {
        const empty = await emptyStart(screens, out)
        const measured = await round(platform, screens, out)
        log(
          `latency, round ${i + 1}: ours p99 ${measured.ours.toFixed(0)} ms, bare p99 ${measured.bare.toFixed(1)} ms; ` +
            `start ${measured.start.toFixed(0)} ms, an empty window ${empty} ms, slowest message ${measured.slowest?.toFixed(0) ?? '–'} ms`,
        )
        ours.push(measured.ours)
        bares.push(measured.bare)
        starts.push(measured.start)
        empties.push(empty)
        slowest.push(measured.slowest ?? 0)
      } finally {
        await rm(out, { recursive: true, force: true })
      }
    }
  } finally {
    await screens.dispose()
    await platform.dispose()
  }
  const allowed = batchInterval + 3 * median(bares)
  return [
    {
      measure: 'latency p99, 2,000 messages/s, three windows',
      against: `batch interval + 3 × a bare consumer's p99 (${median(bares).toFixed(1)} ms)`,
      unit: 'ms',
      ours: median(ours),
      theirs: allowed,
      ratio: median(ours) / allowed,
      goal: '≤ 1',
      met: median(ours) <= allowed,
      rounds,
    },
    {
      measure: 'start: process start → first complete wall of three screens',
      against: 'an empty Electron window',
      unit: 'ms',
      ours: median(starts),
      theirs: median(empties),
      ratio: median(starts) / median(empties),
      goal: '≤ 3',
      met: median(starts) / median(empties) <= 3,
      rounds,
    },
    {
      measure: 'start: the slowest message of it',
      against: 'the batch interval and a second',
      unit: 'ms',
      ours: median(slowest),
      theirs: batchInterval + 1000,
      ratio: median(slowest) / (batchInterval + 1000),
      goal: '≤ 1',
      met: median(slowest) <= batchInterval + 1000,
      rounds,
    },
  ]
}
