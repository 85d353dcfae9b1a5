// @ts-check
// npm run fuzz -- [--seconds N] [--tries N] [--seed S] [--round R] [--kind K …]: hostile inputs against the running app.
// npm run fuzz -- --again FILE: one finding, from the inputs that were kept of it.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.mjs'
import { watchNpm } from './parent.mjs'
import { Stop, runAsCommand } from './progress.mjs'
import { setUp } from './set-up.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @param {string | undefined} text @param {string} name @returns {number | null} */
function whole(text, name) {
  if (text === undefined) return null
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
      again: { type: 'string' },
    },
  })
  const asked = {
    seed: whole(values.seed, 'seed') ?? randomInt(2 ** 31),
    seconds: whole(values.seconds, 'seconds'),
    tries: whole(values.tries, 'tries'),
    round: whole(values.round, 'round'),
    kinds: values.kind ?? [],
    again: values.again ?? null,
    results: join(root, 'test-results/fuzz'),
  }
  await setUp()
  await bundle()
  return run([join(root, 'test/fuzz/command.ts'), JSON.stringify(asked)])
})

/**
 * In a group of its own: an interrupt from the terminal must not end the apps that are being tried. Ours ends its input,
 * and it ends in order; a second one ends it at once.
 *
 * @param {string[]} command
 * @returns {Promise<number>} the exit code
 */
async function run(command) {
  const child = spawn(process.execPath, ['--import', 'tsx', ...command], {
    cwd: root,
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
  })
  let asked = false
  const end = () => {
    if (asked) child.kill('SIGTERM')
    asked = true
    child.stdin.end()
  }
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, end)
  const stopWatching = watchNpm(end)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
    })
  } finally {
    stopWatching()
    for (const signal of signals) process.off(signal, end)
  }
}
