/** A signed synthesis tells who signed it, when, and that it is as it was: any other byte is found. */
import { execFile } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PDF, PdfString } from '@libpdf/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  lowS,
  readSignature,
  toBeSigned,
  writeSignature,
  type Signature,
} from '../../../../main/report/cms.ts'
import { signPdf, signedByOf, type SigningOf } from '../../../../main/report/sign.ts'
import { typeset } from '../../../../main/report/typeset.ts'
import { verifyPdf } from '../../../../main/report/verify.ts'
import { askToken } from '../../../../main/trail/stamp.ts'
import { openssl, startAuthority, type TestAuthority } from '../../../platform/authority.ts'
import { startStamping, type Stamping } from '../../../platform/stamping.ts'
import { signerWith } from '../../../platform/unlocked.ts'
import { reportFolder, synthesisOf } from './a-synthesis.ts'

const run = promisify(execFile)
let now: number
let folder: string
let authority: TestAuthority
let stamping: Stamping
let page: Buffer
let rsa: SigningOf
let ec: SigningOf
let ec384: SigningOf

// readers of other makes want a certificate for mail or documents
const forSigning = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=clientAuth,emailProtection']

async function signingOf(
  by: TestAuthority,
  curve: string | null,
  chain: string[] = [],
  extensions = forSigning,
): Promise<SigningOf> {
  const { privateKey } =
    curve === null
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: curve })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const file = join(folder, 'key.pem')
  await writeFile(file, key)
  const request = await openssl(['req', '-new', '-utf8', '-key', file, '-subj', '/O=CNCS/CN=Claire DELMAS'])
  const certificate = await by.answer(request.toString(), { extensions })
  return { signer: signerWith({ certificate, key }), chain, at: now, stamp: null }
}
const signed = async (of: SigningOf, bytes: Uint8Array = page): Promise<Buffer> => {
  const done = await signPdf(bytes, of)
  if (!done.ok) throw new Error(done.error.message)
  return done.value
}
/** With another signature in the place of its own, written as Vigie writes one. */
function resigned(bytes: Buffer, change: (was: Signature) => Signature): Buffer {
  const [, from = '', to = ''] = /\/ByteRange\s*\[0 (\d+) (\d+)/.exec(bytes.toString('latin1')) ?? []
  const room = Buffer.from(bytes.toString('latin1', Number(from) + 1, Number(to) - 1), 'hex')
  const was = readSignature(room.subarray(0, 4 + room.readUInt16BE(2)))
  if (was === null) throw new Error('its signature can’t be read')
  const other = Buffer.from(bytes)
  other.write(
    writeSignature(change(was))
      .toString('hex')
      .padEnd(2 * room.length, '0'),
    Number(from) + 1,
    'latin1',
  )
  return other
}
const verified = (bytes: Buffer, authorities = [authority.certificate], stamps: string[] | null = null) =>
  verifyPdf(bytes, authorities, stamps, now)
const wrongOf = async (bytes: Buffer, ...more: [string[]?, (string[] | null)?]) =>
  (await verified(bytes, ...more)).wrong

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-signed-'))
  authority = await startAuthority('Vigie')
  stamping = await startStamping()
  // certificates are of whole seconds, and valid from when they are made
  now = Date.now() + 60_000
  rsa = await signingOf(authority, null)
  ec = await signingOf(authority, 'prime256v1')
  ec384 = await signingOf(authority, 'secp384r1')
  const set = await typeset(await synthesisOf(), reportFolder, signedByOf(ec))
  if (!set.ok) throw new Error(set.error.message)
  page = set.value
})
afterAll(async () => {
  await stamping.dispose()
  await authority.dispose()
  await rm(folder, { recursive: true, force: true })
})

