/** The running app on a real server, fed with what must do it no harm, and what must be true of it afterwards. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { headers as natsHeaders } from '@nats-io/nats-core'
import type { ActId, ActInput } from '../../preload/contract/act.ts'
import { kinds, type Kind, type ProductName } from '../../preload/contract/product.ts'
import { signIn } from '../e2e/node.ts'
import { startVigie, until, type Vigie } from '../e2e/vigie.ts'
import { signPolicyIn } from '../platform/policy-authority.ts'
import { startPlatform } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'
import type { BridgeCall } from './calls.ts'
import { schemaProducts, type SchemaTried } from './dataschemas.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import { describedProducts, type CatalogEntry } from './descriptors.ts'
import { listenAt } from './hook.ts'
import type { Marks } from './hostile.ts'
import {
  askRecords,
  callBridge,
  linkSaid,
  planted,
  sendOverOwnPort,
  sharePort,
  watchPage,
} from './in-page.ts'
import { living, programsOf, seenIn, watchMain } from './living.ts'
import { hearing, wrongInLog } from './log.ts'
import { productOf, type RawMessage } from './messages.ts'
import { packed, unpacked } from './packed.ts'
import { tracesOf } from './traces.ts'

export interface Stage {
  vigie: Vigie
  messages(all: readonly RawMessage[]): Promise<void>
  descriptors(all: readonly CatalogEntry[]): Promise<void>
  dataschemas(all: readonly SchemaTried[]): Promise<void>
  /** shows each of these scenes on a wall; they are among the files that it was started with */
  scenes(names: readonly string[]): Promise<void>
  /** from inside a page, through its bridge */
  calls(all: readonly BridgeCall[]): Promise<void>
  /** from inside a page, over its port to the engine */
  portMessages(all: readonly unknown[]): Promise<void>
  /** a message that must arrive */
  sendGood(kind: Kind): Promise<void>
  /** @returns what does not hold, in words; none: all is well */
  broken(): Promise<string[]>
  /** ends the app. @returns what the inputs left on the disk, and what is wrong with its end */
  dispose(): Promise<string[]>
}

const utf8 = new TextEncoder()
const goodOnes = 5
/** A window has no more questions under way at once. */
const mostAsked = 50
const restored = (name: ProductName) => product(name, 'note', { freshness: 'PT10M' })

/**
 * @param scenes files that the node is started with, by their names
 * @param policy the file of the node's policy; without it, it starts with the one that comes with Vigie
 * @param patience until a good message is there, and a window live, ms
 */
