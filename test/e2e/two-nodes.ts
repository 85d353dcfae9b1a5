/**
 * One wall of four screens on two machines: a platform, and two real apps that each reach it by a line of their own, sign
 * in with a certificate of their own and have displays of their own.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { Page } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import { streamOf } from '../../preload/contract/product.ts'
import type { Identity, Platform, PlatformOptions } from '../platform/platform.ts'
import { actsProduct } from '../platform/product.ts'
import { signPolicyIn } from '../platform/policy-authority.ts'
import { startProxy, type Proxy } from '../platform/proxy.ts'
import { signIn, startStage, stageProducts } from './node.ts'
import { startVigie, until, type Vigie } from './vigie.ts'

export const acts = 'ops.acts'
export const organisation = 'CNCS'
export const wall = 'salle de crise'

export interface NodeOfTwo {
  /** what people call it, and its policy with them */
  name: string
  /** of the wall, from the left */
  screens: readonly number[]
  identity: Identity
  /** its own way to the platform */
  line: Proxy
  profile: string
  vigie(): Vigie
  desk(): Promise<Page>
  /** the window of one of its screens, by the wall's number */
  screen(number: number): Promise<Page>
  /** another policy while it runs, signed as the first */
  decide(policy: string): Promise<void>
  /** the app again, after `vigie().kill()` or its end, on the same profile and displays */
  start(): Promise<void>
}

export interface TwoNodes {
  platform: Platform
  left: NodeOfTwo
  right: NodeOfTwo
  dispose(): Promise<void>
}

export interface TwoNodesOptions extends PlatformOptions {
  /** lines of a node's policy beside its own, by its name */
  policy?: Readonly<Record<string, string>>
  /** scene files of a node's own folder, by its name and theirs */
  scenes?: Readonly<Record<string, Readonly<Record<string, string>>>>
  env?: Readonly<Record<string, string>>
  /** what both policies say besides */
  also?: string
}

const both = [
  { name: 'poste-07', screens: [1, 2] },
  { name: 'poste-08', screens: [3, 4] },
] as const

const policyOf = (name: string, screens: readonly number[], ceiling: string): string =>
  `node: ${name}
organisation: ${organisation}
wall: { name: ${wall}, screens: [${screens.join(', ')}] }
timeZone: Europe/Paris
scheme: default
contentProtection: false
screens:
${screens.map((screen, at) => `  - { screen: ${screen}, scene: ${at === 0 ? 'situation' : 'log'}, ceiling: np, distance: 5, diagonal: 55 }`).join('\n')}
others: { scene: situation, ceiling: np, distance: 5, diagonal: 55 }
desk: { ceiling: ${ceiling} }
`

/** Everything started so far ends where the next thing does not start. */
export async function startTwoNodes(options: TwoNodesOptions = {}): Promise<TwoNodes> {
  const { policy = {}, scenes = {}, env = {}, also = '', ...ofPlatform } = options
  const open: (() => Promise<unknown>)[] = []
  const dispose = async (): Promise<void> => {
    for (const close of open.splice(0).reverse()) await close()
  }
  const startNode = async (
    platform: Platform,
    { name, screens }: (typeof both)[number],
  ): Promise<NodeOfTwo> => {
    const folder = await mkdtemp(join(tmpdir(), `vigie-${name}-`))
    open.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
    const profile = join(folder, 'profile')
    const signed = await signPolicyIn(folder, (policy[name] ?? policyOf(name, screens, 'np')) + also)
    const sceneFolder = join(folder, 'scenes')
    await mkdir(sceneFolder)
    for (const [file, text] of Object.entries(scenes[name] ?? {}))
      await writeFile(join(sceneFolder, file), text)
    const identity = await platform.issue([
      ['CN', name],
      ['OU', 'Vigie'],
    ])
    await platform.permit(identity)
    const line = await startProxy(platform.port)
    open.push(() => line.dispose())
    const displays: VirtualScreens = await startVirtualScreens({
      screens: screens.length + 1,
      width: 1280,
      height: 720,
    })
    open.push(() => displays.dispose())
    let vigie: Vigie | undefined
    open.push(async () => vigie?.dispose())
    const { identityFile, passphraseFile } = identity
    const node: NodeOfTwo = {
      ...{ name, screens, identity, line, profile },
      vigie() {
        if (vigie === undefined) throw new Error(`${name} is not started`)
        return vigie
      },
      desk: () => node.vigie().desk(),
      screen: (number) =>
        until(`screen ${number}`, async () => (await node.vigie().walls())[node.screens.indexOf(number)]),
      decide: signed.write,
      async start() {
        await vigie?.dispose()
        vigie = await startVigie({
          walls: screens.length,
          screens: displays,
          profile,
          env,
          args: [
            ...signIn(platform, { port: line.port, identity: identityFile, passphraseFile }),
            ...[...signed.args, '--scenes', sceneFolder, '--lang', 'fr'],
          ],
        })
      },
    }
    await node.start()
    return node
  }
  try {
    const platform = await startStage({
      products: [...stageProducts, actsProduct()],
      ...ofPlatform,
    })
    open.push(() => platform.dispose())
    const left = await startNode(platform, both[0])
    const right = await startNode(platform, both[1])
    return { platform, left, right, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** An act as the platform has it, straight from its stream. */
export interface ActOnPlatform {
  id: string
  entity: string
  sequence: number
  act: string
  input: Record<string, unknown>
  node: string
}

export async function actsOnPlatform({ feeder }: Platform): Promise<ActOnPlatform[]> {
  const stream = streamOf(acts)
  const { state } = await (await jetstreamManager(feeder)).streams.info(stream)
  const all: ActOnPlatform[] = []
  if (state.messages === 0) return all
  const consumer = await jetstream(feeder).consumers.get(stream, { deliver_policy: DeliverPolicy.All })
  const read = await consumer.consume({ max_messages: 1000 })
  for await (const message of read) {
    const { act, input, by } = message.json<{
      act: string
      input: ActOnPlatform['input']
      by: { node: string }
    }>()
    all.push({
      ...{ id: message.headers?.get('ce-id') ?? '', sequence: message.seq, act, input, node: by.node },
      entity: message.subject.slice(`dp.${acts}.`.length),
    })
    if (message.seq >= state.last_seq) break
  }
  await read.close()
  return all
}
