import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { Objm } from '@nats-io/obj'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import forge from 'node-forge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runExercise, type Exercise } from '../../../../main/exercise/exercise.ts'
import { forkWithNode } from '../../../../main/child-process.ts'
import { openExercise } from '../../../../main/exercise-process.ts'
import { inboxOf } from '../../../../main/identity/inbox.ts'
import { program } from '../../../platform/built.ts'
import { streamOf } from '../../../../preload/contract/product.ts'

const scenarios = 'resources/scenarios'

const signIn = async (ready: {
  addresses: readonly string[]
  ca: string
  identityFile: string
  passphraseFile: string
}): Promise<NatsConnection> => {
  const passphrase = (await readFile(ready.passphraseFile, 'utf8')).trim()
  const der = forge.asn1.fromDer((await readFile(ready.identityFile)).toString('binary'))
  const p12 = forge.pkcs12.pkcs12FromAsn1(der, passphrase)
  const bag = (type: string) => p12.getBags({ bagType: type })[type]![0]!
  const cert = forge.pki.certificateToPem(bag(forge.pki.oids.certBag!).cert!)
  return connect({
    servers: ready.addresses.map((address) => address.replace('tls://', '')),
    inboxPrefix: inboxOf(cert),
    tls: {
      ca: ready.ca,
      key: forge.pki.privateKeyToPem(bag(forge.pki.oids.pkcs8ShroudedKeyBag!).key!),
      cert,
    },
  })
}

describe('the exercise', () => {
  let directory: string
  let exercise: Exercise
  let wall: NatsConnection
  const trouble: string[] = []
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vigie-test-'))
    const started = await runExercise(
      { scenarios, scenario: 'paris', seed: 7, rate: 500, speed: 1, place: null, servers: 1, directory },
      (message) => trouble.push(message),
    )
    if (!started.ok) throw new Error(started.error.message)
    exercise = started.value
    wall = await signIn(exercise.ready)
  })
  afterAll(async () => {
    await wall.close()
    await exercise.dispose()
    await rm(directory, { recursive: true })
  })

  /** The catalog's products, as a node reads them. */
  const listed = async () => {
    const catalog = await new Kvm(jetstream(wall)).open('catalog')
    const keys: string[] = []
    for await (const { key, delta } of await catalog.watch()) {
      keys.push(key)
      if (delta === 0) break
    }
    return keys
  }

  it('shows its whole catalog to the wall, the refused product too', async () => {
    const keys = await listed()
    expect(keys.length).toBe(exercise.ready.products)
    expect(keys).toContain('security.intelligence')
  })

  it('denies the refused product and grants every other', async () => {
    const manager = await jetstreamManager(wall)
    for (const product of await listed()) {
      const info = manager.streams.info(streamOf(product))
      if (product === 'security.intelligence') await expect(info).rejects.toThrow(/ermission/)
      // nobody wrote anything yet; who is on duty has taken their functions
      else if (['ops.log', 'ops.documents', 'ops.observations', 'command.reports'].includes(product))
        expect((await info).state.messages).toBe(0)
      else expect((await info).state.messages, product).toBeGreaterThan(0)
    }
  })

  it('has the documents, and their bytes are what the digest says', async () => {
    const store = await new Objm(jetstream(exercise.feeder)).open('documents')
    const consumer = await jetstream(wall).consumers.get('DP_SECURITY_DOCUMENTS')
    const message = await consumer.next()
    const body = message!.json<{ object: string; digest: string; size: number; mediaType: string }>()
    const bytes = await store.getBlob(body.object)
    expect(bytes?.length).toBe(body.size)
    expect(`SHA-256=${createHash('sha256').update(bytes!).digest('base64url')}=`).toBe(body.digest)
  })

  it('writes CloudEvents in binary mode', async () => {
    const message = await (await jetstream(wall).consumers.get('DP_TRANSPORT_BOATS')).next()
    const head = (name: string) => message?.headers?.get(name) ?? ''
    expect(head('ce-specversion')).toBe('1.0')
    expect(head('Nats-Msg-Id')).toBe(head('ce-id'))
    expect(head('ce-type')).toBe('vigie.track.v1')
    expect(message?.subject).toBe(`dp.transport.boats.${head('ce-subject')}`)
    expect(Date.parse(head('ce-expires'))).toBeGreaterThan(Date.parse(head('ce-time')))
  })
})

