/**
 * Derived figures: what formulas take of a node beside what its intake takes, message for message. One side is the engine,
 * from the stream to committed and applied, with no formula; the other what the engine does with formulas: `createDerived`
 * with its picture, handed the same messages in committed batches at 20,000 in a second, and its turn each second. In
 * turns, in processor time of all threads, and of both what they take once they run: neither the start nor what is
 * compiled in it counts. It is taken apart because the difference of two whole runs is mostly their noise.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Committed } from '../../main/engine/cache/commit.ts'
import { newHeld, type Held } from '../../main/engine/cache/held.ts'
import type { Reader } from '../../main/engine/cache/reader.ts'
import { createDerived } from '../../main/engine/derived.ts'
import type { Engine } from '../../main/engine/engine.ts'
import { append, createBatch, unmarked } from '../../main/engine/event/batch.ts'
import { clearEvent, createEvent } from '../../main/engine/event/event.ts'
import { clearFacts, createFacts, readFacts } from '../../main/engine/event/facts.ts'
import { eventTypes } from '../../main/engine/event/record.ts'
import { createPicture } from '../../main/engine/picture/picture.ts'
import { encode, type Message } from '../../main/exercise/message.ts'
import { inboxOf } from '../../main/identity/inbox.ts'
import type { Body } from '../../preload/contract/event.ts'
import { defaultScheme, rankOf } from '../../preload/contract/marking.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { SharedThing } from '../../preload/contract/shared.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'
import { createEngineAs } from '../platform/unlocked.ts'
import { median, type BenchRow } from './row.ts'

const rounds = 7
/** by then it runs as it does on a node that is up for hours */
const warming = 2
/** messages/s */
const rate = 20_000
/** five seconds of it */
const count = 100_000
/** what the intake has taken in before it is looked at */
const before = 100_000
/** as many as a commit has of one product: it comes twenty times a second */
const perBatch = 500
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
  for (let i = 0; i < before + count; i++) {
    const { subject, headers, payload } = encode(messageAt(i, expires))
    platform.feeder.publish(subject, payload, { headers })
    if (i % 2000 === 0) await platform.feeder.flush()
  }
  await platform.feeder.flush()
}

