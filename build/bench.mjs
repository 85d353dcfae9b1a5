// @ts-check
// npm run bench [-- NAME …]: the ratios, each measured side by side in one run, as a table and bench.json.
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'
import { Stop, runAsCommand, say } from './progress.mjs'
import { chosenRuntime } from './runtime.mjs'
import { setUp } from './set-up.mjs'

/** @typedef {import('../test/bench/row.ts').BenchRow} BenchRow */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const SUFFIX = '.bench.ts'

/**
 * Measures in a process of its own, so that no measurement inherits another's heap.
 *
 * @param {string} name
 * @returns {Promise<BenchRow[] | undefined>} undefined where it broke off
 */
function measure(name) {
  const file = join(root, 'test/bench', `${name}${SUFFIX}`)
  return new Promise((resolve) => {
    /** @type {BenchRow[] | undefined} */
    let rows
    const child = fork(join(root, 'build/bench-one.mjs'), [file], {
      cwd: root,
      execArgv: ['--import', 'tsx', '--expose-gc'],
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    child.on('message', (message) => {
      rows = /** @type {BenchRow[]} */ (message)
    })
    child.once('exit', (code) => resolve(code === 0 ? rows : undefined))
  })
}

/** @param {number} value */
const short = (value) =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

/** @param {BenchRow[]} rows */
function table(rows) {
  const lines = [
    ['measure', 'against', 'ours', 'theirs', 'unit', 'ratio', 'goal', 'met', 'rounds'],
    ...rows.map((row) => [
      ...[row.measure, row.against, short(row.ours), short(row.theirs), row.unit],
      ...[row.ratio.toFixed(2), row.goal, row.met ? 'yes' : 'NO', String(row.rounds)],
    ]),
  ]
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

await runAsCommand(async () => {
  await setUp()
  await bundle()
  const all = (await readdir(join(root, 'test/bench')))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => basename(file, SUFFIX))
    .sort()
  const asked = process.argv.slice(2)
  const unknown = asked.filter((name) => !all.includes(name))
  if (unknown.length > 0) {
    throw new Stop(`There is no measurement ${unknown.join(', ')}; there are ${all.join(', ')}.`)
  }
  /** @type {BenchRow[]} */
  const rows = []
  /** @type {string[]} */
  const broken = []
  for (const name of asked.length > 0 ? asked : all) {
    say(`• ${name}`)
    const measured = await measure(name)
    if (measured === undefined) broken.push(name)
    else rows.push(...measured)
  }
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    electron: chosenRuntime()?.version,
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const written = { vigie: version, at: new Date().toISOString(), machine, rows, broken }
  await writeFile(join(root, 'bench.json'), `${JSON.stringify(written, null, 2)}\n`)
  process.stdout.write(`${table(rows).join('\n')}\n`)
  if (broken.length > 0) say(`✗ broke off: ${broken.join(', ')}`)
  return broken.length === 0 ? 0 : 1
})
