/**
 * The administrator's signature beside a policy: CMS SignedData (RFC 5652), detached, DER or PEM. One signer, whose
 * certificate and chain are in it, and when it was signed.
 *
 * pkijs reads the structure; who vouches for the signer and whether the signature is theirs is Node's own to say. pkijs's
 * own judgement of a chain takes another certificate for the signer's where there are copies, and never ends in a ring.
 */
import { constants, createHash, verify, X509Certificate, type KeyObject } from 'node:crypto'
import * as asn1js from 'asn1js'
import {
  AlgorithmIdentifier,
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  type ExtKeyUsage,
  id_BasicConstraints,
  IssuerAndSerialNumber,
  RSASSAPSSParams,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import {
  anyPurpose,
  emailProtection,
  fingerprintOf,
  lineOf,
  pemBlocks,
} from '../identity/certificate-facts.ts'
import { wayUp } from '../identity/issued-by.ts'
import type { Signer } from '../identity/signer.ts'
import { asn1OutOfBounds } from './asn1-bounds.ts'

/** Who signed, when, and until when that counts. */
export interface PolicySignature {
  /** as Node writes a name, its parts in the certificate's order: `C=FR, O=CNCS, CN=Claire Aubert` */
  signer: string
  /** SHA-256 of the signer's certificate, hex */
  fingerprint: string
  /** ms since 1970, as the signer says */
  signedAt: number
  /** ms since 1970: when the first certificate of its chain ends */
  until: number
}

/** What signs, wherever its key lies. */
export type PolicySigner = Pick<Signer, 'certificate' | 'publicKey' | 'sign'>

/** A chain of the longest certificates that there are is smaller. */
export const mostSignature = 256 * 1024

const oid = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  rsa: '1.2.840.113549.1.1.1',
  pss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
} as const

const digests: Readonly<Record<string, 'sha256' | 'sha384' | 'sha512'>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
type Digest = (typeof digests)[string]
const digestOids = { sha256: '2.16.840.1.101.3.4.2.1', sha384: '2.16.840.1.101.3.4.2.2' } as const

