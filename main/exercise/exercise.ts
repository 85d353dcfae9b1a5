import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { Kvm } from '@nats-io/kv'
import { Objm } from '@nats-io/obj'
import { connect } from '@nats-io/transport-node'
import { observationsProduct } from '../../preload/contract/form.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { inboxOfUser } from '../identity/inbox.ts'
import { createAuthority, toPkcs12, type Authority, type Issued } from './authority.ts'
import { setUpBus } from './bus.ts'
import { createStoryClock } from './clock.ts'
import { startCluster } from './cluster.ts'
import { readDocuments } from './documents.ts'
import { startFeed } from './feed.ts'
import { publish } from './message.ts'
import { formulasOf } from './formulas.ts'
import { issuePartners } from './partners.ts'
import type { ExerciseOptions, ExerciseReady } from './protocol.ts'
import { actsOf, addingFiles, deliversOf, entersOf, looksOf, nodeUser, savesOf, trailOf } from './rights.ts'
import { rosterOf } from './roster.ts'
import { productsOf, readScenario } from './scenario.ts'
import type { Server } from './server.ts'
import { createStory } from './story.ts'

export type Exercise = {
  ready: ExerciseReady
  /** the connection that may do all */
  feeder: NatsConnection
  /** messages sent so far, per product, the history included */
  counts(): ReadonlyMap<string, number>
  /** ends the feed and leaves the servers: what was sent stays to be read */
  hold(): Promise<void>
  /** ends feed and servers and removes every file */
  dispose(): Promise<void>
}

/** The name this node signs in with. */
const node = 'wall-01'
/** where lines of the log are entered, as a policy says that says nothing of it */
const log = 'ops.log'
/** … documents are added, and syntheses published */
const documents = 'ops.documents'
const reports = 'command.reports'
/** the past is told before the start: so long it may take */
const leadMs = 2500

/** The authority, and what it issued before anything else: to the servers, to who feeds them and to this node. */
export type Issuance = { authority: Authority; server: Issued; feeder: Issued; wall: Issued }

export const issue = async (now: number): Promise<Issuance> => {
  const authority = await createAuthority('Vigie exercise authority', now)
  const [server, feeder, wall] = await Promise.all([
    authority.issueServer(['localhost', '127.0.0.1']),
    authority.issueClient([['CN', 'feeder']]),
    authority.issueClient([
      ['CN', node],
      ['OU', 'Vigie'],
    ]),
  ])
  return { authority, server, feeder, wall }
}

/**
 * The embedded platform: authority, servers, rights, catalog, the past hours and a feed that goes on. Everything
 * lives below one directory, which goes with it.
 *
 * @param issued begun before where it is known early that there will be an exercise: keys take a second
 */
