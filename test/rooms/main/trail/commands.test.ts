/** `vigie trail verify | show | export`, as an administrator and a court use them. */
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { toPkcs12 } from '../../../../main/exercise/authority.ts'
import { deriveKey, openVault } from '../../../../main/identity/vault/vault.ts'
import { databaseFile } from '../../../../main/engine/cache/database-file.ts'
import { signerOf } from '../../../../main/identity/signer.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { aFolder, aTrail, issuedWall, ours } from './a-trail.ts'
import { vigie } from '../../../platform/run-command.ts'

let profile: string
let ca: string
let node: string[]
beforeAll(async () => {
  profile = await aFolderForAll()
  const issued = await issuedWall()
  const signer = signerOf({ certificate: issued.certificate, key: new Secret(issued.key) })
  const vault = await openVault(profile, signer, { cache: databaseFile(profile) })
  if (!vault.ok) throw new Error(vault.error.message)
  const trail = aTrail(profile)
  trail.record({ kind: 'start' })
  await trail.open([deriveKey(vault.value.secret, 'Vigie trail')], { ...signer, chain: [] })
  trail.record({ kind: 'act.show-scene', person: 'A. Martin', screen: 3, subject: 'domains', marking: 'dr' })
  trail.record({ kind: 'refused', refused: 'ipc.refused', subject: 'vigie:desk.act' })
  await trail.settled(5000)
  await trail.dispose()
  ca = join(profile, 'ca.pem')
  const identity = join(profile, 'wall.p12')
  const passphrase = join(profile, 'wall.txt')
  await writeFile(ca, (await ours()).certificate)
  await writeFile(identity, toPkcs12(issued, 'correct horse'), { mode: 0o600 })
  await writeFile(passphrase, 'correct horse\n', { mode: 0o600 })
  node = ['--profile', profile, '--identity', identity, '--passphrase-file', passphrase]
}, 60_000)
const aFolderForAll = async (): Promise<string> => {
  const { mkdtemp } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  return mkdtemp(join(tmpdir(), 'vigie-trail-profile-'))
}

it('verify says how many records there are, and that each follows the one before', async () => {
  const said = await vigie('trail', 'verify', '--json', '--ca', ca, ...node)
  expect(said.code).toBe(0)
  expect(JSON.parse(said.stdout)).toMatchObject({ records: 5, sealed: 5, seals: 1, bad: null })
  const { last, head } = JSON.parse(said.stdout) as { last: number; head: string }
  expect((await vigie('trail', 'verify', '--expect', `${last}:${head}`, ...node)).code).toBe(0)
  const more = await vigie('trail', 'verify', '--expect', `${last + 4}:${head}`, ...node)
  expect(more.code).toBe(1)
  expect(more.stdout).toContain('record 6 is not as it was written')
})

it('an exported file is verified with the authority alone, and its first bad record is named', async () => {
  const folder = await aFolder()
  const out = join(folder, 'trail.jsonl')
  expect((await vigie('trail', 'export', '--out', out, ...node)).stdout).toContain('5 records')
  const whole = await vigie('trail', 'verify', '--file', out, '--ca', ca)
  expect(whole).toMatchObject({ code: 0 })
  await writeFile(out, (await readFile(out, 'utf8')).replace('A. Martin', 'B. Durand'))
  const changed = await vigie('trail', 'verify', '--file', out, '--ca', ca)
  expect(changed.code).toBe(1)
  expect(changed.stdout).toContain('record 3 is not as it was written')
  expect((await vigie('trail', 'export', '--out', out, ...node)).code).toBe(1)
})

it.each(['--ca', '--stamp-ca'])('%s that others may change decides nothing', async (option) => {
  const folder = await aFolder()
  const theirs = join(folder, 'theirs.pem')
  await copyFile(ca, theirs)
  await chmod(theirs, 0o666)
  const out = join(folder, 'trail.jsonl')
  await writeFile(out, '')
  const said = await vigie(
    'trail',
    'verify',
    '--file',
    out,
    ...(option === '--ca' ? [] : ['--ca', ca]),
    option,
    theirs,
  )
  expect(said.code).toBe(1)
  expect(said.stderr).toContain('may be changed by others')
  await writeFile(theirs, 'no certificate', { mode: 0o600 })
  await chmod(theirs, 0o600)
  const none = await vigie('trail', 'verify', '--file', out, '--ca', theirs)
  expect(none.code).toBe(1)
  expect(none.stderr).toContain('holds no certificate')
})

it('show finds what was on a screen, and who put it there', async () => {
  const said = await vigie('trail', 'show', '--screen', '3', '--find', 'martin', '--json', ...node)
  expect(JSON.parse(said.stdout)).toMatchObject([{ person: 'A. Martin', subject: 'domains', marking: 'dr' }])
  expect((await vigie('trail', 'show', '--find', 'nobody', ...node)).stdout).toBe('nothing of it\n')
  expect((await vigie('trail', 'show', '--screen', 'x', ...node)).code).toBe(2)
})
