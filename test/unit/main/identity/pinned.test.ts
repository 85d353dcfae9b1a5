import { expect, it } from 'vitest'
import { createAuthority, validityAround } from '../../../../main/exercise/authority.ts'
import { whyNotPinned } from '../../../../main/identity/card/pinned.ts'

const now = Date.now()
const authority = await createAuthority('Ours', now)
const another = await createAuthority('Ours', now)
const server = await authority.issueServer(['nats.example', '10.0.0.7'])
const why = (host: string, sent: string[], ca = authority.certificate, at = now) =>
  whyNotPinned(host, sent, ca, at)

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
