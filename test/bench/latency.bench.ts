/**
 * Latency: published → applied in the window at 2,000 messages/s with three wall windows, beside a bare nats.js
 * consumer of the same messages in the same run. Goal: p99 ≤ batch interval + 3 × the bare p99.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
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

const RunSchema = v.object({ latencyMs: v.object({ p50: v.number(), p99: v.number() }) })

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
): Promise<{ ours: number; bare: number }> {
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
  return { ours: run.latencyMs.p99, bare: theirs }
}

export default async (log: (line: string) => void): Promise<BenchRow[]> => {
  const ours: number[] = []
  const bares: number[] = []
  const platform = await startPlatform({ products: [product(tracks, 'track')] })
  const screens = await startVirtualScreens({ screens: 4 })
  try {
    for (let i = 0; i < rounds; i++) {
      const out = await mkdtemp(join(tmpdir(), 'vigie-latency-'))
      const measured = await round(platform, screens, out).finally(() =>
        rm(out, { recursive: true, force: true }),
      )
      log(
        `latency, round ${i + 1}: ours p99 ${measured.ours.toFixed(0)} ms, bare p99 ${measured.bare.toFixed(1)} ms`,
      )
      ours.push(measured.ours)
      bares.push(measured.bare)
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
  ]
}
