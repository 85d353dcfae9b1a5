/** What the lists of revoked certificates say that this node keeps: read from its disk, and nobody is asked. */
import { join } from 'node:path'
import { fail } from '../../../preload/contract/result.ts'
import type { CrlFacts } from '../../../preload/contract/trust.ts'
import { readCertificate, type Certificate } from '../../identity/trust/certificate.ts'
import { keepLists } from '../../identity/trust/lists.ts'
import { isRevoked } from '../../identity/trust/own.ts'
import type { Revocations, TrustPolicy } from '../../identity/trust/terms.ts'

export interface KeptLists {
  /** null: the policy names no list */
  revocations: Revocations[] | null
  facts: CrlFacts[]
  issuers: readonly Certificate[]
}

/** @param issuers who may have issued them @param now ms since 1970 */
export async function readKeptLists(
  profile: string,
  policy: TrustPolicy,
  issuers: readonly Certificate[],
  now: () => number,
): Promise<KeptLists> {
  const lists = keepLists({
    ...{ policy, now, folder: join(profile, 'trust'), changed: () => undefined },
    read: (source) => Promise.resolve(fail('crl.unreachable', 'nobody is asked here', source)),
  })
  await lists.pin(issuers)
  const kept = { revocations: lists.revocations(), facts: lists.facts(), issuers }
  lists.dispose()
  return kept
}

export interface Revocation {
  revocation: 'revoked' | 'good' | 'unknown'
  list: { number: string | null; thisUpdate: number | null; state: CrlFacts['state'] } | null
}

/** @param pem the certificate that is asked about */
export function revocationOf(pem: string, { revocations, facts, issuers }: KeptLists): Revocation {
  const own = readCertificate(pem)
  if (own === null || revocations === null) return { revocation: 'unknown', list: null }
  const issuer = issuers.find((one) => own.x509.checkIssued(one.x509) && own.x509.verify(one.publicKey))
  const about = issuer && revocations.find(({ authority }) => authority === issuer.keyDigest)
  const found = about && facts.find((one) => one.issuer === about.issuer)
  if (found === undefined) return { revocation: 'unknown', list: null }
  const { number, thisUpdate, state } = found
  return {
    revocation: isRevoked(own, issuers, revocations) ? 'revoked' : state === 'over' ? 'unknown' : 'good',
    list: { number, thisUpdate, state },
  }
}
