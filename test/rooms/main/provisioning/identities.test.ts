/** What the provisioning window asks of main about identities: real keys, a real EST server, a real nats-server. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databaseFile } from '../../../../main/engine/cache/database-file.ts'
import { rfc2253 } from '../../../../main/exercise/authority.ts'
import { identityFile } from '../../../../main/identity/identities.ts'
import { openIdentity, readIdentity } from '../../../../main/identity/open-identity.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { signerOf } from '../../../../main/identity/signer.ts'
import { closedTrust } from '../../../../main/identity/trust/terms.ts'
import { keepTrust } from '../../../../main/identity/trust/trust.ts'
import { addSlot } from '../../../../main/identity/vault/change-slots.ts'
import { openVault } from '../../../../main/identity/vault/vault.ts'
import { closedPolicy, type Policy } from '../../../../main/policy/policy.ts'
import type { Entrance } from '../../../../main/provisioning/identities/entrance.ts'
import { holdEnrolment } from '../../../../main/provisioning/identities/hold-enrolment.ts'
import {
  holdIdentities,
  type HeldIdentities,
} from '../../../../main/provisioning/identities/hold-identities.ts'
import { pinnedIn } from '../../../../main/provisioning/identities/tell-identities.ts'
import type { Enrolment, IdentitiesState } from '../../../../preload/contract/identities.ts'
import { fail, ok } from '../../../../preload/contract/result.ts'
import { keepRegister, make } from '../../../platform/certificates.ts'
import { asPkcs12, asPkcs7, startAuthority, type TestAuthority } from '../../../platform/authority.ts'
import { unlock } from '../../../platform/unlocked.ts'
import { createCertifier, type Certifier } from '../../../platform/certifier.ts'
import { startEst, type EstServer } from '../../../platform/est.ts'
import { startPlatform, type Identity, type Platform } from '../../../platform/platform.ts'
import { until } from '../engine/an-engine.ts'

const words = 'correct horse battery staple'
const subject = 'CN=wall-07, OU=Vigie'
const sender = { role: 'provisioning', screen: null } as const
let root: TestAuthority
let certifier: Certifier
let platform: Platform
let est: EstServer
let profile: string
let policy: Policy
let entrance: Entrance | null
let signedIn: string | null
let entranceFails: boolean
let breaks: boolean
let problems: string[]
/** what main asked the person, and what they say */
let confirmed: string[]
let says: boolean
let held: HeldIdentities
/** what the person shows main next */
let shown: string | null
let told: IdentitiesState[]
let disposed: (() => unknown)[]

const user = rfc2253([
  ['CN', 'wall-07'],
  ['OU', 'Vigie'],
])

beforeAll(async () => {
  root = await startAuthority('AC Postes')
  certifier = await createCertifier('EST authority', Date.now())
  est = await startEst({ certifier })
  platform = await startPlatform({ authority: root.platform })
  await platform.permit({ user } as Identity)
})
afterAll(async () => {
  await est.dispose()
  await platform.dispose()
  await root.dispose()
})
beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'vigie-provisioning-'))
  ;[policy, entrance, shown, told, disposed] = [closedPolicy('UTC'), null, null, [], []]
  signedIn = null
  ;[entranceFails, breaks, says, confirmed, problems] = [false, false, true, [], []]
  est.mode = 'good'
  est.secrets.add('word-of-one-use')
  held = holdIdentities({
    ...{ profile, outlivesWindow: false, now: () => Date.now(), changed: (state) => told.push(state) },
    policy: { now: () => policy },
    entrance: () =>
      Promise.resolve(entranceFails ? fail('file.writable-by-others', 'it is', 'node.json') : ok(entrance)),
    signedIn: () => {
      if (breaks) throw new Error('the certificate breaks')
      return signedIn
    },
    ...{ language: () => 'en', problem: (problem) => void problems.push(problem.message) },
    choose: {
      file: () => Promise.resolve(shown),
      place: (name) => Promise.resolve(shown && join(profile, name)),
      confirm({ words: question }) {
        confirmed.push(question)
        return Promise.resolve(says)
      },
    },
  })
  disposed.push(() => held.dispose())
})
afterEach(async () => {
  for (const dispose of disposed.reverse()) await dispose()
  await rm(profile, { recursive: true, force: true })
})