/** Signature algorithms that name their digest. */
const withDigest: Readonly<Record<string, Digest>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}
const ecdsaOids = { sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3' } as const

/**
 * What a certificate may be for that signs a policy, where it says what it is for: documents, code, mail. One for TLS
 * alone is a machine's, and a machine makes no policy.
 */
const signingUses = new Set([
  '1.3.6.1.5.5.7.3.36', // documentSigning (RFC 9336)
  '1.3.6.1.5.5.7.3.3', // codeSigning
  emailProtection,
  anyPurpose,
])
/** A clock may be this much fast when a policy is signed, ms. */
const clocksApart = 10 * 60_000

const pemBlock = /^-----BEGIN (CMS|PKCS7)-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\s*$/

/** An exact copy: asn1js reads a whole ArrayBuffer. */
const exact = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

function readStructure(bytes: Uint8Array): Result<SignedData> {
  const no = (why: string) => fail<SignedData>('policy.signature-unreadable', why)
  if (bytes.length > mostSignature) return no(`it is larger than ${mostSignature} bytes`)
  let der = Buffer.from(bytes)
  if (der.subarray(0, 10).toString('latin1') === '-----BEGIN') {
    const [, , base64] = pemBlock.exec(der.toString('latin1')) ?? []
    if (base64 === undefined) return no('its PEM is not one block “CMS” or “PKCS7”')
    der = Buffer.from(base64, 'base64')
  }
  const beyond = asn1OutOfBounds(der)
  if (beyond !== null) return no(beyond)
  try {
    const read = asn1js.fromBER(exact(der))
    if (read.offset === -1) return no('it is no ASN.1')
    const content = new ContentInfo({ schema: read.result })
    if (content.contentType !== oid.signedData) return no('it is no signature')
    return ok(new SignedData({ schema: content.content }))
  } catch {
    return no('it is no CMS signature')
  }
}

interface SignedAttributes {
  digest: Buffer
  signedAt: number
}

/** @returns null where one is missing, there twice, or none that it should be */
function readAttributes({ signedAttrs }: SignerInfo): SignedAttributes | null {
  const only = (type: string): asn1js.BaseBlock | null => {
    const found = signedAttrs?.attributes.filter((each) => each.type === type) ?? []
    const values = (found[0]?.values ?? []) as asn1js.BaseBlock[]
    return found.length === 1 && values.length === 1 ? (values[0] ?? null) : null
  }
  const type = only(oid.contentType)
  const digest = only(oid.messageDigest)
  const time = only(oid.signingTime)
  if (!(type instanceof asn1js.ObjectIdentifier) || type.valueBlock.toString() !== oid.data) return null
  if (!(digest instanceof asn1js.OctetString)) return null
  if (!(time instanceof asn1js.UTCTime || time instanceof asn1js.GeneralizedTime)) return null
  const signedAt = time.toDate().getTime()
  if (Number.isNaN(signedAt)) return null
  return { digest: Buffer.from(digest.valueBlock.valueHexView), signedAt }
}

/** @returns how Node verifies what was signed so, null: it is not done so */
function schemeOf(
  { signatureAlgorithm: { algorithmId, algorithmParams } }: SignerInfo,
  digest: Digest,
  key: KeyObject,
) {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'ec') {
    const sound = ['prime256v1', 'secp384r1', 'secp521r1'].includes(details?.namedCurve ?? '')
    const named = algorithmId.startsWith('1.2.840.10045.') && withDigest[algorithmId] === digest
    return sound && named ? { key, dsaEncoding: 'der' as const } : null
  }
  if (type !== 'rsa' || (details?.modulusLength ?? 0) < 2048) return null
  if (algorithmId === oid.rsa) return { key, padding: constants.RSA_PKCS1_PADDING }
  if (algorithmId === oid.pss) {
    const { hashAlgorithm, maskGenAlgorithm, saltLength } = new RSASSAPSSParams({ schema: algorithmParams })
    const mask = maskGenAlgorithm.algorithmParams as asn1js.Sequence | undefined
    const [maskDigest] = mask?.valueBlock.value ?? []
    const sound =
      digests[hashAlgorithm.algorithmId] === digest &&
      maskGenAlgorithm.algorithmId === oid.mgf1 &&
      maskDigest instanceof asn1js.ObjectIdentifier &&
      digests[maskDigest.valueBlock.toString()] === digest
    return sound ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } : null
  }
  const named = algorithmId.startsWith('1.2.840.113549.') && withDigest[algorithmId] === digest
  return named ? { key, padding: constants.RSA_PKCS1_PADDING } : null
}

/** As it came: written anew from what was read of it, it could be another. */
const pemOf = (certificate: Certificate): X509Certificate =>
  new X509Certificate(Buffer.from(certificate.toSchema().toBER(false)))

/** @returns what this certificate is not for */
function unfit(certificate: Certificate): string | null {
  for (const { extnID, parsedValue } of certificate.extensions ?? []) {
    if (extnID === id_BasicConstraints && (parsedValue as { cA?: boolean } | undefined)?.cA === true)
      return 'it is an authority’s own: an authority signs certificates, not policies'
    if (extnID === oid.keyUsage) {
      const bits = (parsedValue as asn1js.BitString | undefined)?.valueBlock.valueHexView[0] ?? 0
      // digitalSignature, or nonRepudiation
      if ((bits & 0xc0) === 0) return 'its key is not for signing (keyUsage)'
    }
    if (extnID === oid.extendedKeyUsage) {
      const uses = (parsedValue as ExtKeyUsage | undefined)?.keyPurposes ?? []
      if (!uses.some((each) => signingUses.has(each)))
        return 'it is for TLS or something else, not for signing documents (extendedKeyUsage)'
    }
  }
  return null
}

