import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import forge from 'node-forge'

/** One relative distinguished name after the other, in the order of the certificate (not RFC 2253's). */
export type Subject = readonly (readonly [type: 'CN' | 'OU' | 'O' | 'C', value: string])[]

export type Validity = { from: Date; to: Date }

export type Issued = {
  certificate: string
  key: string
  /** The subject as `verify_and_map` compares it: RFC 2253, last name first. */
  user: string
}

export type Authority = {
  /** The authority's certificate, PEM. */
  certificate: string
  issueServer(hosts: readonly string[], validity?: Validity): Promise<Issued>
  /** of a server in a cluster: it answers the others and turns to them */
  issueRoute(hosts: readonly string[]): Promise<Issued>
  issueClient(subject: Subject, validity?: Validity): Promise<Issued>
}

const day = 86_400_000

/** Thirty days, begun an hour ago so that a clock a little behind still accepts it. */
export const validityAround = (now: number): Validity => ({
  from: new Date(now - 3_600_000),
  to: new Date(now + 30 * day),
})

/** RFC 2253 turns the sequence round and escapes what would read as syntax. */
export const rfc2253 = (subject: Subject): string =>
  [...subject]
    .reverse()
    .map(([type, value]) => `${type}=${value.replace(/([,+"\\<>;])/g, '\\$1')}`)
    .join(',')

const attributesOf = (subject: Subject): forge.pki.CertificateField[] =>
  subject.map(([shortName, value]) => ({ shortName, value }))

// Node's own generator: forge's JavaScript one takes seconds for the same key.
const makeKeys = async () => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const key = forge.pki.privateKeyFromPem(pem)
  return { pem, key, publicKey: forge.pki.setRsaPublicKey(key.n, key.e) }
}

const makeCertificate = (options: {
  subject: Subject
  issuer: Subject
  validity: Validity
  publicKey: forge.pki.rsa.PublicKey
  signer: forge.pki.rsa.PrivateKey
  extensions: object[]
}): string => {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = options.publicKey
  // RFC 5280 4.1.2.2: positive and at most 20 octets.
  // positive and without a leading zero byte, which DER forbids (X.690 §8.3.2): readers refuse the certificate
  certificate.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`
  certificate.validity.notBefore = options.validity.from
  certificate.validity.notAfter = options.validity.to
  certificate.setSubject(attributesOf(options.subject))
  certificate.setIssuer(attributesOf(options.issuer))
  certificate.setExtensions(options.extensions)
  certificate.sign(options.signer, forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate)
}

const isAddress = (host: string) => /^[\d.]+$/.test(host) || host.includes(':')

/** A throw-away authority: its key lives in this process only and dies with it. */
export const createAuthority = async (name: string, now: number): Promise<Authority> => {
  const own = await makeKeys()
  const issuer: Subject = [
    ['O', 'Vigie'],
    ['CN', name],
  ]
  const ownKeyId = forge.pki.getPublicKeyFingerprint(own.publicKey).getBytes()
  const certificate = makeCertificate({
    subject: issuer,
    issuer,
    validity: { from: new Date(now - 10 * 365 * day), to: new Date(now + 10 * 365 * day) },
    publicKey: own.publicKey,
    signer: own.key,
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ],
  })

  const issue = async (subject: Subject, validity: Validity, extensions: object[]): Promise<Issued> => {
    const keys = await makeKeys()
    return {
      key: keys.pem,
      user: rfc2253(subject),
      certificate: makeCertificate({
        subject,
        issuer,
        validity,
        publicKey: keys.publicKey,
        signer: own.key,
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
          { name: 'subjectKeyIdentifier' },
          { name: 'authorityKeyIdentifier', keyIdentifier: ownKeyId },
          ...extensions,
        ],
      }),
    }
  }

  const issueHost = (hosts: readonly string[], validity: Validity, purposes: object): Promise<Issued> =>
    issue([['CN', hosts[0] ?? 'localhost']], validity, [
      { name: 'extKeyUsage', ...purposes },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isAddress(host) ? { type: 7, ip: host } : { type: 2, value: host })),
      },
    ])

  return {
    certificate,
    issueServer: (hosts, validity = validityAround(now)) => issueHost(hosts, validity, { serverAuth: true }),
    issueRoute: (hosts) => issueHost(hosts, validityAround(now), { serverAuth: true, clientAuth: true }),
    issueClient: (subject, validity = validityAround(now)) =>
      issue(subject, validity, [{ name: 'extKeyUsage', clientAuth: true }]),
  }
}

/** PKCS#12 (RFC 7292) with AES-256, as OpenSSL 3 wants it: its older ciphers are refused. */
export const toPkcs12 = (issued: Issued, passphrase: string, name = 'Vigie'): Buffer => {
  const asn1 = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(issued.key),
    [forge.pki.certificateFromPem(issued.certificate)],
    passphrase,
    { algorithm: 'aes256', friendlyName: name },
  )
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary')
}
