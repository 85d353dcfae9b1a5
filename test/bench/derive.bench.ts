/**
 * Derived figures: what formulas add to the intake's work for each message. The same messages through the same engine,
 * from the stream to committed and applied, with formulas on the platform and without, in turns. Processor time counts,
 * of all threads: that is what they take from whatever else a node does, however busy the machine is besides.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstream } from '@nats-io/jetstream'
import { Kvm, type KV } from '@nats-io/kv'
import { stringify } from 'yaml'
import type { Engine } from '../../main/engine/engine.ts'
import { encode, type Message } from '../../main/exercise/message.ts'
import { inboxOf } from '../../main/identity/inbox.ts'
import { defaultScheme } from '../../preload/contract/marking.ts'
import type { SharedTold } from '../../preload/contract/shared.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'
import { createEngineAs } from '../platform/unlocked.ts'
import { median, type BenchRow } from './row.ts'

const rounds = 7
/** five seconds of 20,000 messages/s, in pieces as the stream has them */
const count = 100_000
const entities = 3000
const tracks = 'security.units'
const metrics = 'logistics.telemetry'
const most = 0.1

/** Of every kind: what is counted, summed, compared with a window, grouped, asked of a body. */
const formulas: readonly string[] = [
  'count(security.units, 10 min)',
  'rate(security.units, 1 h) where speed > 10',
  'ratio(count(security.units, 10 min, course > 180), count(security.units, 10 min))',
  'count(security.units, 5 min) by status',
  'mean(logistics.telemetry, 15 min) by series',
  'percentile(logistics.telemetry, 95, 30 min)',
  'zscore(logistics.telemetry, 30 min) by series',
  'drift(logistics.telemetry, 1 h) by series where series.startsWith("robot-1")',
]

/** Tracks as the intake's bench has them, and every third message a value of one of 240 series. */
const messageAt = (i: number, expires: number): Message =>
  i % 3 === 0
    ? message(metrics, 'metric', i, {
        ...{ entity: `robot-${i % 240}`, id: `telemetry-${i}` },
        body: { series: `robot-${i % 240}`, value: 40 + (i % 97) / 10, unit: 'Cel' },
      })
    : message(tracks, 'track', i, {
        ...{ entity: `unit-${i % entities}`, id: `units-${i}`, expires, marking: 'dr' },
        body: {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [2.2 + (i % 4000) / 10_000, 48.8 + (i % 900) / 10_000] },
          properties: {
            ...{ name: `Unité ${i % entities}`, category: 'police', status: 'en route' },
            ...{ sidc: '10031000001211000000', course: i % 360, speed: 12.5 },
          },
        },
      })

async function fill(platform: Platform): Promise<void> {
  const expires = Date.now() + 3_600_000
  for (let i = 0; i < count; i++) {
    const { subject, headers, payload } = encode(messageAt(i, expires))
    platform.feeder.publish(subject, payload, { headers })
    if (i % 2000 === 0) await platform.feeder.flush()
  }
  await platform.feeder.flush()
}

interface Node {
  engine: Engine
  shared: () => number
}
async function start(platform: Platform, profile: string): Promise<Node> {
  const { certificate, key } = platform.wall
  const things = new Set<string>()
  const told = ({ anew, things: some, gone }: SharedTold): void => {
    if (anew) things.clear()
    for (const { key: one } of some) things.add(one)
    for (const one of gone) things.delete(one)
  }
  const created = await createEngineAs(
    { certificate, key },
    {
      ...{ profile, scheme: defaultScheme, clock: Date },
      keeping: { leastRetention: 0, mostRetention: Infinity, mostBytes: Infinity },
      shared: { told, saves: () => undefined },
    },
  )
  if (!created.ok) throw new Error(created.error.message)
  await created.value.connect({
    ...{ protocol: 'nats', intake: 'platform', servers: [`tls://localhost:${platform.port}`] },
    inbox: inboxOf(certificate),
    tls: { certificate, key, authority: platform.authority.certificate },
  })
  return { engine: created.value, shared: () => things.size }
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** @returns µs of processor time a message, from the opening of the cache on */
async function measured(platform: Platform, template: string, shared: number): Promise<number> {
  const profile = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  await cp(template, profile, { recursive: true })
  globalThis.gc?.()
  const begun = process.cpuUsage()
  const node = await start(platform, profile)
  await until(() => node.engine.report().persisted >= count)
  const { user, system } = process.cpuUsage(begun)
  const { rejected, gaps } = node.engine.report()
  const known = node.shared()
  await node.engine.dispose()
  await rm(profile, { recursive: true })
  if (rejected + gaps > 0) throw new Error(`${rejected} rejected, ${gaps} gaps`)
  if (known !== shared) throw new Error(`${known} formulas instead of ${shared}`)
  return (user + system) / count
}

const keyOf = (at: number): string => `formula.cncs.bench-${at}`
async function put(bucket: KV): Promise<void> {
  for (const [at, value] of formulas.entries()) {
    const saved = { node: 'poste-01', person: null }
    const document = { owner: 'CNCS', version: 1, marking: 'np', schema: 'vigie.formula.v1', title: value }
    await bucket.put(keyOf(at), stringify({ ...document, saved, content: { value } }))
  }
}

/** A node that was there when the streams were empty and had these formulas: it follows from the first message on. */
async function templateOf(platform: Platform, shared: number): Promise<string> {
  const template = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  const node = await start(platform, template)
  await until(() => node.engine.report().products === 2 && node.shared() === shared)
  await new Promise((resolve) => setTimeout(resolve, 200))
  await node.engine.dispose()
  return template
}

export default async (log: (line: string) => void): Promise<BenchRow[]> => {
  const platform = await startPlatform({ products: [product(tracks, 'track'), product(metrics, 'metric')] })
  const bucket = await new Kvm(jetstream(platform.feeder)).create('shared', { history: 1 })
  const templates: string[] = []
  try {
    templates.push(await templateOf(platform, 0))
    await put(bucket)
    templates.push(await templateOf(platform, formulas.length))
    await fill(platform)
    const without: number[] = []
    const added: number[] = []
    for (let round = -1; round < rounds; round++) {
      for (let at = 0; at < formulas.length; at++) await bucket.purge(keyOf(at))
      const bare = await measured(platform, templates[0]!, 0)
      await put(bucket)
      const full = await measured(platform, templates[1]!, formulas.length)
      // the first of each is warmed up
      if (round < 0) continue
      without.push(bare)
      added.push(full - bare)
      log(
        `derive ${round + 1}/${rounds}: intake ${bare.toFixed(1)} µs, formulas add ${(full - bare).toFixed(2)} µs`,
      )
    }
    const ratio = median(added.map((each, i) => each / without[i]!))
    return [
      {
        measure: `derived figures: ${formulas.length} formulas, added to each message`,
        against: 'the same intake without them',
        unit: 'µs of processor',
        ...{ ours: median(added), theirs: median(without) },
        ...{ ratio, goal: `≤ ${most}`, met: ratio <= most, rounds },
      },
    ]
  } finally {
    await platform.dispose()
    for (const template of templates) await rm(template, { recursive: true, force: true })
  }
}
