// @ts-check
// npm run fuzz -- [--seconds N] [--tries N] [--seed S] [--round R] [--kind K …]: hostile inputs against the running app.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.mjs'
import { Stop, runAsCommand, say } from './progress.mjs'
import { setUp } from './set-up.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** As many as test/fuzz/fuzz.ts makes of every kind together. */
const TRIES_OF_A_ROUND = 400
const STARTS = 4

/** @param {string | undefined} text @param {string} name @returns {number | undefined} */
function whole(text, name) {
  if (text === undefined) return undefined
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Stop(`--${name} takes a whole number, 0 or more.`)
  return number
}

await runAsCommand(async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string' },
      tries: { type: 'string' },
      seed: { type: 'string' },
      round: { type: 'string' },
      kind: { type: 'string', multiple: true },
    },
  })
  const seed = whole(values.seed, 'seed') ?? randomInt(2 ** 31)
  const tries = whole(values.tries, 'tries')
  const round = whole(values.round, 'round')
  const asked = {
    seed,
    seconds: whole(values.seconds, 'seconds') ?? (tries === undefined && round === undefined ? 60 : 86_400),
    rounds: round !== undefined ? 1 : tries === undefined ? 1_000_000 : Math.ceil(tries / TRIES_OF_A_ROUND),
    round: round ?? 0,
    kinds: values.kind ?? [],
    // a line that repeats a finding repeats nothing else
    starts: round === undefined ? STARTS : 0,
    results: join(root, 'test-results/fuzz'),
  }
  await setUp()
  await bundle()
  say(`• Hostile inputs with seed ${seed}: each round of ${TRIES_OF_A_ROUND} is the same for the same seed`)
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(root, 'test/fuzz/command.ts'), JSON.stringify(asked)],
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
    )
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill())
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
})
