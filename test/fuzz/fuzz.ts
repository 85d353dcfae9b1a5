/** Rounds of hostile inputs of every kind against the running app; the seed makes each of them again. */
import { fewest, sizeOf } from './fewest.ts'
import { keep, lineFor, type Found } from './kept.ts'
import {
  inputsOf,
  isRoom,
  marksOf,
  policyOf,
  sceneFiles,
  seedOf,
  shareOf,
  triesOf,
  type Kind,
  type SentKind,
} from './kinds.ts'
import { endOf, live, start, tryOn, type Batch, type Life } from './life.ts'
import { progressInWords } from './progress.ts'
import { told, tryRoom, type Room } from './rooms.ts'
import type { Stage } from './stage.ts'

export interface Wanted {
  seed: number
  /** ends with the round in which this is reached; whichever comes first */
  rounds: number
  seconds: number
  /** the first round; with `rounds` 1 exactly this one */
  from: number
  kinds: readonly Kind[]
  say: (line: string) => void
  /** where the inputs of each finding are kept */
  results: string
  /** looks for the fewest inputs that do the harm: each look is another app */
  narrowed: boolean
  /** ends with what is being tried, and tells what was found so far */
  stop: AbortSignal
}

/** An app takes so many rounds, then another: what it left on the disk is searched, and what it got is still at hand. */
const roundsOfALife = 10
/** Looks for the fewest inputs take minutes: so many times, for so many that are not alike. */
const mostNarrowed = 5
/** ms: what was lost is lost, and is not waited for each time as if it were late */
const patienceOfALook = 15_000

/** How far it is is said so often, ms. */
const saidEvery = 10_000

interface App {
  stage: Stage
  life: Life & { batches: Batch[] }
}

/** @returns what was found, and how many inputs were tried; nothing found: all of it held */
export async function fuzz(wanted: Wanted): Promise<{ found: Found[]; tries: number }> {
  const { seed, say, stop } = wanted
  const marks = await marksOf(seed)
  const files = sceneFiles(marks, seed)
  const found: Found[] = []
  const narrowed = new Set<string>()
  const begun = Date.now()
  let tries = 0
  let app: App | null = null

  /** Keeps and tells all of it before anything else is done: what takes long may be ended. */
  const report = async (all: readonly Found[], life: Life): Promise<void> => {
    for (const one of all) {
      found.push(one)
      const file = await keep(wanted.results, { ...one, life }, false)
      say(`✗ ${one.kind}, round ${one.round}:\n  ${one.what.join('\n  ')}\n  again: ${lineFor(file)}`)
    }
    if (wanted.narrowed && sizeOf(life) > 1) for (const one of all) await narrow(one, life)
  }
  const narrow = async (one: Found, life: Life): Promise<void> => {
    const alike = one.what.join().replace(/\d+/g, '0').slice(0, 300)
    if (stop.aborted || narrowed.has(alike) || narrowed.size >= mostNarrowed) return
    narrowed.add(alike)
    say(`  the fewest that do it are looked for, each time in another app: ${one.kind}`)
    let what: string[] = []
    const least = await fewest(life, async (some) => {
      if (stop.aborted) return false
      const seen = await live(some, patienceOfALook)
      say(`  ${sizeOf(some)} inputs: ${seen.length > 0 ? 'seen again' : 'nothing'}`)
      if (seen.length > 0) what = seen
      return seen.length > 0
    })
    if (stop.aborted) return say('  looked for no further')
    if (least === null) return say('  not seen again in another app, with all that this one got')
    const smaller = await keep(wanted.results, { ...one, what, life: least }, true)
    say(`  the fewest that do it, ${sizeOf(least)}: ${lineFor(smaller)}`)
  }

  /** Ends the app, and tells with what was found in it what it left. */
  const end = async (round: number, before: readonly Found[] = []): Promise<void> => {
    if (app === null) return
    const { stage, life } = app
    app = null
    const left = await endOf(stage)
    const last: Found = { kind: 'the end', seed, round, what: left }
    await report([...before, ...(left.length > 0 ? [last] : [])], life)
  }

  const tryInRoom = async (kind: Room, round: number): Promise<void> => {
    const wrong = tryRoom(kind, marks, seedOf(seed, round), shareOf(kind))
    if (wrong === null) return
    const batches = [{ kind, round, inputs: [wrong.input] }]
    await report([{ kind, seed, round, what: [wrong.what] }], { marks, scenes: [], policy: null, batches })
  }
  const tryStart = async (round: number): Promise<void> => {
    // another hook: this app runs beside the other
    const own = await marksOf(seed)
    const at = seedOf(seed, round)
    const life: Life = { marks: own, scenes: sceneFiles(own, at), policy: policyOf(own, at), batches: [] }
    const what = await live(life)
    if (what.length > 0) await report([{ kind: 'starts', seed, round, what }], life)
  }
  const trySent = async (kind: SentKind, round: number): Promise<void> => {
    if (app === null) {
      const life: App['life'] = { marks, scenes: files, policy: null, batches: [] }
      try {
        app = { stage: await start(life), life }
      } catch (error) {
        // these scenes, or this machine: there is nothing to try the rest on
        await report([{ kind: 'starts', seed, round, what: [told(error)] }], life)
        throw error
      }
    }
    const inputs = inputsOf(kind, { marks, seed, round, files })
    app.life.batches.push({ kind, round, inputs })
    const what = await tryOn(app.stage, kind, inputs)
    // what is wrong in it stays wrong: the next has an app of its own
    if (what.length > 0) await end(round, [{ kind, seed, round, what }])
  }

  let saidAt = Date.now()
  const tell = (): void => {
    saidAt = Date.now()
    const of = wanted.rounds * triesOf(wanted.kinds)
    const seconds = (saidAt - begun) / 1000
    say(`  ${progressInWords({ tries, of, seconds, ofSeconds: wanted.seconds, found: found.length })}`)
  }

  let round = wanted.from
  for (; round < wanted.from + wanted.rounds && !stop.aborted; round++) {
    if (Date.now() - begun > wanted.seconds * 1000) break
    for (const kind of wanted.kinds) {
      if (stop.aborted) break
      if (isRoom(kind)) await tryInRoom(kind, round)
      else if (kind === 'starts') await tryStart(round)
      else await trySent(kind, round)
      tries += shareOf(kind)
      if (Date.now() - saidAt > saidEvery) tell()
    }
    if ((round - wanted.from + 1) % roundsOfALife === 0) await end(round)
  }
  await end(round - 1)
  return { found, tries }
}
