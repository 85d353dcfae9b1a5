/** Who signs policies, for tests: an authority of its own, administrators under it, and policies that they sign. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  constants,
} from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as asn1js from 'asn1js'
import { AttributeTypeAndValue, BasicConstraints, Certificate, ExtKeyUsage, Extension } from 'pkijs'
import { signText, type PolicySigner } from '../../main/policy/signature.ts'
import { ok } from '../../preload/contract/result.ts'

export type KeyKind = 'rsa' | 'P-256' | 'P-384'

export interface Holder {
  /** PEM */
  certificate: string
  /** PEM, PKCS#8 */
  key: string
  signer: PolicySigner
}

export interface Asked {
  kind?: KeyKind
  from?: number
  to?: number
  /** an authority below this one */
  authority?: boolean
  /** extendedKeyUsage; null: it has none */
  uses?: string[] | null
  usages?: number
  /** how many authorities may stand below it */
  room?: number
  /** further extensions, critical ones: each identifier with its value, DER in hex */
  critical?: Record<string, string>
  /** its own key, PEM: as of a certificate that is made anew */
  key?: string
}

export interface PolicyAuthority extends Holder {
  issue(name: string, asked?: Asked): Promise<Holder & { below: PolicyAuthority['issue'] }>
}

const day = 86_400_000
const documentSigning = '1.3.6.1.5.5.7.3.36'
/** As the first byte of the bit string has them. */
export const keyUsages = { digitalSignature: 0x80, keyEncipherment: 0x20, keyCertSign: 0x04 }
const algorithms = {
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'P-256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'P-384': { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
}

function makeKey(kind: KeyKind) {
  const pair =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: kind })
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

async function imported(key: string, kind: KeyKind) {
  const secret = createPrivateKey(key)
  const open = createPublicKey(key)
  return {
    privateKey: await crypto.subtle.importKey(
      'pkcs8',
      secret.export({ type: 'pkcs8', format: 'der' }),
      algorithms[kind],
      true,
      ['sign'],
    ),
    publicKey: await crypto.subtle.importKey(
      'spki',
      open.export({ type: 'spki', format: 'der' }),
      algorithms[kind],
      true,
      ['verify'],
    ),
  }
}

/** As the identity's own signer signs: RSA-PSS with SHA-256, or ECDSA. */
export function signerOf(certificate: string, pem: string): PolicySigner {
  const key = createPrivateKey(pem)
  const publicKey = createPublicKey(pem)
  const isP384 = publicKey.asymmetricKeyDetails?.namedCurve === 'secp384r1'
  return {
    certificate,
    publicKey,
    sign: (data) =>
      Promise.resolve(
        ok(
          publicKey.asymmetricKeyType === 'rsa'
            ? sign('sha256', data, {
                key,
                padding: constants.RSA_PKCS1_PSS_PADDING,
                saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
              })
            : sign(isP384 ? 'sha384' : 'sha256', data, { key, dsaEncoding: 'der' }),
        ),
      ),
  }
}

const named = (name: string): AttributeTypeAndValue =>
  new AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1js.Utf8String({ value: name }) })

const roomOf = ({ room }: Asked) => (room === undefined ? {} : { pathLenConstraint: room })

