/** `npm run fuzz`, started by build/fuzz.mjs with what was asked for as JSON. */
import { fuzz, kindsOfInput, type Kind } from './fuzz.ts'

interface Asked {
  seed: number
  seconds: number
  rounds: number
  round: number
  kinds: string[]
  starts: number
  results: string
}

const { round, kinds, ...asked } = JSON.parse(process.argv[2] ?? '{}') as Asked
const isKind = (name: string): name is Kind => (kindsOfInput as string[]).includes(name)
const chosen = kinds.filter(isKind)
if (chosen.length < kinds.length) {
  process.stderr.write(`There are only ${kindsOfInput.join(', ')}.\n`)
  process.exit(1)
}
process.on('SIGTERM', () => process.exit(1))
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const { found, tries } = await fuzz({
  ...asked,
  from: round,
  kinds: chosen.length > 0 ? chosen : kindsOfInput,
  say,
  narrowed: true,
})
for (const { kind, round: at, what } of found)
  if (kind === 'the disk') say(`✗ ${kind}, ${at}: ${what.join('\n  ')}`)
process.stdout.write(`${tries} tries with seed ${asked.seed}, ${found.length} found\n`)
process.exit(found.length === 0 ? 0 : 1)