export async function startStage(
  marks: Marks,
  scenes: ReadonlyMap<string, string>,
  { policy, patience = 60_000 }: { policy?: string | undefined; patience?: number | undefined } = {},
): Promise<Stage> {
  const hook = await listenAt(Number(new URL(marks.hook).port))
  const folder = await mkdtemp(join(tmpdir(), 'vigie-fuzz-'))
  const profile = join(folder, 'profile')
  const temporary = join(folder, 'tmp')
  const sceneFolder = join(folder, 'scenes')
  const home = join(folder, 'home')
  for (const each of [profile, temporary, sceneFolder, home]) await mkdir(each, { mode: 0o700 })
  for (const [name, text] of scenes) await writeFile(join(sceneFolder, name), text, { mode: 0o600 })
  // what an administrator signs may be as wrong as anything; its version is where it is read, if it is
  const signed = policy === undefined ? null : await signPolicyIn(folder, policy)
  const platform = await startPlatform({
    products: [
      ...kinds.map((kind) => product(productOf(kind), kind, { freshness: 'PT10M', keepBytes: 64 * 2 ** 20 })),
      ...[...describedProducts, ...schemaProducts].map(restored),
    ],
  })
  const before = process.env['TMPDIR']
  // all that the app itself puts into a temporary folder is found there
  process.env['TMPDIR'] = temporary
  const { vigie, desk, wall, pages, begun, programs } = await startWatched(profile, home, [
    ...[...signIn(platform), '--lang', 'en', '--scenes', sceneFolder],
    ...(signed?.args ?? []),
  ])
    .catch(async (error: unknown) => {
      await platform.dispose()
      hook.server.close()
      await rm(folder, { recursive: true, force: true })
      throw error
    })
    .finally(() => {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    })

  const sendRaw = ({ subject, headers, body }: RawMessage): void => {
    const more =
      headers.length === 0 ? {} : { headers: Object.assign(natsHeaders(), { encode: () => headers }) }
    platform.feeder.publish(subject, body, more)
  }
  let good = 0
  const expected = new Map<string, { product: ProductName; entity: string; id: string }>()
  /** judged by a descriptor that may come after it: sent until one is there */
  const repeated = new Set<string>()
  const sendGood = async (name: ProductName, kind: Kind, named?: string): Promise<void> => {
    const at = good++
    // each its own: a later state must not stand for one that was lost
    const entity = named ?? `good-${at}`
    const id = `good-${at}`
    expected.set(`${name} ${entity}`, { product: name, entity, id })
    await platform.publish([message(name, kind, at, { entity, id })])
  }
  const describe = (name: string, value: Uint8Array): void =>
    platform.feeder.publish(`$KV.catalog.${name}`, value)

  /** Good messages that the desk does not show. */
  const missing = async (): Promise<string[]> => {
    const asked = [...expected].slice(0, mostAsked)
    const ids = await desk.evaluate(
      askRecords,
      asked.map(([, { product: name, entity }]) => ({ product: name, entity })),
    )
    asked.forEach(([key, { id }], at) => {
      if (ids[at] === id) expected.delete(key)
    })
    for (const [key, { product: name, entity }] of expected)
      if (repeated.has(key)) await sendGood(name, 'note', entity)
    return [...expected.keys()]
  }
  /** @returns what still does not hold when the patience is over */
  const after = async (wrong: () => Promise<string[]>): Promise<string[]> => {
    const begin = Date.now()
    for (;;) {
      const now = await wrong()
      const there = await living(vigie)
      // what is gone has been found: the rest may take another minute to be well again
      const most = begun.every((one) => there.includes(one)) ? patience : Math.min(patience, 3000)
      if (now.length === 0 || Date.now() - begin > most) return now
      await sleep(300)
    }
  }
  /** Not each scene says it; and a wall on a display that a policy does not mean waits until somebody accepts it. */
  const fine = new Set([null, 'live', ...(policy === undefined ? [] : ['starting'])])
  const notLive = async (): Promise<string[]> => {
    const links = await Promise.all(pages.map((page) => page.evaluate(linkSaid)))
    return links.flatMap((link, at) => (fine.has(link) ? [] : [`${pages[at]?.url()} is ${link}`]))
  }
  const saidSince = hearing(vigie.said)

  const stage: Stage = {
    vigie,
    sendGood: (kind) => sendGood(productOf(kind), kind),
    async messages(all) {
      const every = Math.max(1, Math.ceil(all.length / (goodOnes * kinds.length)))
      for (const [at, one] of all.entries()) {
        sendRaw(one)
        const kind = kinds[(at / every) % kinds.length]
        if (at % every === 0 && kind !== undefined) await sendGood(productOf(kind), kind)
      }
      for (const kind of kinds) await sendGood(productOf(kind), kind)
    },
    async descriptors(all) {
      for (const { key, value } of all) {
        describe(key, value)
        for (const name of describedProducts)
          if (name === key)
            for (const kind of kinds) {
              const { body } = message(name, kind, 1)
              platform.feeder.publish(`dp.${name}.e-1`, utf8.encode(JSON.stringify(body)), {
                headers: sound(kind, 'e-1', `described-${good++}`),
              })
            }
        await platform.feeder.flush()
        await sleep(5)
      }
      await restore(describedProducts)
    },
    async dataschemas(all) {
      for (const { product: name, descriptor, body } of all) {
        describe(name, descriptor)
        await platform.feeder.flush()
        // the catalog comes on its own way: the schema should be there before the message is
        await sleep(10)
        platform.feeder.publish(`dp.${name}.e-1`, body, { headers: sound('note', 'e-1', `judged-${good++}`) })
      }
      await restore(schemaProducts)
    },
    async scenes(names) {
      let shown = 0
      for (const scene of names) {
        const [answered] = await desk.evaluate(callBridge, packed([show(scene)]))
        if (answered === true) shown++
        await sleep(150)
      }
      if (shown === 0) throw new Error(`none of these scenes could be shown: ${names.join(', ')}`)
      await desk.evaluate(callBridge, packed([show('situation')]))
    },
    async calls(all) {
      for (const page of [wall, desk]) await page.evaluate(callBridge, packed(all))
      await until('the desk to give the picture back', async () => {
        const answers = await desk.evaluate(callBridge, packed([act({ act: 'unblank' })]))
        return answers[0] === true ? true : undefined
      })
      // one of the calls asks for another port, and the one before it is nobody's then
      await until('the desk’s port again', async () => ((await desk.evaluate(sharePort)) ? true : undefined))
    },
    async portMessages(all) {
      // a wall may ask less than the desk
      for (const page of [wall, desk]) await page.evaluate(sendOverOwnPort, packed(all))
      await until('the desk’s port again', async () => ((await desk.evaluate(sharePort)) ? true : undefined))
    },
    async broken() {
      const told = (what: string) => (error: unknown) => [`${what}: ${String(error)}`]
      const lost = await after(missing).catch(told('the desk could not be asked'))
      const wrong = lost.map((one) => `a good message did not arrive: ${one}`)
      expected.clear()
      wrong.push(...(await after(notLive).catch(told('a window could not be asked'))))
      const now = await living(vigie)
      for (const one of begun) if (!now.includes(one)) wrong.push(`gone: ${one}`)
      for (const one of now) if (!begun.includes(one)) wrong.push(`come: ${one}`)
      for (const one of programsOf(vigie)) if (!programs.has(one)) wrong.push(`a program runs: ${one}`)
      wrong.push(...(await seenIn(vigie)))
      for (const page of pages) {
        const found = await page.evaluate(planted).catch(told('can’t be asked'))
        wrong.push(...found.map((what) => `${page.url()}: ${what}`))
      }
      wrong.push(...hook.reached.splice(0).map((what) => `somebody asked for ${what}`))
      wrong.push(
        ...(vigie.complaints as string[]).splice(0).map((complaint) => `a page complained: ${complaint}`),
      )
      wrong.push(...wrongInLog(saidSince(), marks.mark))
      return wrong
    },
    async dispose() {
      // a signed policy is kept as its administrator wrote it; nothing of the platform's is in it
      const kept = policy === undefined ? null : join(profile, 'policy')
      const search = async () => {
        const { files, found } = await tracesOf(marks.mark, [profile, temporary, home])
        return { files, found: found.filter((one) => kept === null || !one.startsWith(`${kept}/`)) }
      }
      const during = await search()
      await vigie.dispose()
      const after = await search()
      await platform.dispose()
      hook.server.close()
      await rm(folder, { recursive: true, force: true })
      const wrong = wrongInLog(saidSince(true), marks.mark)
      if (during.files < 3) wrong.push(`only ${during.files} files of the node were there to be searched`)
      const { exitCode, signalCode } = vigie.process
      if (exitCode !== 0) wrong.push(`the app did not end in order: ${signalCode ?? `code ${exitCode}`}`)
      return [...new Set([...wrong, ...during.found, ...after.found])]
    },
  }

  /** Sound descriptors again, and messages that must come by them. */
  async function restore(names: readonly ProductName[]): Promise<void> {
    for (const name of names) describe(name, utf8.encode(JSON.stringify(restored(name).descriptor)))
    await platform.feeder.flush()
    await sleep(100)
    for (const name of names) {
      repeated.add(`${name} restored`)
      await sendGood(name, 'note', 'restored')
    }
  }
  return stage
}

