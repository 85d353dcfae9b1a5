/**
 * The signature in a PDF: CMS SignedData (RFC 5652) as PAdES asks for it (ETSI EN 319 142-1, 6.3): detached, its signed
 * attributes the content's type, its digest and which certificate signs; a stamp of time (RFC 3161) over the signature,
 * unsigned. It is written in one way, and read only where it is written so: not a byte of it can be another.
 */
import { createHash, X509Certificate, type KeyObject } from 'node:crypto'
import * as asn1js from 'asn1js'
import {
  AlgorithmIdentifier,
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  RSASSAPSSParams,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs'

const oid = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.47',
  stamp: '1.2.840.113549.1.9.16.2.14',
  pss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
} as const
const digestOids = { sha256: '2.16.840.1.101.3.4.2.1', sha384: '2.16.840.1.101.3.4.2.2' } as const
const ecdsaOids = { sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3' } as const

/** An exact copy: asn1js reads a whole ArrayBuffer. */
const exact = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

/** As the signer's keys sign (`identity/signer.ts`). */
export const digestFor = (key: KeyObject): 'sha256' | 'sha384' =>
  key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256'

/** Of the curves that the signer's keys are on. */
const orders: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
}

/**
 * Of an ECDSA signature (r, s) the twin (r, n − s) verifies as well, and anybody can make it: only the one with the
 * lower s is one here. Any other kind of signature is as it is. @returns null where it is not written as DER has it
 */
export function lowS(key: KeyObject, signature: Buffer): Buffer | null {
  if (key.asymmetricKeyType !== 'ec') return signature
  const order = orders[key.asymmetricKeyDetails?.namedCurve ?? '']
  const { result } = asn1js.fromBER(exact(signature))
  if (order === undefined || !(result instanceof asn1js.Sequence)) return null
  const [r, s, ...more] = result.valueBlock.value
  if (!(r instanceof asn1js.Integer) || !(s instanceof asn1js.Integer) || more.length > 0) return null
  const high = s.toBigInt()
  if (high <= 0n || high >= order) return null
  const value = [r, asn1js.Integer.fromBigInt(high > order / 2n ? order - high : high)]
  return Buffer.from(new asn1js.Sequence({ value }).toBER(false))
}

const attribute = (type: string, value: asn1js.BaseBlock): Attribute =>
  new Attribute({ type, values: [value] })
const inOrder = (attributes: readonly Attribute[]): Attribute[] =>
  attributes
    .map((each) => ({ each, der: Buffer.from(each.toSchema().toBER(false)) }))
    .sort((a, b) => Buffer.compare(a.der, b.der))
    .map(({ each }) => each)

/** What is signed of a document with this digest, by whoever has this certificate. */
function attributesOf(digest: Buffer, own: X509Certificate): SignedAndUnsignedAttributes {
  const certificateHash = new asn1js.OctetString({
    valueHex: exact(createHash('sha256').update(own.raw).digest()),
  })
  const id = new asn1js.Sequence({ value: [certificateHash] })
  const signing = new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [id] })] })
  return new SignedAndUnsignedAttributes({
    type: 0,
    attributes: inOrder([
      attribute(oid.contentType, new asn1js.ObjectIdentifier({ value: oid.data })),
      attribute(oid.messageDigest, new asn1js.OctetString({ valueHex: exact(digest) })),
      attribute(oid.signingCertificate, signing),
    ]),
  })
}

/** The bytes that are signed. */
export function toBeSigned(digest: Buffer, own: X509Certificate): Buffer {
  const bytes = Buffer.from(attributesOf(digest, own).toSchema().toBER(false))
  // signed as a set, sent as the field of a sequence
  bytes[0] = 0x31
  return bytes
}

export interface Signature {
  own: X509Certificate
  /** from who issued it upward */
  chain: readonly X509Certificate[]
  /** of the document */
  digest: Buffer
  signature: Buffer
  /** DER; null: it is not stamped */
  stamp: Buffer | null
}

export function writeSignature({ own, chain, digest, signature, stamp }: Signature): Buffer {
  const name = digestFor(own.publicKey)
  const certificate = Certificate.fromBER(exact(own.raw))
  const algorithm = (algorithmId: string, algorithmParams?: asn1js.BaseBlock) =>
    new AlgorithmIdentifier(
      algorithmParams === undefined ? { algorithmId } : { algorithmId, algorithmParams },
    )
  const digestAlgorithm = algorithm(digestOids[name], new asn1js.Null())
  const pss = new RSASSAPSSParams({
    hashAlgorithm: digestAlgorithm,
    maskGenAlgorithm: algorithm(oid.mgf1, digestAlgorithm.toSchema()),
    saltLength: 32,
  })
  const isEc = own.publicKey.asymmetricKeyType === 'ec'
  const info = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
    digestAlgorithm,
    signedAttrs: attributesOf(digest, own),
    signatureAlgorithm: isEc ? algorithm(ecdsaOids[name]) : algorithm(oid.pss, pss.toSchema()),
    signature: new asn1js.OctetString({ valueHex: exact(signature) }),
    ...(stamp !== null && {
      unsignedAttrs: new SignedAndUnsignedAttributes({
        type: 1,
        attributes: [attribute(oid.stamp, asn1js.fromBER(exact(stamp)).result)],
      }),
    }),
  })
  const signed = new SignedData({
    version: 1,
    digestAlgorithms: [digestAlgorithm],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: oid.data }),
    certificates: [certificate, ...chain.map(({ raw }) => Certificate.fromBER(exact(raw)))],
    signerInfos: [info],
  })
  const content = new ContentInfo({ contentType: oid.signedData, content: signed.toSchema(true) })
  return Buffer.from(content.toSchema().toBER(false))
}

/** As it came: written anew from what was read of it, it could be another. */
const rawOf = (certificate: Certificate): X509Certificate =>
  new X509Certificate(Buffer.from(certificate.toSchema().toBER(false)))

/** @param bytes within bounds already @returns null where it is not written as `writeSignature` writes one */
export function readSignature(bytes: Uint8Array): Signature | null {
  try {
    const signed = new SignedData({ schema: ContentInfo.fromBER(exact(bytes)).content })
    const [info, ...more] = signed.signerInfos
    const certificates = (signed.certificates ?? []).filter((each) => each instanceof Certificate)
    const [first, ...others] = certificates
    if (info === undefined || more.length > 0 || first === undefined) return null
    const valueOf = (attributes: SignedAndUnsignedAttributes | undefined, type: string): unknown =>
      attributes?.attributes.find((each) => each.type === type)?.values[0]
    const digest = valueOf(info.signedAttrs, oid.messageDigest)
    if (!(digest instanceof asn1js.OctetString)) return null
    const stamp = valueOf(info.unsignedAttrs, oid.stamp)
    const read: Signature = {
      own: rawOf(first),
      chain: others.map(rawOf),
      digest: Buffer.from(digest.valueBlock.valueHexView),
      signature: Buffer.from(info.signature.valueBlock.valueHexView),
      stamp: stamp instanceof asn1js.BaseBlock ? Buffer.from(stamp.toBER(false)) : null,
    }
    return writeSignature(read).equals(Buffer.from(bytes)) ? read : null
  } catch {
    return null
  }
}
