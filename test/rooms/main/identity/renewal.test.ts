/** The life of a node's certificate at a real EST server: asked for, renewed, ended between any two steps, gone on. */
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Problem, Result } from '../../../../preload/contract/result.ts'
import { fail, ok } from '../../../../preload/contract/result.ts'
import { enrolIdentity, type Enrolled } from '../../../../main/identity/est/enrol-identity.ts'
import { readIdentityNamed, replaceIdentity } from '../../../../main/identity/identities.ts'
import { openIdentity, readIdentity } from '../../../../main/identity/open-identity.ts'
import {
  dueOf,
  keepRenewing,
  renewalSteps,
  renewOnce,
  storedAt,
  type Renewal,
  type RenewalOptions,
  type RenewalStep,
} from '../../../../main/identity/renewal.ts'
import { openSealedKey } from '../../../../main/identity/sealed.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { opensWith } from '../../../doubles/opens.ts'
import { createCertifier, type Certifier } from '../../../platform/certifier.ts'
import { startEst, keyDemand, type EstServer } from '../../../platform/est.ts'

const day = 86_400_000
const words = 'correct horse'
let certifier: Certifier
let est: EstServer
let profile: string
let now: number
let vault: ReturnType<typeof opensWith>
/** the certificate that the node runs with */
let running: string

const place = () => ({ url: est.url, authority: certifier.certificate, patience: 5_000 })
const passphrase = () => Promise.resolve(ok(new Secret(words)))
const identityNow = async () => {
  const read = await readIdentityNamed(profile, 'wall-01')
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}
const certificateNow = async (): Promise<string> => (await identityNow()).current?.certificate ?? ''

async function enrolled(secret = 'once', wishes = {}): Promise<Result<Enrolled>> {
  est.secrets.add(secret)
  const result = await enrolIdentity({
    profile,
    name: 'wall-01',
    server: place(),
    wishes: { subject: 'CN=wall-01, OU=Vigie', names: ['wall-01.example.org'], ...wishes },
    secret: new Secret(secret),
    passphrase,
    now: () => now,
    pause: () => Promise.reject(new Error('the power went')),
    tell: () => undefined,
  })
  if (result.ok) {
    running = result.value.certificate
    vault = opensWith(running)
  }
  return result
}

const options = (more: Partial<RenewalOptions> = {}): RenewalOptions => ({
  profile,
  name: 'wall-01',
  server: place(),
  before: null,
  kind: null,
  passphrase,
  async keyOf() {
    const { current } = await identityNow()
    return current === null
      ? fail('internal', 'none')
      : openSealedKey(current.key, new Secret(words), 'wall-01')
  },
  vault,
  use(certificate) {
    running = certificate
    return Promise.resolve(ok(undefined))
  },
  now: () => now,
  ...more,
})

beforeAll(async () => {
  certifier = await createCertifier('EST test authority', Date.now())
})
beforeEach(async () => {
  now = Date.now()
  est = await startEst({ certifier })
  profile = await mkdtemp(join(tmpdir(), 'vigie-renewal-'))
})
afterEach(async () => {
  await est.dispose()
  await rm(profile, { recursive: true, force: true })
})