const isPinned = (certificate: X509Certificate, authority: readonly X509Certificate[]): boolean =>
  authority.some(({ raw }) => raw.equals(certificate.raw))

const read = (pem: X509Certificate): Certificate => Certificate.fromBER(exact(pem.raw))
const day = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** @returns the way from the signer to the pinned authority, all of it in date at both times, or why there is none */
function pathOf(
  own: X509Certificate,
  others: readonly X509Certificate[],
  authority: readonly X509Certificate[],
  times: readonly number[],
): Result<readonly X509Certificate[]> {
  const untrusted = (why: string) => fail<readonly X509Certificate[]>('policy.signer-untrusted', why)
  const [from, to] = [Date.parse(own.validFrom), Date.parse(own.validTo)]
  const outside = times.find((time) => !(from <= time && time <= to))
  if (outside !== undefined)
    return untrusted(
      `the signer’s certificate is valid from ${day(from)} to ${day(to)}, not on ${day(outside)}`,
    )
  // a signer whom the node was given by name needs nobody's word
  if (isPinned(own, authority)) return ok([own])
  const way = wayUp(own, others, authority, times)
  if (typeof way !== 'string') return ok(way)
  return untrusted(`no sound chain leads from the signer to the policy’s authority: ${way}`)
}

/**
 * @param text the policy, as it lies in its file
 * @param signature the bytes of the file beside it
 * @param authority certificates whose word counts, PEM
 * @param now ms since 1970
 * @param file the policy's, to be named
 */
export function verifyPolicySignature(
  text: Uint8Array,
  signature: Uint8Array,
  authority: string,
  now: number,
  file: string,
): Result<PolicySignature> {
  const no = (code: Problem['code'], why: string) => fail<PolicySignature>(code, why, file)
  const unreadable = (why: string) => no('policy.signature-unreadable', why)
  const structure = readStructure(signature)
  if (!structure.ok) return unreadable(structure.error.message)
  const { signerInfos, certificates = [], encapContentInfo } = structure.value
  const [info] = signerInfos
  if (info === undefined || signerInfos.length > 1)
    return unreadable(`${signerInfos.length} sign it, not one`)
  if (encapContentInfo.eContent !== undefined)
    return unreadable('it is not detached: it brings a text of its own')
  if (encapContentInfo.eContentType !== oid.data) return unreadable('it signs something else than a text')
  const digest = digests[info.digestAlgorithm.algorithmId]
  if (digest === undefined) return unreadable('its digest is none of SHA-256, SHA-384 and SHA-512')
  const attributes = readAttributes(info)
  if (attributes === null)
    return unreadable('it does not say, once each, what is signed, its digest and when')

  const all = certificates.filter((each) => each instanceof Certificate)
  const { sid } = info as { sid: unknown }
  const isSigner = (each: Certificate): boolean =>
    sid instanceof IssuerAndSerialNumber &&
    each.issuer.isEqual(sid.issuer) &&
    each.serialNumber.isEqual(sid.serialNumber)
  const signer = all.find(isSigner)
  if (signer === undefined) return unreadable('the certificate of who signed is not in it')
  let own: X509Certificate
  let signed: boolean
  try {
    own = pemOf(signer)
    const scheme = schemeOf(info, digest, own.publicKey)
    if (scheme === null)
      return unreadable(
        'its algorithm or its key is not one that is taken (RSA from 2048 bits, EC P-256, P-384, P-521)',
      )
    if (!createHash(digest).update(text).digest().equals(attributes.digest))
      return no('policy.altered', 'the text is not the one that was signed')
    const attrs = Buffer.from(info.signedAttrs?.encodedValue ?? new ArrayBuffer(0))
    signed = verify(digest, attrs, scheme, Buffer.from(info.signature.valueBlock.valueHexView))
  } catch {
    return unreadable('its certificate or its signature can’t be read')
  }
  if (!signed) return no('policy.altered', 'the signature is not its signer’s')

  const pinned = pemBlocks(authority).map((pem) => new X509Certificate(pem))
  const { signedAt } = attributes
  if (signedAt > now + clocksApart)
    return no('policy.signer-untrusted', `it says that it was signed on ${day(signedAt)}: a clock is wrong`)
  let path: Result<readonly X509Certificate[]>
  try {
    const wrong = unfit(read(own))
    if (wrong !== null) return no('policy.signer-untrusted', `the signer’s certificate: ${wrong}`)
    const others = all.map(pemOf).filter(({ raw }) => !raw.equals(own.raw))
    path = pathOf(own, others, pinned, [signedAt, now])
  } catch {
    return unreadable('a certificate in it can’t be read')
  }
  if (!path.ok) return no(path.error.code, path.error.message)
  return ok({
    signer: nameOf(own),
    fingerprint: fingerprintOf(own),
    signedAt,
    until: Math.min(...path.value.map(({ validTo }) => Date.parse(validTo))),
  })
}

