/** Rounds of hostile inputs of every kind against the running app; the seed makes each of them again. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc, { type Arbitrary } from 'fast-check'
import { readScene } from '../../main/wall/scenes.ts'
import { bridgeCalls, portMessages } from './calls.ts'
import { dataschemas } from './dataschemas.ts'
import { descriptors } from './descriptors.ts'
import { headers } from './headers.ts'
import type { Marks } from './hostile.ts'
import { messages } from './messages.ts'
import { rooms, tryRoom, type Room } from './rooms.ts'
import { scenes } from './scenes.ts'
import { freePort, startStage, type Stage } from './stage.ts'

/** How many of each make a round, of four hundred tries. */
const shares = {
  messages: 120,
  headers: 100,
  descriptors: 30,
  dataschemas: 30,
  calls: 25,
  'port messages': 25,
  scenes: 30,
  policies: 25,
  certificates: 15,
} as const
export type Kind = keyof typeof shares
export const kindsOfInput = Object.keys(shares) as Kind[]

export interface Wanted {
  seed: number
  /** ends with the round in which this is reached; whichever comes first */
  rounds: number
  seconds: number
  /** the first round; with `rounds` 1 exactly this one */
  from: number
  kinds: readonly Kind[]
  say: (line: string) => void
  /** where an input that does harm is left */
  results: string
  /** looks for the fewest inputs that do the harm: each look is another app */
  narrowed: boolean
}

export interface Found {
  kind: Kind | 'the disk'
  round: number
  what: string[]
}

/** The same for the same seed, and nothing else in the world. */
const markOf = (seed: number): string => `zq${(seed >>> 0).toString(36).padStart(7, '0')}kxw`
const seedOf = (seed: number, round: number): number => (Math.imul(seed, 1_000_003) + round * 7919) | 0

/** Shown on a wall while the rest goes on; what is wrong with a scene's file is nobody's secret: another mark. */
const sceneFiles = (marks: Marks, seed: number): Map<string, string> => {
  const local = { ...marks, mark: 'scene' }
  return new Map(fc.sample(scenes(local), { seed, numRuns: 60 }).map((text, n) => [`f-${n}.yaml`, text]))
}

const arbitraries: { [K in Exclude<Kind, Room>]: (marks: Marks) => Arbitrary<unknown> } = {
  messages,
  headers,
  descriptors,
  dataschemas,
  calls: bridgeCalls,
  'port messages': portMessages,
}

const apply = (stage: Stage, kind: Exclude<Kind, Room>, inputs: readonly never[]): Promise<void> => {
  if (kind === 'messages' || kind === 'headers') return stage.messages(inputs)
  if (kind === 'port messages') return stage.portMessages(inputs)
  return stage[kind](inputs)
}

const isRoom = (kind: Kind): kind is Room => (rooms as readonly string[]).includes(kind)

/** @returns what was found, and how many inputs were tried; nothing found: all of it held */
export async function fuzz(wanted: Wanted): Promise<{ found: Found[]; tries: number }> {
  const { seed, say } = wanted
  const marks: Marks = { mark: markOf(seed), hook: `http://127.0.0.1:${await freePort()}/${markOf(seed)}` }
  const files = sceneFiles(marks, seed)
  const shown = [...files].flatMap(([name, text]) => {
    const read = readScene(text, name)
    return read.ok ? [read.value.scene] : []
  })
  const found: Found[] = []
  const begun = Date.now()
  let tries = 0
  let stage = await startStage(marks, files)
  const end = async () => {
    const left = await stage.dispose()
    if (left.length > 0) found.push({ kind: 'the disk', round: 0, what: left })
  }

  /** An input that does harm alone, or the fewest that we can find, each time against an app of its own. */
  const narrow = async (kind: Exclude<Kind, Room>, inputs: readonly never[]): Promise<readonly never[]> => {
    const harms = async (some: readonly never[]) => {
      await stage.dispose()
      stage = await startStage(marks, files)
      try {
        await within(kind, apply(stage, kind, some))
        return (await within('the app', stage.broken())).length > 0
      } catch {
        return true
      }
    }
    let least = inputs
    while (least.length > 1) {
      const half = least.length >> 1
      if (await harms(least.slice(0, half))) least = least.slice(0, half)
      else if (await harms(least.slice(half))) least = least.slice(half)
      else break
      say(`  narrowed to ${least.length}`)
    }
    await stage.dispose()
    stage = await startStage(marks, files)
    return least
  }

  for (let round = wanted.from; round < wanted.from + wanted.rounds; round++) {
    if (Date.now() - begun > wanted.seconds * 1000) break
    for (const kind of wanted.kinds) {
      say(`  ${kind}`)
      const numRuns = shares[kind]
      tries += numRuns
      const own = seedOf(seed, round)
      const repeat = `npm run fuzz -- --seed ${seed} --round ${round} --kind '${kind}'`
      const report = async (what: string[], inputs?: readonly unknown[]) => {
        found.push({ kind, round, what })
        say(`✗ ${kind}, round ${round}:\n  ${what.join('\n  ')}\n  again: ${repeat}`)
        await mkdir(wanted.results, { recursive: true })
        const file = join(wanted.results, `${seed}-${round}-${kind.replace(' ', '-')}.json`)
        await writeFile(file, JSON.stringify({ seed, round, kind, what, inputs }, saved, 1))
        say(`  kept: ${file}`)
      }
      if (isRoom(kind)) {
        const told = tryRoom(kind, marks, own, numRuns)
        if (told !== null) await report([told])
        if (kind !== 'scenes') continue
        const some = shown.slice((round * 3) % Math.max(1, shown.length)).slice(0, 3)
        const wrong = await within('a wall with a new scene', stage.scenes(some).then(stage.broken))
        if (wrong.length > 0) await report(wrong)
        continue
      }
      const inputs = fc.sample(arbitraries[kind](marks), { seed: own, numRuns }) as never[]
      let wrong: string[]
      try {
        await within(`what takes ${kind}`, apply(stage, kind, inputs))
        wrong = await within(`the app after ${kind}`, stage.broken())
      } catch (error) {
        wrong = [error instanceof Error ? (error.stack ?? error.message) : String(error)]
      }
      if (wrong.length === 0) continue
      await report(wrong, inputs)
      if (!wanted.narrowed) continue
      const least = await narrow(kind, inputs)
      if (least.length < inputs.length)
        await report([`the fewest that do it: ${least.length}`, ...wrong], least)
    }
    say(
      `• round ${round}: ${tries} tries, ${found.length} found, ${Math.round((Date.now() - begun) / 1000)} s`,
    )
  }
  await end()
  return { found, tries }
}

/** What does not answer in this time hangs: no input may do that, on however slow a machine. */
const patience = 120_000

/** @param what is waited for, as it is told when it never comes */
async function within<T>(what: string, act: Promise<T>): Promise<T> {
  let late: NodeJS.Timeout | undefined
  try {
    return await Promise.race([
      act,
      new Promise<never>((_, reject) => {
        late = setTimeout(() => reject(new Error(`${what} hangs`)), patience)
      }),
    ])
  } finally {
    clearTimeout(late)
  }
}

/** Bytes are kept as base64, and what JSON has no word for as text. */
const saved = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array
    ? { base64: Buffer.from(value).toString('base64') }
    : typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))
      ? String(value)
      : value
