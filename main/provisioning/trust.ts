/** Whom this node trusts, and on what terms, as the window tells it; and a list that somebody brings by hand. */
import { ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { AuthorityFacts, PinnedAuthorities, TrustTold } from '../../preload/contract/provisioned.ts'
import { nothingTrusted, type CrlFacts } from '../../preload/contract/trust.ts'
import { readAuthority } from '../identity/authority.ts'
import { readGuarded } from '../identity/guarded-file.ts'
import { kindOfKey } from '../identity/request.ts'
import { readCertificate, readCertificates, type Certificate } from '../identity/trust/certificate.ts'
import { mostCrl } from '../identity/trust/crl.ts'
import type { Trust } from '../identity/trust/trust.ts'
import { openKeptPolicies } from '../policy/kept-policies.ts'
import type { Policy } from '../policy/policy.ts'
import type { Choose } from './choose.ts'

/** What its platform must prove itself by, as it is known now. */
export interface PinnedNow {
  /** PEM; null: nobody is pinned, or it can't be read */
  authority: string | null
  file: string | null
  problem: Problem | null
  /** our own certificate, PEM; null: not known */
  certificate: string | null
}

export interface ProvisionedTrust {
  policy(): Policy
  /** the file of whose signature counts under the policy, as somebody named it; null: as this node remembers */
  policyAuthority: string | null
  pinned(): Promise<PinnedNow>
  /** null: nobody judges anything yet */
  trust(): Pick<Trust, 'facts' | 'refresh' | 'bring'> | null
  addresses(): readonly string[]
}

const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ')

const factsOf = ({ x509, publicKey }: Certificate): AuthorityFacts => ({
  subject: oneLine(x509.subject),
  issuer: oneLine(x509.issuer),
  fingerprint: x509.fingerprint256.replaceAll(':', '').toLowerCase(),
  key: kindOfKey(publicKey) ?? publicKey.asymmetricKeyType ?? '',
  notBefore: Date.parse(x509.validFrom),
  notAfter: Date.parse(x509.validTo),
})

const authoritiesIn = (
  pem: string | null,
  file: string | null,
  problem: Problem | null,
): PinnedAuthorities => ({
  authorities: readCertificates(pem ?? '').map(factsOf),
  file,
  problem,
})

async function policyAuthority(profile: string, file: string | null): Promise<PinnedAuthorities> {
  if (file !== null) {
    const read = await readAuthority(file)
    return read.ok ? authoritiesIn(read.value, file, null) : authoritiesIn(null, file, read.error)
  }
  const kept = await openKeptPolicies(profile)
  return authoritiesIn(await kept.authority(), null, null)
}

export async function tellTrust(profile: string, node: ProvisionedTrust, at: number): Promise<TrustTold> {
  const { authority, file, problem, certificate } = await node.pinned()
  const { tls12, ocsp, every, grace } = node.policy().trust
  return {
    at,
    platform: authoritiesIn(authority, file, problem),
    policy: await policyAuthority(profile, node.policyAuthority),
    terms: { tls12, ocsp, every, grace },
    facts: node.trust()?.facts() ?? nothingTrusted,
    own: certificate === null ? null : (readCertificate(certificate)?.name ?? null),
    addresses: [...node.addresses()],
  }
}

/** @returns null: no file was chosen */
export async function importList(
  source: string,
  node: Pick<ProvisionedTrust, 'trust'>,
  choose: Pick<Choose, 'file'>,
): Promise<Result<CrlFacts | null>> {
  const file = await choose.file(['crl', 'pem', 'der'])
  if (file === null) return ok(null)
  const bytes = await readGuarded(file, {
    ...{ guard: 'public', most: mostCrl, unreadable: 'crl.unreachable' },
    what: 'the list of revoked certificates',
  })
  if (!bytes.ok) return bytes
  const trust = node.trust()
  if (trust === null)
    return {
      ok: false,
      error: { code: 'crl.unnamed', message: 'nobody is trusted here yet', subject: source },
    }
  return trust.bring(source, bytes.value, file)
}
