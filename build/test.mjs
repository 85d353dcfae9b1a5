// @ts-check
// npm test: from a fresh clone to one line that says how many tests passed.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'
import { check } from './check.mjs'
import { say } from './progress.mjs'
import { setUp } from './set-up.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * `failures` names what failed, each with the first lines of why: whoever reads only the end of the output knows.
 * `took`: ms, by file.
 *
 * @typedef {{ passed: number, failed: number, failures: string[], took?: Map<string, number> }} Tally
 */

/** @returns {Promise<Tally>} */
async function checks() {
  // beside the rooms, which wait more than they reckon
  const outcomes = await check(1)
  const failures = outcomes.filter(({ passed }) => !passed).map(({ name }) => name)
  return { passed: outcomes.length - failures.length, failed: failures.length, failures }
}

const LINES = 6

/** @param {string} name @param {string | undefined} why with the colours of a terminal, or without */
const failure = (name, why = '') =>
  [
    name,
    ...why
      .replace(/\u001B\[[0-9;]*m/g, '')
      .split('\n')
      .slice(0, LINES),
  ].join('\n    ')

/**
 * Runs a test runner that leaves its results in a file.
 *
 * @param {string[]} command below node_modules/.bin
 * @param {NodeJS.ProcessEnv} env
 * @param {string} results
 * @param {(read: any) => Tally} tally
 * @returns {Promise<Tally>} a runner that ends badly without naming a failed test counts as one
 */
async function runner([name = '', ...args], env, results, tally) {
  const code = await new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules/.bin', name), args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 2, 2],
    })
    child.once('error', () => resolve(127))
    child.once('exit', (status) => resolve(status ?? 1))
  })
  /** @type {Tally} */
  let counted
  try {
    counted = tally(JSON.parse(await readFile(results, 'utf8')))
  } catch {
    say(`✗ ${name} left no results`)
    return { passed: 0, failed: 1, failures: [`${name} left no results`] }
  }
  return code !== 0 && counted.failed === 0
    ? { ...counted, failed: 1, failures: [`${name} ended with ${code}`] }
    : counted
}

/** @param {string} folder */
const unit = (folder) =>
  runner(
    [
      'vitest',
      'run',
      '--config',
      'build/vitest.config.ts',
      '--reporter=json',
      '--reporter=build/unit-reporter.ts',
    ].concat(`--outputFile.json=${join(folder, 'unit.json')}`),
    {},
    join(folder, 'unit.json'),
    ({ numPassedTests, testResults }) => {
      const failures = testResults.flatMap(failedOf)
      /** @type {[string, number][]} */
      const took = testResults.map(
        (/** @type {{ name: string, startTime: number, endTime: number }} */ each) => [
          relative(root, each.name),
          each.endTime - each.startTime,
        ],
      )
      return { passed: numPassedTests, failed: failures.length, failures, took: new Map(took) }
    },
  )

/**
 * @param {{ name: string, status: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }} file
 * @returns {string[]} a file that could not be loaded has failed without a test of its own
 */
const failedOf = ({ name, status, message, assertionResults }) => {
  const file = relative(root, name)
  if (status === 'failed' && assertionResults.length === 0) return [failure(file, message)]
  return assertionResults
    .filter((test) => test.status === 'failed')
    .map(({ fullName, failureMessages }) => failure(`${file} › ${fullName}`, failureMessages[0]))
}

/** @param {string} folder */
const wholeApp = (folder) =>
  runner(
    ['playwright', 'test', '--config', 'build/playwright.config.ts', '--reporter=list,json'],
    { PLAYWRIGHT_JSON_OUTPUT_FILE: join(folder, 'app.json'), FORCE_COLOR: undefined, NO_COLOR: '1' },
    join(folder, 'app.json'),
    ({ stats, errors, suites }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky + errors.length,
      failures: [
        ...suites.flatMap(unexpectedOf),
        ...errors.map((/** @type {{ message?: string }} */ { message }) => failure('playwright', message)),
      ],
      took: new Map(
        suites.map((/** @type {Suite & { file: string }} */ suite) => [suite.file, tookBy(suite)]),
      ),
    }),
  )

/**
 * @typedef {{ title: string, file: string, ok: boolean, tests: { results: { error?: { message?: string }, duration?: number }[] }[] }} Spec
 * @typedef {{ suites?: Suite[], specs?: Spec[] }} Suite
 * @param {Suite} suite
 * @returns {string[]}
 */
const unexpectedOf = ({ suites = [], specs = [] }) => [
  ...suites.flatMap(unexpectedOf),
  ...specs
    .filter(({ ok }) => !ok)
    .map(({ title, file, tests }) =>
      failure(
        `test/${file} › ${title}`,
        tests.flatMap(({ results }) => results).find(({ error }) => error)?.error?.message,
      ),
    ),
]

/** @param {Suite} suite @returns {number} ms of its tests, without what they begin with */
const tookBy = ({ suites = [], specs = [] }) =>
  [
    ...suites.map(tookBy),
    ...specs.flatMap(({ tests }) =>
      tests.flatMap(({ results }) => results.map(({ duration = 0 }) => duration)),
    ),
  ].reduce((sum, ms) => sum + ms, 0)

const SLOWEST = 8

/** @param {Map<string, number>} took */
const slowest = (took) =>
  [...took]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SLOWEST)
    .map(([file, ms]) => `${file} ${Math.round(ms / 1000)} s`)
    .join(', ')

/** @type {Tally} */
const total = { passed: 0, failed: 0, failures: [] }
/** each stage, once more at the end @type {string[]} */
const said = []
const folder = await mkdtemp(join(tmpdir(), 'vigie-results-'))
try {
  await setUp()
  await bundle()
  /** @param {string} what @param {() => Promise<Tally>} stage */
  const run = async (what, stage) => {
    say(`• ${what}`)
    const since = Date.now()
    const { passed, failed, failures, took = new Map() } = await stage()
    const lasted = `${Math.round((Date.now() - since) / 1000)} s`
    const longest = took.size === 0 ? '' : `; the longest: ${slowest(took)}`
    said.push(`  ${what}: ${passed} passed, ${failed} failed, ${lasted}${longest}`)
    say(said.at(-1) ?? '')
    total.passed += passed
    total.failed += failed
    total.failures.push(...failures)
  }
  await Promise.all([
    run('Format, lint, types, arrows, unused code', checks),
    run('Every room by itself', () => unit(folder)),
  ])
  // alone: it draws four screens in software
  await run('The whole app on virtual screens', () => wholeApp(folder))
} catch (error) {
  const told = String(error instanceof Error ? error.message : error)
  say(told)
  total.failed += 1
  total.failures.push(told)
} finally {
  await rm(folder, { recursive: true, force: true })
}
for (const each of said) say(each)
for (const each of total.failures) say(`✗ ${each}`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
