/** What there is to try on the app: how many of each kind make a round, and how the seed makes them. */
import fc from 'fast-check'
import { stringify } from 'yaml'
import { readScene } from '../../main/wall/scenes.ts'
import { bridgeCalls, inTurn, portMessages } from './calls.ts'
import { dataschemas } from './dataschemas.ts'
import { descriptors } from './descriptors.ts'
import { freePort } from './hook.ts'
import { headers } from './headers.ts'
import type { Marks } from './hostile.ts'
import { messages } from './messages.ts'
import { policies, rightPolicy } from './policies.ts'
import { rooms, type Room } from './rooms.ts'
import { scenes } from './scenes.ts'

/** A round is four hundred tries; what takes an app of its own comes last. */
const shares = {
  messages: 100,
  headers: 80,
  descriptors: 30,
  dataschemas: 30,
  calls: 90,
  'port messages': 45,
  scenes: 26,
  'scenes on a wall': 3,
  policies: 25,
  certificates: 15,
  starts: 1,
} as const
export type Kind = keyof typeof shares
export const kindsOfInput = Object.keys(shares) as Kind[]
/** What is sent to an app that runs. */
export type SentKind = Exclude<Kind, Room | 'starts'>

export const isKind = (name: string): name is Kind => Object.hasOwn(shares, name)
export const isRoom = (kind: Kind): kind is Room => (rooms as readonly string[]).includes(kind)

export const shareOf = (kind: Kind): number => shares[kind]
/** How many tries a round of these kinds is. */
export const triesOf = (kinds: readonly Kind[]): number => kinds.reduce((sum, kind) => sum + shares[kind], 0)

/** The same for the same seed, and nothing else in the world. */
const markOf = (seed: number): string => `zq${(seed >>> 0).toString(36).padStart(7, '0')}kxw`
export const seedOf = (seed: number, round: number): number => (Math.imul(seed, 1_000_003) + round * 7919) | 0

/** The hook is where nobody listens now; two apps at once have a hook each. */
export async function marksOf(seed: number): Promise<Marks> {
  const mark = markOf(seed)
  return { mark, hook: `http://127.0.0.1:${await freePort()}/${mark}` }
}

/** Files of scenes as an app is started with them, by their names. */
export type SceneFiles = readonly (readonly [name: string, text: string])[]
export const sceneFiles = (marks: Marks, seed: number): SceneFiles =>
  fc.sample(scenes(marks), { seed, numRuns: 60 }).map((text, n) => [`f-${n}.yaml`, text] as const)

/** A policy for each start: some of them right, or the app would never come further than to refuse it. */
export const policyOf = (marks: Marks, seed: number): string =>
  fc.sample(
    fc.oneof(
      rightPolicy(marks).map((all) => stringify(all)),
      policies(marks),
    ),
    { seed, numRuns: 1 },
  )[0] ?? ''

const arbitraries = { messages, headers, descriptors, dataschemas }
/** A row of a table after the other. */
const tables = { calls: bridgeCalls, 'port messages': portMessages }

/** @param files that the app was started with: scenes are shown by their names in them */
export function inputsOf(
  kind: SentKind,
  { marks, seed, round, files }: { marks: Marks; seed: number; round: number; files: SceneFiles },
): readonly unknown[] {
  const count = shares[kind]
  const own = seedOf(seed, round)
  if (kind === 'calls' || kind === 'port messages')
    return inTurn<unknown>(tables[kind](marks), round * count, count, own)
  if (kind !== 'scenes on a wall')
    return fc.sample<unknown>(arbitraries[kind](marks), { seed: own, numRuns: count })
  const names = files.flatMap(([name, text]) => {
    const read = readScene(text, name)
    return read.ok ? [read.value.scene] : []
  })
  return Array.from({ length: count }, (_, n) => names[(round * count + n) % names.length] ?? 'no-such-scene')
}
