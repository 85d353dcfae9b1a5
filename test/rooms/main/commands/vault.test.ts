import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority, toPkcs12 } from '../../../../main/exercise/authority.ts'
import { openCacheAs, type Keys } from '../../../platform/unlocked.ts'
import { vigie } from '../../../platform/run-command.ts'

let folder: string
let profile: string
let wall: Keys

const as = (name: string) => [
  ...['--profile', profile, '--identity', join(folder, `${name}.p12`)],
  ...['--passphrase-file', join(folder, 'passphrase')],
]
const made = async () => {
  const cache = await openCacheAs(wall, profile)
  if (!cache.ok) throw new Error(cache.error.message)
  return cache.value
}
interface Listed {
  slots: { slot: string; kind: string; name: string; proven: boolean; used: boolean }[]
  rotating: boolean
}
const listed = async (name = 'wall'): Promise<Listed> => {
  const { stdout, stderr } = await vigie('vault', 'slots', '--json', ...as(name))
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Listed
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-vault-'))
  profile = join(folder, 'node')
  await writeFile(join(folder, 'passphrase'), 'correct horse', { mode: 0o600 })
  const authority = await createAuthority('Test', Date.now())
  for (const name of ['wall', 'admin', 'stranger']) {
    const issued = await authority.issueClient([['CN', name]])
    if (name === 'wall') wall = issued
    await writeFile(join(folder, `${name}.p12`), toPkcs12(issued, 'correct horse'), { mode: 0o600 })
    await writeFile(join(folder, `${name}.pem`), issued.certificate)
  }
  await (await made()).close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('an administrator gets a slot, says that the vault is theirs, and takes a lost wall’s place', async () => {
  const added = await vigie(
    'vault',
    'add',
    '--certificate',
    join(folder, 'admin.pem'),
    '--kind',
    'recovery',
    ...as('wall'),
  )
  expect(added).toMatchObject({ code: 0, stderr: '' })
  expect(added.stdout).toMatch(/^slot [0-9a-f]{12} is added\n$/)

  const early = await vigie('vault', 'slots', ...as('admin'))
  expect(early).toMatchObject({ code: 1, stdout: '' })
  expect(early.stderr).toContain('vigie cache sign')
  expect(await vigie('cache', 'sign', ...as('admin'))).toMatchObject({ code: 0 })

  const { slots, rotating } = await listed('admin')
  expect(rotating).toBe(false)
  expect(slots).toMatchObject([
    { kind: 'certificate', name: 'CN=wall', proven: true, used: false },
    { kind: 'recovery', name: 'CN=admin', proven: true, used: true },
  ])
  const table = await vigie('vault', 'slots', ...as('wall'))
  expect(table.stdout).toMatch(/^slot +kind +name +algorithm +proven +used\n/)
  expect(table.stdout).toMatch(/certificate +CN=wall +RSA-OAEP-SHA-256 +yes +yes/)

  const removed = await vigie('vault', 'remove', slots[0]!.slot, ...as('admin'))
  expect(removed).toMatchObject({ code: 0, stderr: '' })
  expect(removed.stdout).toContain('vigie vault rotate')
  const gone = await vigie('vault', 'slots', ...as('wall'))
  expect(gone).toMatchObject({ code: 1, stdout: '' })
  expect(gone.stderr).toContain('cache.key-refused')

  const rotated = await vigie('vault', 'rotate', ...as('admin'))
  expect(rotated).toMatchObject({ code: 0 })
  expect(rotated.stderr).toContain('the cache: answers to the new key')
  expect(await vigie('cache', 'stats', ...as('admin'))).toMatchObject({ code: 0, stderr: '' })

  expect(
    await vigie(
      'vault',
      'add',
      '--certificate',
      join(folder, 'wall.pem'),
      '--kind',
      'certificate',
      ...as('admin'),
    ),
  ).toMatchObject({ code: 0 })
  expect(await vigie('cache', 'sign', ...as('wall'))).toMatchObject({ code: 0 })
  await (await made()).close()
})

it('nothing is rotated while Vigie runs on the profile, and the last slot stays', async () => {
  const cache = await made()
  const refused = await vigie('vault', 'rotate', ...as('wall'))
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr.trim().split('\n')).toHaveLength(1)
  expect(refused.stderr).toContain(join(profile, 'cache.db'))
  await cache.close()
  const { slots } = await listed()
  for (const { slot, used } of slots)
    if (!used) expect(await vigie('vault', 'remove', slot, ...as('wall'))).toMatchObject({ code: 0 })
  const last = (await listed()).slots
  expect(last).toHaveLength(1)
  expect(await vigie('vault', 'remove', last[0]!.slot, ...as('wall'))).toMatchObject({ code: 1, stdout: '' })
  expect(await listed()).toMatchObject({ slots: last })
})

it.each([
  ['no certificate', ['vault', 'add', '--kind', 'recovery'], 2],
  ['no kind', ['vault', 'add', '--certificate', 'passphrase'], 2],
  ['a keystore', ['vault', 'add', '--certificate', 'passphrase', '--kind', 'keystore'], 2],
  ['what is no certificate', ['vault', 'add', '--certificate', 'passphrase', '--kind', 'recovery'], 1],
  ['a certificate that is not there', ['vault', 'add', '--certificate', 'none', '--kind', 'recovery'], 1],
  ['no slot', ['vault', 'remove'], 2],
  ['a slot that is not there', ['vault', 'remove', '0123456789ab'], 1],
])('refuses %s, and changes nothing', async (_, words, code) => {
  const before = await readFile(join(profile, 'vault.json'), 'utf8')
  const at = words.indexOf('--certificate')
  const given = words.map((word, index) => (at >= 0 && index === at + 1 ? join(folder, word) : word))
  expect(await vigie(...given, ...as('wall'))).toMatchObject({ code, stdout: '' })
  expect(await readFile(join(profile, 'vault.json'), 'utf8')).toBe(before)
})

it('a stranger opens nothing, changes nothing and learns nothing', async () => {
  for (const words of [['slots'], ['remove', '0123456789ab'], ['rotate']])
    expect(await vigie('vault', ...words, ...as('stranger'))).toMatchObject({ code: 1, stdout: '' })
})
