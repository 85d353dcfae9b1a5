import { X509Certificate, createPrivateKey } from 'node:crypto'
import forge from 'node-forge'
import { fail, ok, type Result } from '../../preload/contract/result.ts'

/** A key and its certificate, PEM; `chain` are the further certificates that came with them. */
export interface Pair {
  key: string
  certificate: string
  chain: string[]
}

const bagType = forge.pki.oids as Record<string, string>

/** A certificate whose key is not RSA is passed on as it is: forge can't read it, Node's own code can. */
const certificatesOf = (pfx: forge.pkcs12.Pkcs12Pfx): string[] => {
  const type = bagType['certBag'] ?? ''
  return (pfx.getBags({ bagType: type })[type] ?? []).flatMap(({ cert, asn1 }) => {
    if (cert) return [forge.pki.certificateToPem(cert)]
    if (!asn1) return []
    return [forge.pem.encode({ type: 'CERTIFICATE', body: forge.asn1.toDer(asn1).getBytes() })]
  })
}

const keysOf = (pfx: forge.pkcs12.Pkcs12Pfx): string[] =>
  ['pkcs8ShroudedKeyBag', 'keyBag'].flatMap((name) => {
    const type = bagType[name] ?? ''
    return (pfx.getBags({ bagType: type })[type] ?? []).flatMap(({ key, asn1 }) => {
      if (key) return [forge.pki.privateKeyToPem(key)]
      if (!asn1) return []
      return [forge.pem.encode({ type: 'PRIVATE KEY', body: forge.asn1.toDer(asn1).getBytes() })]
    })
  })

/** Of all its parts together: as many as a second or two takes. Common tools write thousands, careful ones a million. */
const mostRounds = 2_000_000
const deepest = 64

/**
 * How often the file has a passphrase stretched before it says whether it was right (RFC 7292 §4, RFC 8018 §A.2): each
 * such count follows its salt. Asked of whoever wrote the file, two thousand million would hold the node up for hours.
 */
function roundsOf(value: forge.asn1.Asn1, depth = 0): number {
  if (depth > deepest) return Infinity
  const { OCTETSTRING, INTEGER } = forge.asn1.Type
  if (!Array.isArray(value.value)) {
    // what is sealed in it is a text of its own; what is none says nothing
    if (value.type !== OCTETSTRING || value.value.charCodeAt(0) !== 0x30) return 0
    let inner: forge.asn1.Asn1
    try {
      inner = forge.asn1.fromDer(forge.util.createBuffer(value.value))
    } catch {
      return 0
    }
    return roundsOf(inner, depth + 1)
  }
  return value.value.reduce((sum, item, at, all) => {
    const counted = item.type === INTEGER && all[at - 1]?.type === OCTETSTRING ? item.value : ''
    const rounds = typeof counted === 'string' ? Number(`0x0${forge.util.bytesToHex(counted)}`) : 0
    return sum + rounds + roundsOf(item, depth + 1)
  }, 0)
}

/**
 * Opens a PKCS#12 file (RFC 7292), old RC2 and 3DES ones too: OpenSSL 3 refuses those, so forge parses them. What
 * the certificate is worth is not judged here, and never by forge: that is for Node's TLS.
 *
 * @returns `identity.passphrase-wrong`, `identity.no-certificate` or `identity.file-unreadable`
 */
export function openPkcs12(bytes: Uint8Array, passphrase: string, file: string): Result<Pair> {
  let structure: forge.asn1.Asn1
  let rounds: number
  try {
    structure = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(bytes).toString('binary')))
    rounds = roundsOf(structure)
  } catch {
    return fail('identity.file-unreadable', 'the file is not PKCS#12 (.p12, .pfx)', file)
  }
  if (rounds > mostRounds) {
    const why = `the file has its passphrase stretched more than ${mostRounds} times`
    return fail('identity.file-unreadable', why, file)
  }
  let pfx: forge.pkcs12.Pkcs12Pfx
  try {
    pfx = forge.pkcs12.pkcs12FromAsn1(structure, false, passphrase)
  } catch (error) {
    // forge has words only; the seal (MAC) fails where the passphrase is wrong
    const words = error instanceof Error ? error.message : ''
    return /mac|password|decrypt/i.test(words)
      ? fail('identity.passphrase-wrong', 'the passphrase does not open the file', file)
      : fail('identity.file-unreadable', 'the file is not PKCS#12 (.p12, .pfx)', file)
  }
  let certificates: string[]
  let keys: string[]
  try {
    certificates = certificatesOf(pfx)
    keys = keysOf(pfx)
  } catch {
    return fail('identity.file-unreadable', 'what the file holds can’t be read', file)
  }
  for (const key of keys) {
    const own = certificates.find((pem) => belongsTo(pem, key))
    if (own !== undefined)
      return ok({ key, certificate: own, chain: certificates.filter((pem) => pem !== own) })
  }
  return fail('identity.no-certificate', 'the file holds no certificate with its private key', file)
}

const belongsTo = (certificate: string, key: string): boolean => {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}
