/** Every answer there is, sound ones and broken ones, each made here by openssl. */
import { generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addIdentity, identityFile, readIdentityNamed } from '../../../../main/identity/identities.ts'
import { importAnswer, readAnswer, readPkcs12 } from '../../../../main/identity/import.ts'
import { openIdentity, readIdentity } from '../../../../main/identity/open-identity.ts'
import { makeKey, makeRequest, requestPem, type KeyKind } from '../../../../main/identity/request.ts'
import { fingerprintOfKey } from '../../../../main/identity/certificate-facts.ts'
import { sealKey } from '../../../../main/identity/sealed.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import {
  asPkcs12,
  asPkcs7,
  openssl,
  startAuthority,
  type Answer,
  type TestAuthority,
} from '../../../platform/authority.ts'

const now = Date.now()
const since = new Date(now).toISOString()
const words = 'correct horse'
const ours = 'battery staple'

const must = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}
const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }) =>
  result.ok ? 'ok' : result.error.code

type Pair = { publicKey: KeyObject; privateKey: KeyObject }
const requestOf = (pair: Pair) => requestPem(must(makeRequest(pair, { subject: 'CN=wall-01, OU=Vigie' })))
const pemOf = ({ privateKey }: Pair) => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const der = (pem: string) => new X509Certificate(pem).raw

let root: TestAuthority
let middle: TestAuthority
let issuing: TestAuthority
let key: Pair
let request: string
/** The certificate that was asked for, issued by the third of three authorities. */
let certificate: string
/** …and those above it. */
let above: string[]
let another: string
let profile: string
let sealed: ReturnType<typeof sealKey>

beforeAll(async () => {
  root = await startAuthority('AC Racine')
  middle = await root.below('AC Intermédiaire')
  issuing = await middle.below('AC Postes')
  key = await makeKey('ec-p384')
  sealed = sealKey(key.privateKey, new Secret(words))
  request = requestOf(key)
  certificate = await issuing.answer(request)
  above = issuing.chain
  another = await issuing.answer(requestOf(await makeKey('ec-p256')))
  profile = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
})
afterAll(async () => {
  await root.dispose()
  await rm(profile, { recursive: true, force: true })
})

const read = (bytes: Uint8Array | string, at = now) =>
  readAnswer({ key: sealed }, typeof bytes === 'string' ? Buffer.from(bytes) : bytes, 'answer', at)
const subjectsOf = (pems: readonly string[]) =>
  pems.map((pem) => new X509Certificate(pem).subject.split('=').pop())