describe('who signed', () => {
  it('is told with RSA and EC keys alike, and so does a reader of another make', async () => {
    await writeFile(join(folder, 'ca.pem'), authority.certificate)
    const database = `sql:${join(folder)}`
    await run('certutil', ['-N', '-d', database, '--empty-password'])
    await run('certutil', ['-A', '-d', database, '-n', 'ca', '-t', 'CT,C,C', '-i', join(folder, 'ca.pem')])
    for (const of of [rsa, ec, ec384]) {
      const bytes = await signed(of)
      expect(await verified(bytes)).toEqual({
        ...{ wrong: null, signer: 'O=CNCS, CN=Claire DELMAS', stamped: false, stampedAt: null },
        signedAt: Math.floor(now / 1000) * 1000,
      })
      const file = join(folder, 'signed.pdf')
      await writeFile(file, bytes)
      const said = (await run('pdfsig', ['-nssdir', database, file])).stdout
      expect(said).toContain('Signature is Valid.')
      expect(said).toContain('Certificate is Trusted.')
      expect(said).toContain('ETSI.CAdES.detached')
      expect(said).toContain('Total document signed')
      await run('qpdf', ['--check', file])
    }
  })

  it('is vouched for through another authority, whose certificate comes with it, and nothing else does', async () => {
    const below = await authority.below('Below')
    const of = await signingOf(below, 'prime256v1', below.chain)
    expect(await wrongOf(await signed(of))).toBeNull()
    const other = await startAuthority('Other')
    const more = await other.below('Nobody asked')
    try {
      // a chain that leads elsewhere is left out as it is signed
      const bytes = await signed({ ...of, chain: [...of.chain, ...more.chain] })
      expect(await wrongOf(bytes)).toBeNull()
      expect(await wrongOf(bytes, [other.certificate])).toMatch(
        /^the authority does not vouch for who signed/,
      )
    } finally {
      await other.dispose()
    }
  })

  it('counts only if their certificate was valid then, though it is over now', async () => {
    const before = await signed({ ...ec, at: now - 400 * 86_400_000 })
    expect(await wrongOf(before)).toMatch(/^the certificate was not valid on /)
    const late = await verifyPdf(await signed(ec), [authority.certificate], null, now + 400 * 86_400_000)
    expect(late.wrong).toBeNull()
    expect(await wrongOf(await signed({ ...ec, at: now + 3_600_000 }))).toMatch(/a clock is wrong$/)
  })
})

