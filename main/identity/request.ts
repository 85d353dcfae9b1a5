/** A key is made here, and asked for its certificate by PKCS#10 (RFC 2986): the key itself never goes anywhere. */
import { generateKeyPair, sign, type KeyObject } from 'node:crypto'
import { isIP, SocketAddress } from 'node:net'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { keyKinds, type KeyKind } from '../../preload/contract/identities.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import {
  asciiText,
  bits,
  der,
  octets,
  oid,
  printableText,
  sequence,
  set,
  smallInteger,
  utf8,
  yes,
} from './der.ts'

export { keyKinds, type KeyKind }

/** The parts of a name that people give, what ASN.1 calls them (RFC 4519, RFC 2985), and how it writes them. */
export const nameTypes = {
  CN: { id: '2.5.4.3', most: 64, in: 'utf8' },
  SERIALNUMBER: { id: '2.5.4.5', most: 64, in: 'printable' },
  C: { id: '2.5.4.6', most: 2, in: 'printable' },
  L: { id: '2.5.4.7', most: 128, in: 'utf8' },
  ST: { id: '2.5.4.8', most: 128, in: 'utf8' },
  O: { id: '2.5.4.10', most: 64, in: 'utf8' },
  OU: { id: '2.5.4.11', most: 64, in: 'utf8' },
  TITLE: { id: '2.5.4.12', most: 64, in: 'utf8' },
  SN: { id: '2.5.4.4', most: 64, in: 'utf8' },
  GN: { id: '2.5.4.42', most: 64, in: 'utf8' },
  ORGANIZATIONIDENTIFIER: { id: '2.5.4.97', most: 64, in: 'utf8' },
  DC: { id: '0.9.2342.19200300.100.1.25', most: 63, in: 'ascii' },
  UID: { id: '0.9.2342.19200300.100.1.1', most: 256, in: 'utf8' },
  EMAILADDRESS: { id: '1.2.840.113549.1.9.1', most: 255, in: 'ascii' },
} as const
type NameType = keyof typeof nameTypes
const writers = { utf8, printable: printableText, ascii: asciiText }
const fits = { utf8: /^/, printable: /^[A-Za-z0-9 '()+,./:=?-]+$/, ascii: /^[\x20-\x7e]+$/ }

const keyUsages = {
  'digital-signature': 0,
  'non-repudiation': 1,
  'key-encipherment': 2,
  'key-agreement': 4,
} as const
const purposes = { 'client-auth': '1.3.6.1.5.5.7.3.2', 'email-protection': '1.3.6.1.5.5.7.3.4' } as const

const pick = <T extends object>(of: T) => v.picklist(Object.keys(of) as (keyof T & string)[])

/** What a request asks for: a policy may say it for all of an organisation's nodes. */
export const RequestProfileSchema = v.strictObject({
  key: v.optional(v.picklist(keyKinds), 'ec-p384'),
  /** In the certificate's own order, e.g. `CN=wall-01, OU=Vigie`; `,` and `\` in a value after `\`. */
  subject: v.pipe(v.string(), v.minLength(4), v.maxLength(1024)),
  /** Further names: hosts, addresses, `user@host`. */
  names: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(253))), v.maxLength(16)),
    [],
  ),
  usages: v.optional(v.pipe(v.array(pick(keyUsages)), v.minLength(1)), ['digital-signature']),
  purposes: v.optional(v.array(pick(purposes)), ['client-auth']),
})
export type RequestProfile = v.InferOutput<typeof RequestProfileSchema>
/** The same as somebody writes it: what is left out is what a node usually asks for. */
export type RequestWishes = v.InferInput<typeof RequestProfileSchema>

export const makeKey = async (kind: KeyKind): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> => {
  switch (kind) {
    case 'rsa-3072':
      return promisify(generateKeyPair)('rsa', { modulusLength: 3072 })
    case 'rsa-4096':
      return promisify(generateKeyPair)('rsa', { modulusLength: 4096 })
    case 'ec-p256':
      return promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
    case 'ec-p384':
      return promisify(generateKeyPair)('ec', { namedCurve: 'P-384' })
  }
}

/** What a key is, for people; null: of a kind that Vigie does not sign in with. */
export function kindOfKey(publicKey: KeyObject): string | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey
  if (type === 'rsa') return `RSA ${details?.modulusLength ?? '?'}`
  const curves: Record<string, string> = { prime256v1: 'EC P-256', secp384r1: 'EC P-384' }
  return (type === 'ec' && curves[details?.namedCurve ?? '']) || null
}

type Named = readonly (readonly [type: NameType, value: string])[]

/** @returns `command.invalid`, naming the part that is wrong */
function readSubject(text: string): Result<Named> {
  const wrong = (why: string) => fail<Named>('command.invalid', `the subject ${text}: ${why}`, text)
  const parts = text.match(/(?:\\.|[^,\\])+/gs) ?? []
  const named: [NameType, string][] = []
  for (const part of parts) {
    const [, type = '', value = ''] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/s.exec(part) ?? []
    const known = type.toUpperCase()
    if (!Object.hasOwn(nameTypes, known))
      return wrong(`each part is TYPE=VALUE, of ${Object.keys(nameTypes).join(', ')}`)
    const plain = value.replace(/\\(.)/gs, '$1')
    const how = nameTypes[known as NameType]
    const { most } = how
    if (plain === '' || plain.length > most) return wrong(`${known} has 1 to ${most} characters`)
    if (/[\p{Cc}\p{Cf}\p{Cs}]/u.test(plain)) return wrong(`${known} holds a character that nobody sees`)
    if (!fits[how.in].test(plain)) return wrong(`${known} is written in ASCII`)
    named.push([known as NameType, plain])
  }
  if (!named.some(([type]) => type === 'CN')) return wrong('it needs a CN')
  return ok(named)
}

