// @ts-check
// npm test: from a fresh clone to one line that says how many tests passed.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'
import { check } from './check.mjs'
import { say } from './progress.mjs'
import { setUp } from './set-up.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @typedef {{ passed: number, failed: number }} Tally */

/** @returns {Promise<Tally>} */
async function checks() {
  const outcomes = await check()
  const passed = outcomes.filter((outcome) => outcome.passed).length
  return { passed, failed: outcomes.length - passed }
}

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
    return { passed: 0, failed: 1 }
  }
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
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
    // A file that could not be loaded has failed without a test of its own.
    ({ numPassedTests, numFailedTests, testResults }) => ({
      passed: numPassedTests,
      failed:
        numFailedTests +
        testResults.filter(
          (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
            file.status === 'failed' && file.assertionResults.length === 0,
        ).length,
    }),
  )

/** @param {string} folder */
const wholeApp = (folder) =>
  runner(
    ['playwright', 'test', '--config', 'build/playwright.config.ts', '--reporter=list,json'],
    { PLAYWRIGHT_JSON_OUTPUT_FILE: join(folder, 'app.json'), FORCE_COLOR: undefined, NO_COLOR: '1' },
    join(folder, 'app.json'),
    ({ stats, errors }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky + errors.length,
    }),
  )

const total = { passed: 0, failed: 0 }
const folder = await mkdtemp(join(tmpdir(), 'vigie-results-'))
try {
  await setUp()
  await bundle()
  /** @type {[string, () => Promise<Tally>][]} */
  const stages = [
    ['Format, lint, types, arrows, unused code', checks],
    ['Every room by itself', () => unit(folder)],
    ['The whole app on virtual screens', () => wholeApp(folder)],
  ]
  for (const [what, stage] of stages) {
    say(`• ${what}`)
    const { passed, failed } = await stage()
    say(`  ${passed} passed, ${failed} failed`)
    total.passed += passed
    total.failed += failed
  }
} catch (error) {
  say(String(error instanceof Error ? error.message : error))
  total.failed += 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