export const runExercise = async (
  options: ExerciseOptions,
  onTrouble: (message: string) => void,
  issued: Promise<Issuance> = issue(Date.now()),
): Promise<Result<Exercise>> => {
  const read = await readScenario(join(options.scenarios, options.scenario), options.scenario)
  if (!read.ok) return read
  const scenario = read.value
  const rate = options.rate ?? scenario.script.rate
  const products = productsOf(scenario)

  const { authority, server, feeder, wall } = await issued

  const parent = options.directory ?? tmpdir()
  await mkdir(parent, { recursive: true })
  const directory = await mkdtemp(join(parent, 'vigie-exercise-'))
  const passphrase = crypto.randomUUID()
  const caFile = join(directory, 'ca.pem')
  const identityFile = join(directory, `${node}.p12`)
  const passphraseFile = join(directory, `${node}.txt`)
  await writeFile(caFile, authority.certificate, { mode: 0o600 })
  await writeFile(identityFile, toPkcs12(wall, passphrase), { mode: 0o600 })
  await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 })

  const partners = await issuePartners(
    scenario.partners,
    products.map(({ name, descriptor }) => ({ name, kind: descriptor.kind })),
    authority,
    directory,
  )

  // Nobody asked the server to end: training goes on, on the same port and store.
  let ending = false
  const revive = async (server: Server): Promise<void> => {
    await sleep(1000)
    if (ending) return
    const back = await server.restart()
    if (!back.ok) onTrouble(back.error.message)
  }
  const looks = looksOf(options.place)
  const started = await startCluster({
    count: options.servers,
    directory,
    authority: authority.certificate,
    server,
    users: [
      { user: feeder.user },
      nodeUser(wall.user, {
        permitted: products.filter(({ permitted }) => permitted).map(({ name }) => name),
        refused: products.filter(({ permitted }) => !permitted).map(({ name }) => name),
        writes: [
          savesOf(options.place),
          ...products
            .filter(({ permitted, descriptor }) => permitted && descriptor.kind === 'act')
            .flatMap(({ name }) => actsOf(name, options.place)),
          entersOf(log, options.place),
          deliversOf('vigie.document.v1', documents, options.place),
          deliversOf('vigie.report.v1', reports, options.place),
          deliversOf('vigie.feature.v1', observationsProduct, options.place),
          ...addingFiles,
          ...looks.writes,
          ...trailOf(options.place),
        ],
        hears: looks.hears,
      }),
      ...partners.users,
    ],
    removeOnDeath: directory,
    onExit(server, code) {
      onTrouble(`nats-server on port ${server.port} ended with code ${String(code)}; it is started again`)
      void revive(server)
    },
  })
  const remove = () => rm(directory, { recursive: true, force: true })
  if (!started.ok) {
    ending = true
    await remove()
    return started
  }
  const cluster = started.value
  const ports = cluster.servers.map(({ port }) => port)

  try {
    const connection = await connect({
      servers: ports.map((port) => `localhost:${port}`),
      name: 'exercise feeder',
      inboxPrefix: inboxOfUser(feeder.user),
      tls: { ca: authority.certificate, cert: feeder.certificate, key: feeder.key },
      maxReconnectAttempts: -1,
    })
    await setUpBus(connection, products, cluster.copies)
    const clock = createStoryClock({ speed: options.speed, ...scenario.script.cycle })
    const documentsTold = await readDocuments(scenario, clock)
    const roster = await rosterOf(
      scenario.directory,
      options.place ?? { organisation: 'CNCS', wall: 'exercice', node },
      Date.now(),
    )
    if (!roster.ok) throw new Error(roster.error.message)
    const shared = await new Kvm(jetstream(connection)).open('shared')
    const formulas = formulasOf(scenario.formulas, options.place)
    for (const { key, text } of roster.value === null ? formulas : [...formulas, roster.value])
      await shared.put(key, text)
    const store = await new Objm(jetstream(connection)).open('documents')
    for (const { object, bytes, draft } of documentsTold)
      await store.putBlob({ name: object, description: (draft.body as { name: string }).name }, bytes)

    const epoch = Date.now() + leadMs
    const story = createStory({
      scenario,
      documents: documentsTold,
      seed: options.seed,
      rate,
      speed: options.speed,
      epoch,
      place: options.place,
      duties: roster.value?.acts ?? [],
    })
    const told = new Map<string, number>()
    for (const [index, message] of story.history().entries()) {
      publish(connection, message)
      told.set(message.product, (told.get(message.product) ?? 0) + 1)
      if (index % 2000 === 1999) await connection.flush()
    }
    await connection.flush()
    const feed = startFeed({
      connection,
      next: story.next,
      rate,
      epoch,
      now: Date.now,
      onTrouble,
    })
    return ok({
      ready: {
        addresses: ports.map((port) => `tls://localhost:${port}`),
        ca: authority.certificate,
        caFile,
        identityFile,
        passphraseFile,
        partners: partners.files,
        directory,
        products: products.length,
        tracks: story.tracks,
        epoch,
      },
      feeder: connection,
      counts() {
        const all = new Map(told)
        for (const [product, count] of feed.counts()) all.set(product, (all.get(product) ?? 0) + count)
        return all
      },
      hold: feed.stop,
      async dispose() {
        ending = true
        await feed.stop()
        await connection.close()
        await cluster.stop()
        await remove()
      },
    })
  } catch (error) {
    ending = true
    await cluster.stop()
    await remove()
    return fail('exercise.failed', error instanceof Error ? error.message : String(error))
  }
}
