import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  addIdentity,
  identityFile,
  listIdentities,
  readIdentityNamed,
  removeIdentity,
  replaceIdentity,
  type IdentityFile,
} from '../../../../main/identity/identities.ts'
import { openIdentity, readIdentity } from '../../../../main/identity/open-identity.ts'
import { makeKey, makeRequest, requestPem } from '../../../../main/identity/request.ts'
import { sealKey } from '../../../../main/identity/sealed.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { startAuthority, type TestAuthority } from '../../../platform/authority.ts'

const now = Date.now()
const since = new Date(now).toISOString()
const words = 'correct horse'
let authority: TestAuthority
let profile: string
let first: IdentityFile
let second: IdentityFile

/** A key, its request and its certificate, as they lie on the disk. */
async function makeOne(state: 'requested' | 'ready'): Promise<IdentityFile> {
  const key = await makeKey('ec-p384')
  const asked = makeRequest(key, { subject: 'CN=wall-01, OU=Vigie' })
  if (!asked.ok) throw new Error(asked.error.message)
  const request = requestPem(asked.value)
  const sealed = sealKey(key.privateKey, new Secret(words))
  const bare = { vigie: 'identity', version: 1, replaced: null } as const
  if (state === 'requested') return { ...bare, current: null, outstanding: { key: sealed, request, since } }
  const certificate = await authority.answer(request)
  return {
    ...bare,
    current: { key: sealed, certificate, chain: [authority.certificate], since },
    outstanding: null,
  }
}

const must = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}
const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }) =>
  result.ok ? 'ok' : result.error.code

beforeAll(async () => {
  authority = await startAuthority('AC Postes')
  first = await makeOne('ready')
  second = await makeOne('ready')
})
afterAll(() => authority.dispose())
beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
  return () => rm(profile, { recursive: true, force: true })
})

describe('the identities of a node', () => {
  it('are files that only their owner may read, in a folder of the same', async () => {
    const file = must(await addIdentity(profile, 'wall-01', first))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(profile, 'identities'))).mode & 0o777).toBe(0o700)
    expect(await readdir(join(profile, 'identities'))).toEqual(['wall-01.json'])
  })

  it('sign in as any certificate does, by their passphrase and by no other', async () => {
    const file = must(await addIdentity(profile, 'wall-01', first))
    const bytes = must(await readIdentity(file))
    const opened = must(openIdentity(bytes, new Secret(words), file))
    expect(opened.facts.subject).toBe('CN=wall-01, OU=Vigie')
    expect(opened.chain).toEqual([authority.certificate])
    expect(opened.key.reveal()).toContain('BEGIN PRIVATE KEY')
    expect(codeOf(openIdentity(bytes, new Secret('wrong'), file))).toBe('identity.passphrase-wrong')
  })

  it('whose request is out say so when somebody would sign in with them', async () => {
    const file = must(await addIdentity(profile, 'new', await makeOne('requested')))
    const refused = openIdentity(must(await readIdentity(file)), new Secret(words), file)
    expect(refused.ok ? '' : refused.error.message).toContain('its request is out')
  })

  it('that hold another’s certificate do not sign in', async () => {
    const { certificate, chain } = second.current!
    const mixed = { ...first, current: { ...first.current!, certificate, chain } }
    const file = must(await addIdentity(profile, 'mixed', mixed))
    expect(codeOf(openIdentity(must(await readIdentity(file)), new Secret(words), file))).toBe(
      'identity.no-certificate',
    )
  })

  it('are listed with what their certificates say, kept and damaged ones too', async () => {
    must(await addIdentity(profile, 'wall-01', first))
    must(await replaceIdentity(profile, 'wall-01', second, now))
    must(await addIdentity(profile, 'new', await makeOne('requested')))
    must(await addIdentity(profile, 'cut', first))
    const cut = identityFile(profile, 'cut')
    await writeFile(cut, (await readFile(cut, 'utf8')).slice(0, 400), { mode: 0o600 })
    // twelve hours on, so that no second counts
    const all = must(await listIdentities(profile, now + 43_200_000))
    expect(all.map(({ name, state, key, serves, daysLeft }) => [name, state, key, serves, daysLeft])).toEqual(
      [
        ['cut', 'unreadable', null, [], null],
        ['new', 'requested', null, [], null],
        ['wall-01', 'ready', 'EC P-384', ['platform'], 30],
        ['wall-01.1', 'replaced', 'EC P-384', [], 30],
      ],
    )
    expect(all[2]).toMatchObject({ subject: 'CN=wall-01, OU=Vigie', issuer: 'O=Vigie, CN=AC Postes' })
    expect(all[0]?.problem?.code).toBe('identity.file-unreadable')
    expect(JSON.stringify(all)).not.toContain(first.current!.key.sealed)
  })

  it('are never overwritten: a name that is taken stays as it is', async () => {
    must(await addIdentity(profile, 'wall-01', first))
    expect(codeOf(await addIdentity(profile, 'wall-01', second))).toBe('identity.exists')
    expect(must(await readIdentityNamed(profile, 'wall-01'))).toEqual(first)
  })

  it('that are replaced are kept beside, each of them', async () => {
    must(await addIdentity(profile, 'wall-01', first))
    must(await replaceIdentity(profile, 'wall-01', second, now))
    must(await replaceIdentity(profile, 'wall-01', first, now))
    expect(must(await readIdentityNamed(profile, 'wall-01'))).toEqual(first)
    expect(must(await readIdentityNamed(profile, 'wall-01.1'))).toEqual({ ...first, replaced: since })
    expect(must(await readIdentityNamed(profile, 'wall-01.2'))).toEqual({ ...second, replaced: since })
  })

  it('that gain something lose nothing, so nothing is kept beside', async () => {
    const { outstanding } = await makeOne('requested')
    must(await addIdentity(profile, 'wall-01', first))
    const { kept } = must(await replaceIdentity(profile, 'wall-01', { ...first, outstanding }, now))
    expect(kept).toBeNull()
    const replaced = must(await replaceIdentity(profile, 'wall-01', first, now))
    expect(replaced.kept).toBe(identityFile(profile, 'wall-01.1'))
  })

  it('can go, and only those that are there', async () => {
    must(await addIdentity(profile, 'wall-01', first))
    must(await removeIdentity(profile, 'wall-01'))
    expect(must(await listIdentities(profile, now))).toEqual([])
    expect(codeOf(await removeIdentity(profile, 'wall-01'))).toBe('identity.unknown')
  })

  it.each(['../vault', 'a/b', '', '.', 'a b', 'x'.repeat(64), '-x'])(
    'have no name like “%s”',
    async (name) => {
      expect(codeOf(await addIdentity(profile, name, first))).toBe('command.invalid')
      expect(codeOf(await readIdentityNamed(profile, name))).toBe('command.invalid')
      expect(codeOf(await removeIdentity(profile, name))).toBe('command.invalid')
    },
  )
})
