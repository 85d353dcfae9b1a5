/** An engine that somebody acts at, and all that it tells of acts, as main would hear it. */
import { type Clock, type Engine } from '../../../../../main/engine/engine.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import type {
  OutboxEntry,
  Outgoing,
  SettledAct,
  Togetherness,
} from '../../../../../preload/contract/outbox.ts'
import { screenEntity, wallEntity, type Place } from '../../../../../preload/contract/place.ts'
import type { Connection } from '../../../../../preload/contract/picture.ts'
import type { Problem } from '../../../../../preload/contract/result.ts'
import { streamOf } from '../../../../../preload/contract/product.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { jetstreamManager } from '@nats-io/jetstream'
import { keeping, until } from '../an-engine.ts'
import { createEngineAs, type Keys } from '../../../../platform/unlocked.ts'

export const place: Place = { organisation: 'CNCS', wall: 'salle de crise', node: 'poste-07' }
export const screen = (number: number): string => screenEntity(place, number)
export const blank = wallEntity(place, 'blank')
export const numbers = wallEntity(place, 'numbers')

/** Somebody chooses a scene. */
export const act = (id: string, entity = screen(1), more: Partial<Outgoing> = {}): Outgoing => ({
  id,
  entity,
  at: Date.now(),
  expires: null,
  guarded: false,
  ...more,
  body: {
    act: 'show-scene',
    input: { screen: 1, scene: id },
    by: { person: null, function: null, node: place.node, automation: null },
    moment: { live: true },
    after: null,
    ...more.body,
  },
})

export interface ActingNode {
  engine: Engine
  /** in the order in which they were told, since what was told is anew */
  acts: SettledAct[]
  /** how often it was told anew */
  anew: number
  kept: string[]
  notKept: Map<string, Problem>
  outbox: OutboxEntry[]
  /** every list of the outbox that was told, as `<id> <state>` */
  tellings: string[][]
  full: boolean
  together: Togetherness | null
  refused: string[]
  problems: Problem[]
  link: Connection['state'] | null
  do(...acts: Outgoing[]): void
  /** resolves when all of this came back, and nothing waits */
  settled(...ids: string[]): Promise<void>
  isTogether(): Promise<void>
  entry(id: string): OutboxEntry | undefined
}

export async function startNode(
  profile: string,
  keys: Keys,
  clock: Clock = Date,
  nodes: readonly string[] | null = null,
): Promise<ActingNode> {
  const node: ActingNode = {
    engine: undefined as unknown as Engine,
    ...{ acts: [], anew: 0, kept: [], notKept: new Map(), outbox: [], tellings: [], full: false },
    ...{ together: null, refused: [], problems: [], link: null },
    do(...done) {
      for (const one of done) node.engine.act(one)
    },
    settled: (...ids) =>
      until(
        () => ids.every((id) => node.acts.some((one) => one.id === id)) && node.outbox.length === 0,
        `${ids.join(', ')} came back`,
      ),
    isTogether: () => until(() => node.together === 'together', 'it is together with the others'),
    entry: (id) => node.outbox.find((one) => one.id === id),
  }
  const created = await createEngineAs(keys, {
    ...{ profile, scheme: defaultScheme, keeping, clock },
    random: () => 0,
    looks: { place, answer: () => Promise.resolve(null) },
    linked: ({ connection }) => (node.link = connection.state),
    problem: (problem) => problem && node.problems.push(problem),
    acts: {
      product: 'ops.acts',
      nodes,
      told: {
        kept: (id) => node.kept.push(id),
        notKept: (id, problem) => node.notKept.set(id, problem),
        outbox(entries, full) {
          node.outbox = entries
          node.full = full
          node.tellings.push(entries.map(({ id, state }) => `${id} ${state}`))
        },
        acts(acts, anew) {
          if (anew) node.acts = []
          if (anew) node.anew++
          node.acts.push(...acts)
        },
        together(together, refused) {
          node.together = together
          node.refused = refused
        },
      },
    },
  })
  if (!created.ok) throw new Error(created.error.message)
  node.engine = created.value
  return node
}

/** Ids on the platform in the order of their sequence, of one entity or of all. */
export async function onPlatform(platform: Platform, entity?: string): Promise<string[]> {
  const manager = await jetstreamManager(platform.feeder)
  const stream = streamOf('ops.acts')
  const { state } = await manager.streams.info(stream)
  const ids: string[] = []
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(stream, { seq }).catch(() => null)
    if (message === null) continue
    if (entity === undefined || message.subject === `dp.ops.acts.${entity}`)
      ids.push(message.header.get('ce-id'))
  }
  return ids
}
