import { expect, it } from 'vitest'
import { createAuthority, validityAround } from '../../../../main/exercise/authority.ts'
import { whyNotPinned } from '../../../../main/identity/card/pinned.ts'
import { readCertificate } from '../../../../main/identity/trust/certificate.ts'
import { closedTerms, type Revocations } from '../../../../main/identity/trust/terms.ts'
import { make, makeKey, type Made, type Wanted } from '../../../platform/certificates.ts'

const now = Date.now()
const authority = await createAuthority('Ours', now)
const another = await createAuthority('Ours', now)
const server = await authority.issueServer(['nats.example', '10.0.0.7'])
const why = (host: string, sent: string[], ca = authority.certificate, at = now) =>
  whyNotPinned(host, sent, ca, at, closedTerms)

it('the pinned authority vouches for its server by name and by address', () => {
  expect(why('nats.example', [server.certificate])).toBeNull()
  expect(why('10.0.0.7', [server.certificate])).toBeNull()
  expect(why('nats.example', [server.certificate, authority.certificate])).toBeNull()
  expect(why('nats.example', [server.certificate], another.certificate + authority.certificate)).toBeNull()
})

it('nobody else does: another name, another authority of the same name, other dates, a certificate that is no server’s', async () => {
  expect(why('other.example', [server.certificate])).toMatch(/not for other\.example/)
  expect(why('10.0.0.8', [server.certificate])).toMatch(/not for/)
  expect(why('nats.example', [server.certificate], another.certificate)).toMatch(/does not vouch/)
  // one that brings its own authority along
  expect(why('nats.example', [server.certificate, authority.certificate], another.certificate)).toMatch(
    /vouch/,
  )
  expect(why('nats.example', [server.certificate], authority.certificate, now + 40 * 86_400_000)).toMatch(
    /date/,
  )
  const old = await authority.issueServer(['nats.example'], validityAround(now - 90 * 86_400_000))
  expect(why('nats.example', [old.certificate])).toMatch(/date/)
  const client = await authority.issueClient([['CN', 'nats.example']])
  expect(why('nats.example', [client.certificate])).not.toBeNull()
  // an authority is no server
  expect(why('Ours', [authority.certificate])).not.toBeNull()
  expect(why('nats.example', [])).not.toBeNull()
  expect(why('nats.example', ['rubbish'])).toMatch(/read/)
})

it('without an authority there is none', () => {
  expect(why('nats.example', [server.certificate], '')).toMatch(/vouch/)
})

const key = makeKey()
const root = make({ name: 'Root', by: null, key, authority: true })
const between = make({ name: 'Between', by: root, key: makeKey(), authority: true })
const listOf = (by: Made, ...revoked: Made[]): Revocations => ({
  authority: readCertificate(by.certificate)!.keyDigest,
  issuer: 'ours',
  over: false,
  serials: revoked.map(({ certificate }) => readCertificate(certificate)!.serial),
})

it('one that a list of now names is refused, whoever it was that Node’s TLS spoke with before', () => {
  const own = make({ name: 'own', by: between, key, hosts: ['nats.example'] })
  const judged = (revocations: Revocations[] | null, pinned = root.certificate) =>
    whyNotPinned('nats.example', [own.certificate, between.certificate], pinned, Date.now(), {
      ...closedTerms,
      revocations,
    })
  expect(judged(null)).toBeNull()
  expect(judged([listOf(root), listOf(between)])).toBeNull()
  expect(judged([listOf(root), listOf(between, own)])).toMatch(/own.* is revoked by Between/)
  expect(judged([listOf(root, between), listOf(between)])).toMatch(/Between.* is revoked by Root/)
  expect(judged([listOf(between)])).toMatch(/no list of what Root/)
  // pinned beside the one above it, it still is what that one revoked
  expect(judged([listOf(root, between), listOf(between)], root.certificate + between.certificate)).toMatch(
    /revoked by Root/,
  )
  expect(judged([{ ...listOf(root), over: true }, listOf(between)])).toMatch(/too old/)
})

it('one that Node’s TLS would not have is refused: a pattern for a name, a weak key, a weak signature', () => {
  const judged = (wanted: Partial<Wanted>) => {
    const own = make({ name: 'own', by: root, key, hosts: ['nats.vigie.example'], ...wanted })
    return whyNotPinned('nats.vigie.example', [own.certificate], root.certificate, Date.now(), closedTerms)
  }
  expect(judged({ hosts: ['*.vigie.example', 'nats.vigie.example'] })).toBeNull()
  expect(judged({ hosts: ['*.vigie.example'] })).toMatch(/pattern/)
  expect(judged({ hash: 'sha1' })).toMatch(/SHA1/)
  expect(judged({ key: makeKey(1024) })).toMatch(/1024 bits/)
})
