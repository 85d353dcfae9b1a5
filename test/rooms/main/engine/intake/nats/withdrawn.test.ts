/** A certificate that the platform admits no longer: nats-server ends the session when it reads its rights again. */
import { afterEach, expect, it, vi } from 'vitest'
import { addressOf } from '../../an-engine.ts'
import { gatherOpened } from './opened.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const opened = gatherOpened()
afterEach(() => opened.close())

it('ends the session, and is said for what it is until the platform lets us in again', async () => {
  const platform = await opened.start()
  const one = await opened.engineOn(platform, addressOf(platform))
  await one.state('live')
  await platform.forbid(platform.wall)
  // the server cuts the connection without a word, and turns us away from then on
  expect(await one.state('refused')).toMatchObject({ problem: { code: 'platform.withdrew-us' } })
  expect(one.engine.report().disconnects).toBe(1)
  await platform.permit(platform.wall)
  await one.state('live')
})
