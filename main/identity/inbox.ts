import { createHash, X509Certificate } from 'node:crypto'

/**
 * The subject of a certificate as a server maps it to a user (RFC 2253, last name first); as OpenSSL prints it with
 * `-nameopt RFC2253,-esc_msb`.
 */
export const userOf = (certificate: string): string =>
  new X509Certificate(certificate).subject.split('\n').reverse().join(',')

/** The inbox prefix of a user: 16 hexadecimal digits of SHA-256 over the name. */
export const inboxOfUser = (user: string): string =>
  `_INBOX_${createHash('sha256').update(user, 'utf8').digest('hex').slice(0, 16)}`

/**
 * Where the bus sends what this certificate asked for. Everybody's answers under the common `_INBOX.` would be heard
 * by everybody who may listen there; this prefix is known beforehand, so that a server's rights can name it, and
 * stays when the certificate is renewed under the same subject.
 *
 * @param certificate PEM
 */
export const inboxOf = (certificate: string): string => inboxOfUser(userOf(certificate))
