/** Files that change while somebody is signed in. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAuthority, toPkcs12, type Authority } from '../../../../main/exercise/authority.ts'
import { fail, ok, type Result } from '../../../../preload/contract/result.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { keepSigningIn, type SignIn, type SigningIn } from '../../../../main/identity/sign-in.ts'

const passphrase = 'correct horse'
const day = 86_400_000
let folder: string
let now: number
let authority: Authority
let first: Uint8Array
let second: Uint8Array
let told: { signedIn: SignIn; anew: boolean }[]
let signing: SigningIn

const at = (name: string) => join(folder, name)
/** As careful people replace a file: beside, and then in its place. */
const put = async (name: string, content: string | Uint8Array) => {
  await writeFile(at(`${name}.new`), content, { mode: 0o600 })
  await rename(at(`${name}.new`), at(name))
}
const start = async (
  options: { typed?: boolean; fits?: () => Promise<Result<unknown>> } = {},
): Promise<SigningIn> => {
  told = []
  return (signing = await keepSigningIn({
    files: {
      identity: at('me.p12'),
      passphrase: options.typed === true ? { from: 'prompt' } : { from: 'file', file: at('pass') },
      authority: at('ca.pem'),
    },
    now: () => now,
    changed: (signedIn, anew) => told.push({ signedIn, anew }),
    pause: () => Promise.resolve(),
    ...(options.fits === undefined ? {} : { fits: options.fits }),
  }))
}
const certificate = () => signing.now().identity?.certificate

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-sign-in-'))
  now = Date.now()
  authority = await createAuthority('Test', now)
  const subject = [['CN', 'wall-01']] as const
  first = toPkcs12(await authority.issueClient(subject), passphrase)
  second = toPkcs12(
    await authority.issueClient(subject, { from: new Date(now - day), to: new Date(now + 90 * day) }),
    passphrase,
  )
})
beforeEach(async () => {
  now = Date.now()
  await put('me.p12', first)
  await put('pass', passphrase)
  await put('ca.pem', authority.certificate)
})
afterEach(() => signing.dispose())
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('while somebody is signed in', () => {
  it('a new certificate is noticed by itself, and what runs starts again with it', async () => {
    await start()
    const before = certificate()
    await put('me.p12', second)
    await expect.poll(certificate).not.toBe(before)
    expect(told.at(-1)).toMatchObject({ anew: true, signedIn: { problem: null, change: null } })
  })

  it('a file that does not open leaves the session as it is, says so, and is taken once it is put right', async () => {
    await start()
    const before = certificate()
    await put('me.p12', first.subarray(0, 400))
    await expect.poll(() => signing.now().change?.code).toBe('identity.change-refused')
    expect(told.at(-1)).toMatchObject({ anew: false, signedIn: { problem: null } })
    expect(certificate()).toBe(before)
    await put('me.p12', second)
    await expect.poll(certificate).not.toBe(before)
    expect(signing.now().change).toBeNull()
  })

  it('a file that is taken away leaves the session as it is, and back again nothing has changed', async () => {
    await start()
    await rm(at('me.p12'))
    await expect.poll(() => signing.now().change?.code).toBe('identity.change-refused')
    await put('me.p12', first)
    await expect.poll(() => signing.now().change).toBeNull()
    expect(told.map(({ anew }) => anew)).toEqual([true, false, false])
  })

  it('a certificate under a new passphrase waits for the passphrase’s file', async () => {
    await start()
    const before = certificate()
    const other = toPkcs12(await authority.issueClient([['CN', 'wall-01']]), 'new words')
    await put('me.p12', other)
    await expect.poll(() => signing.now().change?.code).toBe('identity.change-refused')
    await put('pass', 'new words\n')
    await expect.poll(certificate).not.toBe(before)
  })

  it('a passphrase that does not open a file is tried on it once; another one is tried at once', async () => {
    await start()
    const before = certificate()
    const other = toPkcs12(await authority.issueClient([['CN', 'wall-01']]), 'new words')
    const tried = vi.spyOn(Secret.prototype, 'reveal')
    try {
      await put('me.p12', other)
      for (let looks = 0; looks < 5; looks++) await signing.look()
      expect(signing.now().change?.code).toBe('identity.change-refused')
      expect(tried).toHaveBeenCalledTimes(1)
    } finally {
      tried.mockRestore()
    }
    await put('pass', 'new words\n')
    await expect.poll(certificate).not.toBe(before)
  })

  it.each([
    ['begins later', 2, 90],
    ['is over', -90, -2],
  ])('one that %s is not taken for one that signs in', async (_, from, to) => {
    await start()
    const before = certificate()
    const validity = { from: new Date(now + from * day), to: new Date(now + to * day) }
    await put('me.p12', toPkcs12(await authority.issueClient([['CN', 'wall-01']], validity), passphrase))
    await signing.look()
    expect(signing.now()).toMatchObject({ problem: null, change: { code: 'identity.change-refused' } })
    expect(certificate()).toBe(before)
    if (from < 0) return
    now += 3 * day
    await signing.look()
    expect(signing.now()).toMatchObject({ problem: null, change: null })
    expect(certificate()).not.toBe(before)
  })

  it('another authority is taken, and one that can’t be read is not', async () => {
    await start()
    await put('ca.pem', 'nothing')
    await expect.poll(() => signing.now().change?.subject).toBe(at('ca.pem'))
    expect(signing.now().authority).toContain('BEGIN CERTIFICATE')
    const both = `${authority.certificate}\n${(await createAuthority('Next', now)).certificate}`
    await put('ca.pem', both)
    await expect.poll(() => signing.now().authority?.match(/BEGIN/g)?.length).toBe(2)
    expect(told.at(-1)).toMatchObject({ anew: true, signedIn: { change: null } })
  })

  it('one that this node can’t go on with is not taken until it can', async () => {
    let fit: Result<unknown> = fail('cache.key-refused', 'the cache belongs to another certificate')
    await start({ fits: () => Promise.resolve(fit) })
    const before = certificate()
    await put('me.p12', second)
    await expect.poll(() => signing.now().change?.message).toContain('another certificate')
    expect(certificate()).toBe(before)
    fit = ok(undefined)
    await signing.look()
    expect(certificate()).not.toBe(before)
  })

  it('its day over, the certificate no longer signs in, and the cache stays open', async () => {
    await start()
    now += 365 * day
    await signing.look()
    expect(told.at(-1)).toMatchObject({
      anew: true,
      signedIn: { problem: { code: 'identity.expired' }, identity: { facts: { subject: 'CN=wall-01' } } },
    })
  })

  it('a person is asked for the passphrase of a new file, and the session goes on meanwhile', async () => {
    await start({ typed: true })
    await signing.unlock(new Secret(passphrase))
    const before = certificate()
    await put('me.p12', second)
    await expect.poll(() => signing.now().wanted).not.toBeNull()
    expect(signing.now()).toMatchObject({ problem: null, identity: { certificate: before } })
    expect(await signing.unlock(new Secret(passphrase))).toMatchObject({ ok: true })
    expect(certificate()).not.toBe(before)
    expect(signing.now().wanted).toBeNull()
  })
})
