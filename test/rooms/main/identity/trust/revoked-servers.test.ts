/** A server that is revoked, or can't show that it is not: by lists as OpenSSL makes them, and by what it staples. */
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readCertificate } from '../../../../../main/identity/trust/certificate.ts'
import { readCrl } from '../../../../../main/identity/trust/crl.ts'
import { judgeStaple } from '../../../../../main/identity/trust/ocsp.ts'
import { closedTerms, type Revocations, type TrustTerms } from '../../../../../main/identity/trust/terms.ts'
import {
  keepRegister,
  make,
  makeKey,
  withAbove,
  type Made,
  type Register,
} from '../../../../platform/certificates.ts'
import { answerAbout, startResponder } from '../../../../platform/responder.ts'
import { gatherMeetings } from './meet.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const key = makeKey()
const root = make({ name: 'Root', by: null, authority: true })
const good = make({ name: 'localhost', by: root, key })
const bad = make({ name: 'localhost', by: root, key })
const pinned = root.certificate
const meetings = await gatherMeetings()
let register: Register

beforeAll(async () => {
  register = await keepRegister(root)
  await register.know(good)
  await register.revoke(bad)
})
afterEach(() => meetings.close())
afterAll(() => register.dispose())

/** As the node makes it of a list that its policy names. */
async function listed(of: Register, by: Made, over = false): Promise<Revocations> {
  const issuer = readCertificate(by.certificate)!
  const crl = readCrl(await of.list(), [issuer], 'root.crl')
  if (!crl.ok) throw new Error(crl.error.message)
  return { authority: issuer.keyDigest, issuer: issuer.name, over, serials: [...crl.value.serials] }
}
const by = (...revocations: Revocations[]): TrustTerms => ({ ...closedTerms, revocations })

describe('where the policy names lists', () => {
  it('a server that is on none is taken, and one that is on one is refused', async () => {
    const terms = by(await listed(register, root))
    await (await meetings.meet({ own: good, pinned, terms })).state('live')
    const met = await meetings.meet({ own: bad, pinned, terms })
    expect(await met.problem()).toBe('platform.certificate-revoked')
    expect(met.connections.map(({ state }) => state)).not.toContain('live')
  })

  it('one that is revoked while we are connected is let go of at once', async () => {
    const met = await meetings.meet({
      own: bad,
      pinned,
      terms: by({ ...(await listed(register, root)), serials: [] }),
    })
    await met.state('live')
    met.trust(by(await listed(register, root)))
    expect(await met.state('refused')).toMatchObject({ problem: { code: 'platform.certificate-revoked' } })
  })

  it('nobody is taken while there is none of their authority, and at once when there is', async () => {
    const met = await meetings.meet({ own: good, pinned, terms: by() })
    expect(await met.state('refused')).toMatchObject({ problem: { code: 'platform.crl-missing' } })
    met.trust(by(await listed(register, root)))
    await met.state('live')
  })

  it('one whose grace is over ends what stands by it', async () => {
    const met = await meetings.meet({ own: good, pinned, terms: by(await listed(register, root)) })
    await met.state('live')
    met.trust(by(await listed(register, root, true)))
    expect(await met.state('refused')).toMatchObject({ problem: { code: 'platform.crl-over' } })
  })

  it('each authority of the chain needs its own, and may itself be revoked', async () => {
    const between = make({ name: 'Between', by: root, authority: true })
    const own = withAbove(make({ name: 'localhost', by: between, key }), between)
    const its = await keepRegister(between)
    const ofRoot = await keepRegister(root)
    meetings.add(() => its.dispose())
    meetings.add(() => ofRoot.dispose())
    const met = await meetings.meet({ own, pinned, terms: by(await listed(ofRoot, root)) })
    expect(await met.state('refused')).toMatchObject({ problem: { code: 'platform.crl-missing' } })
    met.trust(by(await listed(ofRoot, root), await listed(its, between)))
    await met.state('live')
    await ofRoot.revoke(between)
    met.trust(by(await listed(ofRoot, root), await listed(its, between)))
    expect(await met.state('refused')).toMatchObject({ problem: { code: 'platform.certificate-revoked' } })
  })
})

