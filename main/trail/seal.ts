/**
 * What closes a block: the node's signature over all records since the last seal, as a record of its own. Being in the
 * chain itself, a seal can't be taken to another place, and every way on which records go takes their seals along.
 */
import { X509Certificate } from 'node:crypto'
import * as v from 'valibot'
import type { Result } from '../../preload/contract/result.ts'
import type { Recorded } from '../../preload/contract/trail.ts'
import { fingerprintOf } from '../identity/certificate-facts.ts'
import { verifySignature, type Signer } from '../identity/signer.ts'
import type { TrailRecord } from './record.ts'

const Count = v.pipe(v.number(), v.integer(), v.minValue(1))
export const SealSchema = v.strictObject({
  /** the first record that it covers; the last is the one before the seal */
  first: Count,
  /** of the certificate, SHA-256 over its DER, hex */
  certificate: v.string(),
  /** base64 */
  signature: v.pipe(v.string(), v.maxLength(4096), v.base64()),
})
export type Seal = v.InferOutput<typeof SealSchema>

export const CertificateSchema = v.strictObject({
  /** PEM */
  certificate: v.pipe(v.string(), v.maxLength(20_000)),
  chain: v.array(v.pipe(v.string(), v.maxLength(20_000))),
})

interface Sealed {
  trail: string
  first: number
  /** the last record that it covers, and its hash */
  last: number
  head: string
  certificate: string
}

/** What is signed. Its first word says what for: a signature for something else of this key's is none here. */
const sealedBytes = ({ trail, first, last, head, certificate }: Sealed): Buffer =>
  Buffer.from(JSON.stringify(['Vigie trail seal', trail, first, last, head, certificate]))

export async function sealUp(
  signer: Pick<Signer, 'certificate' | 'sign'>,
  block: Omit<Sealed, 'certificate'>,
): Promise<Result<Recorded>> {
  const certificate = fingerprintOf(new X509Certificate(signer.certificate))
  const signature = await signer.sign(sealedBytes({ ...block, certificate }))
  if (!signature.ok) return signature
  const seal: Seal = { first: block.first, certificate, signature: signature.value.toString('base64') }
  return { ok: true, value: { kind: 'trail.seal', detail: seal } }
}

/** @param certificate PEM, the one that the seal names */
export function isSealedBy(
  certificate: string,
  { trail, sequence, before }: TrailRecord,
  seal: Seal,
): boolean {
  const { publicKey } = new X509Certificate(certificate)
  const bytes = sealedBytes({
    ...{ trail, first: seal.first, last: sequence - 1, head: before },
    certificate: seal.certificate,
  })
  return verifySignature(publicKey, bytes, Buffer.from(seal.signature, 'base64'))
}