/** Whose word a certificate would be, as a policy's `signers` name them. */
export function certificateFacts(pem: string): { subject: string; fingerprint: string } {
  const own = new X509Certificate(pem)
  return { subject: nameOf(own), fingerprint: fingerprintOf(own) }
}

export const nameOf = ({ subject }: X509Certificate): string => lineOf(subject)

const algorithm = (algorithmId: string, algorithmParams?: asn1js.BaseBlock): AlgorithmIdentifier =>
  new AlgorithmIdentifier(algorithmParams === undefined ? { algorithmId } : { algorithmId, algorithmParams })

/**
 * @param chain further certificates that lead to the authority, PEM
 * @param now ms since 1970
 * @returns the signature to lie beside the text, DER
 */
export async function signText(
  text: Uint8Array,
  signer: PolicySigner,
  chain: readonly string[],
  now: number,
): Promise<Result<Buffer>> {
  const isEc = signer.publicKey.asymmetricKeyType === 'ec'
  const digest = signer.publicKey.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256'
  const own = read(new X509Certificate(signer.certificate))
  const attribute = (type: string, value: asn1js.BaseBlock) => new Attribute({ type, values: [value] })
  // in the order that DER wants of a set: the shorter first
  const signedAttrs = new SignedAndUnsignedAttributes({
    type: 0,
    attributes: [
      attribute(oid.contentType, new asn1js.ObjectIdentifier({ value: oid.data })),
      attribute(oid.signingTime, new asn1js.UTCTime({ valueDate: new Date(now) })),
      attribute(
        oid.messageDigest,
        new asn1js.OctetString({ valueHex: exact(createHash(digest).update(text).digest()) }),
      ),
    ],
  })
  const toSign = Buffer.from(signedAttrs.toSchema().toBER(false))
  // signed as a set, sent as the field of a sequence
  toSign[0] = 0x31
  const signature = await signer.sign(toSign)
  if (!signature.ok) return signature
  const digestAlgorithm = algorithm(digestOids[digest], new asn1js.Null())
  const pss = new RSASSAPSSParams({
    hashAlgorithm: digestAlgorithm,
    maskGenAlgorithm: algorithm(oid.mgf1, digestAlgorithm.toSchema()),
    saltLength: 32,
  })
  const signedData = new SignedData({
    version: 1,
    digestAlgorithms: [digestAlgorithm],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: oid.data }),
    certificates: [own, ...chain.map((pem) => read(new X509Certificate(pem)))],
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
        digestAlgorithm,
        signedAttrs,
        signatureAlgorithm: isEc ? algorithm(ecdsaOids[digest]) : algorithm(oid.pss, pss.toSchema()),
        signature: new asn1js.OctetString({ valueHex: exact(signature.value) }),
      }),
    ],
  })
  const content = new ContentInfo({ contentType: oid.signedData, content: signedData.toSchema(true) })
  return ok(Buffer.from(content.toSchema().toBER(false)))
}