const nameOf = (named: Named): Buffer =>
  sequence(
    ...named.map(([type, value]) => {
      const { id, in: how } = nameTypes[type]
      return set(sequence(oid(id), writers[how](value)))
    }),
  )

/** RFC 5280, 4.2.1.6. */
function alternativeOf(name: string): Result<Buffer> {
  const kind = isIP(name)
  if (kind === 4) return ok(der(0x87, Buffer.from(name.split('.').map(Number))))
  if (kind === 6) return ok(der(0x87, sixteenBytes(name)))
  if (/^[\x21-\x7e]+@[A-Za-z0-9.-]+$/.test(name)) return ok(der(0x81, Buffer.from(name, 'latin1')))
  if (/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,62})?)*$/.test(name))
    return ok(der(0x82, Buffer.from(name, 'latin1')))
  return fail('command.invalid', `${name} is no host, no address and no user@host`, name)
}

function sixteenBytes(address: string): Buffer {
  const plain = new SocketAddress({ address, family: 'ipv6' }).address
  const [before = '', after] = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, dottedAsHex).split('::')
  const left = before === '' ? [] : before.split(':')
  const right = after === undefined || after === '' ? [] : after.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return Buffer.from([...left, ...zeros, ...right].map((part) => part.padStart(4, '0')).join(''), 'hex')
}

const dottedAsHex = (_: string, ...digits: string[]): string => {
  const [a = 0, b = 0, c = 0, d = 0] = digits.slice(0, 4).map(Number)
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

function usageBits(usages: RequestProfile['usages']): Buffer {
  const set = usages.reduce((byte, usage) => byte | (0x80 >> keyUsages[usage]), 0)
  // DER leaves the bits at the end that are not set out (X.690, 11.2.2)
  return bits(Buffer.from([set]), 31 - Math.clz32(set & -set))
}

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value))

/** How a key signs its own request: RSA by PKCS#1 1.5, which every authority reads, EC with the hash of its size. */
function signatureOf(publicKey: KeyObject): Result<{ hash: 'sha256' | 'sha384'; algorithm: Buffer }> {
  switch (kindOfKey(publicKey)) {
    case 'EC P-256':
      return ok({ hash: 'sha256', algorithm: sequence(oid('1.2.840.10045.4.3.2')) })
    case 'EC P-384':
      return ok({ hash: 'sha384', algorithm: sequence(oid('1.2.840.10045.4.3.3')) })
    default:
      if (publicKey.asymmetricKeyType !== 'rsa')
        return fail('command.invalid', 'the key is neither RSA nor EC P-256 or P-384')
      return ok({ hash: 'sha256', algorithm: sequence(oid('1.2.840.113549.1.1.11'), Buffer.from([5, 0])) })
  }
}

/**
 * @param attributes further attributes of the request, DER (RFC 2986, 4.1), as an authority may ask for them
 * @returns the request, DER; `command.invalid` naming what can't be asked for
 */
export function makeRequest(
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  wishes: RequestWishes,
  attributes: readonly Uint8Array[] = [],
): Result<Buffer> {
  const read = v.safeParse(RequestProfileSchema, wishes)
  if (!read.success) return fail('command.invalid', `the request’s profile: ${read.issues[0].message}`)
  const profile = read.output
  const subject = readSubject(profile.subject)
  if (!subject.ok) return subject
  const alternatives: Buffer[] = []
  for (const name of profile.names) {
    const alternative = alternativeOf(name)
    if (!alternative.ok) return alternative
    alternatives.push(alternative.value)
  }
  const how = signatureOf(publicKey)
  if (!how.ok) return how

  const extensions = [
    extension('2.5.29.15', true, usageBits(profile.usages)),
    ...(profile.purposes.length === 0
      ? []
      : [extension('2.5.29.37', false, sequence(...profile.purposes.map((one) => oid(purposes[one]))))]),
    ...(alternatives.length === 0 ? [] : [extension('2.5.29.17', false, sequence(...alternatives))]),
  ]
  const extensionRequest = sequence(oid('1.2.840.113549.1.9.14'), set(sequence(...extensions)))
  const asked = sequence(
    smallInteger(0),
    nameOf(subject.value),
    publicKey.export({ type: 'spki', format: 'der' }),
    // a SET is in the order of its bytes (X.690, 11.6)
    der(0xa0, ...[extensionRequest, ...attributes].sort(Buffer.compare)),
  )
  const signature = sign(how.value.hash, asked, privateKey)
  return ok(sequence(asked, how.value.algorithm, bits(signature)))
}

export const requestPem = (request: Uint8Array): string => {
  const lines =
    Buffer.from(request)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`
}
