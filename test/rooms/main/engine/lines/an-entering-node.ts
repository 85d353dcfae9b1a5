/** An engine at which lines of the log are entered, and all that it tells of them, as main would hear it. */
import { jetstreamManager } from '@nats-io/jetstream'
import type { Engine } from '../../../../../main/engine/engine.ts'
import { lineEntity, type LogTold, type OutgoingLine } from '../../../../../preload/contract/line.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import type { Place } from '../../../../../preload/contract/place.ts'
import { streamOf } from '../../../../../preload/contract/product.ts'
import type { AddressedTold } from '../../../../../preload/contract/told.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { product } from '../../../../platform/product.ts'
import { createEngineAs, type Keys } from '../../../../platform/unlocked.ts'
import { keeping, until } from '../an-engine.ts'

export const log = 'ops.log'
export const logProduct = (marking = 'dr') => product(log, 'note', { marking, freshness: 'P30D' })
export const placeOf = (node: string): Place => ({ organisation: 'CNCS', wall: 'salle de crise', node })

/** Somebody enters a line. */
export const line = (id: string, node = 'poste-07', more: Partial<OutgoingLine> = {}): OutgoingLine => ({
  ...{ id, entity: lineEntity(placeOf(node), id), marking: 'np', event: Date.now() - 60_000, at: Date.now() },
  note: {
    text: `Ligne ${id}`,
    category: 'log',
    severity: 'Minor',
    refs: [],
    line: {
      ...{ from: 'PP', to: 'CNCS', domain: 'security', corrects: null, entered: new Date().toISOString() },
      by: { person: null, function: null, node, automation: null },
    },
  },
  ...more,
})

export interface EnteringNode {
  engine: Engine
  log: LogTold | null
  /** what it told of lines that are for somebody */
  addressed: AddressedTold | null
  waiting(): string[]
  isOpen(): Promise<void>
  allGone(): Promise<void>
}

export async function startNode(
  profile: string,
  keys: Keys,
  name = 'poste-07',
  clock = { now: () => Date.now() },
): Promise<EnteringNode> {
  const node: EnteringNode = {
    engine: undefined as unknown as Engine,
    log: null,
    addressed: null,
    waiting: () => node.log?.waiting.map(({ id, state }) => `${id} ${state}`) ?? [],
    isOpen: () => until(() => node.log?.access === 'open', 'lines can be entered'),
    allGone: () => until(() => node.log?.waiting.length === 0, 'nothing waits'),
  }
  const created = await createEngineAs(keys, {
    ...{ profile, scheme: defaultScheme, keeping, clock },
    random: () => 0,
    looks: { place: placeOf(name), answer: () => Promise.resolve(null) },
    lines: { product: log, told: (told) => (node.log = told) },
    addressed: (told) => (node.addressed = told),
  })
  if (!created.ok) throw new Error(created.error.message)
  node.engine = created.value
  return node
}

/** What the platform has, in its order. */
export async function onPlatform(
  platform: Platform,
): Promise<
  { sequence: number; id: string; subject: string; marking: string; time: string; body: unknown }[]
> {
  const manager = await jetstreamManager(platform.feeder)
  const stream = streamOf(log)
  const { state } = await manager.streams.info(stream)
  const all = []
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(stream, { seq }).catch(() => null)
    if (message === null) continue
    const { subject, header } = message
    const body: unknown = JSON.parse(new TextDecoder().decode(message.data))
    const [id, marking, time] = ['ce-id', 'ce-marking', 'ce-time'].map((name) => header.get(name)) as [
      string,
      string,
      string,
    ]
    all.push({ sequence: seq, id, subject, marking, time, body })
  }
  return all
}
