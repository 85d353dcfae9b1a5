/** What somebody may put where a node looks for its certificate: it is refused in words, and costs no time. */
import { generateKeyPairSync } from 'node:crypto'
import forge from 'node-forge'
import { describe, expect, it } from 'vitest'
import { openIdentity } from '../../../../main/identity/open-identity.ts'
import { Secret } from '../../../../main/identity/secret.ts'

const passphrase = 'correct horse'
const key = forge.pki.privateKeyFromPem(
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString(),
)
const certificateOf = (subject: forge.pki.CertificateField[]) => {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2036-01-01T00:00:00Z')
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.sign(key, forge.md.sha256.create())
  return certificate
}
const named = () => certificateOf([{ shortName: 'CN', value: 'wall-01' }])
const asFile = (certificate: forge.pki.Certificate, more: { count?: number; useMac?: boolean } = {}) =>
  forge.pkcs12.toPkcs12Asn1(key, [certificate], passphrase, { algorithm: '3des', count: 8, ...more })
const bytesOf = (tree: forge.asn1.Asn1) => Buffer.from(forge.asn1.toDer(tree).getBytes(), 'latin1')
const open = (bytes: Uint8Array) => {
  const opened = openIdentity(bytes, new Secret(passphrase), 'me.p12')
  return opened.ok ? 'ok' : opened.error.code
}

describe('a client certificate’s file that somebody else wrote', () => {
  it('opens where it is as it should be', () => expect(open(bytesOf(asFile(named())))).toBe('ok'))

  it('is refused where its certificate names nobody', () =>
    expect(open(bytesOf(asFile(certificateOf([]))))).toBe('identity.file-unreadable'))

  it('is refused, and not stretched for hours, where its seal asks for two thousand million rounds', () => {
    const tree = asFile(named())
    // macData: its digest, its salt, its rounds
    const seal = (tree.value as forge.asn1.Asn1[])[2]?.value as forge.asn1.Asn1[]
    expect(seal).toHaveLength(3)
    seal[2]!.value = forge.util.hexToBytes('7fffffff')
    expect(open(bytesOf(tree))).toBe('identity.file-unreadable')
  })

  it('is refused where, without a seal, what it holds asks for them', () => {
    // the same length, so that no length around it changes: 0x010203 rounds become 0x7f0203
    const bytes = bytesOf(asFile(named(), { count: 0x010203, useMac: false }))
    const at = bytes.indexOf(Buffer.from([2, 3, 1, 2, 3]))
    expect(at).toBeGreaterThan(0)
    bytes[at + 2] = 0x7f
    expect(open(bytes)).toBe('identity.file-unreadable')
  })

  it('is refused where it is nested a hundred thousand deep', () =>
    expect(open(Buffer.concat(Array.from({ length: 100_000 }, () => Buffer.from([0x30, 0x80]))))).toBe(
      'identity.file-unreadable',
    ))
})
