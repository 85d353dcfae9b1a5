/**
 * A PDF signed (PAdES): the certificate's key, in a file or on a card, signs everything that is in the file but the
 * signature itself; where the policy names an authority, it stamps the time (B-T), and without its stamp nothing is signed.
 */
import { createHash, X509Certificate } from 'node:crypto'
import { PDF, PdfArray, PdfDict, PdfName, PdfNumber, PdfString } from '@libpdf/core'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { orderChain } from '../identity/certificates-in.ts'
import type { Signer } from '../identity/signer.ts'
import { askToken, type StampAuthority } from '../trail/stamp.ts'
import { digestFor, lowS, toBeSigned, writeSignature } from './cms.ts'
import type { SignedBy } from './block.ts'
import { notForSigning } from './for-signing.ts'
import { nameOfCertificate, verifyPdf } from './verify.ts'

/** Certificates and a stamp of time are less; the room is in the file whatever they are, bytes. */
const room = 24 * 1024
/** As wide as any number that will stand there. */
const wide = 9_999_999_999

export interface SigningOf {
  signer: Pick<Signer, 'certificate' | 'publicKey' | 'sign'>
  /** PEM: those that came with the certificate */
  chain: readonly string[]
  /** ms since 1970, as this machine says */
  at: number
  stamp: StampAuthority | null
}

/** What is printed of it before it is signed. */
export function signedByOf({ signer, at, stamp }: SigningOf): SignedBy {
  const own = new X509Certificate(signer.certificate)
  return {
    name: nameOfCertificate(own),
    subject: own.subject.split('\n').join(', '),
    issuer: own.issuer.split('\n').join(', '),
    serial: own.serialNumber,
    until: Date.parse(own.validTo),
    at,
    stamp: stamp?.url ?? null,
  }
}

const two = (n: number): string => String(n).padStart(2, '0')
const pdfDate = (at: number): string => {
  const of = new Date(at)
  const day = `${of.getUTCFullYear()}${two(of.getUTCMonth() + 1)}${two(of.getUTCDate())}`
  return `D:${day}${two(of.getUTCHours())}${two(of.getUTCMinutes())}${two(of.getUTCSeconds())}Z`
}

/** With the place of a signature: a field that is not seen, and room. */
export async function makeRoom(bytes: Uint8Array, at: number): Promise<Buffer> {
  const pdf = await PDF.load(bytes)
  const { registry } = pdf.context
  const page = pdf.getPage(0)
  if (page === null) throw new Error('it has no page')
  const number = (value: number) => PdfNumber.of(value)
  const value = registry.register(
    PdfDict.of({
      Type: PdfName.of('Sig'),
      Filter: PdfName.of('Adobe.PPKLite'),
      SubFilter: PdfName.of('ETSI.CAdES.detached'),
      ByteRange: new PdfArray([0, wide, wide, wide].map(number)),
      Contents: new PdfString(new Uint8Array(room), 'hex'),
      M: PdfString.fromString(pdfDate(at)),
    }),
  )
  const field = registry.register(
    PdfDict.of({
      FT: PdfName.of('Sig'),
      T: PdfString.fromString('Signature'),
      V: value,
      Type: PdfName.of('Annot'),
      Subtype: PdfName.of('Widget'),
      // printed, and nobody moves it
      F: number(132),
      P: page.ref,
      Rect: new PdfArray([0, 0, 0, 0].map(number)),
    }),
  )
  const form = PdfDict.of({ Fields: new PdfArray([field]), SigFlags: number(3) })
  pdf.getCatalog().set('AcroForm', registry.register(form))
  return Buffer.from(await pdf.save())
}

/** @returns where the room is, its brackets too, with the range written in */
function openRoom(bytes: Buffer): { from: number; to: number } {
  const from = bytes.indexOf(`<${'0'.repeat(2 * room)}>`, 0, 'latin1')
  const to = from + 2 * room + 2
  const placeholder = new RegExp(`\\[\\s*0\\s+${wide}\\s+${wide}\\s+${wide}\\s*\\]`).exec(
    bytes.toString('latin1'),
  )
  if (from < 0 || placeholder === null) throw new Error('there is no room for a signature')
  const range = `[0 ${from} ${to} ${bytes.length - to}]`
  bytes.write(range.padEnd(placeholder[0].length), placeholder.index, 'latin1')
  return { from, to }
}

/** @returns the file whole, or `report.unsigned` and nothing of it */
export async function signPdf(bytes: Uint8Array, of: SigningOf): Promise<Result<Buffer>> {
  try {
    return await signRoom(await makeRoom(bytes, of.at), of)
  } catch (error) {
    return fail('report.unsigned', error instanceof Error ? error.message : String(error))
  }
}

/** … of one that has room for it already, made for the same time; it is written into those bytes. */
export async function signRoom(signed: Buffer, of: SigningOf): Promise<Result<Buffer>> {
  const unsigned = (why: string) => fail<Buffer>('report.unsigned', why)
  try {
    const own = new X509Certificate(of.signer.certificate)
    const unfit = notForSigning(own)
    if (unfit !== null) return unsigned(unfit)
    const { chain } = orderChain(
      own,
      of.chain.map((pem) => new X509Certificate(pem)),
    )
    // whoever verifies has the authority's own: what stands by itself says nothing here
    const between = chain.filter((one) => one.subject !== one.issuer)
    const { from, to } = openRoom(signed)
    const digest = createHash(digestFor(own.publicKey))
      .update(signed.subarray(0, from))
      .update(signed.subarray(to))
      .digest()
    const made = await of.signer.sign(toBeSigned(digest, own))
    if (!made.ok) return unsigned(made.error.message)
    const signature = lowS(own.publicKey, made.value)
    if (signature === null) return unsigned('the key signs in a way that is not known here')
    let stamp: Buffer | null = null
    if (of.stamp !== null) {
      const token = await askToken(of.stamp, signature)
      if (!token.ok) return unsigned(`${of.stamp.url}: ${token.error.message}`)
      stamp = Buffer.from(token.value, 'base64')
    }
    const cms = writeSignature({ own, chain: between, digest, signature, stamp })
    if (cms.length > room) return unsigned('the signature is larger than its room')
    signed.write(cms.toString('hex'), from + 1, 'latin1')
    // who reads it later is told the same, or it does not leave
    const { wrong } = await verifyPdf(signed, null, of.stamp?.authorities ?? null, of.at)
    return wrong === null ? ok(signed) : unsigned(`it would not be verified: ${wrong}`)
  } catch (error) {
    return unsigned(error instanceof Error ? error.message : String(error))
  }
}
