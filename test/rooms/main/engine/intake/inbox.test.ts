/** Rights on the bus: what one node is sent, no other client of the same server hears or can ask for. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Msg, NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inboxOf } from '../../../../../main/identity/inbox.ts'
import { streamOf } from '../../../../../preload/contract/product.ts'
import { startPlatform, type Identity, type Platform } from '../../../../platform/platform.ts'
import { messages, product } from '../../../../platform/product.ts'
import {
  addressOf,
  keysOf,
  persisted,
  profileFolder,
  remove,
  startEngine,
  until,
  type AnEngine,
} from '../an-engine.ts'

const shared = 'security.observations'
const secret = 'security.intelligence'
const stream = streamOf(secret)

let platform: Platform
let other: Identity
let profile: string
let node: AnEngine

beforeAll(async () => {
  platform = await startPlatform({ products: [product(shared), product(secret, 'note')] })
  other = await platform.issue([
    ['CN', 'wall-02'],
    ['OU', 'Vigie'],
  ])
  await platform.permit(other, [secret])
  await platform.publish(messages(shared, 'feature', 50, 10))
  profile = await profileFolder()
})
afterAll(async () => {
  await node?.engine.dispose()
  await platform.dispose()
  await remove(profile)
})

/** All that a client hears or is denied while it listens to these subjects. */
async function listen(connection: NatsConnection, subjects: readonly string[]) {
  const heard: string[] = []
  const denied: string[] = []
  for (const subject of subjects)
    connection.subscribe(subject, {
      callback(error: Error | null, message: Msg) {
        if (error) denied.push(subject)
        else heard.push(`${subject}: ${message.subject} ${message.string()}`)
      },
    })
  await connection.flush()
  // a denial follows the answer to the ping
  await sleep(200)
  return { heard, denied }
}

/** What the server answers to a request of the JetStream API; `denied` where it lets nobody ask. */
async function ask(connection: NatsConnection, subject: string, body: object = {}): Promise<string> {
  try {
    const answer = await connection.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: 2000 })
    const { error } = answer.json<{ error?: { description: string } }>()
    return error?.description ?? answer.string()
  } catch (error) {
    return /ermission/.test(String(error)) ? 'denied' : String(error)
  }
}

