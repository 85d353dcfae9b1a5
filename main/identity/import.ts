/** What an authority answers becomes an identity: a certificate for the key that was made here, or key and all. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { anyPurpose, clientAuth, fingerprintOfKey, lineOf, purposesOf } from './certificate-facts.ts'
import { certificatesIn, orderChain } from './certificates-in.ts'
import {
  identityFile,
  readIdentityNamed,
  replaceIdentity,
  type CurrentIdentity,
  type IdentityFile,
  type OutstandingRequest,
} from './identities.ts'
import { factsOf, type CertificateFacts } from './open-identity.ts'
import { openPkcs12 } from './pkcs12.ts'
import { kindOfKey } from './request.ts'
import { sealKey } from './sealed.ts'
import type { Secret } from './secret.ts'
import { slotIsThere } from './vault/slot-for-next.ts'

/** RFC 5280, 4.1.2.2: in octets. */
const longestSerial = 20
const shortestModulus = 2048

/** Why nobody would sign in with it, whoever issued it; null: nothing says so. */
function unfit(certificate: X509Certificate, now: number): string | null {
  const facts = factsOf(certificate)
  if (facts === null) return 'it has no subject, or no dates that can be read'
  if (certificate.serialNumber.length / 2 > longestSerial)
    return `its serial number has more than ${longestSerial} bytes`
  const { publicKey } = certificate
  if (kindOfKey(publicKey) === null) return 'its key is neither RSA nor EC P-256 or P-384'
  const { modulusLength } = publicKey.asymmetricKeyDetails ?? {}
  if (modulusLength !== undefined && modulusLength < shortestModulus)
    return `its RSA key has ${modulusLength} bits: ${shortestModulus} at least`
  if (certificate.ca) return 'it is an authority’s, not a node’s'
  const purposes = purposesOf(certificate)
  if (purposes !== null && !purposes.includes(clientAuth) && !purposes.includes(anyPurpose))
    return 'it is not for clients of TLS (extended key usage)'
  if (facts.notAfter < now) return `it ended on ${new Date(facts.notAfter).toISOString().slice(0, 10)}`
  return null
}

export interface Imported {
  current: CurrentIdentity
  facts: CertificateFacts
  /** whose certificate did not come with it: the platform must know that one */
  missing: string | null
  /** subjects of certificates in the file that have nothing to do with it: they were left out */
  leftOut: string[]
}

/** @param own whose key `key` is @param all the certificates that came, its own too or not */
function judged(
  own: X509Certificate,
  all: readonly X509Certificate[],
  key: CurrentIdentity['key'],
  file: string,
  now: number,
  known: readonly string[] = [],
): Result<Imported> {
  const why = unfit(own, now)
  const facts = factsOf(own)
  if (why !== null || facts === null) return fail('identity.unfit', why ?? '', file)
  const { chain, missing, others } = orderChain(own, [
    ...all,
    ...known.map((pem) => new X509Certificate(pem)),
  ])
  const came = new Set(all.map(({ fingerprint256 }) => fingerprint256))
  const current = {
    key,
    certificate: own.toString(),
    chain: chain.map(String),
    since: new Date(now).toISOString(),
  }
  return ok({
    current,
    facts,
    missing,
    leftOut: others.filter((one) => came.has(one.fingerprint256)).map(({ subject }) => lineOf(subject)),
  })
}

const belongs = (certificate: X509Certificate, publicKey: string): boolean => {
  try {
    return fingerprintOfKey(certificate.publicKey) === publicKey
  } catch {
    return false
  }
}

/**
 * @param bytes the authority's answer to this request
 * @param file for the words
 * @param now ms since 1970
 * @param known certificates above the last one, PEM: an answer may leave them out
 */
export function readAnswer(
  { key }: Pick<OutstandingRequest, 'key'>,
  bytes: Uint8Array,
  file: string,
  now: number,
  known: readonly string[] = [],
): Result<Imported> {
  const all = certificatesIn(bytes, file)
  if (!all.ok) return all
  const own = all.value.filter((one) => belongs(one, key.publicKey))
  // of several for one key, as after a renewal, the one that lasts longest
  const [latest] = own.sort((a, b) => Date.parse(b.validTo) - Date.parse(a.validTo))
  if (latest === undefined)
    return fail(
      'identity.key-mismatch',
      `none of ${all.value.length} certificates is for the key that was made here`,
      file,
    )
  return judged(latest, all.value, key, file, now, known)
}

/**
 * Opens PKCS#12 and seals what is in it anew; what it was sealed with, weak or strong, is not taken over.
 *
 * @param opens the file's own passphrase
 * @param seals the node's
 */
export function readPkcs12(
  bytes: Uint8Array,
  opens: Secret,
  seals: Secret,
  file: string,
  now: number,
): Result<Imported> {
  const pair = openPkcs12(bytes, opens.reveal(), file)
  if (!pair.ok) return pair
  let own: X509Certificate
  let others: X509Certificate[]
  try {
    own = new X509Certificate(pair.value.certificate)
    others = pair.value.chain.map((pem) => new X509Certificate(pem))
  } catch {
    return fail('identity.answer-unreadable', 'a certificate in the file cannot be read', file)
  }
  // first whether it serves: to seal takes a second
  const fits = unfit(own, now)
  if (fits !== null) return fail('identity.unfit', fits, file)
  const key = createPrivateKey(pair.value.key)
  return judged(own, others, sealKey(key, seals), file, now)
}

/** The answer to the request that is out under this name. @returns where it lies, and where what it replaced is kept */
export async function importAnswer(
  profile: string,
  name: string,
  bytes: Uint8Array,
  file: string,
  now: number,
): Promise<Result<Imported & { file: string; kept: string | null }>> {
  const there = await readIdentityNamed(profile, name)
  if (!there.ok) return there
  const { outstanding, current } = there.value
  const asked = outstanding ?? current
  if (asked === null || there.value.replaced !== null)
    return fail(
      'identity.not-asked',
      `no certificate was asked for under ${identityFile(profile, name)}`,
      name,
    )
  const answer = readAnswer(asked, bytes, file, now, current?.chain)
  if (!answer.ok) return answer
  if (answer.value.current.certificate === current?.certificate)
    return fail('identity.not-asked', 'this certificate is there already', name)
  const slot = await slotIsThere(profile, name, current, answer.value.current.key.publicKey)
  if (!slot.ok) return slot
  const next: IdentityFile = { ...there.value, current: answer.value.current, outstanding: null }
  const replaced = await replaceIdentity(profile, name, next, now)
  return replaced.ok ? ok({ ...answer.value, ...replaced.value }) : replaced
}
