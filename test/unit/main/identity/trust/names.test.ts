/** Which host a server's certificate is for. */
import { describe, expect, it } from 'vitest'
import { readCertificate } from '../../../../../main/identity/trust/certificate.ts'
import { judgeServer } from '../../../../../main/identity/trust/chain.ts'
import { closedTerms } from '../../../../../main/identity/trust/terms.ts'
import { make, makeKey } from '../../../../platform/certificates.ts'

const key = makeKey()
const root = make({ name: 'Root', by: null, key, authority: true })

function judged(host: string, hosts: readonly string[]): string | null {
  const own = make({ name: 'a server', by: root, key, hosts })
  const certificates = [own, root].map(({ certificate }) => readCertificate(certificate)!)
  const peer = certificates[0]!.x509.toLegacyObject()
  const chain = { certificates, unreadable: false, loops: false }
  const demands = { host, server: host, authority: root.certificate, terms: closedTerms }
  return judgeServer(peer, chain, demands)?.code ?? null
}

describe('a certificate', () => {
  it('that names the host, or its address, is for it', () => {
    expect(judged('nats.vigie.example', ['other.example', 'nats.vigie.example'])).toBeNull()
    expect(judged('10.0.0.7', ['10.0.0.7'])).toBeNull()
  })

  it('that names another is not', () => {
    for (const [host, names] of [
      ['nats.vigie.example', ['vigie.example']],
      ['10.0.0.7', ['10.0.0.8', 'localhost']],
      // a name is no address, however it looks
      ['a server', ['elsewhere.example']],
    ] as const)
      expect(judged(host, names)).toBe('platform.host-name-mismatch')
  })

  it('that names it by a pattern is said to, and is for none', () => {
    expect(judged('nats.vigie.example', ['*.vigie.example'])).toBe('platform.certificate-wildcard')
    expect(judged('nats.vigie.example', ['*.vigie.example', 'nats.vigie.example'])).toBeNull()
    expect(judged('nats.vigie.example', ['*', '*.example'])).toBe('platform.host-name-mismatch')
  })

  it('whose one name is written so that it reads as several is for none of them', () => {
    expect(judged('nats.vigie.example', ['a, DNS:nats.vigie.example'])).toBe('platform.host-name-mismatch')
  })
})