describe('an authority’s answer', () => {
  const all = () => [above[1]!, certificate, above[2]!, above[0]!]
  const sound: [string, () => Promise<Buffer | string> | Buffer | string][] = [
    ['PEM, in whatever order', () => all().join('')],
    [
      'PEM between words, as openssl and mail leave it',
      () => `Bonjour,\r\n\r\n${all().join('\r\nsubject=…\r\n')}\r\n-- \r\n`,
    ],
    ['PEM after a byte order mark', () => `\uFEFF${all().join('')}`],
    ['PEM that has one twice', () => [...all(), certificate].join('')],
    ['PKCS#7 in DER', () => asPkcs7(all())],
    ['PKCS#7 in base64', async () => (await asPkcs7(all())).toString('base64').replace(/.{76}/g, '$&\r\n')],
    [
      'PKCS#7 in PEM',
      async () =>
        `-----BEGIN PKCS7-----\n${(await asPkcs7(all())).toString('base64')}\n-----END PKCS7-----\n`,
    ],
  ]
  it.each(sound)('is read as %s, its chain put in order', async (_, make) => {
    const { current, missing, leftOut } = must(read(Buffer.from(await make())))
    expect(new X509Certificate(current.certificate).fingerprint256).toBe(
      new X509Certificate(certificate).fingerprint256,
    )
    expect(subjectsOf(current.chain)).toEqual(['AC Postes', 'AC Intermédiaire', 'AC Racine'])
    expect({ missing, leftOut }).toEqual({ missing: null, leftOut: [] })
  })

  it.each([
    ['DER', () => der(certificate)],
    ['base64', () => der(certificate).toString('base64')],
  ])('is read as one certificate in %s, and says whose is missing', (_, make) => {
    const { current, missing } = must(read(make()))
    expect(current.chain).toEqual([])
    expect(missing).toBe('O=Vigie, CN=AC Postes')
  })

  it('says where its chain breaks, and what has nothing to do with it', () => {
    const { current, missing, leftOut } = must(read([certificate, above[0], another, above[2]].join('')))
    expect(subjectsOf(current.chain)).toEqual(['AC Postes'])
    expect(missing).toBe('O=Vigie, CN=AC Intermédiaire')
    expect(leftOut.sort()).toEqual(['CN=wall-01, OU=Vigie', 'O=Vigie, CN=AC Racine'])
  })

  it('ends where authorities issued each other', async () => {
    const loop = await startAuthority('AC Postes')
    try {
      const { missing } = must(read([certificate, ...above.slice(0, 2), loop.certificate].join('')))
      expect(missing).toBe('O=Vigie, CN=AC Racine')
    } finally {
      await loop.dispose()
    }
  })

  const broken: [string, string, () => Promise<Buffer | string> | Buffer | string][] = [
    ['nothing at all', 'answer-unreadable', () => ''],
    ['rubbish', 'answer-unreadable', () => Buffer.from('4f2a0099ffee', 'hex')],
    ['a page that says that one has to sign in', 'answer-unreadable', () => '<html><body>401</body></html>'],
    ['the request itself', 'answer-unreadable', () => request],
    ['a private key', 'answer-unreadable', () => pemOf(key)],
    ['PEM whose base64 is cut', 'answer-unreadable', () => certificate.replace(/.{64}\n.{64}\n/, '')],
    ['DER that is cut', 'answer-unreadable', () => der(certificate).subarray(0, 300)],
    ['PKCS#7 that is cut', 'answer-unreadable', async () => (await asPkcs7([certificate])).subarray(0, 300)],
    [
      'PKCS#7 without a certificate',
      'answer-unreadable',
      () => Buffer.from('MCMGCSqGSIb3DQEHAqAWMBQCAQExADALBgkqhkiG9w0BBwExAA==', 'base64'),
    ],
    [
      'nested a hundred thousand deep',
      'answer-unreadable',
      () => Buffer.concat(Array.from({ length: 100_000 }, () => Buffer.from([0x30, 0x80]))),
    ],
    [
      'PKCS#7 nested deep',
      'answer-unreadable',
      () =>
        Buffer.concat([
          Buffer.from('3080060a', 'hex'),
          ...Array.from({ length: 100_000 }, () => Buffer.from([0xa0, 0x80])),
        ]),
    ],
    [
      'of half a million parts',
      'answer-unreadable',
      () =>
        Buffer.concat([
          Buffer.from('30830f000606092a864886f70d010702', 'hex'),
          Buffer.alloc(0x0f0000, Buffer.from([0x30, 0])),
        ]),
    ],
    ['of a thousand certificates', 'answer-unreadable', () => above[0]!.repeat(1000)],
    ['another key’s certificate', 'key-mismatch', () => another],
    ['PKCS#7 without ours', 'key-mismatch', () => asPkcs7([another, ...above])],
    ['the authorities alone', 'key-mismatch', () => above.join('')],
    [
      'PKCS#12, where PKCS#7 is awaited',
      'answer-unreadable',
      () => asPkcs12(pemOf(key), [certificate], ours),
    ],
  ]
  it.each(broken)('is refused as %s: %s', async (_, code, make) => {
    expect(codeOf(read(Buffer.from(await make())))).toBe(`identity.${code}`)
  })

  const authorityLike = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']
  const unfit: [string, Answer, RegExp][] = [
    ['a serial number that is huge', { serial: `7f${'00'.repeat(40)}` }, /serial number/],
    ['no subject', { subject: '/' }, /no subject/],
    ['an authority’s rights', { extensions: authorityLike }, /an authority’s/],
    ['a server’s use alone', { extensions: ['extendedKeyUsage=serverAuth'] }, /not for clients/],
  ]
  it.each(unfit)('is refused with %s', async (_, options, why) => {
    const refused = read(await issuing.answer(request, options))
    expect(codeOf(refused)).toBe('identity.unfit')
    expect(refused.ok ? '' : refused.error.message).toMatch(why)
  })

  it('is refused once it has expired', () => {
    const refused = read(certificate, now + 40 * 86_400_000)
    expect(refused.ok ? '' : refused.error.message).toMatch(/^it ended on /)
  })

  it('of several for the key, the one that lasts longest is taken', async () => {
    const longer = await issuing.answer(request, { days: 90 })
    const { current } = must(read([certificate, longer, ...above].join('')))
    expect(new X509Certificate(current.certificate).serialNumber).toBe(
      new X509Certificate(longer).serialNumber,
    )
  })

  it('makes a ready identity of a request, and the next one keeps the last', async () => {
    const bare = { vigie: 'identity', version: 1, replaced: null } as const
    must(
      await addIdentity(profile, 'wall-01', {
        ...bare,
        current: null,
        outstanding: { key: sealed, request, since },
      }),
    )
    const bytes = Buffer.from([certificate, ...above].join(''))
    const imported = must(await importAnswer(profile, 'wall-01', bytes, 'answer.pem', now))
    expect(imported).toMatchObject({ file: identityFile(profile, 'wall-01'), kept: null, missing: null })
    const stored = must(await readIdentity(imported.file))
    expect(must(openIdentity(stored, new Secret(words), 'f')).facts.subject).toBe('CN=wall-01, OU=Vigie')

    expect(codeOf(await importAnswer(profile, 'wall-01', bytes, 'answer.pem', now))).toBe(
      'identity.not-asked',
    )
    const longer = Buffer.from(await issuing.answer(request, { days: 90 }))
    const next = must(await importAnswer(profile, 'wall-01', longer, 'answer.pem', now))
    expect(next.kept).toBe(identityFile(profile, 'wall-01.1'))
    expect(must(await readIdentityNamed(profile, 'wall-01.1')).replaced).toBe(since)
    expect(codeOf(await importAnswer(profile, 'wall-01.1', longer, 'answer.pem', now))).toBe(
      'identity.not-asked',
    )
    expect(codeOf(await importAnswer(profile, 'unknown', longer, 'answer.pem', now))).toBe('identity.unknown')
  })
})

