/** Looks at screens of other nodes, over a real server with the rights that nodes have: what is seen, and by whom. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { headers } from '@nats-io/nats-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../../../main/engine/engine.ts'
import { looksOf, nodeUser } from '../../../../main/exercise/rights.ts'
import type { AskedLook, Look } from '../../../../preload/contract/look.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { lookedSubject, lookSubject, type Place } from '../../../../preload/contract/place.ts'
import { startPlatform, type Identity, type Platform } from '../../../platform/platform.ts'
import { jpegOf } from '../../../doubles/jpeg.ts'
import { addressOf, keeping, keysOf, profileFolder, remove, until } from './an-engine.ts'
import { createEngineAs } from '../../../platform/unlocked.ts'

const here: Place = { organisation: 'CNCS', wall: 'salle de crise', node: 'poste-07' }
const there: Place = { ...here, node: 'poste-08' }
const elsewhere: Place = { ...here, organisation: 'Préfecture', node: 'poste-66' }
const asked: AskedLook = { screen: 3, ceiling: 'np', by: here.node }
const largest = 512 * 1024

let platform: Platform
let identities: Record<'here' | 'there' | 'elsewhere', Identity>
const open: (() => Promise<unknown>)[] = []
let asking: Engine
/** what poste-08 was asked, and what it answers */
const questions: AskedLook[] = []
let answers: (asked: AskedLook) => Promise<Look | null>

async function start(identity: Identity, place: Place): Promise<Engine> {
  const profile = await profileFolder()
  let live = false
  const created = await createEngineAs(keysOf(identity), {
    ...{ profile, keeping, scheme: defaultScheme, clock: Date },
    linked: ({ connection }) => (live = connection.state === 'live'),
    looks: {
      place,
      answer(question) {
        questions.push(question)
        return answers(question)
      },
    },
  })
  if (!created.ok) throw new Error(created.error.message)
  open.push(async () => {
    await created.value.dispose()
    await remove(profile)
  })
  await created.value.connect(addressOf(platform, identity))
  await until(() => live, 'it is live')
  return created.value
}

/** The server's users by what they are given; the feeder may do all. */
const permit = (places: Partial<Record<keyof typeof identities, Place | 'nothing'>>) =>
  platform.setUsers([
    { user: 'CN=feeder' },
    ...Object.entries(places).map(([name, place]) => {
      const looks = place === 'nothing' ? { writes: [] } : looksOf(place)
      return nodeUser(identities[name as 'here'].user, { permitted: [], refused: [], ...looks })
    }),
  ])

/** Publishes as a node that does what it likes. @returns what it was denied */
async function tell(
  connection: NatsConnection,
  messages: readonly { subject: string; body?: unknown; marking?: string; id?: string; jpeg?: Uint8Array }[],
): Promise<string[]> {
  const denied: string[] = []
  void (async () => {
    for await (const status of connection.status())
      if (status.type === 'error') denied.push(String(status.error))
  })()
  for (const { subject, body, marking, id, jpeg } of messages) {
    const head = headers()
    if (id !== undefined) head.set('ce-id', id)
    if (marking !== undefined) head.set('ce-marking', marking)
    connection.publish(subject, jpeg ?? (typeof body === 'string' ? body : JSON.stringify(body)), {
      headers: head,
    })
  }
  await connection.flush()
  await sleep(200)
  return denied
}

beforeAll(async () => {
  platform = await startPlatform()
  const issue = (name: string) => platform.issue([['CN', name]])
  identities = {
    here: await issue('poste-07'),
    there: await issue('poste-08'),
    elsewhere: await issue('poste-66'),
  }
  await permit({ here, there, elsewhere })
  asking = await start(identities.here, here)
  await start(identities.there, there)
})
beforeEach(async () => {
  questions.length = 0
  answers = () => Promise.resolve({ jpeg: jpegOf(20_000), marking: 'np' })
  // within the pace of who answers, whatever the test before asked
  await sleep(500)
})
afterAll(async () => {
  for (const close of open.reverse()) await close()
  await platform.dispose()
})

