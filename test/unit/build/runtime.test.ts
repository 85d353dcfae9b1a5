import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentsOf, isWhole, sealContents } from '../../../build/runtime-contents.mjs'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-runtime-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a runtime in the cache', () => {
  let runtime: string
  let seal: string
  const made = async (name: string) => {
    runtime = join(folder, name)
    await mkdir(join(runtime, 'locales'), { recursive: true })
    await writeFile(join(runtime, 'electron'), 'program')
    await writeFile(join(runtime, 'locales', 'fr.pak'), 'words')
    seal = await sealContents(runtime)
  }

  it('is whole as it was made', async () => {
    await made('whole')
    expect(await isWhole(runtime, seal)).toBe(true)
    expect(Object.keys(await contentsOf(runtime))).toEqual(['electron', 'locales/fr.pak'])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a file is changed', () => writeFile(join(runtime, 'electron'), 'Program')],
    ['a file is missing', () => rm(join(runtime, 'locales', 'fr.pak'))],
    ['a library lies beside it', () => writeFile(join(runtime, 'libgtk.so'), '')],
    ['a link leads elsewhere', () => symlink('/tmp', join(runtime, 'resources'))],
    [
      'a file has another’s content',
      () => copyFile(join(runtime, 'electron'), join(runtime, 'locales/fr.pak')),
    ],
    ['its record is gone', () => rm(`${runtime}.sha256.json`)],
    [
      'file and record were changed alike',
      async () => {
        await writeFile(join(runtime, 'electron'), 'Program')
        await sealContents(runtime)
      },
    ],
  ])('is not when %s', async (name, change) => {
    await made(name)
    await change()
    expect(await isWhole(runtime, seal)).toBe(false)
  })
})

/** `npm start` without npm. */
const start = (args: readonly string[], env: Record<string, string>) =>
  new Promise<{ code: number | null; said: string }>((resolve) => {
    const child = spawn(process.execPath, ['build/start.mjs', ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (data: Buffer) => (said += data.toString('utf8')))
    child.once('exit', (code) => resolve({ code, said }))
  })

it('a real platform is not entered on the floor, whoever cut the download site, unless somebody says so', async () => {
  const args = [
    ...['--platform', 'tls://localhost:1', '--identity', join(folder, 'my identity.p12')],
    ...['--passphrase-file', join(folder, 'pass'), '--ca', join(folder, 'ca.pem')],
    ...['--profile', join(folder, 'profile'), '--headless', '--screens', '1', '--for', '1'],
    ...['--out', join(folder, 'out')],
  ]
  const away = { ELECTRON_MIRROR: 'http://127.0.0.1:9/', VIGIE_RUNTIME_KIND: 'floor' }
  const refused = await start(args, away)
  expect(refused.code).toBe(1)
  expect(refused.said).toContain('floor')
  expect(refused.said).toMatch(/npm start -- --platform tls:\/\/localhost:1 --identity '.*my identity\.p12'/)
  expect(refused.said).toContain('--accept-floor-runtime')
  const accepted = await start([...args, '--accept-floor-runtime'], away)
  expect(accepted.said).not.toContain('is not an option')
  // the app itself says what is missing
  expect(accepted.said).toContain('[identity.file-unreadable')
})
