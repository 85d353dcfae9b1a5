import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openIdentity } from '../../../../main/identity/open-identity.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { slotsOf } from '../../../../main/identity/vault/change-slots.ts'
import { createCertifier } from '../../../platform/certifier.ts'
import { startEst, type EstServer } from '../../../platform/est.ts'
import { openCacheAs, signerWith, type Keys } from '../../../platform/unlocked.ts'

let folder: string
let est: EstServer

const vigie = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'main/vigie.ts', ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    )
  })
const at = (name: string) => join(folder, name)
const keep = (name: string, text: string) => writeFile(at(name), text, { mode: 0o600 })
const enrol = (profile: string, ...more: string[]) =>
  vigie(
    ...['provision', 'enrol', 'wall-01', '--profile', at(profile), '--est', est.url, '--ca', at('ca.pem')],
    ...['--secret-file', at('secret'), '--passphrase-file', at('pass')],
    ...['--subject', 'CN=wall-01, OU=Vigie', ...more],
  )

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-enrol-'))
  const certifier = await createCertifier('EST test authority', Date.now())
  est = await startEst({ certifier })
  await keep('ca.pem', certifier.certificate)
  await keep('secret', 'word-of-one-use\n')
  await keep('pass', 'correct horse\n')
})
beforeEach(() => {
  est.mode = 'good'
  est.secrets.add('word-of-one-use')
})
afterAll(async () => {
  await est.dispose()
  await rm(folder, { recursive: true, force: true })
})

it('vigie provision enrol puts a sealed identity into the node’s store, and says what it did', async () => {
  const { code, stdout, stderr } = await enrol('one', '--key', 'ec-p256')
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  const file = join(at('one'), 'identities', 'wall-01.json')
  expect(stdout.trim()).toBe(file)
  expect(stderr).toContain('used up')
  expect(stdout + stderr).not.toMatch(/word-of-one-use|correct horse/)
  expect(await readFile(file, 'utf8')).not.toMatch(/PRIVATE KEY|correct horse|word-of-one-use/)
  const inbox = await vigie('inbox', '--identity', file, '--passphrase-file', at('pass'))
  expect(inbox).toMatchObject({ code: 0, stderr: '' })
  expect(inbox.stdout).toMatch(/^_INBOX_[0-9a-f]{16}$/m)
})

it('a secret that is used up ends it with 1 and one line, and the same command goes on with the next one', async () => {
  est.secrets.clear()
  const refused = await enrol('two')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('enrol.refused')
  expect(await readdir(join(at('two'), 'identities'))).toEqual(['wall-01.json'])
  est.secrets.add('word-of-one-use')
  const again = await enrol('two')
  expect(again).toMatchObject({ code: 0 })
  expect(again.stderr).toContain('taken up again')
})

it('what is not said is asked for by name, with 2', async () => {
  const without = await vigie('provision', 'enrol', 'wall-01', '--est', est.url)
  expect(without.code).toBe(2)
  expect(without.stderr).toContain('--ca is missing')
  const wrong = await enrol('three', '--key', 'rsa-512')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('--key rsa-512')
})

const renew = (profile: string, ...more: string[]) =>
  vigie(
    ...['provision', 'renew', 'wall-01', '--profile', at(profile), '--est', est.url, '--ca', at('ca.pem')],
    ...['--passphrase-file', at('pass'), ...more],
  )
async function keysIn(file: string): Promise<Keys> {
  const opened = openIdentity(await readFile(file), new Secret('correct horse'), file)
  if (!opened.ok) throw new Error(opened.error.message)
  return { certificate: opened.value.certificate, key: opened.value.key.reveal() }
}

it('vigie provision renew takes another key in its place by hand, and the vault opens with it alone', async () => {
  await enrol('renewed')
  const profile = at('renewed')
  const file = join(profile, 'identities', 'wall-01.json')
  const first = await keysIn(file)
  const cache = await openCacheAs(first, profile)
  if (!cache.ok) throw new Error(cache.error.message)
  await cache.value.close()

  // long before it is due, as somebody says so
  const { code, stdout, stderr } = await renew('renewed')
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(file)
  expect(await readdir(join(profile, 'identities'))).toEqual(['wall-01.json'])
  const second = await keysIn(file)
  expect(second.key).not.toBe(first.key)
  expect(est.seen.at(-1)).toMatchObject({ operation: 'simplereenroll', by: 'wall-01' })
  const slots = async (keys: Keys) => slotsOf(profile, signerWith(keys))
  expect(await slots(second)).toMatchObject({ ok: true, value: { slots: [{ used: true }] } })
  expect(await slots(first)).toMatchObject({ ok: false, error: { code: 'cache.key-refused' } })
})

it('ended between two steps, a renewal by hand goes on with the same key', async () => {
  await enrol('cut')
  const file = join(at('cut'), 'identities', 'wall-01.json')
  est.mode = 'breaks'
  expect(await renew('cut')).toMatchObject({ code: 1 })
  const asked = est.seen.at(-1)?.request
  est.mode = 'good'
  expect(await renew('cut')).toMatchObject({ code: 0 })
  expect(est.seen.at(-1)?.request.equals(asked ?? Buffer.alloc(0))).toBe(true)
  expect(await readFile(file, 'utf8')).toContain('"outstanding": null')
})

it('a renewal without a server or of another name says what is missing', async () => {
  const unsaid = await vigie('provision', 'renew', 'wall-01', '--profile', at('cut'))
  expect(unsaid.code).toBe(2)
  expect(unsaid.stderr).toContain('--est is missing')
  const unknown = await vigie(
    ...['provision', 'renew', 'nobody', '--profile', at('cut'), '--est', est.url, '--ca', at('ca.pem')],
  )
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('identity.unknown') })
})