describe('a look at another node’s screen', () => {
  it('is asked with its ceiling and answered with the picture and its marking', async () => {
    const seen = await asking.look(there.node, asked)
    expect(questions).toEqual([asked])
    expect(seen).toEqual({ ok: true, value: { jpeg: jpegOf(20_000), marking: 'np' } })
  })

  it('has the largest picture that there may be', async () => {
    answers = () => Promise.resolve({ jpeg: jpegOf(largest), marking: 'np' })
    const seen = await asking.look(there.node, asked)
    expect(seen.ok && seen.value.jpeg.length).toBe(largest)
  })

  it.each([
    ['one that is larger', jpegOf(largest + 1)],
    ['what does not begin as a JPEG', jpegOf(1_000).fill(0, 0, 3)],
    ['what does not end as one', jpegOf(1_000).fill(0, 998)],
    ['one that is larger than it looks', jpegOf(1_000).fill(0x75, 163, 167)],
    ['nothing', new Uint8Array()],
  ])('is none where the node answers with %s', async (_what, jpeg) => {
    answers = () => Promise.resolve({ jpeg, marking: 'np' })
    expect(await asking.look(there.node, asked)).toMatchObject({
      ok: false,
      error: { code: 'wall.no-picture', subject: there.node },
    })
  })

  it('is none where the node gives none, and who asked is not told why', async () => {
    answers = () => Promise.resolve(null)
    expect(await asking.look(there.node, asked)).toMatchObject({ error: { code: 'wall.no-picture' } })
  })

  it('is over in time where the node says nothing, and at once where it is not there', async () => {
    answers = () => new Promise(() => undefined)
    expect(await asking.look(there.node, asked)).toMatchObject({ error: { code: 'wall.unanswered' } })
    expect(await asking.look('poste-09', asked)).toMatchObject({
      error: { code: 'wall.unanswered', subject: 'poste-09' },
    })
  })

  it('of many at once, each has its own answer, and no more is answered than a node can', async () => {
    answers = async ({ screen }) => {
      await sleep((5 - screen) * 50)
      return { jpeg: jpegOf(1000 + screen), marking: 'np' }
    }
    const seen = await Promise.all(
      [1, 2, 3, 4].map((screen) => asking.look(there.node, { ...asked, screen })),
    )
    expect(seen.map((each) => each.ok && each.value.jpeg.length)).toEqual([1001, 1002, 1003, 1004])
    questions.length = 0
    await Promise.all(Array.from({ length: 60 }, () => asking.look(there.node, asked)))
    expect(questions.length).toBeGreaterThan(0)
    expect(questions.length).toBeLessThan(60)
  })
})

describe('a node that does what it likes', () => {
  it('of another wall may not ask, not answer, and hears neither', async () => {
    const intruder = await platform.connectAs(identities.elsewhere)
    const heard: string[] = []
    const deaf: string[] = []
    for (const subject of ['wall.>', lookSubject(there), lookedSubject(here), '>'])
      intruder.subscribe(subject, {
        callback(error, message) {
          if (error) deaf.push(subject)
          else heard.push(message.subject)
        },
      })
    const denied = await tell(intruder, [
      { subject: lookSubject(there), body: { ...asked, id: crypto.randomUUID() } },
      { subject: lookedSubject(here), marking: 'np', id: crypto.randomUUID(), jpeg: jpegOf(1_000) },
    ])
    expect(denied.filter((line) => /publish/i.test(line))).toHaveLength(2)
    expect(questions).toEqual([])
    await asking.look(there.node, asked)
    expect(heard).toEqual([])
    expect(deaf).toHaveLength(4)
    await intruder.close()
  })

  it('of this wall gets no answer anywhere but where the node that it names hears it', async () => {
    const intruder = await platform.connectAs(identities.there)
    const heard: string[] = []
    for (const subject of [lookedSubject(there), lookSubject(there)])
      intruder.subscribe(subject, { callback: (_error, { subject }) => void heard.push(subject) })
    const inbox: string[] = []
    platform.feeder.subscribe('>', { callback: (_error, { subject }) => void inbox.push(subject) })
    await platform.feeder.flush()
    const head = { reply: 'dp.security.incidents.e-1' }
    intruder.publish(
      lookSubject(here),
      JSON.stringify({ ...asked, by: here.node, id: crypto.randomUUID() }),
      head,
    )
    await intruder.flush()
    await expect.poll(() => inbox).toContain(lookedSubject(here))
    expect(heard).toEqual([])
    expect(inbox).not.toContain('dp.security.incidents.e-1')
    await intruder.close()
  })

  it('can’t answer what nobody asked it: such a picture is dropped', async () => {
    const intruder = await platform.connectAs(identities.there)
    await tell(intruder, [
      { subject: lookedSubject(here), marking: 'np', id: crypto.randomUUID(), jpeg: jpegOf(1_000) },
      { subject: lookedSubject(here), marking: 'np', jpeg: jpegOf(1_000) },
      { subject: lookedSubject(here) },
    ])
    const seen = await asking.look(there.node, asked)
    expect(seen.ok && seen.value.jpeg.length).toBe(20_000)
    await intruder.close()
  })

  it('asks in vain with what is no question', async () => {
    const intruder = await platform.connectAs(identities.here)
    const id = crypto.randomUUID()
    const subject = lookSubject(there)
    await tell(intruder, [
      { subject, body: '' },
      { subject, body: '{' },
      { subject, body: 'null' },
      { subject, body: { id } },
      { subject, body: { ...asked, id: 'x' } },
      { subject, body: { ...asked, id, screen: 0 } },
      { subject, body: { ...asked, id, screen: '3' } },
      { subject, body: { ...asked, id, ceiling: '../dr' } },
      { subject, body: { ...asked, id, more: 1 } },
      { subject, body: { ...asked, id, by: 'x'.repeat(5000) } },
    ])
    expect(questions).toEqual([])
    await intruder.close()
  })
})

it('where the platform does not let a node ask, it is told so; where it lets none be asked, the rest goes on', async () => {
  await permit({ here: 'nothing', there, elsewhere })
  const mute = await start(identities.here, here)
  expect(await mute.look(there.node, asked)).toMatchObject({ error: { code: 'wall.may-not-look' } })
  expect(mute.report().disconnects).toBe(0)
})
