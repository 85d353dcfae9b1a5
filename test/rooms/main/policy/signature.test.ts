/** The administrator's signature: ours and openssl's, and all that is not one. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asn1OutOfBounds } from '../../../../main/policy/asn1-bounds.ts'
import { signText, verifyPolicySignature } from '../../../../main/policy/signature.ts'
import {
  keyUsages,
  makePolicyAuthority,
  ringOf,
  type Asked,
  type Holder,
  type PolicyAuthority,
} from '../../../platform/policy-authority.ts'

const text = Buffer.from('node: poste-07\nversion: 3\n')
const now = Date.now()
const day = 86_400_000

let folder: string
let authority: PolicyAuthority
let claire: Holder

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-signature-'))
  authority = await makePolicyAuthority()
  claire = await authority.issue('Claire Aubert')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)
const put = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(at(name), content)
  return at(name)
}
const openssl = (...args: string[]): Buffer =>
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
const judge = (signature: Uint8Array, of: Uint8Array = text, by = authority.certificate, when = now) =>
  verifyPolicySignature(of, signature, by, when, 'policy.yaml')
async function signed(by: Holder, chain: string[] = [], when = now, of: Uint8Array = text): Promise<Buffer> {
  const made = await signText(of, by.signer, chain, when)
  if (!made.ok) throw new Error(made.error.message)
  return made.value
}
/** `openssl cms -sign` with this holder. */
async function bySsl(by: Holder, ...more: string[]): Promise<Buffer> {
  await put('signer.pem', by.certificate)
  await put('signer.key', by.key)
  await put('text', text)
  const out = at('by-ssl.p7s')
  openssl(
    ...['cms', '-sign', '-binary', '-in', at('text'), '-signer', at('signer.pem')],
    ...['-inkey', at('signer.key'), '-outform', 'DER', '-out', out, ...more],
  )
  return readFile(out)
}

describe('a signature beside a policy', () => {
  it.each(['rsa', 'P-256', 'P-384'] as const)('of ours is one for openssl, by %s', async (kind) => {
    const by = await authority.issue('Nadia Benali', { kind, uses: ['1.3.6.1.5.5.7.3.4'] })
    await put('ours.p7s', await signed(by))
    await put('text', text)
    await put('ca.pem', authority.certificate)
    const said = openssl(
      ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', at('ours.p7s')],
      ...['-content', at('text'), '-CAfile', at('ca.pem')],
    )
    expect(said).toEqual(text)
    expect(judge(await signed(by))).toMatchObject({
      ok: true,
      value: { signer: 'CN=Nadia Benali', signedAt: Math.floor(now / 1000) * 1000 },
    })
  })

  it.each([
    ['rsa', []],
    ['rsa', ['-keyopt', 'rsa_padding_mode:pss']],
    ['P-256', []],
    ['P-384', ['-md', 'sha384']],
    ['P-256', ['-outform', 'PEM']],
  ] as const)('of openssl is one for us, by %s %j', async (kind, more) => {
    const by = await authority.issue('Nadia Benali', { kind })
    expect(judge(await bySsl(by, ...more))).toMatchObject({
      ok: true,
      value: { signer: 'CN=Nadia Benali' },
    })
  })

  it('counts with the chain that is in it, and only with it', async () => {
    const middle = await authority.issue('Politiques de l’état-major', { authority: true })
    const by = await middle.below('Claire Aubert', { to: now + 10 * day })
    expect(judge(await signed(by, [middle.certificate]))).toMatchObject({ ok: true })
    expect(judge(await signed(by))).toMatchObject({
      ok: false,
      error: { code: 'policy.signer-untrusted' },
    })
    const read = judge(await signed(by, [middle.certificate]))
    // as long as the first of them
    expect(read.ok && read.value.until).toBe(Math.floor((now + 10 * day) / 1000) * 1000)
  })
})

it('counts where the node was given the signer’s own certificate, and nobody else’s then', async () => {
  expect(judge(await signed(claire), text, claire.certificate)).toMatchObject({ ok: true })
  const other = await authority.issue('Un autre')
  expect(judge(await signed(other), text, claire.certificate)).toMatchObject({
    ok: false,
    error: { code: 'policy.signer-untrusted' },
  })
})