/** The app with every window up and watched. */
async function startWatched(profile: string, home: string, args: readonly string[]) {
  const vigie = await startVigie({ walls: 2, profile, args, env: { HOME: home } })
  try {
    const desk = await vigie.desk()
    const walls = await vigie.walls()
    const [, wall] = walls
    if (wall === undefined) throw new Error('there is no second wall')
    const pages = [...walls, desk]
    // tsx names functions by a helper of its own, which what is sent into a page would miss
    for (const page of pages) await page.evaluate('globalThis.__name = (named) => named')
    for (const page of pages) await page.evaluate(`globalThis.unpack = ${unpacked.toString()}`)
    for (const page of pages) await page.evaluate(watchPage)
    // a desk may ask for the window in which its node is set up: it is there before anything is watched, and stays
    await desk.evaluate(() => (globalThis as never as { vigie: Bridge<'desk'> }).vigie.desk.provision())
    await until('the window in which the node is set up', () =>
      // its page goes to its first part by itself
      vigie.app.windows().some((page) => page.url().startsWith('app://vigie/provisioning/index.html#'))
        ? true
        : undefined,
    )
    await watchMain(vigie)
    // until it is up it asks for a port of its own, and the one before it is nobody's then
    await until('the desk to be live', async () =>
      (await desk.locator('footer.live').count()) > 0 ? true : undefined,
    )
    await until('the desk’s port', async () => ((await desk.evaluate(sharePort)) ? true : undefined))
    const programs = new Set(programsOf(vigie))
    return { vigie, desk, wall, pages, programs, begun: await living(vigie) }
  } catch (error) {
    await vigie.dispose()
    throw new Error(`${String(error)}; the app said:\n${vigie.said()}`)
  }
}

const sound = (kind: Kind, entity: string, id: string) => {
  const head = natsHeaders()
  for (const [name, value] of [
    ['ce-specversion', '1.0'],
    ['ce-id', id],
    ['ce-source', '//test.vigie/fuzz'],
    ['ce-type', `vigie.${kind}.v1`],
    ['ce-time', new Date().toISOString()],
    ['ce-subject', entity],
  ] as const)
    head.set(name, value)
  return head
}

const act = (input: { act: ActId }): BridgeCall => ({ group: 'window', name: 'act', input, listens: false })
const show = (scene: string) => act({ act: 'show-scene', screen: 1, scene } as ActInput)