const at = (name: string) => join(profile, name)
async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(at(name), content, { mode: 0o600 })
  return at(name)
}
const state = async (): Promise<IdentitiesState> => {
  const answer = await held.handlers.state(undefined, sender)
  if (!answer.ok) throw new Error(answer.error.message)
  return answer.value
}
const rowOf = async (name: string) => (await state()).rows.find((row) => row.name === name)
const create = (name = 'wall-07') =>
  held.handlers.create(
    { name, key: 'ec-p256', subject, names: ['wall-07.cncs.fr'], passphrase: words },
    sender,
  )
const choose = async (file: string, what: 'import' | 'authority' = 'import') => {
  shown = file
  return held.handlers.choose({ what }, sender)
}
const bring = (name: string, more: { opens?: string; seals?: string; over?: boolean } = {}) =>
  held.handlers.bring(
    { name, opens: more.opens ?? null, seals: more.seals ?? null, over: more.over ?? false },
    sender,
  )
/** Asked for, the request saved, answered, brought. */
async function ready(name = 'wall-07'): Promise<string> {
  expect(await create(name)).toEqual(ok(undefined))
  shown = 'somewhere'
  expect(await held.handlers.save({ name, what: 'request' }, sender)).toEqual(ok(`${name}.csr`))
  const request = await readFile(at(`${name}.csr`), 'utf8')
  const answer = await fileOf('answer.p7b', await asPkcs7([root.certificate, await root.answer(request)]))
  expect(await choose(answer)).toMatchObject({ value: { file: 'answer.p7b', holds: 'answer', fits: [name] } })
  expect(await bring(name)).toEqual(ok(undefined))
  return request
}
async function opened(name: string) {
  const file = identityFile(profile, name)
  const bytes = await readIdentity(file)
  const identity = bytes.ok ? openIdentity(bytes.value, new Secret(words), file) : bytes
  if (!identity.ok) throw new Error(identity.error.message)
  return identity.value
}

