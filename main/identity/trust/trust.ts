/** Whether the platform, and we, can still be trusted: what the policy demands, what lists say, what a server proved. */
import type { Problem, Result } from '../../../preload/contract/result.ts'
import type { CrlFacts, ServerFacts, TrustFacts } from '../../../preload/contract/trust.ts'
import { readCertificate, readCertificates } from './certificate.ts'
import { keepLists, type ListsOptions } from './lists.ts'
import { isRevoked } from './own.ts'
import { readSource } from './source.ts'
import type { TrustPolicy, TrustTerms } from './terms.ts'

/** Who we are, and whom we pinned, PEM; `file` is where our certificate is, for people. */
export interface Pinned {
  certificate: string
  chain: readonly string[]
  authority: string
  file: string
}

export interface Trust {
  facts(): TrustFacts
  terms(): TrustTerms
  /** our own certificate is revoked: nobody is signed in to with it */
  problem(): Problem | null
  /** Resolves when what was kept of the lists is there. */
  pin(pinned: Pinned | null): Promise<void>
  /** a server was taken */
  secured(server: ServerFacts): void
  /** reads the lists again, now */
  refresh(): Promise<void>
  /** a list that somebody brought by hand; see `Lists` */
  bring(source: string, bytes: Uint8Array, file: string): Promise<Result<CrlFacts>>
  dispose(): void
}

export interface TrustOptions {
  policy: TrustPolicy
  /** where lists are kept for the next start */
  folder: string
  /** ms since 1970 */
  now: () => number
  changed: () => void
  read?: (source: string, authority: string) => ReturnType<ListsOptions['read']>
}

export function keepTrust({ policy, folder, now, changed, read = readSource }: TrustOptions): Trust {
  let pinned: Pinned | null = null
  let server: ServerFacts | null = null
  const lists = keepLists({
    ...{ policy, folder, now, changed },
    read: (source) => read(source, pinned?.authority ?? ''),
  })
  const issuersOf = ({ authority, chain }: Pinned) => [
    ...readCertificates(authority),
    ...readCertificates(chain.join('\n')),
  ]
  const problem = (): Problem | null => {
    const own = pinned && readCertificate(pinned.certificate)
    const revocations = lists.revocations()
    if (pinned === null || !own || !revocations || !isRevoked(own, issuersOf(pinned), revocations))
      return null
    const message = `${own.name}, number ${own.serial}, is on its authority’s list of revoked certificates`
    return { code: 'identity.revoked', message, subject: pinned.file }
  }
  return {
    facts: () => ({ crls: lists.facts(), revoked: problem() !== null, server }),
    terms: () => ({ tls12: policy.tls12, ocsp: policy.ocsp, revocations: lists.revocations() }),
    problem,
    async pin(next) {
      if (next?.authority === pinned?.authority && next?.certificate === pinned?.certificate) return
      pinned = next
      await lists.pin(next === null ? [] : issuersOf(next))
    },
    secured(told) {
      server = told
      changed()
    },
    refresh: lists.refresh,
    bring: lists.bring,
    dispose: lists.dispose,
  }
}
