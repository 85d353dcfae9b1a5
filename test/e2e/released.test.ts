/** A release is one archive. Nobody looks into it by a switch of the runtime's own, wherever on the line it stands. */
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPackage } from '@electron/asar'
import { expect, test } from '@playwright/test'
import { appFolder, launch } from '../../build/launch.mjs'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'

let screens: VirtualScreens
let folder: string
let archive: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-released-'))
  archive = join(folder, 'app.asar')
  const app = join(folder, 'app')
  await mkdir(app)
  for (const part of ['package.json', 'out/main'])
    await cp(join(appFolder, part), join(app, part), { recursive: true })
  await createPackage(app, archive)
  screens = await startVirtualScreens({ screens: 1 })
})
test.afterAll(async () => {
  await screens?.dispose()
  await rm(folder, { recursive: true, force: true })
})

/** @param switches before the app, where the runtime itself reads them */
function start(switches: readonly string[], env: Record<string, string> = {}) {
  const {
    executablePath,
    args,
    env: inherited,
  } = launch({
    app: archive,
    screens,
    args: ['--profile', join(folder, 'profile'), '--screens', '99'],
  })
  return new Promise<{ code: number | null; said: string }>((resolve, reject) => {
    const child = spawn(executablePath, [...switches, ...args], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    child.once('error', reject)
    child.once('exit', (code) => resolve({ code, said }))
  })
}

test('a release started without such switches gets as far as its own options', async () => {
  const { code, said } = await start([])
  expect(said).toContain('--screens 99')
  expect(code).toBe(2)
})

for (const word of ['--remote-debugging-port=0', '--enable-logging', '--inspect=0', '--js-flags=--expose-gc'])
  test(`a release started with ${word} ends with 2 before any window, naming it`, async () => {
    const { code, said } = await start([word])
    expect(said).toContain(word)
    expect(said).not.toContain('--screens 99')
    expect(said).not.toContain('DevTools listening')
    expect(code).toBe(2)
  })

test('a release that is told by the environment to log its pages ends the same way', async () => {
  const { code, said } = await start([], { ELECTRON_ENABLE_LOGGING: '1' })
  expect(said).toContain('ELECTRON_ENABLE_LOGGING')
  expect(code).toBe(2)
})
