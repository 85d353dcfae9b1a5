// @ts-check
// npm run vigie -- COMMAND: the administrator's commands, no window. All that is said on the way goes to
// stderr, so that stdout is the command's own.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './bundle.mjs'
import { runAsCommand } from './progress.mjs'
import { setUp } from './set-up.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

await runAsCommand(async () => {
  await setUp()
  await bundle()
  const command = spawn(process.execPath, [join(root, 'out/main/vigie.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  // The terminal sends its interrupt to both: the command decides what it does with it.
  process.on('SIGINT', () => undefined)
  return new Promise((resolve, reject) => {
    command.once('error', reject)
    command.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
})
