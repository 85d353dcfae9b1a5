import { describe, expect, it } from 'vitest'
import { bridgeOver, passPortOn, type Wire } from '../../../preload/bridge.ts'
import { roles } from '../../../preload/contract/role.ts'
import { contract, portChannel, rows } from '../../../preload/contract/schema.ts'
import { bridgeDouble } from '../../doubles/bridge.ts'

const silent: Wire = { invoke: () => Promise.resolve(undefined), on: () => undefined, off: () => undefined }

describe('a window’s bridge', () => {
  it.each(roles)('of a %s has what the contract gives that role, and nothing more', (role) => {
    const bridge = bridgeOver(role, silent) as unknown as Record<string, Record<string, unknown>>
    for (const group of Object.keys(contract)) {
      const given = rows
        .filter((each) => each.group === group && each.row.roles.includes(role))
        .map(({ name }) => name)
      expect(Object.keys(bridge[group] ?? {}).sort()).toEqual(given.sort())
    }
    expect(Object.keys(bridge).sort()).toEqual(Object.keys(contract).sort())
  })

  it('of a wall has no word for what the desk does', () => {
    expect(bridgeOver('wall', silent).desk).toEqual({})
  })

  it('answers with a problem, and throws nothing, when main does not answer', async () => {
    const bridge = bridgeOver('desk', { ...silent, invoke: () => Promise.reject(new Error('gone')) })
    expect(await bridge.desk.state()).toMatchObject({
      ok: false,
      error: { code: 'internal', message: 'gone' },
    })
  })

  it('gives a page nothing of Electron’s event, and stops when told to', () => {
    const { bridge, tell, listening } = bridgeDouble('desk')
    const heard: unknown[][] = []
    const stop = bridge.desk.thumbnail((...told: unknown[]) => heard.push(told))
    tell('desk', 'thumbnail', { screen: 1, jpeg: new Uint8Array([1]), marking: 0 })
    stop()
    tell('desk', 'thumbnail', { screen: 2, jpeg: new Uint8Array([2]), marking: 0 })
    expect(heard).toEqual([[{ screen: 1, jpeg: new Uint8Array([1]), marking: 0 }]])
    expect(listening()).toBe(0)
  })

  it('passes the engine’s port on to its own page only', () => {
    const { port1 } = new MessageChannel()
    const posted: unknown[][] = []
    let arrive: (event: { ports: readonly MessagePort[] }, payload: unknown) => void = () => undefined
    const wire: Wire = { ...silent, on: (channel, heard) => channel === portChannel && (arrive = heard) }
    passPortOn(wire, { postMessage: (...words: unknown[]) => void posted.push(words) }, 'app://vigie')
    arrive({ ports: [port1] }, null)
    expect(posted).toEqual([[portChannel, 'app://vigie', [port1]]])
    port1.close()
  })
})

describe('its double', () => {
  it('takes only what the contract takes, and remembers it', async () => {
    const { bridge, calls } = bridgeDouble('desk', { 'window.act': () => ({ inverse: null }) })
    expect(await bridge.window.act({ act: 'show-scene', screen: 0, scene: 'log' })).toMatchObject({
      ok: false,
      error: { code: 'ipc.input-invalid' },
    })
    const chosen = { act: 'show-scene', screen: 2, scene: 'log' } as const
    expect(await bridge.window.act(chosen)).toEqual({ ok: true, value: { inverse: null, proposed: false } })
    expect(calls).toEqual([{ call: 'window.act', input: chosen }])
  })
})
