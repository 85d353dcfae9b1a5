/**
 * What rubbish costs those who send none: good messages/s from the stream to committed and applied, with one hostile
 * message of the fuzzer's after every fifty of them, and without; the same good messages, in turns.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { headers as natsHeaders } from '@nats-io/nats-core'
import fc from 'fast-check'
import type { Engine } from '../../main/engine/engine.ts'
import { encode } from '../../main/exercise/message.ts'
import { inboxOf } from '../../main/identity/inbox.ts'
import { defaultScheme } from '../../preload/contract/marking.ts'
import { kinds, streamOf } from '../../preload/contract/product.ts'
import { headers } from '../fuzz/headers.ts'
import type { Marks } from '../fuzz/hostile.ts'
import { messages, productOf } from '../fuzz/messages.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'
import { median, type BenchRow } from './row.ts'
import { createEngineAs } from '../platform/unlocked.ts'

const rounds = 5
const good = 60_000
const each = 50
const entities = 3000
const marks: Marks = { mark: 'zqbenchkxw', hook: 'http://127.0.0.1:9/zqbenchkxw' }
/** The largest are left out: what a megabyte costs is its bytes, not that it is rubbish. */
const mostBody = 64 * 1024

interface Filled {
  platform: Platform
  template: string
  /** messages in all its streams */
  total: number
}

/** The same messages in the same order, with rubbish in between or not. */
async function fill(rubbish: boolean): Promise<Filled> {
  const platform = await startPlatform({ products: kinds.map((kind) => product(productOf(kind), kind)) })
  const template = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  // a node that was there when the streams were empty: it follows from the first message on
  const engine = await start(platform, template)
  await until(() => engine.report().products === kinds.length)
  await new Promise((resolve) => setTimeout(resolve, 500))
  await engine.dispose()
  const seed = { seed: 7, numRuns: good / each }
  const hostile = [...fc.sample(messages(marks), seed), ...fc.sample(headers(marks), seed)].filter(
    ({ body, headers: block }) => body.length <= mostBody && block.length > 0,
  )
  const expires = Date.now() + 3_600_000
  for (let i = 0; i < good; i++) {
    const {
      subject,
      headers: head,
      payload,
    } = encode(
      message(productOf('track'), 'track', i, { entity: `unit-${i % entities}`, id: `units-${i}`, expires }),
    )
    platform.feeder.publish(subject, payload, { headers: head })
    const one = hostile[Math.floor(i / each) % hostile.length]
    if (rubbish && i % each === 0 && one !== undefined)
      platform.feeder.publish(one.subject, one.body, {
        headers: Object.assign(natsHeaders(), { encode: () => one.headers }),
      })
    if (i % 2000 === 0) await platform.feeder.flush()
  }
  await platform.feeder.flush()
  let total = 0
  // counted by the server: the library stumbles over some of these headers
  const { streams } = await jetstreamManager(platform.feeder)
  for (const kind of kinds) total += (await streams.info(streamOf(productOf(kind)))).state.messages
  return { platform, template, total }
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

/** @returns good messages/s, from the opening of the cache until all of all streams is dealt with */
async function measured({ platform, template, total }: Filled): Promise<number> {
  const profile = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  await cp(template, profile, { recursive: true })
  const begun = performance.now()
  const engine = await start(platform, profile)
  const dealt = () => engine.report().persisted + engine.report().rejected
  await until(() => dealt() >= total)
  const rate = (good / (performance.now() - begun)) * 1000
  const { gaps, disconnects } = engine.report()
  await engine.dispose()
  await rm(profile, { recursive: true })
  if (gaps + disconnects > 0) throw new Error(`${gaps} gaps, ${disconnects} disconnects`)
  return rate
}

export default async (log: (line: string) => void): Promise<BenchRow[]> => {
  const clean = await fill(false)
  const mixed = await fill(true)
  try {
    const theirs: number[] = []
    const ours: number[] = []
    for (let round = 0; round < rounds; round++) {
      theirs.push(await measured(clean))
      ours.push(await measured(mixed))
      log(
        `rubbish ${round + 1}/${rounds}: with ${Math.round(ours.at(-1)!)}, without ${Math.round(theirs.at(-1)!)} good messages/s`,
      )
    }
    const ratio = median(ours.map((rate, i) => rate / theirs[i]!))
    return [
      {
        measure: `good messages with rubbish beside (${mixed.total - clean.total} among ${good})`,
        against: 'the same without',
        unit: 'messages/s',
        ours: median(ours),
        theirs: median(theirs),
        ratio,
        goal: '≥ 0.9',
        met: ratio >= 0.9,
        rounds,
      },
    ]
  } finally {
    for (const { platform, template } of [clean, mixed]) {
      await platform.dispose()
      await rm(template, { recursive: true, force: true })
    }
  }
}