describe('a first certificate', () => {
  it('comes for a key that is sealed before anybody is asked, of the kind that the server wants', async () => {
    est.demands = keyDemand('P-256')
    const got = await enrolled()
    if (!got.ok) throw new Error(got.error.message)
    const bytes = await readIdentity(got.value.file)
    const opened = bytes.ok && openIdentity(bytes.value, new Secret(words), got.value.file)
    expect(opened).toMatchObject({ ok: true, value: { facts: { subject: 'CN=wall-01, OU=Vigie' } } })
    const { publicKey } = new X509Certificate(await certificateNow())
    expect(publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' })
    for (const file of await readdir(join(profile, 'identities')))
      expect(await readFile(join(profile, 'identities', file), 'utf8')).not.toContain('PRIVATE KEY')
  })

  it('that a person must allow goes on after a restart, with the same key and the same secret', async () => {
    est.mode = 'waits'
    await expect(enrolled()).rejects.toThrow('the power went')
    const before = await identityNow()
    expect(before).toMatchObject({ current: null })
    est.mode = 'good'
    expect(await enrolled()).toMatchObject({ ok: true })
    expect((await identityNow()).current?.key).toEqual(before.outstanding?.key)
    expect(est.seen.map(({ request }) => request.toString('hex')).length).toBe(2)
    expect(new Set(est.seen.map(({ request }) => request.toString('hex'))).size).toBe(1)
  })

  it('is not asked for twice under one name', async () => {
    await enrolled()
    expect(await enrolled('again')).toMatchObject({ ok: false, error: { code: 'identity.exists' } })
    expect(est.secrets.has('again')).toBe(true)
  })

  it('that the server refuses leaves the request, and the next secret serves it', async () => {
    est.mode = 'refuses'
    expect(await enrolled()).toMatchObject({ ok: false, error: { code: 'enrol.refused' } })
    est.mode = 'good'
    expect(await enrolled('next')).toMatchObject({ ok: true })
  })
})

describe('a certificate', () => {
  it('is due when a third of its life is left, or as long before its end as the policy says', async () => {
    const { certificate } = await certifier.issueClient([['CN', 'a']], {
      from: new Date(now),
      to: new Date(now + 90 * day),
    })
    const dueIn = (before: number | null) =>
      Math.round((dueOf(new X509Certificate(certificate), before, now) - now) / day)
    expect([dueIn(null), dueIn(10 * day), dueIn(900 * day)]).toEqual([60, 80, 9])
  })

  it('in a file that is in no store is not renewed', () => {
    expect(storedAt('/var/lib/vigie/identities/wall-01.json')).toEqual({
      profile: '/var/lib/vigie',
      name: 'wall-01',
    })
    expect(storedAt('/etc/vigie/wall-01.p12')).toBeNull()
    expect(storedAt('/etc/vigie/identities/wall-01.2.json')).toBeNull()
  })

  it('is renewed with a new key under the same names; the old key is gone', async () => {
    await enrolled()
    const before = new X509Certificate(await certificateNow())
    expect(await renewOnce(options())).toMatchObject({ ok: true, value: { state: 'early' } })
    now += 25 * day
    est.validity = { from: new Date(now - day), to: new Date(now + 30 * day) }
    const did: RenewalStep[] = []
    expect(await renewOnce(options({ did: (step) => did.push(step) }))).toMatchObject({
      ok: true,
      value: { state: 'renewed' },
    })
    expect(did).toEqual(renewalSteps)
    const after = new X509Certificate(await certificateNow())
    expect(after.publicKey.equals(before.publicKey)).toBe(false)
    expect(after.subject).toBe(before.subject)
    expect(est.seen.at(-1)).toMatchObject({ operation: 'simplereenroll', by: 'wall-01' })
    expect([...vault.certificates]).toEqual([running])
    expect(await readdir(join(profile, 'identities'))).toEqual(['wall-01.json'])
    expect(await renewOnce(options())).toMatchObject({ ok: true, value: { state: 'early' } })
  })

  it('is not renewed again and again by a clock that is wrong', async () => {
    await enrolled()
    now += 25 * day
    est.validity = { from: new Date(now - 25 * day), to: new Date(now + 5 * day) }
    expect(await renewOnce(options())).toMatchObject({ ok: true, value: { state: 'renewed' } })
    expect(await renewOnce(options())).toEqual({ ok: true, value: { state: 'early', due: now + 3_600_000 } })
  })

  it('that begins later waits for its day with the one before in use, and nothing is asked for twice', async () => {
    await enrolled()
    const before = await certificateNow()
    now += 25 * day
    const begins = Math.floor((now + 2 * day) / 1000) * 1000
    est.validity = { from: new Date(begins), to: new Date(now + 30 * day) }
    const did: RenewalStep[] = []
    const once = () => renewOnce(options({ did: (step) => did.push(step) }))
    expect(await once()).toEqual({ ok: true, value: { state: 'early', due: begins } })
    expect(await once()).toEqual({ ok: true, value: { state: 'early', due: begins } })
    expect(did).toEqual(['asked', 'issued'])
    expect(await certificateNow()).toBe(before)
    expect([...vault.certificates]).toEqual([before])
    now = begins
    expect(await once()).toMatchObject({ ok: true, value: { state: 'renewed' } })
    expect(did).toEqual(renewalSteps)
    expect(est.issued).toHaveLength(2)
  })

  it('that begins after the end of the one in use is not waited for: another is asked for', async () => {
    await enrolled()
    const before = await certificateNow()
    now += 25 * day
    est.validity = { from: new Date(now + 300 * day), to: new Date(now + 400 * day) }
    expect(await renewOnce(options())).toMatchObject({ ok: false, error: { code: 'identity.unfit' } })
    expect(await certificateNow()).toBe(before)
    est.validity = { from: new Date(now - day), to: new Date(now + 30 * day) }
    expect(await renewOnce(options())).toMatchObject({ ok: true, value: { state: 'renewed' } })
  })

  it('that a clock ahead of its time wrote of is renewed when it is due all the same', async () => {
    await enrolled()
    const identity = await identityNow()
    if (identity.current === null) throw new Error('there is none')
    const since = new Date(now + 3_000 * day).toISOString()
    await replaceIdentity(profile, 'wall-01', { ...identity, current: { ...identity.current, since } }, now)
    est.mode = 'waits'
    const ahead = now + 29 * day
    const right = now + 25 * day
    now = ahead
    expect(await renewOnce(options())).toMatchObject({ ok: true, value: { state: 'waiting' } })
    now = right
    est.mode = 'good'
    est.validity = { from: new Date(now - day), to: new Date(now + 30 * day) }
    expect(await renewOnce(options())).toMatchObject({ ok: true, value: { state: 'renewed' } })
  })

  it('whose renewal ends between any two steps opens the vault at each, and the next start goes on', async () => {
    await enrolled()
    const before = await certificateNow()
    now += 25 * day
    est.validity = { from: new Date(now - day), to: new Date(now + 30 * day) }
    const reached: RenewalStep[] = []
    for (const step of renewalSteps) {
      const ended = renewOnce(
        options({
          did(did) {
            reached.push(did)
            if (did === step) throw new Error('the power went')
          },
        }),
      )
      await expect(ended).rejects.toThrow('the power went')
      expect(vault.certificates).toContain(await certificateNow())
      expect(vault.certificates).toContain(running)
    }
    expect(await certificateNow()).not.toBe(before)
    expect(running).toBe(await certificateNow())
    expect([...vault.certificates]).toEqual([running])
    // each start went on from where the one before had ended: nobody is asked twice
    expect(reached.filter((step) => step === 'asked' || step === 'issued')).toEqual(['asked', 'issued'])
    expect(est.issued).toHaveLength(2)
    expect(await readdir(join(profile, 'identities'))).toEqual(['wall-01.json'])
    expect(await renewOnce(options())).toMatchObject({ ok: true, value: { state: 'early' } })
  })

  it('waits for a person as long as the server says, a restart in between or not, with one request', async () => {
    await enrolled()
    now += 25 * day
    est.mode = 'waits'
    const until = now + 5_000
    expect(await renewOnce(options())).toEqual({ ok: true, value: { state: 'waiting', until } })
    const asked = est.seen.length
    expect(await renewOnce(options())).toEqual({ ok: true, value: { state: 'waiting', until } })
    expect(est.seen).toHaveLength(asked)
    now = until
    est.mode = 'good'
    est.validity = { from: new Date(now - day), to: new Date(now + 30 * day) }
    expect(await renewOnce(options())).toMatchObject({ ok: true, value: { state: 'renewed' } })
    expect(est.seen.at(-1)?.request).toEqual(est.seen.at(-2)?.request)
  })

  it('stays as it is whatever nonsense the server answers', async () => {
    await enrolled()
    const before = await certificateNow()
    now += 25 * day
    for (const mode of ['nonsense', 'another key', 'another authority', 'refuses', 'huge'] as const) {
      est.mode = mode
      expect(await renewOnce(options())).toMatchObject({ ok: false })
      expect(await certificateNow()).toBe(before)
      expect([...vault.certificates]).toEqual([before])
    }
  })

  it('that a person asks for by hand is theirs', async () => {
    await enrolled()
    const identity = await identityNow()
    const { current } = identity
    if (current === null) throw new Error('there is none')
    const outstanding = { key: current.key, request: 'a', since: current.since }
    await replaceIdentity(
      profile,
      'wall-01',
      { ...identity, outstanding: { ...outstanding, request: '-----BEGIN ' } },
      now,
    )
    now += 25 * day
    expect(await renewOnce(options())).toMatchObject({ ok: false, error: { code: 'enrol.not-renewable' } })
  })
})

describe('what keeps a certificate renewed', () => {
  it('looks again when it is due, less and less often after failures, and never sleeps through a clock that is set', async () => {
    const answers: Result<Renewal>[] = [
      { ok: true, value: { state: 'early', due: 40 * day } },
      { ok: false, error: { code: 'enrol.unreachable', message: 'no answer' } },
      { ok: false, error: { code: 'enrol.unreachable', message: 'no answer' } },
      { ok: true, value: { state: 'waiting', until: 30_000 } },
      { ok: true, value: { state: 'renewed', notAfter: 90 * day } },
    ]
    const waits: number[] = []
    const problems: (Problem | null)[] = []
    await new Promise<void>((done) => {
      keepRenewing({
        once: () => Promise.resolve(answers.shift() ?? { ok: true, value: { state: 'early', due: 0 } }),
        now: () => 0,
        problem: (problem) => problems.push(problem),
        host: () => 'est.example.org',
        wait(time, then) {
          waits.push(time)
          const more = answers.length > 0
          queueMicrotask(more ? then : done)
          return { dispose: () => undefined }
        },
      })
    })
    expect(waits).toEqual([21_600_000, 60_000, 300_000, 30_000, 1_000])
    expect(problems.map((problem) => problem?.code ?? null)).toEqual([
      null,
      'enrol.unreachable',
      'enrol.unreachable',
      'enrol.waiting',
      null,
    ])
  })
})
