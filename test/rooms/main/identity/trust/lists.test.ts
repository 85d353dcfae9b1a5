/** Lists of revoked certificates as OpenSSL makes them: read from a file and from a URL, and never believed too easily. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { readCertificate } from '../../../../../main/identity/trust/certificate.ts'
import { mostCrl } from '../../../../../main/identity/trust/crl.ts'
import { keepLists, type Lists } from '../../../../../main/identity/trust/lists.ts'
import { readSource } from '../../../../../main/identity/trust/source.ts'
import { closedTrust, TrustPolicySchema } from '../../../../../main/identity/trust/terms.ts'
import { keepTrust } from '../../../../../main/identity/trust/trust.ts'
import { keepRegister, make, type Register } from '../../../../platform/certificates.ts'

const day = 86_400_000
const root = make({ name: 'Root', by: null, authority: true })
const stolen = make({ name: 'wall-07', by: root, purposes: ['clientAuth'], key: root.key })
const open: (() => unknown)[] = []
let folder = ''
let register: Register

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-lists-'))
  register = await keepRegister(root)
  await register.revoke(stolen)
})
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})
afterAll(async () => {
  await register.dispose()
  await rm(folder, { recursive: true, force: true })
})

let files = 0
async function fileOf(bytes: Uint8Array): Promise<string> {
  const file = join(folder, `list-${++files}`)
  await writeFile(file, bytes)
  return file
}

async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  open.push(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/root.crl`
}

async function listsFrom(
  source: string,
  {
    profile = join(folder, `profile-${++files}`),
    now = () => Date.now(),
    issuer = root,
    every = closedTrust.every,
  } = {},
): Promise<Lists> {
  const lists = keepLists({
    policy: { ...closedTrust, crl: [source], every },
    folder: profile,
    read: (from) => readSource(from, issuer.certificate),
    now,
    changed: () => undefined,
  })
  open.push(() => lists.dispose())
  await lists.pin([readCertificate(issuer.certificate)!])
  await lists.refresh()
  return lists
}
/** DER, as long as it may be. */
const sequence = (...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([Buffer.from([0x30, 0x84]), length, content])
}
const bits = Buffer.from('03020000', 'hex')
const of = (lists: Lists) => lists.facts()[0]!