describe('the exercise kourou', () => {
  let directory: string
  let exercise: Exercise
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vigie-test-'))
    const started = await runExercise(
      { scenarios, scenario: 'kourou', seed: 7, speed: 1, place: null, servers: 1, directory },
      () => undefined,
    )
    if (!started.ok) throw new Error(started.error.message)
    exercise = started.value
  })
  afterAll(async () => {
    await exercise.dispose()
    await rm(directory, { recursive: true })
  })

  it('lets each partner read what it takes part in and nothing else, though all see the catalog', async () => {
    const file = await readFile(join(scenarios, 'kourou', 'partners.json'), 'utf8')
    const partners = JSON.parse(file) as { node: string; reads: string[]; country: string }[]
    expect(new Set(partners.map(({ country }) => country)).size).toBeGreaterThanOrEqual(3)
    expect(exercise.ready.partners.map(({ node }) => node)).toEqual(partners.map(({ node }) => node))
    const manager = await jetstreamManager(exercise.feeder)
    const streams = (await manager.streams.names().next()).filter((name) => name.startsWith('DP_'))
    for (const { node, reads } of partners) {
      const files = exercise.ready.partners.find((one) => one.node === node)!
      const at = await signIn({ ...exercise.ready, ...files })
      const own = await jetstreamManager(at)
      const catalog = await new Kvm(jetstream(at)).open('catalog')
      const read = new Set<string>()
      const listed = new Set<string>()
      for await (const { key, delta } of await catalog.watch()) {
        listed.add(streamOf(key))
        if (delta === 0) break
      }
      for (const stream of streams)
        await own.streams.info(stream).then(
          () => read.add(stream),
          (error: unknown) => expect(String(error), stream).toMatch(/ermission/),
        )
      await at.close()
      expect([...listed].sort(), node).toEqual([...streams].sort())
      expect([...read].sort(), node).toEqual(reads.map(streamOf).sort())
    }
  })

  it('refuses a partner’s word in the place of another, and any word of one that only sees', async () => {
    const said = async (node: string, subject: string) => {
      const files = exercise.ready.partners.find((one) => one.node === node)!
      const at = await signIn({ ...exercise.ready, ...files })
      const wrong: string[] = []
      void (async () => {
        for await (const { type } of at.status()) if (type === 'error') wrong.push(type)
      })()
      at.publish(subject, 'x')
      await at.flush()
      await at.close()
      return wrong.length > 0 ? 'refused' : 'taken'
    }
    expect(await said('dlr-propulsion', 'dp.ops.acts.node.dlr.lampoldshausen.dlr-propulsion')).toBe('taken')
    expect(await said('dlr-propulsion', 'dp.ops.acts.node.cnes.jupiter.poste-07')).toBe('refused')
    expect(await said('dlr-propulsion', 'dp.manufacturing.robots.r-03')).toBe('refused')
    expect(await said('ses-client', 'dp.ops.acts.node.ses.betzdorf.ses-client')).toBe('refused')
  })
})

it('loses nothing: the streams hold exactly what was sent', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'))
  const started = await runExercise(
    { scenarios, scenario: 'paris', seed: 7, rate: 4000, speed: 1, place: null, servers: 1, directory },
    (message) => expect.fail(message),
  )
  if (!started.ok) throw new Error(started.error.message)
  const exercise = started.value
  const wall = await signIn(exercise.ready)
  const manager = await jetstreamManager(wall)
  const live = () => exercise.counts().get('transport.trains') ?? 0
  const first = live()
  await expect.poll(live, { timeout: 60_000 }).toBeGreaterThan(first + 2000)
  await exercise.hold()
  for (const [product, sent] of exercise.counts()) {
    if (product === 'security.intelligence') continue
    const stored = async () => (await manager.streams.info(streamOf(product))).state.last_seq
    await expect.poll(stored, { message: product }).toBe(sent)
  }
  await wall.close()
  await exercise.dispose()
  await rm(directory, { recursive: true })
})