describe('the identities of a node', () => {
  it('a request that is out is told with its subject and its key, and an answer makes it an identity', async () => {
    await create()
    expect(await rowOf('wall-07')).toMatchObject({
      ...{ place: 'request', state: 'requested', subject, key: 'EC P-256', notAfter: null },
      ...{ revocation: 'unasked', inUse: false },
    })
    await rm(identityFile(profile, 'wall-07'))
    await ready()
    expect(await rowOf('wall-07')).toMatchObject({
      ...{ place: 'sealed', state: 'ready', subject, issuer: expect.stringContaining('AC Postes') },
      ...{ serves: ['platform'], requested: null, revocation: 'unknown' },
    })
  })

  it('what is chosen is known to the page by its name alone, also where it is refused', async () => {
    await create()
    const wrong = await fileOf('holiday.txt', 'no certificate at all')
    const refused = await choose(wrong)
    expect(refused).toMatchObject({ error: { code: 'identity.answer-unreadable' } })
    const gone = await choose(at('nowhere.pem'))
    expect(gone).toMatchObject({ error: { code: 'identity.file-unreadable', subject: 'nowhere.pem' } })
    expect(JSON.stringify([refused, gone])).not.toContain(profile)
  })

  it('a certificate for another key is not taken', async () => {
    await create('wall-08')
    shown = 'somewhere'
    await held.handlers.save({ name: 'wall-08', what: 'request' }, sender)
    const answer = await root.answer(await readFile(at('wall-08.csr'), 'utf8'))
    await create('wall-07')
    await choose(await fileOf('answer.pem', answer))
    expect(await bring('wall-07')).toMatchObject({ error: { code: 'identity.key-mismatch' } })
  })

  it('a PKCS#12 is sealed anew, and takes the place of another only where that is said', async () => {
    const issued = await root.platform.issueClient([['CN', 'wall-09']])
    const p12 = await fileOf('wall-09.p12', await asPkcs12(issued.key, [issued.certificate], 'its own'))
    expect(await choose(p12)).toMatchObject({ value: { holds: 'pkcs12', fits: [] } })
    expect(await bring('wall-09', { opens: 'wrong', seals: words })).toMatchObject({
      error: { code: 'identity.passphrase-wrong' },
    })
    expect(await bring('wall-09', { opens: 'its own', seals: words })).toEqual(ok(undefined))
    expect((await opened('wall-09')).facts.subject).toBe('CN=wall-09')
    await choose(p12)
    expect(await bring('wall-09', { opens: 'its own', seals: words })).toMatchObject({
      error: { code: 'identity.exists' },
    })
    expect(await bring('wall-09', { opens: 'its own', seals: words, over: true })).toEqual(ok(undefined))
  })

  it('what is saved is never a key, and no key and no passphrase is in anything that is told', async () => {
    await ready()
    shown = 'somewhere'
    await held.handlers.save({ name: 'wall-07', what: 'certificate' }, sender)
    const saved = await readFile(at('wall-07.pem'), 'utf8')
    expect(saved).toContain('BEGIN CERTIFICATE')
    const key = (await opened('wall-07')).key.reveal()
    const body = key.split('\n')[1] ?? 'none'
    const all = JSON.stringify([told, await state(), saved])
    expect(all).not.toMatch(/PRIVATE KEY|correct horse/)
    expect(all).not.toContain(body)
  })

  it('the one that this node signs in with goes only where somebody says so, too', async () => {
    await ready()
    entrance = {
      ...{ platform: null, tlsFirst: false, authority: platform.caFile },
      identity: identityFile(profile, 'wall-07'),
    }
    expect(await rowOf('wall-07')).toMatchObject({ inUse: true })
    const remove = (evenInUse: boolean) => held.handlers.remove({ name: 'wall-07', evenInUse }, sender)
    expect(await remove(false)).toMatchObject({ error: { code: 'identity.in-use' } })
    expect(await remove(true)).toEqual(ok(undefined))
    expect((await state()).rows).toEqual([])
  })

  it('a file of the store that is cut is there with its problem', async () => {
    await create()
    await writeFile(identityFile(profile, 'wall-07'), '{"vigie":"iden')
    expect(await rowOf('wall-07')).toMatchObject({
      ...{ state: 'unreadable', problem: { code: 'identity.file-unreadable' } },
    })
  })

  it('who opens the vault is told without a key, those in the store and those elsewhere', async () => {
    await ready()
    const identity = await opened('wall-07')
    await mkdir(profile, { recursive: true })
    const vault = await openVault(profile, signerOf(identity), { cache: databaseFile(profile) })
    if (!vault.ok) throw new Error(vault.error.message)
    expect(await rowOf('wall-07')).toMatchObject({ serves: ['platform', 'vault'], opensAlone: true })
    const recovery = await root.platform.issueClient([['CN', 'Recouvrement']])
    expect(await addSlot(profile, signerOf(identity), recovery.certificate, 'recovery')).toMatchObject({
      ok: true,
    })
    const { rows, vault: facts } = await state()
    expect(facts.slots).toMatchObject([
      { kind: 'certificate', state: 'open', name: expect.stringContaining('wall-07') },
      { kind: 'recovery', state: 'sealed', name: 'CN=Recouvrement' },
    ])
    expect(rows).toMatchObject([
      { name: 'wall-07', opensAlone: false },
      { name: null, place: 'certificate', subject: 'CN=Recouvrement', serves: ['recovery'] },
    ])
  })

  /** @returns what the vault says to whoever signs in with this identity */
  async function vaultWith(name: string, make = false): Promise<string> {
    const vault = await openVault(profile, signerOf(await opened(name)), {
      cache: databaseFile(profile),
      make,
    })
    return vault.ok ? 'opens' : vault.error.code
  }
  /** The next certificate, as its person gets it from the authority. */
  async function answered(name = 'wall-07'): Promise<void> {
    shown = 'somewhere'
    await held.handlers.save({ name, what: 'request' }, sender)
    const answer = await root.answer(await readFile(at(`${name}.csr`), 'utf8'))
    await choose(await fileOf('next.pem', answer))
  }
  const askNext = () => held.handlers.askNext({ name: 'wall-07', key: 'ec-p256', passphrase: words }, sender)
  const withVault = async () => {
    await ready()
    expect(await vaultWith('wall-07', true)).toBe('opens')
    await writeFile(databaseFile(profile), '')
  }

  it('the next key of the one that opens the vault opens it, however often it is asked for', async () => {
    await withVault()
    expect(await askNext()).toEqual(ok(undefined))
    expect(await askNext()).toEqual(ok(undefined))
    expect((await state()).vault.slots).toHaveLength(2)
    await answered()
    expect(await bring('wall-07')).toEqual(ok(undefined))
    expect(await vaultWith('wall-07')).toBe('opens')
  })

  it('a next key without a slot does not become current, and what is in use goes on', async () => {
    await ready()
    await askNext()
    expect(await vaultWith('wall-07', true)).toBe('opens')
    await writeFile(databaseFile(profile), '')
    await answered()
    expect(await bring('wall-07')).toMatchObject({ error: { code: 'identity.slot-wanted' } })
    expect(await vaultWith('wall-07')).toBe('opens')
  })

  it('a PKCS#12 in the place of the one that opens the vault opens it, sealed with the same passphrase', async () => {
    await withVault()
    const issued = await root.platform.issueClient([['CN', 'wall-09']])
    await choose(await fileOf('wall-09.p12', await asPkcs12(issued.key, [issued.certificate], 'its own')))
    const over = (seals: string) => bring('wall-07', { opens: 'its own', seals, over: true })
    expect(await over('another one')).toMatchObject({ error: { code: 'identity.slot-wanted' } })
    expect(await vaultWith('wall-07')).toBe('opens')
    expect(await over(words)).toEqual(ok(undefined))
    expect((await opened('wall-07')).facts.subject).toBe('CN=wall-09')
    expect(await vaultWith('wall-07')).toBe('opens')
  })

  it('what alone opens the vault goes only where somebody says so, too', async () => {
    await withVault()
    const remove = (evenInUse: boolean) => held.handlers.remove({ name: 'wall-07', evenInUse }, sender)
    expect(await remove(false)).toMatchObject({ error: { code: 'identity.opens-alone' } })
    expect(await remove(true)).toEqual(ok(undefined))
  })

  it('nothing goes where nobody can say how this node signs in', async () => {
    await ready()
    entranceFails = true
    expect(await held.handlers.remove({ name: 'wall-07', evenInUse: false }, sender)).toMatchObject({
      error: { code: 'file.writable-by-others' },
    })
    expect(await rowOf('wall-07')).toMatchObject({ state: 'ready' })
  })

  it('who is signed in with a key that is not in the store is told as one of it is', async () => {
    const elsewhere = await root.platform.issueClient([['CN', 'poste-07']])
    expect(await unlock(profile, elsewhere)).toMatchObject({ ok: true })
    const before = (await state()).rows
    expect(before).toMatchObject([{ place: 'file', serves: ['vault'], inUse: false, notAfter: null }])
    signedIn = elsewhere.certificate
    expect((await state()).rows).toMatchObject([
      { place: 'file', serves: ['platform', 'vault'], inUse: true, subject: 'CN=poste-07' },
    ])
    expect((await state()).rows[0]?.notAfter).toBeGreaterThan(Date.now())
  })

  it('what a list says that is kept here is told, without asking anybody', async () => {
    const authority = make({ name: 'Root', by: null, authority: true })
    const own = make({ name: 'wall-07', by: authority, purposes: ['clientAuth'] })
    const register = await keepRegister(authority)
    disposed.push(() => register.dispose())
    await register.revoke(own)
    const source = await fileOf('list.crl', await register.list({ number: 412 }))
    const ca = await fileOf('ca.pem', authority.certificate)
    policy = { ...policy, trust: { ...closedTrust, crl: [source] } }
    const trust = keepTrust({
      ...{ policy: policy.trust, folder: at('trust'), now: () => Date.now(), changed: () => undefined },
    })
    await trust.pin({ ...own, authority: authority.certificate, file: 'wall-07', chain: [] })
    await trust.refresh()
    trust.dispose()
    await rm(source)
    await choose(await fileOf('wall-07.p12', await asPkcs12(own.key, [own.certificate], 'its own')))
    await bring('wall-07', { opens: 'its own', seals: words })
    entrance = { platform: null, tlsFirst: false, authority: ca, identity: at('elsewhere.p12') }
    expect(await rowOf('wall-07')).toMatchObject({
      ...{ revocation: 'revoked', list: { number: '412', state: 'fresh' } },
    })
  })
})