describe('no signature is', () => {
  const flipped = (bytes: Buffer): Buffer => {
    const other = Buffer.from(bytes)
    other[other.length - 3] = (other[other.length - 3] ?? 0) ^ 1
    return other
  }
  const nested = (levels: number): Buffer =>
    Buffer.concat([Buffer.alloc(levels * 2, Buffer.from([0x30, 0x80])), Buffer.alloc(levels * 2)])

  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['nothing', () => Promise.resolve(Buffer.alloc(0)), 'policy.signature-unreadable'],
    [
      'noise',
      () => Promise.resolve(Buffer.from('-----BEGIN PGP SIGNATURE-----')),
      'policy.signature-unreadable',
    ],
    ['a YAML file', () => Promise.resolve(text), 'policy.signature-unreadable'],
    ['ten megabytes', () => Promise.resolve(Buffer.alloc(10_000_000, 0x30)), 'policy.signature-unreadable'],
    ['a bomb of levels', () => Promise.resolve(nested(50_000)), 'policy.signature-unreadable'],
    [
      'a bomb of parts',
      () => Promise.resolve(Buffer.concat([Buffer.from([0x30, 0x82, 0xff, 0xfe]), Buffer.alloc(0xfffe)])),
      'policy.signature-unreadable',
    ],
    [
      'a length that lies',
      () => Promise.resolve(Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x00])),
      'policy.signature-unreadable',
    ],
    ['one that is cut', async () => (await signed(claire)).subarray(0, -20), 'policy.signature-unreadable'],
    [
      'one with something behind it',
      async () => Buffer.concat([await signed(claire), Buffer.from([5, 0])]),
      'policy.signature-unreadable',
    ],
    ['one changed in its last bytes', async () => flipped(await signed(claire)), 'policy.altered'],
    [
      'that of another text',
      () => signed(claire, [], now, Buffer.from('node: poste-08\n')),
      'policy.altered',
    ],
    ['one that has its text in it', () => bySsl(claire, '-nodetach'), 'policy.signature-unreadable'],
    ['one by SHA-1', () => bySsl(claire, '-md', 'sha1'), 'policy.signature-unreadable'],
    ['one that does not say when', () => bySsl(claire, '-noattr'), 'policy.signature-unreadable'],
    ['one without its signer’s certificate', () => bySsl(claire, '-nocerts'), 'policy.signature-unreadable'],
    [
      'one that names its signer by a key',
      () => bySsl(claire, '-keyid').catch(() => Buffer.alloc(1)),
      'policy.signature-unreadable',
    ],
    [
      'one of two signers',
      async () => {
        const other = await authority.issue('Un autre')
        await put('second.pem', other.certificate)
        await put('second.key', other.key)
        return bySsl(claire, '-signer', at('second.pem'), '-inkey', at('second.key'))
      },
      'policy.signature-unreadable',
    ],
    [
      'a stranger’s',
      async () => signed(await (await makePolicyAuthority()).issue('Claire Aubert')),
      'policy.signer-untrusted',
    ],
    [
      'one of a certificate that has ended',
      async () =>
        signed(await authority.issue('Ancienne', { from: now - 9 * day, to: now - day }), [], now - 5 * day),
      'policy.signer-untrusted',
    ],
    [
      'one from before its certificate',
      async () => signed(claire, [], now - 5 * day),
      'policy.signer-untrusted',
    ],
    ['one from tomorrow', () => signed(claire, [], now + day), 'policy.signer-untrusted'],
    [
      'a machine’s, whose certificate is for TLS',
      async () => signed(await authority.issue('wall-01', { uses: ['1.3.6.1.5.5.7.3.2'] })),
      'policy.signer-untrusted',
    ],
    [
      'one of a key that may not sign',
      async () => signed(await authority.issue('Chiffre', { usages: keyUsages.keyEncipherment })),
      'policy.signer-untrusted',
    ],
    ['the authority’s own', () => signed(authority), 'policy.signer-untrusted'],
    [
      'one whose issuer is no authority',
      async () => {
        const nobody = await authority.issue('Personne')
        return signed(await nobody.below('Claire Aubert'), [nobody.certificate])
      },
      'policy.signer-untrusted',
    ],
    [
      'one whose issuer has ended',
      async () => {
        const middle = await authority.issue('Ancienne autorité', {
          authority: true,
          to: now - 60_000,
          from: now - 9 * day,
        })
        return signed(await middle.below('Claire Aubert'), [middle.certificate])
      },
      'policy.signer-untrusted',
    ],
  ])('%s', async (_what, make, code) => {
    const judged = judge(await make())
    expect(judged).toMatchObject({ ok: false, error: { code, subject: 'policy.yaml' } })
    expect(!judged.ok && judged.error.message).toMatch(/\w/)
  })

  it('one of yesterday’s authority, once another is pinned', async () => {
    const other = await makePolicyAuthority()
    expect(judge(await signed(claire), text, other.certificate)).toMatchObject({
      ok: false,
      error: { code: 'policy.signer-untrusted' },
    })
    expect(judge(await signed(claire), text, other.certificate + authority.certificate)).toMatchObject({
      ok: true,
    })
  })

  it('one that is still within its dates when it was made, and not now', async () => {
    const made = await signed(claire)
    expect(judge(made, text, authority.certificate, now + 31 * day)).toMatchObject({
      ok: false,
      error: { code: 'policy.signer-untrusted' },
    })
  })
})

