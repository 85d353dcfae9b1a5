/** What the window and the commands do alike for whoever sets a node up, on real profiles. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { Secret } from '../../../../main/identity/secret.ts'
import { closedTrust } from '../../../../main/identity/trust/terms.ts'
import { keepTrust, type Trust } from '../../../../main/identity/trust/trust.ts'
import { healthOfProfile } from '../../../../main/provisioning/health.ts'
import { exportTrail } from '../../../../main/provisioning/read-trail.ts'
import { openTrailDesk, type ProvisionedTrail } from '../../../../main/provisioning/trail.ts'
import { importList } from '../../../../main/provisioning/trust.ts'
import { trailFile } from '../../../../main/trail/ledger.ts'
import { keepRegister, make, type Register } from '../../../platform/certificates.ts'
import { aProvisionedProfile, passphrase } from '../../../platform/provisioned-profile.ts'

const root = make({ name: 'AC Postes', by: null, authority: true })
const source = 'https://ca.example/root.crl'
let folder: string
let profile: string
let register: Register
const open: (() => unknown)[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-provisioning-'))
  profile = await aProvisionedProfile(join(folder, 'profile'), root)
  register = await keepRegister(root)
})
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})
afterAll(async () => {
  await register.dispose()
  await rm(folder, { recursive: true, force: true })
})

let files = 0
async function fileOf(bytes: Uint8Array | string): Promise<string> {
  const file = join(folder, `list-${++files}.crl`)
  await writeFile(file, bytes)
  return file
}
/** … of a node that can't reach where its policy says that the list is. */
async function trustOf(kept = join(folder, `trust-${++files}`)): Promise<Trust> {
  const trust = keepTrust({
    policy: { ...closedTrust, crl: [source] },
    ...{ folder: kept, now: () => Date.now(), changed: () => undefined },
    read: () =>
      Promise.resolve({ ok: false, error: { code: 'crl.unreachable', message: 'no way', subject: source } }),
  })
  open.push(() => trust.dispose())
  await trust.pin({ certificate: '', chain: [], authority: root.certificate, file: profile })
  await trust.refresh()
  return trust
}
const bring = (trust: Trust, file: string | null) =>
  importList(source, { trust: () => trust }, { file: () => Promise.resolve(file) })

it('a list that is brought by hand is used, and is there at the next start', async () => {
  const kept = join(folder, 'kept')
  const trust = await trustOf(kept)
  expect(trust.facts().crls).toMatchObject([{ state: 'missing', problem: { code: 'crl.unreachable' } }])
  const file = await fileOf(await register.list({ number: 412 }))
  expect(await bring(trust, file)).toMatchObject({
    ok: true,
    value: { source, number: '412', problem: null },
  })
  expect(trust.facts().crls).toMatchObject([{ state: 'fresh' }])
  expect((await trustOf(kept)).facts().crls).toMatchObject([{ number: '412', state: 'fresh' }])
})

it('one that is older, another’s, no list at all, or for a list that the policy does not name, changes nothing', async () => {
  const trust = await trustOf()
  await bring(trust, await fileOf(await register.list({ number: 20 })))
  const other = await keepRegister(make({ name: 'AC Autre', by: null, authority: true }))
  open.push(() => other.dispose())
  const code = async (file: string) => {
    const answer = await bring(trust, file)
    return answer.ok ? null : answer.error.code
  }
  expect(await code(await fileOf(await register.list({ number: 19 })))).toBe('crl.older')
  expect(await code(await fileOf(await other.list({ number: 21 })))).toBe('crl.other-issuer')
  expect(await code(await fileOf('no list'))).toBe('crl.unreadable')
  expect(await code(join(folder, 'nothing.crl'))).toBe('crl.unreachable')
  const right = await register.list({ number: 22 })
  expect(await trust.bring('https://elsewhere.example', right, 'a file')).toMatchObject({
    error: { code: 'crl.unnamed' },
  })
  expect(await bring(trust, null)).toEqual({ ok: true, value: null })
  expect(trust.facts().crls).toMatchObject([{ number: '20' }])
})

