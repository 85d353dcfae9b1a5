// The floor runtime ships without Electron's own default app. This one does what of it is needed: run
// `electron [switches] [-r FILE] APP [arguments]`.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const require = createRequire(import.meta.url)
let folder
for (let i = 1; i < process.argv.length; i += 1) {
  const argument = process.argv[i]
  if (argument === '-r' || argument === '--require') {
    i += 1
    require(resolve(process.argv[i]))
  } else if (!argument.startsWith('-')) {
    folder = resolve(argument)
    break
  }
}
if (folder === undefined) {
  process.stderr.write('usage: electron [switches] APP [arguments]\n')
  process.exit(2)
}
const described = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
app.setAppPath(folder)
app.name = described.productName ?? described.name
// Electron becomes ready only when this module has loaded: awaiting keeps the app's own first lines, such
// as the registration of its protocol, before that.
try {
  await import(pathToFileURL(join(folder, described.main)).href)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
  process.exit(1)
}
