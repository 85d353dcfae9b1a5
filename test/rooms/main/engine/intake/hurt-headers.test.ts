import { headers } from '@nats-io/nats-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { message, product } from '../../../../platform/product.ts'
import { openWindow } from '../a-window.ts'
import { addressOf, keysOf, profileFolder, remove, startEngine, until, type AnEngine } from '../an-engine.ts'

const incidents = product('security.incidents', 'feature')

describe('a message whose header is hurt', () => {
  let platform: Platform
  let profile: string
  let one: AnEngine
  beforeEach(async () => {
    profile = await profileFolder()
    platform = await startPlatform({ products: [incidents] })
    one = await startEngine(profile, keysOf(platform.wall))
    await one.engine.connect(addressOf(platform))
    await one.state('live')
  })
  afterEach(async () => {
    await one.engine.dispose()
    await platform.dispose()
    await remove(profile)
  })

  const block = (entity: string, more = '') =>
    Buffer.from(
      `NATS/1.0\r\n${more}ce-specversion: 1.0\r\nce-id: ${entity}\r\nce-source: //test.vigie\r\nce-type: vigie.feature.v1\r\n` +
        `ce-time: ${new Date().toISOString()}\r\nce-subject: ${entity}\r\n\r\n`,
    )
  /** as the server stores it: nothing of it is looked at on the way */
  const send = (entity: string, bytes: Uint8Array) =>
    platform.feeder.publish(
      `dp.security.incidents.${entity}`,
      JSON.stringify(message('security.incidents', 'feature', 1).body),
      { headers: Object.assign(headers(), { encode: () => bytes }) },
    )

  it('is refused by itself: what follows it comes, and the connection stays', async () => {
    const torn = block('torn', 'caf\u00e9 x: 1\r\n')
    torn.set([0xf2, 0x8d], 0)
    send('torn', torn)
    send(
      'first-line',
      Buffer.from(block('first-line', ': no name\r\nn\u00f6 name: 1\r\n').toString().replace('NATS', 'HTTP')),
    )
    send(
      'status',
      Buffer.from(block('status').toString().replace('NATS/1.0', 'NATS/1.0 409 Consumer Deleted')),
    )
    send('\u00e9', Buffer.from(block('\u00e9', 'n\u00f6 name: 1\r\n')))
    send('cut', block('cut').subarray(0, 11))
    await platform.publish([message('security.incidents', 'feature', 2, { entity: 'after' })])

    const window = openWindow(one.engine, 'desk')
    window.subscribe([{ form: 'records' }])
    await until(
      () => window.records.get('security.incidents')?.has('after') === true,
      'what follows is there',
    )
    const feed = () => window.health?.products.find((each) => each.product === 'security.incidents')?.stream
    await until(() => feed()?.received === 6, 'each is counted')
    expect(one.engine.report().disconnects).toBe(0)
    expect(one.connections.filter(({ state }) => state === 'live')).toHaveLength(1)
    const refused = await window.ask('quarantine', { product: 'security.incidents', limit: 10 })
    expect(refused.ok && refused.value.map(({ problem }) => problem.code)).toContain('message.header-missing')
    expect([...(window.records.get('security.incidents')?.keys() ?? [])]).not.toContain('torn')

    // and a node that comes later reads the state past them
    const later = await profileFolder()
    const another = await startEngine(later, keysOf(platform.wall))
    try {
      await another.engine.connect(addressOf(platform))
      const its = openWindow(another.engine, 'desk')
      its.subscribe([{ form: 'records' }])
      await until(
        () => its.records.get('security.incidents')?.has('after') === true,
        'a later node has it too',
      )
      expect(another.engine.report().disconnects).toBe(0)
    } finally {
      await another.engine.dispose()
      await remove(later)
    }
  })
})
