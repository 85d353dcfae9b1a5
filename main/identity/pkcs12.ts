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

/**
 * Opens a PKCS#12 file (RFC 7292), old RC2 and 3DES ones too: OpenSSL 3 refuses those, so forge parses them. What
 * the certificate is worth is not judged here, and never by forge: that is for Node's TLS.
 *
 * @returns `identity.passphrase-wrong`, `identity.no-certificate` or `identity.file-unreadable`
 */
export function openPkcs12(bytes: Uint8Array, passphrase: string, file: string): Result<Pair> {
  let structure: forge.asn1.Asn1
  try {
    structure = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(bytes).toString('binary')))
  } catch {
    return fail('identity.file-unreadable', 'the file is not PKCS#12 (.p12, .pfx)', file)
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
  const certificates = certificatesOf(pfx)
  for (const key of keysOf(pfx)) {
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
