import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import {
  keyKinds,
  makeKey,
  makeRequest,
  requestPem,
  type RequestWishes,
} from '../../../../main/identity/request.ts'

const subject = 'CN=wall-01, OU=Salle de crise'
const openssl = (input: string, ...args: string[]) =>
  execFileSync('openssl', args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
const textOf = async (wishes: RequestWishes) => {
  const made = makeRequest(await makeKey(wishes.key ?? 'ec-p256'), wishes)
  if (!made.ok) throw new Error(made.error.message)
  return openssl(
    requestPem(made.value),
    'req',
    '-verify',
    '-noout',
    '-text',
    '-nameopt',
    'sep_comma_plus,utf8,esc_2253',
  )
}
const refusalOf = async (wishes: RequestWishes) => {
  const made = makeRequest(await makeKey('ec-p256'), wishes)
  return made.ok ? 'made' : made.error.code
}

describe('a certificate request', () => {
  it.each(keyKinds)('of a key %s is read and verified by openssl', async (key) => {
    const text = await textOf({ key, subject })
    const shown = {
      'rsa-3072': ['Public-Key: (3072 bit)', 'sha256WithRSAEncryption'],
      'rsa-4096': ['Public-Key: (4096 bit)', 'sha256WithRSAEncryption'],
      'ec-p256': ['NIST CURVE: P-256', 'ecdsa-with-SHA256'],
      'ec-p384': ['NIST CURVE: P-384', 'ecdsa-with-SHA384'],
    }[key]
    for (const words of shown) expect(text).toContain(words)
  })

  it('asks for the name, the further names and the uses that the profile says', async () => {
    const text = await textOf({
      subject: 'C=FR,O=Préfecture\\, cabinet,CN=wall-01',
      names: ['wall-01.example', '10.0.0.7', '2001:db8::7', '::ffff:10.0.0.7', 'salle@example.fr'],
      usages: ['digital-signature', 'key-agreement'],
      purposes: ['client-auth', 'email-protection'],
    })
    expect(text).toContain('Subject: C=FR,O=Préfecture\\, cabinet,CN=wall-01')
    expect(text).toContain('DNS:wall-01.example, IP Address:10.0.0.7, IP Address:2001:DB8:0:0:0:0:0:7')
    expect(text).toContain('IP Address:0:0:0:0:0:FFFF:A00:7, email:salle@example.fr')
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Key Agreement/)
    expect(text).toMatch(/Extended Key Usage: \s+TLS Web Client Authentication, E-mail Protection/)
  })

  it('asks by itself for what signs in as a client, and for nothing else', async () => {
    const text = await textOf({ subject })
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/)
    expect(text).toMatch(/Extended Key Usage: \s+TLS Web Client Authentication\n/)
    expect(text).not.toContain('Alternative Name')
  })

  it.each([
    ['nobody', { subject: 'OU=Vigie' }],
    ['a part that no name has', { subject: 'CN=a,XX=b' }],
    ['an empty part', { subject: 'CN=' }],
    ['more than a name may hold', { subject: `CN=${'x'.repeat(65)}` }],
    ['a line break in a name', { subject: 'CN=a\nb' }],
    ['a name turned round', { subject: 'CN=a\u202eb' }],
    ['a host that is none', { subject, names: ['not a host'] }],
    ['an unknown use', { subject, usages: ['everything'] as never }],
    ['more than it knows', { subject, extra: 1 } as never],
  ])('is not made for %s', async (_, wishes: RequestWishes) => {
    expect(await refusalOf(wishes)).toBe('command.invalid')
  })
})