describe('a list of revoked certificates', () => {
  it('is read from a file, DER or PEM, and says whose certificates it revokes', async () => {
    const der = await register.list({ number: 7 })
    const pem = `-----BEGIN X509 CRL-----\n${der.toString('base64')}\n-----END X509 CRL-----\n`
    for (const bytes of [der, Buffer.from(pem)]) {
      const lists = await listsFrom(await fileOf(bytes))
      expect(of(lists)).toMatchObject({
        state: 'fresh',
        number: '7',
        issuer: 'Root',
        revoked: 1,
        problem: null,
      })
      expect(lists.revocations()).toMatchObject([{ issuer: 'Root', over: false, serials: [stolen.serial] }])
    }
  })

  it('may be long', async () => {
    const long = await keepRegister(root)
    open.push(() => long.dispose())
    const numbered = (each: number) => ({ ...stolen, serial: `4${each.toString(16).padStart(31, '0')}` })
    await long.revoke(...Array.from({ length: 20_000 }, (_, each) => numbered(each)))
    const lists = await listsFrom(await fileOf(await long.list()))
    expect(of(lists)).toMatchObject({ state: 'fresh', revoked: 20_000 })
    expect(lists.revocations()![0]!.serials).toContain(numbered(19_999).serial)
  })

  it('is read from a URL, and kept for a start at which nobody answers there', async () => {
    const der = await register.list({ number: 8 })
    let answers = true
    const url = await served((_request, response) => {
      if (answers) response.end(der)
      else response.writeHead(503).end()
    })
    const profile = join(folder, 'kept')
    expect(of(await listsFrom(url, { profile }))).toMatchObject({ state: 'fresh', problem: null })
    answers = false
    const next = of(await listsFrom(url, { profile }))
    expect(next).toMatchObject({
      state: 'fresh',
      number: '8',
      read: null,
      problem: { code: 'crl.unreachable' },
    })
  })

  it('gives way to a newer one, and never to an older', async () => {
    const now = await register.list({ number: 20 })
    const newer = await register.list({ number: 21 })
    const lower = await register.list({ number: 19 })
    const before = await register.list({ number: 22, days: [-5, 3] })
    let serve = now
    const lists = await listsFrom(await served((_request, response) => response.end(serve)))
    for (const older of [lower, before]) {
      serve = older
      await lists.refresh()
      expect(of(lists)).toMatchObject({ number: '20', problem: { code: 'crl.older' } })
    }
    serve = newer
    await lists.refresh()
    expect(of(lists)).toMatchObject({ number: '21', problem: null })
  })

  it('that is out of date does for the grace, and then no more', async () => {
    const file = await fileOf(await register.list({ days: [-8, -1] }))
    let now = Date.now()
    const lists = await listsFrom(file, { now: () => now })
    // the day of grace has just ended
    expect(of(lists).state).toBe('over')
    expect(lists.revocations()).toMatchObject([{ over: true }])
    now -= day / 2
    expect(of(lists).state).toBe('stale')
    expect(lists.revocations()).toMatchObject([{ over: false, serials: [stolen.serial] }])
    now -= day
    expect(of(lists).state).toBe('fresh')
  })

  it('that is to be read seldom is not read without pause', async () => {
    const asked = vi.spyOn(globalThis, 'setTimeout')
    open.push(() => asked.mockRestore())
    await listsFrom(await fileOf(await register.list({ days: [-1, 200] })), { every: 90 * day })
    const waits = asked.mock.calls.map(([, wait]) => wait ?? 0).filter((wait) => wait >= day / 24)
    expect(waits.length).toBeGreaterThan(0)
    // Node makes a millisecond of what does not fit
    for (const wait of waits) expect(wait).toBeLessThan(2 ** 31)
    for (const [every, read] of [
      ['P7D', true],
      ['P30D', false],
      ['P99999999999999999D', false],
    ] as const)
      expect(v.is(TrustPolicySchema, { every }), every).toBe(read)
  })

  it('that is none, is forged, or is another’s, is said for what it is and revokes nothing', async () => {
    const twin = make({ name: 'Root', by: null, authority: true })
    const other = make({ name: 'Other', by: null, authority: true })
    const mayNot = make({ name: 'Mute', by: null, authority: true, lists: false })
    const whole = await register.list()
    const endlessName = sequence(sequence(sequence(), Buffer.alloc(500_000, 0)), sequence(), bits)
    const changed = Buffer.from(whole)
    // in the middle of the serial numbers
    changed[whole.indexOf(Buffer.from(stolen.serial, 'hex'))]! ^= 1
    const by = async (authority: typeof root): Promise<Buffer> => {
      const its = await keepRegister(authority)
      open.push(() => its.dispose())
      return its.list()
    }
    for (const [what, bytes, code, issuer] of [
      ['rubbish', Buffer.from('<html>404</html>'), 'crl.unreadable', root],
      ['nothing', Buffer.alloc(0), 'crl.unreadable', root],
      ['cut off', whole.subarray(0, whole.length - 9), 'crl.unreadable', root],
      ['a bomb of nested lists', Buffer.from('3080'.repeat(20_000), 'hex'), 'crl.unreadable', root],
      ['one changed bit', changed, 'crl.forged', root],
      ['a name without end', endlessName, 'crl.unreadable', root],
      ['of one with the same name', await by(twin), 'crl.forged', root],
      ['of one that may sign none', await by(mayNot), 'crl.forged', mayNot],
      ['of another issuer', await by(other), 'crl.other-issuer', root],
      ['from the future', await register.list({ days: [2, 9] }), 'crl.unreadable', root],
      ['too large', Buffer.alloc(mostCrl + 1, 0x30), 'crl.unreachable', root],
    ] as const) {
      const lists = await listsFrom(await fileOf(bytes), { issuer })
      expect(of(lists), what).toMatchObject({ state: 'missing', problem: { code } })
      // the policy names a list, so nobody is taken without one
      expect(lists.revocations(), what).toEqual([])
    }
  })

  it('from a URL is taken from there only, whole, and within bounds', async () => {
    const der = await register.list()
    const elsewhere: string[] = []
    const other = await served((request, response) => {
      elsewhere.push(request.url ?? '')
      response.end(der)
    })
    for (const [answer, code] of [
      [(_request, response) => response.writeHead(302, { location: other }).end(), 'crl.unreachable'],
      [(_request, response) => response.writeHead(404).end(der), 'crl.unreachable'],
      [
        (_request, response) => {
          response.writeHead(200, { 'content-length': der.length })
          response.write(der.subarray(0, 100), () => response.destroy())
        },
        'crl.unreachable',
      ],
      [(_request, response) => response.end(Buffer.alloc(mostCrl + 1, 0x30)), 'crl.too-large'],
    ] as readonly [RequestListener, string][])
      expect(of(await listsFrom(await served(answer)))).toMatchObject({ state: 'missing', problem: { code } })
    expect(elsewhere).toEqual([])
  })
})

it('our own certificate on a newer list is said at once', async () => {
  const its = await keepRegister(root)
  open.push(() => its.dispose())
  let serve = await its.list({ number: 1 })
  let told = 0
  const trust = keepTrust({
    policy: { ...closedTrust, crl: ['http://lists.invalid/root.crl'] },
    folder: join(folder, `profile-${++files}`),
    now: () => Date.now(),
    changed: () => told++,
    read: () => Promise.resolve({ ok: true, value: serve }),
  })
  open.push(() => trust.dispose())
  await trust.pin({ ...stolen, chain: [], authority: root.certificate, file: 'wall-07.p12' })
  await trust.refresh()
  expect(trust.problem()).toBeNull()
  await its.revoke(stolen)
  serve = await its.list({ number: 2 })
  const before = told
  await trust.refresh()
  expect(told).toBe(before + 1)
  expect(trust.problem()).toMatchObject({ code: 'identity.revoked', subject: 'wall-07.p12' })
  expect(trust.facts()).toMatchObject({ revoked: true, crls: [{ number: '2', revoked: 1 }] })
})
