import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import forge from 'node-forge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createAuthority,
  toPkcs12,
  type Authority,
  type Issued,
} from '../../../../main/exercise/authority.ts'
import { readAuthority } from '../../../../main/identity/authority.ts'
import { dateProblem, openIdentity, readIdentity } from '../../../../main/identity/open-identity.ts'
import { readPassphrase } from '../../../../main/identity/passphrase.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { keepSigningIn, type SignIn, type SignInFiles } from '../../../../main/identity/sign-in.ts'

const now = Date.now()
const passphrase = 'correct horse'
let folder: string
let authority: Authority
let issued: Issued

const keep = async (name: string, content: string | Uint8Array): Promise<string> => {
  const file = join(folder, name)
  await writeFile(file, content, { mode: 0o600 })
  return file
}
const openWith = async (file: string, passphraseFile: string) => {
  const bytes = await readIdentity(file)
  if (!bytes.ok) return bytes
  const typed = await readPassphrase({ from: 'file', file: passphraseFile })
  return typed.ok ? openIdentity(bytes.value, typed.value, file) : typed
}
const codeOf = async (identity: string, passphraseFile: string) => {
  const opened = await openWith(identity, passphraseFile)
  return opened.ok ? 'ok' : opened.error.code
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-identity-'))
  authority = await createAuthority('Test', now)
  issued = await authority.issueClient([
    ['CN', 'wall-01'],
    ['OU', 'Vigie'],
  ])
  await keep('pass', `${passphrase}\n`)
  await keep('wrong', 'something else\n')
  await keep('me.p12', toPkcs12(issued, passphrase))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a client certificate', () => {
  it('opens with its passphrase, whose last newline does not count', async () => {
    const opened = await openWith(join(folder, 'me.p12'), join(folder, 'pass'))
    expect(opened).toMatchObject({
      ok: true,
      value: { facts: { subject: 'CN=wall-01, OU=Vigie' }, chain: [] },
    })
    if (!opened.ok) return
    expect(opened.value.certificate.replace(/\r/g, '')).toBe(issued.certificate.replace(/\r/g, ''))
    expect(dateProblem(opened.value, 'me.p12', now)).toBeNull()
  })

  it.each(['3des', 'aes128'] as const)(
    'opens when it was exported with %s, which OpenSSL 3 may refuse',
    async (algorithm) => {
      const asn1 = forge.pkcs12.toPkcs12Asn1(
        forge.pki.privateKeyFromPem(issued.key),
        [
          forge.pki.certificateFromPem(issued.certificate),
          forge.pki.certificateFromPem(authority.certificate),
        ],
        passphrase,
        { algorithm },
      )
      const file = await keep(`${algorithm}.p12`, Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary'))
      const opened = await openWith(file, join(folder, 'pass'))
      expect(opened.ok && opened.value.chain).toHaveLength(1)
      expect(opened.ok && opened.value.facts.subject).toContain('wall-01')
    },
  )

  it('says that the passphrase is wrong', async () => {
    expect(await codeOf(join(folder, 'me.p12'), join(folder, 'wrong'))).toBe('identity.passphrase-wrong')
  })

  it('says that a file is missing, is no PKCS#12, or is cut short', async () => {
    const pass = join(folder, 'pass')
    expect(await codeOf(join(folder, 'none.p12'), pass)).toBe('identity.file-unreadable')
    expect(await codeOf(join(folder, 'me.p12'), join(folder, 'none'))).toBe('identity.file-unreadable')
    expect(await codeOf(await keep('text.p12', 'hello'), pass)).toBe('identity.file-unreadable')
    const cut = toPkcs12(issued, passphrase).subarray(0, 500)
    expect(await codeOf(await keep('cut.p12', cut), pass)).toBe('identity.file-unreadable')
  })

  it('says that there is no certificate with its key', async () => {
    const asn1 = forge.pkcs12.toPkcs12Asn1(
      null,
      [forge.pki.certificateFromPem(issued.certificate)],
      passphrase,
    )
    const file = await keep('alone.p12', Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary'))
    expect(await codeOf(file, join(folder, 'pass'))).toBe('identity.no-certificate')
  })

  it('never says the passphrase', async () => {
    const opened = await openWith(join(folder, 'me.p12'), join(folder, 'wrong'))
    expect(JSON.stringify(opened)).not.toContain('something else')
  })
})

describe('an authority', () => {
  it('is PEM, one or several', async () => {
    const two = `some text\n${authority.certificate}\n${authority.certificate}`
    const read = await readAuthority(await keep('two.pem', two))
    expect(read.ok && read.value.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
  })

  it('that can’t be read is said so', async () => {
    const broken = authority.certificate.replace(/^[A-Za-z0-9+/]{30}/m, 'A'.repeat(30))
    for (const file of [join(folder, 'none.pem'), await keep('a.pem', 'hello'), await keep('b.pem', broken)])
      expect(await readAuthority(file)).toMatchObject({
        ok: false,
        error: { code: 'authority.file-unreadable' },
      })
  })
})

describe('signing in', () => {
  const files = (): SignInFiles => ({
    identity: join(folder, 'me.p12'),
    passphrase: { from: 'file', file: join(folder, 'pass') },
    authority: join(folder, 'ca.pem'),
  })
  const year = 365 * 86_400_000
  /** what one sign-in says first */
  const firstOf = async (from: SignInFiles, at: number): Promise<SignIn> => {
    const signing = await keepSigningIn({ files: from, now: () => at, changed: () => undefined })
    signing.dispose()
    return signing.now()
  }

  it('with an expired certificate keeps its key, so that the cache opens', async () => {
    await keep('ca.pem', authority.certificate)
    expect(await firstOf(files(), now + year)).toMatchObject({
      problem: { code: 'identity.expired' },
      identity: { key: { reveal: expect.any(Function) } },
    })
    expect(await firstOf(files(), now - year)).toMatchObject({
      problem: { code: 'identity.not-yet-valid' },
      identity: { key: { reveal: expect.any(Function) } },
    })
  })

  it('without the authority’s file keeps its key too', async () => {
    const without = await firstOf({ ...files(), authority: join(folder, 'none.pem') }, now)
    expect(without).toMatchObject({ authority: null, problem: { code: 'authority.file-unreadable' } })
    expect(without.identity).not.toBeNull()
  })

  describe('with a passphrase that a person types', () => {
    const typing = async (authorityFile = 'ca.pem') => {
      const told: SignIn[] = []
      const waits: number[] = []
      await keep('ca.pem', authority.certificate)
      const signing = await keepSigningIn({
        files: { ...files(), passphrase: { from: 'prompt' }, authority: join(folder, authorityFile) },
        now: () => now,
        changed: (next) => told.push(next),
        pause: (time) => Promise.resolve(waits.push(time)),
      })
      return { signing, told, waits }
    }

    it('waits for it, says why a wrong one did not do, and opens with the right one', async () => {
      const { signing, told } = await typing()
      expect(signing.now()).toMatchObject({
        identity: null,
        problem: { code: 'identity.passphrase-wanted' },
        wanted: { certificate: join(folder, 'me.p12'), refused: null },
      })
      expect(await signing.unlock(new Secret('something else'))).toMatchObject({
        ok: false,
        error: { code: 'identity.passphrase-wrong' },
      })
      expect(told.at(-1)).toMatchObject({ wanted: { refused: { code: 'identity.passphrase-wrong' } } })
      expect(await signing.unlock(new Secret(passphrase))).toEqual({ ok: true, value: undefined })
      expect(told.at(-1)).toMatchObject({
        identity: { facts: { subject: 'CN=wall-01, OU=Vigie' } },
        wanted: null,
      })
      expect(JSON.stringify(told)).not.toMatch(/something else|correct horse/)
      signing.dispose()
    })

    it('is slower after each wrong one, and tries one at a time', async () => {
      const { signing, waits } = await typing()
      for (let tries = 0; tries < 8; tries++) await signing.unlock(new Secret(`wrong ${tries}`))
      expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000])
      const both = await Promise.all([
        signing.unlock(new Secret('wrong')),
        signing.unlock(new Secret(passphrase)),
      ])
      expect(both.map((answer) => !answer.ok && answer.error.code)).toEqual([
        'identity.passphrase-wrong',
        'ipc.refused',
      ])
      signing.dispose()
    })

    it('does not ask while the certificate’s file itself can’t be read', async () => {
      const signing = await keepSigningIn({
        files: { ...files(), identity: join(folder, 'none.p12'), passphrase: { from: 'prompt' } },
        now: () => now,
        changed: () => undefined,
      })
      expect(signing.now()).toMatchObject({ wanted: null, problem: { code: 'identity.file-unreadable' } })
      signing.dispose()
    })

    it('asks nobody once it is open', async () => {
      const { signing } = await typing('none.pem')
      expect(await signing.unlock(new Secret(passphrase))).toMatchObject({ ok: true })
      expect(signing.now()).toMatchObject({ wanted: null, problem: { code: 'authority.file-unreadable' } })
      expect(await signing.unlock(new Secret(passphrase))).toMatchObject({ ok: false })
      signing.dispose()
    })
  })
})