async function make(
  name: string,
  asked: Asked,
  issuer: { name: string; key: string; kind: KeyKind } | null,
): Promise<Holder & { name: string; kind: KeyKind }> {
  const { kind = 'P-256', authority = false, uses = authority ? null : [documentSigning] } = asked
  const key = asked.key ?? makeKey(kind)
  const own = await imported(key, kind)
  const by = issuer ?? { name, key, kind }
  const { privateKey } = await imported(by.key, by.kind)
  const usages = asked.usages ?? (authority ? keyUsages.keyCertSign : keyUsages.digitalSignature)
  const extension = (extnID: string, critical: boolean, value: asn1js.BaseBlock) =>
    new Extension({ extnID, critical, extnValue: value.toBER(false) })
  const made = new Certificate({
    version: 2,
    // positive, and without a zero before it
    serialNumber: new asn1js.Integer({ valueHex: Uint8Array.of(0x40, ...randomBytes(8)).buffer }),
    extensions: [
      extension('2.5.29.19', true, new BasicConstraints({ cA: authority, ...roomOf(asked) }).toSchema()),
      extension('2.5.29.15', true, new asn1js.BitString({ valueHex: Uint8Array.of(usages).buffer })),
      ...(uses === null
        ? []
        : [extension('2.5.29.37', false, new ExtKeyUsage({ keyPurposes: uses }).toSchema())]),
      ...Object.entries(asked.critical ?? {}).map(
        ([extnID, hex]) =>
          new Extension({
            extnID,
            critical: true,
            extnValue: Uint8Array.from(Buffer.from(hex, 'hex')).buffer,
          }),
      ),
    ],
  })
  made.subject.typesAndValues.push(named(name))
  made.issuer.typesAndValues.push(named(by.name))
  made.notBefore.value = new Date(asked.from ?? Date.now() - day)
  made.notAfter.value = new Date(asked.to ?? Date.now() + 30 * day)
  await made.subjectPublicKeyInfo.importKey(own.publicKey)
  await made.sign(privateKey, algorithms[by.kind].hash)
  const der = Buffer.from(made.toSchema(true).toBER(false)).toString('base64')
  const certificate = `-----BEGIN CERTIFICATE-----\n${(der.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`
  return { name, kind, certificate, key, signer: signerOf(certificate, key) }
}

const issuing =
  (issuer: { name: string; key: string; kind: KeyKind }): PolicyAuthority['issue'] =>
  async (name, asked = {}) => {
    const made = await make(name, asked, issuer)
    return { ...made, below: issuing(made) }
  }

export async function makePolicyAuthority(name = 'Politiques', asked: Asked = {}): Promise<PolicyAuthority> {
  const own = await make(name, { authority: true, ...asked }, null)
  return { ...own, issue: issuing(own) }
}

/** Two authorities that issued each other, and somebody whom one of them made: nobody else vouches for any of them. */
export async function ringOf(): Promise<{ forger: Holder; ring: string[] }> {
  const first = await makePolicyAuthority('Un')
  const second = await first.issue('Deux', { authority: true })
  const closing = await second.below('Un', { authority: true, key: first.key })
  const forger = await closing.below('Claire Aubert')
  return { forger, ring: [closing.certificate, second.certificate] }
}

/** Everything that a node needs to follow a policy. */
export interface SignedPolicy {
  /** for the command line */
  args: string[]
  file: string
  authority: PolicyAuthority
  administrator: Holder
  /** signs another text in its place, both at once as far as a file system can */
  write(text: string): Promise<void>
}

/** @param text without its version: the first is 1, each further one higher */
export async function signPolicyIn(folder: string, text: string): Promise<SignedPolicy> {
  const authority = await makePolicyAuthority()
  const administrator = await authority.issue('Claire Aubert')
  const file = join(folder, 'policy.yaml')
  const authorityFile = join(dirname(file), 'policy-authority.pem')
  await writeFile(authorityFile, authority.certificate, { mode: 0o600 })
  let version = 0
  const write = async (next: string): Promise<void> => {
    const whole = /^version:/m.test(next) ? next : `${next}\nversion: ${++version}\n`
    const signed = await signText(Buffer.from(whole), administrator.signer, [], Date.now())
    if (!signed.ok) throw new Error(signed.error.message)
    await writeFile(`${file}.p7s`, signed.value, { mode: 0o600 })
    await writeFile(file, whole, { mode: 0o600 })
  }
  await write(text)
  return {
    args: ['--policy', file, '--policy-authority', authorityFile],
    ...{ file, authority, administrator, write },
  }
}

/** As an administrator has it: a PKCS#12. @returns its file */
export async function pkcs12In(
  folder: string,
  { certificate, key }: Holder,
  passphrase: string,
): Promise<string> {
  const file = join(folder, `${randomBytes(4).toString('hex')}.p12`)
  const pem = `${file}.pem`
  await writeFile(pem, `${key}${certificate}`, { mode: 0o600 })
  execFileSync('openssl', ['pkcs12', '-export', '-in', pem, '-out', file, '-passout', `pass:${passphrase}`])
  await rm(pem)
  return file
}
