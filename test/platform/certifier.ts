/** A throw-away authority as `createAuthority` makes them, that signs what others ask for (PKCS#10), EC keys too. */
import { createHash, createPublicKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import * as asn1 from 'asn1js'
import * as pkijs from 'pkijs'
import {
  rfc2253,
  validityAround,
  type Authority,
  type Issued,
  type Subject,
  type Validity,
} from '../../main/exercise/authority.ts'

const oids = { CN: '2.5.4.3', OU: '2.5.4.11', O: '2.5.4.10', C: '2.5.4.6' } as const
const day = 86_400_000

export type Certifier = Authority & {
  /** @param request PKCS#10, DER. @throws where it is none, or its signature is not by its own key */
  certify(request: Uint8Array, validity?: Validity): Promise<string>
  /** an authority that this one vouches for */
  below(name: string): Promise<Certifier>
}

interface Signer {
  name: pkijs.RelativeDistinguishedNames
  key: CryptoKey
  id: ArrayBuffer
}

const exact = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

export const toPem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END ${label}-----\n`

/** One name after the other, as everybody writes them: the library would put all of them into one set. */
const nameOf = (subject: Subject): pkijs.RelativeDistinguishedNames =>
  pkijs.RelativeDistinguishedNames.fromBER(
    new asn1.Sequence({
      value: subject.map(
        ([type, value]) =>
          new asn1.Set({
            value: [
              new asn1.Sequence({
                value: [
                  new asn1.ObjectIdentifier({ value: oids[type] }),
                  type === 'C' ? new asn1.PrintableString({ value }) : new asn1.Utf8String({ value }),
                ],
              }),
            ],
          }),
      ),
    }).toBER(false),
  )

const extension = (extnID: string, value: asn1.BaseBlock, critical = false): pkijs.Extension =>
  new pkijs.Extension({ extnID, critical, extnValue: value.toBER(false) })

const basic = (cA: boolean, pathLenConstraint?: number) =>
  extension(
    '2.5.29.19',
    new pkijs.BasicConstraints({
      cA,
      ...(pathLenConstraint === undefined ? {} : { pathLenConstraint }),
    }).toSchema(),
    true,
  )
/** bits as RFC 5280 §4.2.1.3 numbers them from the left */
const usage = (bits: number, unused: number) =>
  extension(
    '2.5.29.15',
    new asn1.BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits: unused }),
    true,
  )
const purposes = (keyPurposes: string[]) =>
  extension('2.5.29.37', new pkijs.ExtKeyUsage({ keyPurposes }).toSchema())
const serverAuth = '1.3.6.1.5.5.7.3.1'
const clientAuth = '1.3.6.1.5.5.7.3.2'
const hostNames = (hosts: readonly string[]) =>
  extension(
    '2.5.29.17',
    new pkijs.GeneralNames({
      names: hosts.map((host) =>
        /^[\d.]+$/.test(host)
          ? new pkijs.GeneralName({
              type: 7,
              value: new asn1.OctetString({ valueHex: Uint8Array.from(host.split('.'), Number).buffer }),
            })
          : new pkijs.GeneralName({ type: 2, value: host }),
      ),
    }).toSchema(),
  )
/** RFC 5280 §4.2.1.1 and §4.2.1.2, by its method (1) */
const idOf = (publicKey: pkijs.PublicKeyInfo): ArrayBuffer =>
  exact(
    createHash('sha1').update(new Uint8Array(publicKey.subjectPublicKey.valueBlock.valueHexView)).digest(),
  )
const subjectKey = (publicKey: pkijs.PublicKeyInfo) =>
  extension('2.5.29.14', new asn1.OctetString({ valueHex: idOf(publicKey) }))
const authorityKey = (id: ArrayBuffer) =>
  extension(
    '2.5.29.35',
    new pkijs.AuthorityKeyIdentifier({
      keyIdentifier: new asn1.OctetString({ valueHex: id }),
    }).toSchema(),
  )
const forClients = [basic(false), usage(0x80, 7), purposes([clientAuth])]

async function makeCertificate(
  signer: Signer,
  subject: pkijs.RelativeDistinguishedNames,
  publicKey: pkijs.PublicKeyInfo,
  validity: Validity,
  extensions: pkijs.Extension[],
): Promise<string> {
  const certificate = new pkijs.Certificate({
    version: 2,
    serialNumber: new asn1.Integer({ valueHex: exact(Buffer.concat([Buffer.of(0x40), randomBytes(15)])) }),
    issuer: signer.name,
    subject,
    notBefore: new pkijs.Time({ value: validity.from }),
    notAfter: new pkijs.Time({ value: validity.to }),
    subjectPublicKeyInfo: publicKey,
    extensions: [...extensions, subjectKey(publicKey), authorityKey(signer.id)],
  })
  await certificate.sign(signer.key, 'SHA-256')
  return toPem('CERTIFICATE', new Uint8Array(certificate.toSchema(true).toBER(false)))
}

const infoOf = (key: KeyObject): pkijs.PublicKeyInfo =>
  pkijs.PublicKeyInfo.fromBER(exact(createPublicKey(key).export({ type: 'spki', format: 'der' })))

const makeKey = async (): Promise<KeyObject> =>
  (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey

const signerOf = async (name: pkijs.RelativeDistinguishedNames, key: KeyObject): Promise<Signer> => ({
  name,
  id: idOf(infoOf(key)),
  key: await crypto.subtle.importKey(
    'pkcs8',
    exact(key.export({ type: 'pkcs8', format: 'der' })),
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    false,
    ['sign'],
  ),
})

function certifierOf(certificate: string, signer: Signer, now: number): Certifier {
  const issue = async (
    subject: Subject,
    validity: Validity,
    extensions: pkijs.Extension[],
  ): Promise<Issued> => {
    const key = await makeKey()
    return {
      key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      user: rfc2253(subject),
      certificate: await makeCertificate(signer, nameOf(subject), infoOf(key), validity, extensions),
    }
  }
  const issueHost = (hosts: readonly string[], validity: Validity, keyPurposes: string[]) =>
    issue([['CN', hosts[0] ?? 'localhost']], validity, [
      basic(false),
      usage(0xa0, 5),
      purposes(keyPurposes),
      hostNames(hosts),
    ])
  return {
    certificate,
    issueServer: (hosts, validity = validityAround(now)) => issueHost(hosts, validity, [serverAuth]),
    issueRoute: (hosts) => issueHost(hosts, validityAround(now), [serverAuth, clientAuth]),
    issueClient: (subject, validity = validityAround(now)) => issue(subject, validity, forClients),
    async certify(request, validity = validityAround(now)) {
      const asked = pkijs.CertificationRequest.fromBER(exact(request))
      if (!(await asked.verify())) throw new Error('the request is not signed by its own key')
      return makeCertificate(signer, asked.subject, asked.subjectPublicKeyInfo, validity, forClients)
    },
    async below(name) {
      const key = await makeKey()
      const own = nameOf([
        ['O', 'Vigie'],
        ['CN', name],
      ])
      const years = { from: new Date(now - 5 * 365 * day), to: new Date(now + 5 * 365 * day) }
      const pem = await makeCertificate(signer, own, infoOf(key), years, [basic(true, 0), usage(0x06, 1)])
      return certifierOf(pem, await signerOf(own, key), now)
    },
  }
}

export async function createCertifier(name: string, now: number): Promise<Certifier> {
  const key = await makeKey()
  const own = nameOf([
    ['O', 'Vigie'],
    ['CN', name],
  ])
  const signer = await signerOf(own, key)
  const years = { from: new Date(now - 10 * 365 * day), to: new Date(now + 10 * 365 * day) }
  const certificate = await makeCertificate(signer, own, infoOf(key), years, [basic(true), usage(0x06, 1)])
  return certifierOf(certificate, signer, now)
}