describe('whoever made a certificate of their own signs no policy', () => {
  const untrusted = { ok: false, error: { code: 'policy.signer-untrusted' } }
  /** Not an authority’s, whatever it says: its holder made it. */
  const made = () => makePolicyAuthority('Claire Aubert', { authority: false, uses: null })

  it('with an administrator’s certificate beside it, however often and in whatever order', async () => {
    const forger = await made()
    const [own, real] = [forger.certificate, claire.certificate]
    const loads = [[], [real], [own, real], [real, own], [own, own, real], [real, authority.certificate]]
    for (const beside of loads) expect(judge(await signed(forger, beside))).toMatchObject(untrusted)
    // and to the administrator’s own it does nothing
    expect(judge(await signed(claire, [claire.certificate, own, real]))).toMatchObject({ ok: true })
  })

  it('with a ring of authorities that vouch for each other', async () => {
    const { forger, ring } = await ringOf()
    expect(judge(await signed(forger, ring))).toMatchObject(untrusted)
    expect(judge(await signed(forger, [...ring, authority.certificate, claire.certificate]))).toMatchObject(
      untrusted,
    )
    expect(judge(await signed(claire, ring))).toMatchObject({ ok: true })
  })

  it('with an authority of the pinned one’s name, or a thousand', async () => {
    const other = await makePolicyAuthority()
    const forger = await other.issue('Claire Aubert')
    expect(judge(await signed(forger, [other.certificate]))).toMatchObject(untrusted)
    const many = await Promise.all(Array.from({ length: 40 }, () => makePolicyAuthority()))
    expect(
      judge(
        await signed(
          forger,
          many.map(({ certificate }) => certificate),
        ),
      ),
    ).toMatchObject(untrusted)
  })
})

describe('an authority between counts as far as its own certificate goes', () => {
  const below = async (asked: Asked, leaf: Asked = {}) => {
    const middle = await authority.issue('Entre deux', { authority: true, ...asked })
    return judge(await signed(await middle.below('Claire Aubert', leaf), [middle.certificate]))
  }
  const refused = (message: RegExp) => ({
    ok: false,
    error: { code: 'policy.signer-untrusted', message: expect.stringMatching(message) as string },
  })

  const strange = { '1.3.6.1.4.1.99999.1': '0500' }

  it.each<[string, Asked, RegExp]>([
    ['one that may not sign certificates', { usages: keyUsages.digitalSignature }, /Entre deux/],
    ['one for certain names', { critical: { '2.5.29.30': '300aa00830068104782e6672' } }, /Entre deux/],
    ['one with a demand that nobody knows', { critical: strange }, /1\.3\.6\.1\.4\.1\.99999\.1/],
  ])('not %s', async (_what, asked, message) => {
    expect(await below(asked)).toMatchObject(refused(message))
  })

  it('not where the signer’s own has a demand that nobody knows', async () => {
    expect(await below({}, { critical: strange })).toMatchObject(refused(/99999/))
    expect(await below({})).toMatchObject({ ok: true })
  })

  it('not below one that lets none stand below it', async () => {
    const upper = await authority.issue('Sans suite', { authority: true, room: 0 })
    const lower = await upper.below('Dessous', { authority: true })
    const chain = [upper.certificate, lower.certificate]
    expect(judge(await signed(await lower.below('Claire Aubert'), chain))).toMatchObject(
      refused(/Sans suite/),
    )
    expect(judge(await signed(await upper.below('Claire Aubert'), chain))).toMatchObject({ ok: true })
  })

  it('nine of them are no way any more, five are', async () => {
    const tower = async (height: number) => {
      let top: Awaited<ReturnType<PolicyAuthority['issue']>> = { ...authority, below: authority.issue }
      const chain: string[] = []
      for (let level = 1; level <= height; level++) {
        top = await top.below(`Étage ${level}`, { authority: true })
        chain.push(top.certificate)
      }
      return judge(await signed(await top.below('Claire Aubert'), chain))
    }
    expect(await tower(5)).toMatchObject({ ok: true })
    expect(await tower(9)).toMatchObject({ ok: false })
  })

  it('the one that is in date, where two have its name and key', async () => {
    const old = await authority.issue('Entre deux', { authority: true, from: now - 9 * day, to: now - day })
    const anew = await authority.issue('Entre deux', { authority: true, key: old.key })
    const by = await old.below('Claire Aubert')
    for (const chain of [
      [old, anew],
      [anew, old],
    ].map((each) => each.map(({ certificate }) => certificate)))
      expect(judge(await signed(by, chain))).toMatchObject({ ok: true })
  })
})

it('every signature with one byte changed is refused, in words, and none throws', async () => {
  const made = await signed(claire)
  for (let place = 0; place < made.length; place += 7) {
    const other = Buffer.from(made)
    other[place] = (other[place] ?? 0) ^ 0x20
    const judged = judge(other)
    if (judged.ok) expect(judged.value.signer, String(place)).toBe('CN=Claire Aubert')
  }
})

describe('the bounds of ASN.1', () => {
  it.each([
    ['definite', [0x30, 0x03, 0x02, 0x01, 0x05]],
    ['indefinite', [0x30, 0x80, 0x02, 0x01, 0x05, 0x00, 0x00]],
    ['both', [0x30, 0x80, 0x30, 0x03, 0x02, 0x01, 0x05, 0x30, 0x00, 0x00, 0x00]],
  ])('let %s lengths through', (_what, bytes) => {
    expect(asn1OutOfBounds(Uint8Array.from(bytes))).toBeNull()
  })
})