describe('a certificate that is not for signing', () => {
  const cases: [string, string[]][] = [
    ['a key that is for encryption alone', ['keyUsage=critical,keyEncipherment']],
    ['a server’s', ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=serverAuth']],
  ]
  it.each(cases)('signs nothing here, and counts for nothing: %s', async (_name, extensions) => {
    const of = await signingOf(authority, 'prime256v1', [], extensions)
    expect(await signPdf(page, of)).toMatchObject({
      ok: false,
      error: { code: 'report.unsigned', message: expect.stringMatching(/not for signing/) as string },
    })
    // signed by somebody who does not ask
    const own = new X509Certificate(of.signer.certificate)
    const bytes = await signed(ec)
    let digest = Buffer.alloc(0)
    resigned(bytes, (was) => ({ ...was, digest: (digest = Buffer.from(was.digest)) }))
    const signature = await of.signer.sign(toBeSigned(digest, own))
    if (!signature.ok) throw new Error(signature.error.message)
    const canonical = lowS(own.publicKey, signature.value) ?? signature.value
    const forged = resigned(bytes, (was) => ({ ...was, own, signature: canonical }))
    expect(await wrongOf(forged)).toMatch(/not for signing/)
  })

  it.each([
    ['nothing is said of what it is for', ['basicConstraints=CA:FALSE']],
    ['a client’s', ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=serverAuth,clientAuth']],
    ['for documents', ['keyUsage=digitalSignature,nonRepudiation', 'extendedKeyUsage=1.3.6.1.5.5.7.3.36']],
    ['for anything', ['extendedKeyUsage=anyExtendedKeyUsage']],
  ])('is another than one where %s', async (_name, extensions) => {
    expect(await wrongOf(await signed(await signingOf(authority, 'prime256v1', [], extensions)))).toBeNull()
  })
})

describe('a stamp of time', () => {
  it('is an authority’s word on when, and it is asked whose it is', async () => {
    const stamp = { url: stamping.url, authorities: [stamping.authority], tls12: false }
    const bytes = await signed({ ...ec, stamp })
    expect(await verified(bytes)).toMatchObject({ wrong: null, stamped: true, stampedAt: null })
    const judged = await verified(bytes, undefined, [stamping.authority])
    expect(judged.wrong).toBeNull()
    expect(Math.abs((judged.stampedAt ?? 0) - Date.now())).toBeLessThan(600_000)
    expect(await wrongOf(bytes, undefined, [authority.certificate])).toMatch(/not of the authority/)
    // one that says another time than who signed
    const early = await signed({ ...ec, at: now - 86_400_000 })
    let was: Buffer | undefined
    resigned(early, (one) => ({ ...one, signature: (was = one.signature) }))
    const token = await askToken(stamp, was ?? Buffer.alloc(0))
    if (!token.ok) throw new Error(token.error.message)
    const old = resigned(early, (one) => ({ ...one, stamp: Buffer.from(token.value, 'base64') }))
    expect(await wrongOf(old, undefined, [stamping.authority])).toMatch(/and its stamp/)
  })

  it('that was taken off, or was never there, is missed by whoever asks for it', async () => {
    const stamp = { url: stamping.url, authorities: [stamping.authority], tls12: false }
    const bytes = resigned(await signed({ ...ec, stamp }), (was) => ({ ...was, stamp: null }))
    expect(await wrongOf(bytes, undefined, [stamping.authority])).toBe('it has no stamp')
    // with a key that is over, any day before can be said
    const backdated = await verifyPdf(
      await signed(ec),
      [authority.certificate],
      [stamping.authority],
      now + 400 * 86_400_000,
    )
    expect(backdated.wrong).toBe('it has no stamp')
  })

  it('that is not given leaves nothing signed', async () => {
    const stamp = { url: 'http://127.0.0.1:9/', authorities: [stamping.authority], tls12: false }
    expect(await signPdf(page, { ...ec, stamp })).toMatchObject({
      ok: false,
      error: { code: 'report.unsigned' },
    })
  })
})

describe('whatever was done to it is found', () => {
  let bytes: Buffer
  let at: { from: number; to: number }
  beforeAll(async () => {
    bytes = await signed(ec)
    const [, from = '', to = ''] = /\/ByteRange\s*\[0 (\d+) (\d+)/.exec(bytes.toString('latin1')) ?? []
    at = { from: Number(from), to: Number(to) }
  })
  const flipped = (place: number, bit: number): Buffer => {
    const other = Buffer.from(bytes)
    other[place] = (other[place] ?? 0) ^ (1 << bit)
    return other
  }

  it('a bit of any byte', async () => {
    const places = [
      ...Array.from({ length: 300 }, (_, i) => Math.floor((i * bytes.length) / 300)),
      // all of the signature, and where it begins and ends
      ...Array.from({ length: 2600 }, (_, i) => at.from - 80 + i),
      ...Array.from({ length: 60 }, (_, i) => at.to - 30 + i),
      bytes.length - 1,
    ]
    expect(await wrongOf(bytes)).toBeNull()
    const unseen: number[] = []
    for (const [i, place] of places.entries())
      if ((await wrongOf(flipped(place, i % 8))) === null) unseen.push(place)
    expect(unseen).toEqual([])
  })

  it('the twin of an ECDSA signature, which its key vouches for as well', async () => {
    const orders = {
      prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
      secp384r1:
        0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    }
    const twin = (signature: Buffer, order: bigint): Buffer => {
      const at = 4 + (signature[3] ?? 0)
      const s = order - BigInt(`0x${signature.toString('hex', at + 2)}`)
      const hex = s.toString(16)
      const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
      const value = (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
      const body = Buffer.concat([signature.subarray(2, at), Buffer.from([2, value.length]), value])
      return Buffer.concat([Buffer.from([0x30, body.length]), body])
    }
    for (const [of, order] of [
      [ec, orders.prime256v1],
      [ec384, orders.secp384r1],
    ] as const)
      for (let time = 0; time < 6; time++) {
        // half of all signatures are the one, half the other, before they are made the same
        const one = await signed(of)
        expect(await wrongOf(one)).toBeNull()
        const other = resigned(one, (was) => ({ ...was, signature: twin(was.signature, order) }))
        expect(await wrongOf(other)).not.toBeNull()
      }
  })

  it('a digit of the signature in capitals', async () => {
    const other = Buffer.from(bytes)
    const place = bytes.indexOf('a', at.from, 'latin1')
    other.write('A', place, 'latin1')
    expect(await wrongOf(other)).not.toBeNull()
  })

  it('something added, taken away, or signed again by somebody else', async () => {
    expect(await wrongOf(Buffer.concat([bytes, Buffer.from('\n')]))).toBe(
      'something was added after it was signed',
    )
    for (const length of [bytes.length - 1, at.to + 5, at.from + 100, 1000, 0])
      expect(await wrongOf(bytes.subarray(0, length)), String(length)).not.toBeNull()
    // a later revision, as any editor appends one
    const later = `\n99 0 obj\n<< /Type /Sig /ByteRange [0 ${at.from} ${at.to} ${bytes.length - at.to}] >>\nendobj\n%%EOF\n`
    expect(await wrongOf(Buffer.concat([bytes, Buffer.from(later)]))).toMatch(/^it is signed more than once/)
    const again = await (
      await PDF.load(bytes)
    ).sign({
      signer: {
        certificate: new X509Certificate(ec.signer.certificate).raw,
        ...{ keyType: 'EC', signatureAlgorithm: 'ECDSA' },
        async sign(data) {
          const done = await ec.signer.sign(data)
          if (!done.ok) throw new Error(done.error.message)
          return done.value
        },
      },
    })
    expect(await wrongOf(Buffer.from(again.bytes))).toMatch(/^it is signed more than once/)
  })

  it('a range that leaves out more than the signature', async () => {
    const text = bytes.toString('latin1')
    const widened = (from: number, to: number) =>
      Buffer.from(
        text.replace(/\/ByteRange(\s*)\[[^\]]*\]/, (all) =>
          `/ByteRange [0 ${from} ${to} ${bytes.length - to}]`.padEnd(all.length).slice(0, all.length),
        ),
        'latin1',
      )
    expect(await wrongOf(widened(at.from - 40, at.to))).not.toBeNull()
    expect(await wrongOf(widened(at.from, at.to + 40))).not.toBeNull()
    expect(await wrongOf(widened(at.from - 9, at.to))).toBe('its signature does not cover the whole file')
  })

  it('the certificate of another in the place of who signed', async () => {
    const own = new X509Certificate(ec.signer.certificate).raw.toString('hex')
    const other = await signingOf(authority, 'prime256v1')
    const theirs = new X509Certificate(other.signer.certificate).raw.toString('hex')
    const text = bytes.toString('latin1')
    expect(text).toContain(own)
    const swapped = text.replace(own, theirs)
    const even = swapped.length === text.length ? swapped : swapped.slice(0, text.length).padEnd(text.length)
    expect(await wrongOf(Buffer.from(even, 'latin1'))).not.toBeNull()
  })

  it('an authority that did not issue who signed', async () => {
    const other = await startAuthority('Other')
    try {
      expect(await wrongOf(bytes, [other.certificate])).toMatch(
        /^the authority does not vouch for who signed/,
      )
    } finally {
      await other.dispose()
    }
  })

  it('what is no signed PDF at all', async () => {
    expect(await wrongOf(page)).toBe('it is not signed')
    expect(await wrongOf(Buffer.from('<html>'))).toBe('it is no PDF')
    const deep = Buffer.concat([Buffer.alloc(4000, Buffer.from([0x30, 0x80]))]).toString('hex')
    const text = bytes.toString('latin1')
    const nested = text.slice(0, at.from + 1) + deep + text.slice(at.from + 1 + deep.length)
    expect(await wrongOf(Buffer.from(nested, 'latin1'))).not.toBeNull()
  })
})

it('what would not be verified is not signed: a file that says another date, too', async () => {
  const pdf = await PDF.load(page)
  pdf.getCatalog().set('M', PdfString.fromString('D:20260101000000Z'))
  expect(await signPdf(await pdf.save(), ec)).toMatchObject({
    ok: false,
    error: {
      code: 'report.unsigned',
      message: 'it would not be verified: it does not say when it was signed',
    },
  })
})
