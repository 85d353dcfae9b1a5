/** What a certificate says of itself, and by what it and its key are known again: read in one way wherever it is told. */
import { createHash, type KeyObject, type X509Certificate } from 'node:crypto'

/** A name on one line, its first part first. Node says undefined of one that has no parts, though its types do not. */
export const lineOf = (name: string | undefined): string => (name ?? '').split('\n').join(', ')

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Each certificate in a PEM text, as it stands there. */
export const pemBlocks = (pem: string): string[] => pem.match(block) ?? []

/** SHA-256 of a certificate, hex: another one of the same key is another. */
export const fingerprintOf = ({ fingerprint256 }: X509Certificate): string =>
  fingerprint256.replaceAll(':', '').toLowerCase()

/** SHA-256 of a public key (SPKI, DER), hex: what a key, its certificate and the one that renews it have in common. */
export const fingerprintOfKey = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')

/** What a certificate may be for (RFC 5280, 4.2.1.12). */
export const clientAuth = '1.3.6.1.5.5.7.3.2'
export const serverAuth = '1.3.6.1.5.5.7.3.1'
export const emailProtection = '1.3.6.1.5.5.7.3.4'
export const ocspSigning = '1.3.6.1.5.5.7.3.9'
export const anyPurpose = '2.5.29.37.0'

/** The extended key usages; null: it says none. Node calls them “key usage”, and its types say that they are always there. */
export const purposesOf = ({ keyUsage }: { keyUsage?: readonly string[] }): readonly string[] | null =>
  keyUsage ?? null
