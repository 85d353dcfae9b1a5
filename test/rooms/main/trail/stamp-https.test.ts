/** A stamp asked for over https: whom the policy names is asked, and nobody whom only Node would believe. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { askStamp, type StampAuthority } from '../../../../main/trail/stamp.ts'
import { startStamping, type Stamping } from '../../../platform/stamping.ts'
import { ours } from './a-trail.ts'

let now: Stamping
let old: Stamping
beforeAll(async () => {
  now = await startStamping('TLSv1.3')
  old = await startStamping('TLSv1.2')
})
afterEach(() => now.set('stamps'))
afterAll(async () => {
  await now.dispose()
  await old.dispose()
})

const ask = ({ url, authority }: Stamping, otherwise: Partial<StampAuthority> = {}) =>
  askStamp(
    { url, authorities: [authority], tls12: false, ...otherwise },
    { sequence: 7, signature: Buffer.from('a signature') },
  )
const refused = (message: RegExp) => ({
  ok: false,
  error: { code: 'trail.unstamped', message: expect.stringMatching(message) as string },
})

it('the authority of the policy vouches for the server, too', async () => {
  expect(await ask(now)).toMatchObject({ ok: true, value: { kind: 'trail.stamp', detail: { seal: 7 } } })
})

it('a server of another authority is asked nothing', async () => {
  const before = now.given()
  expect(await ask(now, { authorities: [(await ours()).certificate] })).toMatchObject(
    refused(/certificate|issuer/),
  )
  expect(now.given()).toBe(before)
})

it('where the policy names no authority, nobody is asked over https', async () => {
  const before = now.given()
  expect(await ask(now, { authorities: null })).toMatchObject(refused(/timestamp: authority/))
  expect(now.given()).toBe(before)
})

it('TLS 1.2 is spoken only where the policy says so', async () => {
  expect(await ask(old)).toMatchObject(refused(/version/i))
  expect(old.given()).toBe(0)
  expect(await ask(old, { tls12: true })).toMatchObject({ ok: true })
})

it('an answer that never ends is not waited for', async () => {
  now.set('without an end')
  expect(await ask(now, { patience: 300 })).toMatchObject(refused(/no answer within/))
})
