/**
 * Cache write: events/s made durable in the encrypted cache, beside plain SQLite through the same API, the same
 * code and the same settings; only the key differs.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newHeld } from '../../main/engine/cache/held.ts'
import { createCommitter } from '../../main/engine/cache/commit.ts'
import { openDatabase } from '../../main/engine/cache/database.ts'
import { migrate } from '../../main/engine/cache/migrations.ts'
import { createCheck, rulesOf } from '../../main/engine/check/check.ts'
import { clearEvent, createEvent } from '../../main/engine/event/event.ts'
import { readHeader } from '../../main/engine/intake/nats/header.ts'
import { encode } from '../../main/exercise/message.ts'
import { defaultScheme } from '../../preload/contract/marking.ts'
import { message, product } from '../platform/product.ts'
import { median, type BenchRow } from './row.ts'
import { nothingSent } from '../doubles/outbox.ts'

// many short rounds, the order turned each time: a machine that others use drifts in seconds
const rounds = 15
const count = 60_000
const tracks = product('security.units', 'track')

/** A message as it lies in what a connection read: its header, then its body. */
interface Laid {
  entity: string
  bytes: Uint8Array
  headerTo: number
  body: Uint8Array
}

function makeMessages(): Laid[] {
  return Array.from({ length: 1000 }, (_, i) => {
    const entity = `unit-${i}`
    const { headers, payload } = encode(message(tracks.name, 'track', i, { entity, marking: 'dr' }))
    const lines = headers.keys().flatMap((key) => headers.values(key).map((value) => `${key}: ${value}`))
    const head = new TextEncoder().encode(`NATS/1.0\r\n${lines.join('\r\n')}\r\n\r\n`)
    const bytes = new Uint8Array(head.length + payload.length)
    bytes.set(head)
    bytes.set(payload, head.length)
    return { entity, bytes, headerTo: head.length, body: bytes.subarray(head.length) }
  })
}

/** @returns events/s */
async function write(messages: readonly Laid[], key: Uint8Array | null): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'))
  const opened = await openDatabase(join(folder, 'cache.db'), { key })
  if (!opened.ok) throw new Error(opened.error.message)
  const database = opened.value
  try {
    await migrate(database)
    await database.single('INSERT INTO product (name, descriptor) VALUES (?, ?)', [
      tracks.name,
      JSON.stringify(tracks.descriptor),
    ])
    const held = { ...newHeld(1, tracks.name, tracks.descriptor), live: 0 }
    const committer = createCommitter({
      outbox: nothingSent,
      database,
      dueState: () => [],
      applied: () => undefined,
      failing: (_, reason) => {
        throw new Error(reason)
      },
    })
    const lane = committer.lane(held, 'live')
    const check = createCheck()
    const rules = rulesOf(tracks.descriptor, defaultScheme, null)
    const event = createEvent()
    const published = Date.now()
    const begun = performance.now()
    for (let sequence = 1; sequence <= count; sequence++) {
      const { entity, bytes, headerTo, body } = messages[sequence % messages.length]!
      clearEvent(event)
      event.entity = entity
      event.body = body
      event.sequence = sequence
      event.published = event.received = published
      event.unreadable = readHeader(bytes, 0, headerTo, event)
      check.accept(event, rules, lane.batch)
      committer.settled(lane, sequence, sequence, published, body.length)
      // as the sockets do: a turn of the loop now and then
      if (sequence % 200 === 0) {
        await new Promise((resolve) => setImmediate(resolve))
        await committer.room()
      }
    }
    await committer.flush()
    const rate = (count / (performance.now() - begun)) * 1000
    if (held.events !== count) throw new Error(`${held.events} of ${count} events were written`)
    await committer.dispose()
    return rate
  } finally {
    await database.close()
    await rm(folder, { recursive: true })
  }
}

export default async (log: (line: string) => void): Promise<BenchRow[]> => {
  const messages = makeMessages()
  const ours: number[] = []
  const theirs: number[] = []
  await write(messages, null)
  for (let round = 0; round < rounds; round++) {
    const plain = async (): Promise<unknown> => theirs.push(await write(messages, null))
    const encrypted = async (): Promise<unknown> => ours.push(await write(messages, randomBytes(32)))
    for (const each of round % 2 === 0 ? [plain, encrypted] : [encrypted, plain]) await each()
    log(
      `cache ${round + 1}/${rounds}: encrypted ${Math.round(ours.at(-1)!)}, plain ${Math.round(theirs.at(-1)!)} events/s`,
    )
  }
  const ratio = median(ours.map((rate, i) => rate / theirs[i]!))
  return [
    {
      measure: 'cache write',
      against: 'plain SQLite through the same API',
      unit: 'events/s',
      ours: median(ours),
      theirs: median(theirs),
      ratio,
      goal: '≥ 0.85',
      met: ratio >= 0.85,
      rounds,
    },
  ]
}