it('runs on three servers, and goes on without any one of them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'))
  const trouble: string[] = []
  const started = await runExercise(
    { scenarios, scenario: 'paris', seed: 7, rate: 200, speed: 1, place: null, servers: 3, directory },
    (message) => trouble.push(message),
  )
  if (!started.ok) throw new Error(started.error.message)
  const { ready, dispose } = started.value
  expect(new Set(ready.addresses).size).toBe(3)
  const [ports] = await readdir(join(ready.directory, 'server-2', 'ports'))
  process.kill(Number(/_(\d+)\.ports$/.exec(ports!)![1]), 'SIGKILL')
  await expect.poll(() => trouble.length).toBeGreaterThan(0)
  const wall = await signIn(ready)
  const manager = await jetstreamManager(wall, { checkAPI: false })
  const followers = async () => {
    const info = await manager.streams.info('DP_SECURITY_INCIDENTS').catch(() => null)
    return info?.cluster?.replicas?.filter(({ current, offline }) => current && !offline).length ?? 0
  }
  await expect.poll(followers, { timeout: 60_000 }).toBe(2)
  await wall.close()
  await dispose()
  await expect(access(ready.directory)).rejects.toThrow()
  await rm(directory, { recursive: true })
})

it('brings its server back when something took it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-test-'))
  const trouble: string[] = []
  const started = await runExercise(
    { scenarios, scenario: 'paris', seed: 7, rate: 200, speed: 1, place: null, servers: 1, directory },
    (message) => trouble.push(message),
  )
  if (!started.ok) throw new Error(started.error.message)
  const { ready, dispose } = started.value
  const [ports] = await readdir(join(ready.directory, 'ports'))
  process.kill(Number(/_(\d+)\.ports$/.exec(ports!)![1]), 'SIGKILL')
  const held = async () => {
    const wall = await signIn(ready).catch(() => null)
    if (wall === null) return 0
    const info = await (await jetstreamManager(wall)).streams.info('DP_SECURITY_INCIDENTS').catch(() => null)
    await wall.close()
    return info?.state.messages ?? 0
  }
  await expect.poll(() => trouble.length).toBe(1)
  await expect.poll(held).toBeGreaterThan(0)
  await dispose()
  await rm(directory, { recursive: true })
})

describe('the exercise as a process', () => {
  const exists = (file: string) =>
    access(file).then(
      () => true,
      () => false,
    )

  it('tells when it is ready, and leaves nothing behind', async () => {
    const started = await openExercise(forkWithNode(program('exercise'))).start({
      scenarios,
      place: null,
      rate: 100,
    })
    if (!started.ok) throw new Error(started.error.message)
    const wall = await signIn(started.value)
    expect((await (await jetstreamManager(wall)).getAccountInfo()).streams).toBeGreaterThan(20)
    await wall.close()
    await started.value.dispose()
    // where it had to be killed, who guards its files takes them after it
    await expect.poll(() => exists(started.value.directory)).toBe(false)
  })

  it('is told of where it ended before anybody started it, and ends when nobody will', async () => {
    const child = forkWithNode(program('exercise'))
    const killed = openExercise(child)
    const gone = new Promise((resolve) => void child.on('exit', resolve))
    process.kill(child.pid ?? 0, 'SIGKILL')
    await gone
    expect(await killed.start({ scenarios, place: null })).toMatchObject({
      ok: false,
      error: { code: 'exercise.failed', message: expect.stringContaining('ended with code') as string },
    })
    const unwanted = forkWithNode(program('exercise'))
    await openExercise(unwanted).dispose()
    expect(() => process.kill(unwanted.pid ?? 0, 0)).toThrow(/ESRCH/)
  })

  it('says which file of a scenario is wrong', async () => {
    const started = await openExercise(forkWithNode(program('exercise'))).start({
      place: null,
      scenarios,
      scenario: 'nowhere',
    })
    expect(started).toMatchObject({ ok: false, error: { code: 'exercise.failed' } })
    expect(!started.ok && started.error.subject).toContain('products.json')
  })
  it('is gone with all its files when its parent is killed with SIGKILL', async () => {
    const parent = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        `import { forkWithNode } from './main/child-process.ts'
         import { openExercise } from './main/exercise-process.ts'
         const started = await openExercise(forkWithNode('${program('exercise')}')).start(
           { scenarios: '${scenarios}', place: null, rate: 100 },
         )
         console.log(JSON.stringify(started))`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const started = JSON.parse(line.toString()) as { value: { directory: string } }
    expect(await exists(started.value.directory)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => exists(started.value.directory)).toBe(false)
  })
})
