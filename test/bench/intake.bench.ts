/**
 * Intake: messages/s from the stream to committed in the encrypted cache and applied to the picture, beside a bare
 * nats.js ordered consumer that only counts: the same messages, the same mutual TLS, in turns.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeliverPolicy, jetstream } from '@nats-io/jetstream'
import type { Engine } from '../../main/engine/engine.ts'
import { encode } from '../../main/exercise/message.ts'
import { defaultScheme } from '../../preload/contract/marking.ts'
import { streamOf } from '../../preload/contract/product.ts'
import { inboxOf } from '../../main/identity/inbox.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'
import { median, type BenchRow } from './row.ts'
import { createEngineAs } from '../platform/unlocked.ts'

const rounds = 5
const count = 100_000
const entities = 3000
const tracks = 'security.units'

/** Tracks as a command centre has them: about 220 bytes of body, eight attributes. */
async function fill(platform: Platform): Promise<void> {
  const expires = Date.now() + 3_600_000
  for (let i = 0; i < count; i++) {
    const { subject, headers, payload } = encode(
      message(tracks, 'track', i, {
        entity: `unit-${i % entities}`,
        id: `units-${i}`,
        expires,
        marking: 'dr',
        body: {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [2.2 + (i % 4000) / 10_000, 48.8 + (i % 900) / 10_000] },
          properties: {
            name: `Unité ${i % entities}`,
            category: 'police',
            status: 'en route',
            sidc: '10031000001211000000',
            course: i % 360,
            speed: 12.5,
          },
        },
      }),
    )
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
      profile,
      scheme: defaultScheme,
      keeping: { leastRetention: 0, mostRetention: Infinity, mostBytes: Infinity },
      clock: Date,
    },
  )
  if (!created.ok) throw new Error(created.error.message)
  await created.value.connect({
    protocol: 'nats',
    intake: 'platform',
    servers: [`tls://localhost:${platform.port}`],
    inbox: inboxOf(certificate),
    tls: { certificate, key, authority: platform.authority.certificate },
  })
  return created.value
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** @returns messages/s, from the call of connect on */
async function bare(platform: Platform): Promise<number> {
  const begun = performance.now()
  const connection = await platform.connectAs(platform.wall)
  const consumer = await jetstream(connection).consumers.get(streamOf(tracks), {
    deliver_policy: DeliverPolicy.All,
  })
  let seen = 0
  await new Promise<void>((resolve, reject) => {
    consumer
      .consume({
        max_messages: 5000,
        callback: () => {
          if (++seen === count) resolve()
        },
      })
      .catch(reject)
  })
  const rate = (count / (performance.now() - begun)) * 1000
  await connection.close()
  return rate
}

/** @returns messages/s, from the opening of the cache on */
async function ours(platform: Platform, template: string): Promise<number> {
  const profile = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  await cp(template, profile, { recursive: true })
  const begun = performance.now()
  const engine = await start(platform, profile)
  await until(() => engine.report().persisted >= count)
  const rate = (count / (performance.now() - begun)) * 1000
  const { rejected, gaps } = engine.report()
  await engine.dispose()
  await rm(profile, { recursive: true })
  if (rejected + gaps > 0) throw new Error(`${rejected} rejected, ${gaps} gaps`)
  return rate
}

export default async (log: (line: string) => void): Promise<BenchRow[]> => {
  const platform = await startPlatform({ products: [product(tracks, 'track')] })
  const template = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  try {
    // a node that was there when the stream was empty: it follows from the first message on
    const engine = await start(platform, template)
    await until(() => engine.report().products === 1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await engine.dispose()
    await fill(platform)
    const mine: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < rounds; round++) {
      theirs.push(await bare(platform))
      mine.push(await ours(platform, template))
      log(
        `intake ${round + 1}/${rounds}: ours ${Math.round(mine.at(-1)!)}, bare ${Math.round(theirs.at(-1)!)} messages/s`,
      )
    }
    const ratio = median(mine.map((rate, i) => rate / theirs[i]!))
    return [
      {
        measure: 'intake',
        against: 'a bare nats.js ordered consumer',
        unit: 'messages/s',
        ours: median(mine),
        theirs: median(theirs),
        ratio,
        goal: '≥ 0.3, then 0.5',
        met: ratio >= 0.3,
        rounds,
      },
    ]
  } finally {
    await platform.dispose()
    await rm(template, { recursive: true, force: true })
  }
}
