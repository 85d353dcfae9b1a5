/**
 * `npm run fuzz`, started by build/fuzz.mjs with what was asked for as JSON. It ends in order when its input does: an
 * interrupt is for whoever started it, and the test runner below would end at once with it.
 */
import { fuzz } from './fuzz.ts'
import { lineFor, readKept } from './kept.ts'
import { isKind, kindsOfInput, triesOf } from './kinds.ts'
import { live } from './life.ts'

interface Asked {
  seed: number
  seconds: number | null
  tries: number | null
  round: number | null
  kinds: string[]
  again: string | null
  results: string
}

/** As a shell says it of whatever an interrupt ended. */
const interrupted = 130

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const end = (line: string, code: number): never => {
  process.stdout.write(`${line}\n`)
  process.exit(code)
}

/** A finding, from the inputs that were kept of it. */
async function again(file: string): Promise<never> {
  const kept = await readKept(file)
  const { life, kind } = kept
  say(`• ${kind}, as it was found in round ${kept.round} of seed ${kept.seed}:\n  ${kept.what.join('\n  ')}`)
  const what = await live(life)
  if (what.length === 0) return end('not seen again', 0)
  say(`✗ ${kind}:\n  ${what.join('\n  ')}\n  again: ${lineFor(file)}`)
  return end('seen again', 1)
}

async function campaign(asked: Asked, stop: AbortSignal): Promise<never> {
  const { seed, seconds, tries, round, kinds, results } = asked
  const chosen = kinds.filter(isKind)
  if (chosen.length < kinds.length) throw new Error(`There are only ${kindsOfInput.join(', ')}.`)
  const all = chosen.length > 0 ? chosen : kindsOfInput
  const ofARound = triesOf(all)
  say(`• Hostile inputs with seed ${seed}, in rounds of ${ofARound}: each is the same for the same seed`)
  const outcome = await fuzz({
    seed,
    // whole rounds, and not fewer tries than were asked for
    rounds: round !== null ? 1 : tries === null ? Infinity : Math.ceil(tries / ofARound),
    seconds: seconds ?? (tries === null && round === null ? 60 : Infinity),
    from: round ?? 0,
    kinds: all,
    say,
    results,
    narrowed: true,
    stop,
  })
  const { length } = outcome.found
  const ended = stop.aborted ? ', ended before its time' : ''
  const code = length > 0 ? 1 : stop.aborted ? interrupted : 0
  return end(`${outcome.tries} tries with seed ${seed}, ${length} found${ended}`, code)
}

const stopping = new AbortController()
process.stdin.once('end', () => {
  say('• Ends after what is being tried; once more, and it ends at once')
  stopping.abort()
})
process.stdin.resume()
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked
try {
  await (asked.again === null ? campaign(asked, stopping.signal) : again(asked.again))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
