import { createPrivateKey, X509Certificate } from 'node:crypto'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { lineOf } from './certificate-facts.ts'
import { readGuarded } from './guarded-file.ts'
import { looksSealed, parseIdentityFile } from './identity-file.ts'
import { openPkcs12 } from './pkcs12.ts'
import { openSealedKey } from './sealed.ts'
import { Secret } from './secret.ts'

/** What a certificate says of itself: for anybody who may know who signs in. */
export interface CertificateFacts {
  /** RFC 2253 form, e.g. `OU=CNCS,CN=wall-01` */
  subject: string
  issuer: string
  /** ms since 1970 */
  notBefore: number
  notAfter: number
}

/** Who we sign in as. Only `facts` may be told to a window, and only they fit. */
export interface Identity {
  facts: CertificateFacts
  /** PEM */
  certificate: string
  /** PEM, the further certificates that came with it */
  chain: string[]
  /** PEM */
  key: Secret
}

/** @returns null where it names nobody, or its dates are none: then nobody could say who signs in, or until when */
export function factsOf(certificate: X509Certificate): CertificateFacts | null {
  const subject = lineOf(certificate.subject)
  const notBefore = Date.parse(certificate.validFrom)
  const notAfter = Date.parse(certificate.validTo)
  if (subject === '' || Number.isNaN(notBefore) || Number.isNaN(notAfter)) return null
  return { subject, issuer: lineOf(certificate.issuer), notBefore, notAfter }
}

/** The client certificate's file as it is, still closed. */
export const readIdentity = (file: string): Promise<Result<Buffer>> =>
  readGuarded(file, {
    guard: 'public',
    most: 1_000_000,
    unreadable: 'identity.file-unreadable',
    what: 'the client certificate',
  })

/** Opens the client certificate, PKCS#12 or a sealed identity of this node's store; what is wrong with its dates is for `dateProblem`: its key still opens the cache. */
export function openIdentity(bytes: Uint8Array, passphrase: Secret, file: string): Result<Identity> {
  const pair = looksSealed(bytes)
    ? openSealed(bytes, passphrase, file)
    : openPkcs12In(bytes, passphrase, file)
  if (!pair.ok) return pair
  const facts = factsOf(new X509Certificate(pair.value.certificate))
  if (facts === null)
    return fail(
      'identity.file-unreadable',
      'the certificate in it has no subject, or no dates that can be read',
      file,
    )
  return ok({
    certificate: pair.value.certificate,
    chain: pair.value.chain,
    key: pair.value.key,
    facts,
  })
}

type Opened = Pick<Identity, 'certificate' | 'chain' | 'key'>

function openPkcs12In(bytes: Uint8Array, passphrase: Secret, file: string): Result<Opened> {
  const pair = openPkcs12(bytes, passphrase.reveal(), file)
  return pair.ok ? ok({ ...pair.value, key: new Secret(pair.value.key) }) : pair
}

/** One of this node's own store. */
function openSealed(bytes: Uint8Array, passphrase: Secret, file: string): Result<Opened> {
  const read = parseIdentityFile(bytes, file)
  if (!read.ok) return read
  const { current } = read.value
  if (current === null)
    return fail(
      'identity.no-certificate',
      'its request is out: the authority’s answer is not imported yet',
      file,
    )
  const key = openSealedKey(current.key, passphrase, file)
  if (!key.ok) return key
  const { certificate, chain } = current
  if (belongsTo(certificate, key.value)) return ok({ certificate, chain, key: key.value })
  key.value.erase()
  return fail('identity.no-certificate', 'the certificate in the file is not its key’s', file)
}

function belongsTo(certificate: string, key: Secret): boolean {
  const pem = Buffer.from(key.copy().buffer)
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(pem))
  } catch {
    return false
  } finally {
    pem.fill(0)
  }
}

/** @param now ms since 1970 */
export function dateProblem({ facts }: Pick<Identity, 'facts'>, file: string, now: number): Problem | null {
  const day = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ')
  if (now > facts.notAfter)
    return {
      code: 'identity.expired',
      message: `the client certificate ended on ${day(facts.notAfter)} UTC`,
      subject: file,
    }
  if (now < facts.notBefore)
    return {
      code: 'identity.not-yet-valid',
      message: `the client certificate begins on ${day(facts.notBefore)} UTC`,
      subject: file,
    }
  return null
}
