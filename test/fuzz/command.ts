/** `npm run fuzz`, started by build/fuzz.mjs with what was asked for as JSON. */
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

async function campaign({ seed, seconds, tries, round, kinds, results }: Asked): Promise<never> {
  const chosen = kinds.filter(isKind)
  if (chosen.length < kinds.length) throw new Error(`There are only ${kindsOfInput.join(', ')}.`)
  const all = chosen.length > 0 ? chosen : kindsOfInput
  const a = triesOf(all)
  say(`• Hostile inputs with seed ${seed}, in rounds of ${a}: each is the same for the same seed`)
  const outcome = await fuzz({
    seed,
    // whole rounds, and not fewer tries than were asked for
    rounds: round !== null ? 1 : tries === null ? Infinity : Math.ceil(tries / a),
    seconds: seconds ?? (tries === null && round === null ? 60 : Infinity),
    from: round ?? 0,
    kinds: all,
    say,
    results,
    narrowed: true,
  })
  const { length } = outcome.found
  return end(`${outcome.tries} tries with seed ${seed}, ${length} found`, length === 0 ? 0 : 1)
}

process.on('SIGTERM', () => process.exit(1))
const asked = JSON.parse(process.argv[2] ?? '{}') as Asked
try {
  await (asked.again === null ? campaign(asked) : again(asked.again))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