describe('a second client of the same server', () => {
  it('hears nothing that another node is sent, wherever it listens', async () => {
    const intruder = await platform.connectAs(other)
    const theirs = inboxOf(platform.wall.certificate)
    const subjects = [
      '>',
      '*.>',
      '_INBOX.>',
      '_INBOX.*',
      `${theirs}.>`,
      `${theirs}.*`,
      `${theirs}.*.*`,
      '$JS.>',
      '$JS.API.>',
      '$JS.ACK.>',
      '$JS.EVENT.>',
      '$KV.>',
      '$SYS.>',
      'dp.>',
      `dp.${secret}.>`,
    ]
    const { heard, denied } = await listen(intruder, subjects)
    node = await startEngine(profile, keysOf(platform.wall))
    await node.engine.connect(addressOf(platform))
    await persisted(node.engine, 50)
    await platform.publish(messages(secret, 'note', 20))
    await persisted(node.engine, 70)
    await intruder.flush()
    expect(heard).toEqual([])
    expect(denied.sort()).toEqual(subjects.sort())
    await intruder.close()
  })

  it('is sent nothing of a product that is refused to it, however it asks', async () => {
    const intruder = await platform.connectAs(other)
    const inbox = inboxOf(other.certificate)
    const { heard } = await listen(intruder, [`${inbox}.>`])
    const manager = platform.feeder
    const names = await ask(manager, `CONSUMER.NAMES.${stream}`)
    const [consumer = ''] = (JSON.parse(names) as { consumers: string[] }).consumers
    expect(consumer).not.toBe('')

    const pushed = { ack_policy: 'none', deliver_policy: 'all', deliver_subject: `${inbox}.pushed` }
    const asked = {
      'its consumer’s next messages': `CONSUMER.MSG.NEXT.${stream}.${consumer}`,
      'its consumer’s state': `CONSUMER.INFO.${stream}.${consumer}`,
      'to end its consumer': `CONSUMER.DELETE.${stream}.${consumer}`,
      'its consumers’ names': `CONSUMER.NAMES.${stream}`,
      'its consumers': `CONSUMER.LIST.${stream}`,
      'the stream': `STREAM.INFO.${stream}`,
      'a message': `STREAM.MSG.GET.${stream}`,
      'a message directly': `DIRECT.GET.${stream}`,
      'the last of a subject directly': `DIRECT.GET.${stream}.dp.${secret}.e-1`,
      'streams’ names': 'STREAM.NAMES',
      'all streams': 'STREAM.LIST',
      'to restore it elsewhere': `STREAM.SNAPSHOT.${stream}`,
    }
    for (const [what, subject] of Object.entries(asked))
      expect(await ask(intruder, subject, { seq: 1, batch: 10 }), what).toBe('denied')
    const made = {
      'a consumer of its own': `CONSUMER.CREATE.${stream}`,
      'a named one': `CONSUMER.CREATE.${stream}.mine`,
      'a filtered one': `CONSUMER.CREATE.${stream}.mine.dp.${secret}.>`,
      'a durable one': `CONSUMER.DURABLE.CREATE.${stream}.mine`,
      'an unnamed one of a permitted stream': `CONSUMER.CREATE.${streamOf(shared)}`,
    }
    for (const [what, subject] of Object.entries(made))
      expect(await ask(intruder, subject, { stream_name: stream, config: pushed }), what).toBe('denied')

    // where it may make consumers: nothing in a request reaches beyond the stream that the subject names
    const own = `CONSUMER.CREATE.${streamOf(shared)}.mine`
    expect(await ask(intruder, own, { stream_name: stream, config: { name: 'mine', ...pushed } })).toMatch(
      /stream name .*(mismatch|does not match|match expected)/i,
    )
    const filtered = { name: 'mine', ...pushed, filter_subject: `dp.${secret}.>` }
    expect(
      await ask(intruder, `${own}.dp.${secret}.>`, { stream_name: streamOf(shared), config: filtered }),
    ).toMatch(/filter/i)
    const mirror = { name: 'COPY', mirror: { name: stream } }
    expect(await ask(intruder, 'STREAM.CREATE.COPY', mirror)).toBe('denied')

    await platform.publish(messages(secret, 'note', 20, 20, 20))
    await persisted(node.engine, 90)
    await intruder.flush()
    expect(heard.filter((line) => line.includes(secret))).toEqual([])
    await intruder.close()
  })

  it('writes nothing: no data, no catalog, and nothing into another’s inbox', async () => {
    const intruder = await platform.connectAs(other)
    const subjects = [
      `dp.${shared}.e-1`,
      `$KV.catalog.${shared}`,
      `${inboxOf(platform.wall.certificate)}.x`,
      '_INBOX.x',
      'audit.wall-01.more',
    ]
    const denied: string[] = []
    const statuses = (async () => {
      for await (const status of intruder.status())
        if (status.type === 'error') denied.push(String(status.error))
    })()
    for (const subject of subjects) intruder.publish(subject, 'x')
    await intruder.flush()
    await expect.poll(() => denied.length).toBe(subjects.length)
    for (const [n, subject] of subjects.entries()) expect(denied[n]).toContain(`"${subject}"`)
    await intruder.close()
    await statuses
  })
})

it('a node is denied nothing that it needs: reading, catching up, the catalog and its end', async () => {
  await node.engine.dispose()
  node = await startEngine(profile, keysOf(platform.wall))
  await node.engine.connect(addressOf(platform))
  await platform.publish(messages(shared, 'feature', 10, 10, 50))
  await persisted(node.engine, 10)
  // one may be read before the server has answered for the other
  await until(() => node.engine.report().products === 2, 'both products are permitted')
  await node.engine.dispose()
  const log = await readFile(join(platform.directory, 'server.log'), 'utf8')
  const violations = log.split('\n').filter((line) => line.includes('Violation'))
  // the intruder's are there: the log would tell ours
  expect(violations.some((line) => line.includes('CN=wall-02'))).toBe(true)
  expect(violations.filter((line) => line.includes('CN=wall-01'))).toEqual([])
})
