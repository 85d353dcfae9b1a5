// @ts-check
// npm run check: format, lint, types, arrows between rooms, unused code. Silent about what is fine.
import { availableParallelism } from 'node:os'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faultsOf } from './packages.mjs'
import { runAsCommand, runShowing, say } from './progress.mjs'
import { setUp } from './set-up.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * What did not change is not looked at again, but for a file whose types another file decides: where everything counts
 * (CI), nothing is believed from before.
 *
 * @param {string} name @param {string[]} [more]
 */
const cached = (name, more = []) =>
  process.env['CI'] === undefined
    ? ['--cache', '--cache-location', join(root, 'node_modules/.cache/check', name), ...more]
    : []

/** The longest first: they run side by side. @type {{ name: string, command: string, args: string[] }[]} */
const checks = [
  {
    name: 'lint and arrows',
    command: 'eslint',
    args: [
      '--config',
      'build/eslint.config.js',
      '--max-warnings',
      '0',
      ...cached('eslint', ['--cache-strategy', 'content']),
      '.',
    ],
  },
  {
    name: 'components',
    command: 'svelte-check',
    args: ['--tsconfig', 'tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
  {
    name: 'types',
    command: 'tsc',
    args: [
      '--project',
      'tsconfig.json',
      '--incremental',
      '--tsBuildInfoFile',
      join(root, 'node_modules/.cache/check/types'),
    ],
  },
  {
    name: 'format',
    command: 'prettier',
    args: [
      '--check',
      ...cached('prettier', ['--cache-strategy', 'content']),
      '--log-level',
      'warn',
      '**/*.{ts,mjs,js,svelte,css,html,json,yaml}',
      '.prettierrc.json',
    ],
  },
  {
    name: 'unused code',
    command: 'knip',
    args: ['--config', 'build/knip.json', '--no-progress', ...cached('knip/')],
  },
]

/** @returns {Outcome} set-up looks, too; but it must be seen where packages are changed as well */
function checkPackages() {
  const [lock, manifest] = ['package-lock.json', 'package.json'].map((file) =>
    JSON.parse(readFileSync(join(root, file), 'utf8')),
  )
  const faults = faultsOf(lock, manifest)
  if (faults.length > 0) say(`✗ packages\n${faults.join('\n')}\n`)
  return { name: 'packages', passed: faults.length === 0 }
}

/**
 * @typedef {{ name: string, passed: boolean }} Outcome
 * @param {number} [atOnce]
 * @returns {Promise<Outcome[]>} one for each check; what a failed one says goes to stderr
 */
export async function check(atOnce = 2) {
  const waiting = [...checks]
  /** @type {Outcome[]} */
  const outcomes = [checkPackages()]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, command, args } = next
      const { code, output } = await runShowing(join(root, 'node_modules/.bin', command), args, {
        label: name,
        cwd: root,
        env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
      })
      if (code !== 0) say(`✗ ${name}\n${output.trim()}\n`)
      outcomes.push({ name, passed: code === 0 })
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, availableParallelism()) }, work))
  return outcomes
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runAsCommand(async () => {
    await setUp()
    const failed = (await check()).filter(({ passed }) => !passed)
    return failed.length === 0 ? 0 : 1
  })
}
