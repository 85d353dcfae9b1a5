/** What people share, as a platform has it, and a node that hears of it. */
import { jetstream } from '@nats-io/jetstream'
import { Kvm, type KV } from '@nats-io/kv'
import * as v from 'valibot'
import { stringify } from 'yaml'
import type { Engine } from '../../../../../main/engine/engine.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { nodeUser, savesOf } from '../../../../../main/exercise/rights.ts'
import type { Problem } from '../../../../../preload/contract/result.ts'
import {
  partsOf,
  SharedToldSchema,
  type SharedThing,
  type SharedTold,
  type WaitingSave,
} from '../../../../../preload/contract/shared.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { keeping, keysOf, until } from '../an-engine.ts'
import { createEngineAs } from '../../../../platform/unlocked.ts'

export const bucketOf = (platform: Platform): Promise<KV> =>
  new Kvm(jetstream(platform.feeder)).create('shared', { history: 20 })

/** The wall's node, one of CNCS, may read what people share and write its organisation's, but for this. */
export async function permit(platform: Platform, refused: readonly string[] = []): Promise<void> {
  const { user, permissions } = nodeUser(platform.wall.user, {
    ...{ permitted: [], refused: [] },
    writes: [savesOf({ organisation: 'CNCS' })],
  })
  if (permissions === undefined) throw new Error('a node has the least rights')
  const { publish, subscribe } = permissions
  const allow = publish.allow.filter((right) => !refused.includes(right))
  const wall = { user, permissions: { publish: { allow, deny: refused }, subscribe } }
  const set = await platform.setUsers([{ user: 'CN=feeder' }, wall])
  if (!set.ok) throw new Error(set.error.message)
}

/** As its owner writes it, right or wrong. */
export function written(key: string, changes: Record<string, unknown> = {}): string {
  const { kind, owner, name } = partsOf(key)
  const content =
    kind === 'scene'
      ? {
          scene: name,
          title: 'a scene',
          grid: { columns: 2, rows: 1 },
          widgets: [{ widget: 'log', at: [0, 0, 2, 1] }],
        }
      : { title: { fr: 'La nuit', en: 'The night' }, shifts: [] }
  return stringify({
    owner,
    version: 1,
    marking: 'np',
    schema: `vigie.${kind}.v1`,
    title: { fr: `La ${name}`, en: `The ${name}` },
    saved: { node: 'poste-01', person: null },
    content,
    ...changes,
  })
}

export interface ASharer {
  engine: Engine
  /** what it was told, put together */
  things: Map<string, SharedThing>
  problems: Problem[]
  access: () => SharedTold['access']
  /** what it saved and is not there yet, or was refused */
  saves: () => WaitingSave[]
  /** resolves when what is told of this key is so */
  hears(key: string, is: (thing: SharedThing | undefined) => boolean, what: string): Promise<void>
}

export async function startSharer(
  profile: string,
  platform: Platform,
  identity = platform.wall,
): Promise<ASharer> {
  const things = new Map<string, SharedThing>()
  const problems: Problem[] = []
  let access: SharedTold['access'] = 'unknown'
  let saves: WaitingSave[] = []
  const created = await createEngineAs(keysOf(identity), {
    profile,
    scheme: defaultScheme,
    clock: Date,
    keeping,
    random: () => 0,
    problem: (problem) => problem && problems.push(problem),
    shared: {
      saves: (now) => (saves = now),
      told(told) {
        v.parse(SharedToldSchema, told)
        if (told.anew) things.clear()
        access = told.access
        for (const thing of told.things) things.set(thing.key, thing)
        for (const key of told.gone) things.delete(key)
      },
    },
  })
  if (!created.ok) throw new Error(created.error.message)
  return {
    engine: created.value,
    things,
    problems,
    access: () => access,
    saves: () => saves,
    hears: (key, is, what) => until(() => is(things.get(key)), what),
  }
}