describe('a page that asks too much', () => {
  it('has one passphrase tried at a time', async () => {
    const all = await Promise.all(['a1', 'a2', 'a3'].map(async (name) => create(name)))
    expect(all.map((one) => (one.ok ? 'made' : one.error.code))).toEqual([
      'made',
      'ipc.refused',
      'ipc.refused',
    ])
  })

  it('has nobody contacted whom neither the policy nor a person named', async () => {
    await ready()
    await choose(platform.caFile, 'authority')
    says = false
    const at_ = `tls://localhost:${platform.port}`
    const tryIt = () =>
      held.handlers.tryConnection({ name: 'wall-07', platform: at_, passphrase: words }, sender)
    expect(await tryIt()).toMatchObject({ error: { code: 'ipc.refused' } })
    expect(confirmed).toEqual([expect.stringContaining(`localhost:${platform.port}`)])
    const { fingerprint = '' } = pinnedIn(await readFile(platform.caFile, 'utf8'))[0] ?? {}
    const asked = { name: 'x1', subject, names: [], key: null, secret: 's', passphrase: words }
    expect(
      await held.handlers.enrol(
        { ...asked, url: 'https://words-of-the-trail.example', authority: fingerprint },
        sender,
      ),
    ).toMatchObject({ error: { code: 'ipc.refused', subject: 'words-of-the-trail.example:443' } })
    expect((await state()).enrolment).toBeNull()
    policy = { ...policy, platform: [at_] }
    expect(await tryIt()).toEqual(ok(undefined))
    expect(confirmed).toHaveLength(2)
    await until(() => told.at(-1)?.trial?.running === false, 'the try has ended')
  })

  it('is told what comes after something broke', async () => {
    breaks = true
    held.look()
    await until(() => problems.length > 0, 'the problem is told')
    breaks = false
    held.look()
    await until(() => told.length > 0, 'the state is told')
  })

  it('finds nothing chosen once its window was closed', async () => {
    const issued = await root.platform.issueClient([['CN', 'wall-09']])
    await choose(await fileOf('wall-09.p12', await asPkcs12(issued.key, [issued.certificate], 'its own')))
    held.close()
    expect(await bring('wall-09', { opens: 'its own', seals: words })).toMatchObject({
      error: { code: 'ipc.refused' },
    })
  })
})