async function start(platform: Platform, profile: string): Promise<Engine> {
  const { certificate, key } = platform.wall
  const created = await createEngineAs(
    { certificate, key },
    {
      ...{ profile, scheme: defaultScheme, clock: Date },
      keeping: { leastRetention: 0, mostRetention: Infinity, mostBytes: Infinity },
    },
  )
  if (!created.ok) throw new Error(created.error.message)
  await created.value.connect({
    ...{ protocol: 'nats', intake: 'platform', servers: [`tls://localhost:${platform.port}`] },
    inbox: inboxOf(certificate),
    tls: { certificate, key, authority: platform.authority.certificate },
  })
  return created.value
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** @returns µs of processor time a message, once it runs */
async function intake(platform: Platform, template: string): Promise<number> {
  const profile = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  await cp(template, profile, { recursive: true })
  globalThis.gc?.()
  const engine = await start(platform, profile)
  await until(() => engine.report().persisted >= before)
  const [begun, first] = [process.cpuUsage(), engine.report().persisted]
  await until(() => engine.report().persisted >= before + count)
  const { user, system } = process.cpuUsage(begun)
  const { rejected, gaps, persisted } = engine.report()
  await engine.dispose()
  await rm(profile, { recursive: true })
  if (rejected + gaps > 0) throw new Error(`${rejected} rejected, ${gaps} gaps`)
  return (user + system) / (persisted - first)
}

/** The messages as they are committed: of one product each, so many in a batch. */
function batches(held: ReadonlyMap<ProductName, Held>, from: number): Committed[] {
  const done: Committed[] = []
  const open = new Map<ProductName, Committed>()
  const event = createEvent()
  const facts = createFacts()
  for (let i = 0; i < count; i++) {
    const { product: name, entity, body, type: typeName, marking } = messageAt(i, from + 3_600_000)
    const type = eventTypes.indexOf(typeName)
    const lane = { held: held.get(name)!, kind: 'live' as const, batch: createBatch() }
    const into = open.get(name) ?? { lane, batch: lane.batch }
    open.set(name, into)
    clearEvent(event)
    clearFacts(facts)
    event.bytes = Buffer.from(entity)
    event.subjectTo = event.bytes.length
    event.entity = entity
    event.body = Buffer.from(JSON.stringify(body))
    event.sequence = i + 1
    readFacts(type, body as Body, facts)
    const rank = marking === undefined ? unmarked : rankOf(defaultScheme, marking)
    append(into.batch, event, { time: from + (i / rate) * 1000, expires: Number.NaN, type, rank }, facts)
    if (into.batch.count < perBatch) continue
    done.push(into)
    open.delete(name)
  }
  return [...done, ...open.values()]
}

const thingOf = (value: string, at: number): SharedThing => ({
  ...{ key: `formula.cncs.bench-${at}`, revision: 1, published: 0, rank: 0, wrong: null },
  document: {
    ...{ owner: 'CNCS', version: 1, marking: 'np', schema: 'vigie.formula.v1', title: value },
    ...{ saved: { node: 'poste-01', person: null }, content: { value } },
  },
})

/** A node's formulas, that go on from round to round. */
function createFormulas(held: ReadonlyMap<ProductName, Held>, all: readonly Committed[], from: number) {
  let round = 0
  let now = from
  // nothing was kept before: what reads it back has nothing to read
  const reader = { all: () => Promise.resolve([]) } as unknown as Reader
  const time = { now: () => now }
  const picture = createPicture({ reader, held }, defaultScheme, time.now, () => performance.now())
  const derived = createDerived({
    ...{ cache: { reader, held }, picture, scheme: defaultScheme, organisation: null, time },
    // five seconds pass in a moment here: none is left for what it took in one of them
    monotonic: () => performance.now() * 0,
    windows: { listSoon: () => undefined, listNow: () => undefined },
  })
  derived.told({ anew: true, access: 'permitted', things: formulas.map(thingOf), gone: [] })
  return {
    dispose: derived.dispose,
    /** The same messages, each time five seconds later. @returns µs of processor time a message */
    take(): number {
      for (const { batch } of round === 0 ? [] : all)
        for (let i = 0; i < batch.count; i++) batch.time[i]! += (count / rate) * 1000
      const start = from + (count / rate) * 1000 * round++
      globalThis.gc?.()
      const begun = process.cpuUsage()
      let seen = 0
      for (const one of all) {
        now = start + (seen / rate) * 1000
        derived.committed(one)
        const second = Math.floor(seen / rate)
        seen += one.batch.count
        if (Math.floor(seen / rate) > second) derived.tick()
      }
      const { user, system } = process.cpuUsage(begun)
      const at = derived.standing(defaultScheme.levels.length - 1)
      const [first] = at[0]?.figures?.highest ?? []
      if (at.length !== formulas.length || at.some(({ problem }) => problem !== null))
        throw new Error(`they do not all go: ${JSON.stringify(at.map(({ problem }) => problem))}`)
      const expected = Math.floor((count * 2) / 3) * round
      if (first?.value !== expected) throw new Error(`${first?.value} units instead of ${expected}`)
      return (user + system) / count
    },
  }
}

export default async (log: (line: string) => void): Promise<BenchRow[]> => {
  const inputs = [product(tracks, 'track'), product(metrics, 'metric')]
  const platform = await startPlatform({ products: inputs })
  const template = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  try {
    // a node that was there when the streams were empty: it follows from the first message on
    const engine = await start(platform, template)
    await until(() => engine.report().products === 2)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await engine.dispose()
    await fill(platform)
    const held = new Map(
      inputs.map(({ name, descriptor }, at) => [name, { ...newHeld(at, name, descriptor), live: 0 }]),
    )
    const from = Date.now()
    const all = batches(held, from)
    const figures = createFormulas(held, all, from)
    // what it asks of the log before anything comes
    await new Promise((resolve) => setTimeout(resolve, 20))
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = -warming; round < rounds; round++) {
      const whole = await intake(platform, template)
      const added = figures.take()
      if (round < 0) continue
      theirs.push(whole)
      ours.push(added)
      log(`derive ${round + 1}/${rounds}: the intake ${whole.toFixed(1)} µs, formulas ${added.toFixed(2)} µs`)
    }
    await figures.dispose()
    const ratio = median(ours.map((each, i) => each / theirs[i]!))
    return [
      {
        measure: `${formulas.length} derived figures at ${rate.toLocaleString('en')} messages/s`,
        against: 'the intake of the same messages',
        unit: 'µs/message',
        ...{ ours: median(ours), theirs: median(theirs) },
        ...{ ratio, goal: `≤ ${most}`, met: ratio <= most, rounds },
      },
    ]
  } finally {
    await platform.dispose()
    await rm(template, { recursive: true, force: true })
  }
}