describe('what a server staples', () => {
  const own = good
  const required: TrustTerms = { ...closedTerms, ocsp: 'require' }
  const answering = async (signer?: Made): Promise<string> => {
    const responder = await startResponder(root, register, signer)
    meetings.add(() => responder.dispose())
    return `ocsp { mode: always, url: "${responder.url}" }`
  }

  it('is looked at: its authority says that it is good, itself or by one that it lets', async () => {
    const delegate = make({ name: 'Responder', by: root, purposes: ['OCSPSigning'], hosts: null })
    for (const signer of [undefined, delegate]) {
      const met = await meetings.meet({ own, pinned, terms: required, blocks: await answering(signer) })
      await met.state('live')
      expect(met.facts.at(-1)).toMatchObject({ ocsp: 'good' })
      expect(met.facts.at(-1)!.ocspUntil).toBeGreaterThan(Date.now())
    }
  })

  it('is refused where it was signed by a certificate for something else', async () => {
    const signer = make({ name: 'Responder', by: root, purposes: ['serverAuth'], hosts: null })
    const met = await meetings.meet({ own, pinned, blocks: await answering(signer) })
    expect(await met.problem()).toBe('platform.ocsp-invalid')
  })

  it('is required where the policy says so, and not asked for where it says that', async () => {
    const met = await meetings.meet({ own, pinned, terms: required })
    expect(await met.problem()).toBe('platform.ocsp-missing')
    const terms: TrustTerms = { ...closedTerms, ocsp: 'off' }
    const other = await meetings.meet({ own, pinned, terms, blocks: await answering() })
    await other.state('live')
    expect(other.facts.at(-1)).toMatchObject({ ocsp: 'unasked' })
  })

  /** A server of TLS alone, which staples whatever it is given: nats-server staples nothing bad. */
  async function bare(one: Made, staple: Buffer): Promise<string> {
    const server = createServer({
      cert: one.certificate,
      key: one.key,
      requestCert: true,
      rejectUnauthorized: false,
    })
    server.on('OCSPRequest', (_certificate, _issuer, answer: (error: null, staple: Buffer) => void) =>
      answer(null, staple),
    )
    server.on('tlsClientError', () => undefined)
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve())
    })
    meetings.add(() => Promise.resolve(server.close()))
    return `tls://localhost:${(server.address() as AddressInfo).port}`
  }

  it('that says revoked, is about another, is another’s or is rubbish, is said for what it is', async () => {
    const twin = make({ name: 'Root', by: null, authority: true })
    const whole = await answerAbout(good, root, register)
    const changed = Buffer.from(whole)
    // in what it says of the certificate
    changed[whole.indexOf(Buffer.from(good.serial, 'hex')) + 3]! ^= 1
    for (const [what, own, staple, code] of [
      ['revoked', bad, await answerAbout(bad, root, register), 'platform.certificate-revoked'],
      ['about another', bad, whole, 'platform.ocsp-invalid'],
      ['another’s', good, await answerAbout(good, root, register, twin), 'platform.ocsp-invalid'],
      ['one changed bit', good, changed, 'platform.ocsp-invalid'],
      ['rubbish', good, Buffer.from('good'), 'platform.ocsp-invalid'],
    ] as const) {
      const met = meetings.meetAt(await bare(own, staple), pinned, undefined, true)
      expect(await met.problem(), what).toBe(code)
    }
  })

  it('holds as long as it says', async () => {
    const staple = await answerAbout(good, root, register)
    const [leaf, issuer] = [good, root].map(({ certificate }) => readCertificate(certificate)!)
    const judged = (days: number) =>
      judgeStaple(staple, leaf!, issuer!, 'server', Date.now() + days * 86_400_000)
    expect(judged(6)).toMatchObject({ ok: true })
    for (const days of [8, -1])
      expect(judged(days)).toMatchObject({ ok: false, error: { code: 'platform.ocsp-invalid' } })
  })
})