describe('a try at the platform', () => {
  const tryIt = (passphrase: string, at_ = `tls://localhost:${platform.port}`) =>
    held.handlers.tryConnection({ name: 'wall-07', platform: at_, passphrase }, sender)

  it('tells each step with its time, up to the platform’s own answer', async () => {
    await ready()
    await choose(platform.caFile, 'authority')
    expect(await tryIt(words)).toEqual(ok(undefined))
    await until(() => told.at(-1)?.trial?.running === false, 'the try has ended')
    const [server] = told.at(-1)?.trial?.servers ?? []
    expect(server).toMatchObject({ server: `localhost:${platform.port}`, problem: null })
    expect(server?.steps.map(({ step, passed }) => [step, passed])).toEqual(
      ['name', 'tcp', 'tls', 'authority', 'host', 'dates', 'certificate', 'user', 'jetstream'].map((step) => [
        step,
        true,
      ]),
    )
    expect(server?.steps.every(({ ms }) => ms >= 0)).toBe(true)
    expect(server?.steps.find(({ step }) => step === 'user')?.found).toBe(user)
  })

  it('with a wrong passphrase does not begin, and where it ends the step says why', async () => {
    await ready()
    await choose(platform.caFile, 'authority')
    expect(await tryIt('wrong')).toMatchObject({ error: { code: 'identity.passphrase-wrong' } })
    expect((await state()).trial).toBeNull()
    await tryIt(words, `tls://127.1:${platform.port}`)
    await until(() => told.at(-1)?.trial?.running === false, 'the try has ended')
    const [server] = told.at(-1)?.trial?.servers ?? []
    expect(server?.problem).toMatchObject({ code: 'platform.host-name-mismatch' })
    expect(server?.steps.at(-1)).toMatchObject({ step: 'host', passed: false })
  })
})

