import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { readPassphrase, reason } from './passphrase.ts'
import { openPkcs12 } from './pkcs12.ts'
import { secretOf, type Secret } from './secret.ts'

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

const oneLine = (name: string): string => name.split('\n').join(', ')

/** Opens the client certificate; what is wrong with its dates is for `dateProblem`: its key still opens the cache. */
export async function openIdentity(file: string, passphraseFile: string): Promise<Result<Identity>> {
  const passphrase = await readPassphrase(passphraseFile)
  if (!passphrase.ok) return passphrase
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    return fail(
      'identity.file-unreadable',
      `the client certificate could not be read: ${reason(error)}`,
      file,
    )
  }
  const pair = openPkcs12(bytes, passphrase.value, file)
  if (!pair.ok) return pair
  const certificate = new X509Certificate(pair.value.certificate)
  return ok({
    certificate: pair.value.certificate,
    chain: pair.value.chain,
    key: secretOf(pair.value.key),
    facts: {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      notBefore: Date.parse(certificate.validFrom),
      notAfter: Date.parse(certificate.validTo),
    },
  })
}

/** @param now ms since 1970 */
export function dateProblem({ facts }: Identity, file: string, now: number): Problem | null {
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