describe('PKCS#12', () => {
  const readP12 = (bytes: Uint8Array, passphrase = ours) =>
    readPkcs12(bytes, new Secret(passphrase), new Secret(words), 'me.p12', now)
  const modern: string[] = []
  const old = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']
  const oldest = ['-legacy']
  const unsealed = ['-keypbe', 'NONE', '-certpbe', 'NONE']
  const sound: [KeyKind, string, string[]][] = [
    ['rsa-3072', 'today’s ciphers', modern],
    ['rsa-3072', 'triple DES', old],
    ['rsa-3072', 'RC2 of forty bits', oldest],
    ['ec-p256', 'today’s ciphers', modern],
    ['ec-p384', 'today’s ciphers', modern],
    ['ec-p384', 'triple DES', old],
    ['ec-p384', 'RC2 of forty bits', oldest],
    ['ec-p256', 'nothing but its seal', unsealed],
  ]
  it.each(sound)('of a key %s sealed with %s is sealed anew, and opens', async (kind, _, how) => {
    const pair = await makeKey(kind)
    const own = await issuing.answer(requestOf(pair))
    const bytes = await asPkcs12(pemOf(pair), [own, above[1]!, above[0]!], ours, how)
    // as it is, too
    const direct = must(openIdentity(bytes, new Secret(ours), 'me.p12'))
    expect(new X509Certificate(direct.certificate).fingerprint256).toBe(
      new X509Certificate(own).fingerprint256,
    )
    const { current, missing } = must(readP12(bytes))
    expect(current.key.publicKey).toBe(fingerprintOfKey(pair.publicKey))
    expect(subjectsOf(current.chain)).toEqual(['AC Postes', 'AC Intermédiaire'])
    expect(missing).toBe('O=Vigie, CN=AC Racine')
    const file = Buffer.from(
      JSON.stringify({ vigie: 'identity', version: 1, current, outstanding: null, replaced: null }),
    )
    const opened = must(openIdentity(file, new Secret(words), 'wall-01.json'))
    expect(opened.key.reveal()).toBe(pemOf(pair))
    expect(codeOf(openIdentity(file, new Secret(ours), 'wall-01.json'))).toBe('identity.passphrase-wrong')
  })

  const sealedWith = (how: string[] = []) => asPkcs12(pemOf(key), [certificate], ours, how)
  const ofKey = async (pair: Pair, options?: Answer) => {
    const file = join(profile, 'a.key')
    await writeFile(file, pemOf(pair), { mode: 0o600 })
    const made = await openssl(['req', '-new', '-key', file, '-subj', '/CN=wall-01'])
    return asPkcs12(pemOf(pair), [await issuing.answer(made.toString(), options)], ours)
  }
  const broken: [string, string, () => Promise<Uint8Array> | Uint8Array][] = [
    ['cut', 'file-unreadable', async () => (await sealedWith()).subarray(0, 500)],
    ['rubbish', 'file-unreadable', () => Buffer.from('PK\u0003\u0004')],
    ['without the key', 'no-certificate', () => sealedWith(['-nokeys'])],
    ['without the certificate', 'no-certificate', () => sealedWith(['-nocerts'])],
    ['stretched for minutes', 'file-unreadable', () => sealedWith(['-iter', '1500000'])],
    [
      'of an RSA key that is short',
      'unfit',
      () => ofKey(generateKeyPairSync('rsa', { modulusLength: 1024 })),
    ],
    [
      'of a curve that we do not sign in with',
      'unfit',
      () => ofKey(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })),
    ],
    ['of a key of another kind', 'unfit', () => ofKey(generateKeyPairSync('ed25519'))],
    [
      'of a certificate with a huge serial number',
      'unfit',
      () => ofKey(key, { serial: `7f${'00'.repeat(40)}` }),
    ],
  ]
  it.each(broken)('%s is refused: %s', async (_, code, make) => {
    expect(codeOf(readP12(await make()))).toBe(`identity.${code}`)
  })

  it('stays closed with another passphrase', async () => {
    expect(codeOf(readP12(await sealedWith(), 'wrong'))).toBe('identity.passphrase-wrong')
  })

  it('of ten megabytes is not even read', async () => {
    const file = join(profile, 'huge.p12')
    await writeFile(file, Buffer.alloc(10_000_000, 0x30), { mode: 0o600 })
    const refused = await readIdentity(file)
    expect(refused.ok ? '' : refused.error.message).toMatch(/larger than 1000000 bytes/)
  })
})