const trailOf = (seen: string[], place: string | null = null, wall: ProvisionedTrail['wall'] = null) => {
  const desk = openTrailDesk(
    {
      ...{ profile, wall, seen: () => seen, signedIn: () => null, stampAuthorities: () => null },
      authorities: () => Promise.resolve(root.certificate),
      identity: () =>
        Promise.resolve({ file: join(profile, 'wall.p12'), passphrase: { from: 'prompt' as const } }),
      choose: {
        file: () => Promise.resolve(null),
        place: () => Promise.resolve(place),
        confirm: () => Promise.resolve(false),
      },
      ...{ now: () => Date.now(), node: () => 'poste-07' },
    },
    () => undefined,
  )
  open.push(() => desk.dispose())
  return desk
}
const everything = { words: [], screen: null, from: null, until: null, before: null, limit: 50 }

it('the trail of a node that does not run opens with its passphrase alone, and is closed again', async () => {
  const desk = trailOf(['np'])
  const before = await stat(trailFile(profile))
  expect(await desk.standing()).toMatchObject({
    open: false,
    empty: false,
    identity: { passphrase: 'typed' },
  })
  expect(await desk.find(everything)).toMatchObject({ error: { code: 'trail.closed' } })
  expect(await desk.unlock(null)).toMatchObject({ error: { code: 'identity.passphrase-wanted' } })
  const wrong = new Secret('wrong horse')
  expect(await desk.unlock(wrong)).toMatchObject({ error: { code: 'identity.passphrase-wrong' } })
  expect(wrong.reveal()).toMatch(/^\0*$/)
  const typed = new Secret(passphrase)
  expect(await desk.unlock(typed)).toMatchObject({ ok: true })
  expect(typed.reveal()).toMatch(/^\0*$/)
  expect(await desk.find(everything)).toMatchObject({ value: { count: 5, sealed: 5 } })
  expect(await desk.verify()).toMatchObject({
    value: {
      records: 5,
      seals: 1,
      bad: null,
      subjects: ['CN=poste-07'],
      judged: { seals: true, stamps: false },
    },
  })
  await desk.close()
  expect(await desk.find(everything)).toMatchObject({ error: { code: 'trail.closed' } })
  // it was read, and left as it is
  expect((await stat(trailFile(profile))).size).toBe(before.size)
})

it('an export is whole and new, or there is none', async () => {
  const out = join(folder, 'trail.jsonl')
  const desk = trailOf(['np'], out)
  await desk.unlock(new Secret(passphrase))
  expect(await desk.export()).toMatchObject({ value: { file: out, records: 5 } })
  expect((await readFile(out, 'utf8')).trim().split('\n')).toHaveLength(5)
  expect((await stat(out)).mode & 0o777).toBe(0o600)
  expect(await desk.export()).toMatchObject({ error: { code: 'trail.unexported' } })
  expect((await readFile(out, 'utf8')).trim().split('\n')).toHaveLength(5)
})

it('beside a wall nothing leaves that its desk may not show', async () => {
  const body = (marking: string) =>
    JSON.stringify({
      ...{ trail: '0'.repeat(32), sequence: 1, before: '0'.repeat(64), at: 1, kind: 'start', person: null },
      ...{ function: null, node: 'poste-07', automation: null, screen: null, subject: null, marking },
      ...{ refused: null, detail: {} },
    })
  async function* rows() {
    await Promise.resolve()
    yield { body: body('np') }
    yield { body: body('dr') }
  }
  const out = join(folder, 'above.jsonl')
  expect(await exportTrail(rows(), out, { seen: ['np'] })).toMatchObject({
    error: { code: 'trail.above-desk' },
  })
  await expect(stat(out)).rejects.toThrow('ENOENT')
  expect(await exportTrail(rows(), out, { seen: ['np', 'dr'] })).toEqual({ ok: true, value: 2 })
})

it('health without a wall is as the profile was provisioned, and says nothing that nobody asked', async () => {
  const facts = await healthOfProfile(profile, { versions: { vigie: '1', runtime: '2' }, mayCopy: false })
  // a PKCS#12 file says nothing of its certificate while it is closed
  expect(facts.certificates).toMatchObject([{ role: 'authority', subject: 'CN=AC Postes' }])
  expect(facts).toMatchObject({ contact: null, skew: null, outbox: null, slots: ['certificate'] })
})