describe('an enrolment', () => {
  const pinned = () => pinnedIn(certifier.certificate)[0] ?? { subject: '', fingerprint: '', notAfter: 0 }
  const asked = () => ({ name: 'wall-07', subject, names: [], key: 'ec-p256' as const, url: est.url })

  it('begins only with the authority that was compared, and ends with a certificate in the store', async () => {
    await choose(await fileOf('est.pem', certifier.certificate), 'authority')
    const enrol = (authority: string) =>
      held.handlers.enrol({ ...asked(), authority, secret: 'word-of-one-use', passphrase: words }, sender)
    expect(await enrol('ab'.repeat(32))).toMatchObject({ error: { code: 'enrol.authority-unknown' } })
    expect(await enrol(pinned().fingerprint)).toEqual(ok(undefined))
    await until(() => (told.at(-1)?.enrolment?.ended ?? null) !== null, 'it has ended')
    // no platform is known here to try it at
    expect(told.at(-1)?.enrolment).toMatchObject({ ended: 'untried', step: 'trial', key: 'EC P-256' })
    expect(await rowOf('wall-07')).toMatchObject({ state: 'ready' })
    expect(JSON.stringify(told)).not.toMatch(/word-of-one-use|correct horse|PRIVATE KEY/)
    expect((await opened('wall-07')).facts.subject).toBe(subject)
  })

  const holding = (pause: (time: number) => Promise<unknown>) => {
    const steps: (Enrolment | null)[] = []
    const enrolment = holdEnrolment({
      ...{ profile, now: () => Date.now(), outlivesWindow: true, pause },
      changed: () => void steps.push(enrolment.now()),
      attempt: () => Promise.resolve(null),
    })
    const begin = () =>
      enrolment.begin({
        ...{ ...asked(), authority: { pem: certifier.certificate, pinned: pinned() } },
        ...{ secret: new Secret('word-of-one-use'), passphrase: new Secret(words) },
      })
    return { enrolment, steps, begin }
  }

  it('that a person has to allow says since when it waits and when it asks again, and goes on by itself', async () => {
    est.mode = 'waits'
    const { enrolment, steps, begin } = holding(() => {
      est.mode = 'good'
      return Promise.resolve()
    })
    expect(begin()).toEqual(ok(undefined))
    expect(begin()).toMatchObject({ error: { code: 'ipc.refused' } })
    await until(() => enrolment.now()?.ended === 'done', 'it is done')
    const waiting = steps.find((one) => (one?.waiting ?? null) !== null)
    expect(waiting).toMatchObject({ step: 'request', outlivesWindow: true })
    expect((waiting?.waiting?.next ?? 0) - (waiting?.waiting?.since ?? 0)).toBeGreaterThanOrEqual(5000)
  })

  it('that is cancelled leaves its request, and the next one goes on with that', async () => {
    est.mode = 'waits'
    let waits: () => void = () => undefined
    const reached = new Promise<void>((resolve) => (waits = resolve))
    const first = holding(() => {
      waits()
      return new Promise((_, reject) => {
        first.stop = () => reject(new Error('aborted'))
      })
    }) as ReturnType<typeof holding> & { stop?: () => void }
    first.begin()
    await reached
    first.enrolment.cancel()
    first.stop?.()
    await until(() => first.enrolment.now()?.ended === 'cancelled', 'it is cancelled')
    expect(await readdir(join(profile, 'identities'))).toEqual(['wall-07.json'])
    est.mode = 'good'
    const second = holding(() => Promise.resolve())
    second.begin()
    await until(() => second.enrolment.now()?.ended === 'done', 'it is done')
    expect(second.enrolment.now()).toMatchObject({ resumed: true })
  })
})
