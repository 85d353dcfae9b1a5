import { describe, expect, it } from 'vitest'
import { serveCalls, type Sender } from '../../../../main/windows/ipc.ts'
import { ok, type Problem } from '../../../../preload/contract/result.ts'
import { channelOf, contract, type Handlers, type Role } from '../../../../preload/contract/schema.ts'

type Handler = (event: unknown, input: unknown) => Promise<unknown>

const page = { origin: 'app://vigie', parent: null }

/** Main's side with handlers that say who reached them. */
function serve() {
  const handlers = new Map<string, Handler>()
  const refused: Problem[] = []
  const reached: { call: string; sender: Sender; input: unknown }[] = []
  const all = Object.fromEntries(
    Object.entries(contract).map(([group, rows]) => [
      group,
      Object.fromEntries(
        Object.entries(rows)
          .filter(([, row]) => row.kind === 'call')
          .map(([name]) => [
            name,
            (input: unknown, sender: Sender) => {
              reached.push({ call: `${group}.${name}`, sender, input })
              return ok(undefined)
            },
          ]),
      ),
    ]),
  ) as unknown as Handlers<Sender>
  const wall = { role: 'wall', screen: 2 } as const
  const desk = { role: 'desk', screen: null } as const
  const stop = serveCalls(
    {
      handle: (channel: string, handler: Handler) => void handlers.set(channel, handler),
      removeHandler: (channel: string) => void handlers.delete(channel),
    } as never,
    all,
    (contents) => ({ wall, desk })[(contents as unknown as { role: Role }).role],
    (problem) => refused.push(problem),
  )
  const call = (role: string, name: string, input: unknown, frame: unknown = page, mainFrame = frame) =>
    handlers.get(channelOf(...(name.split('.') as [string, string])))?.(
      { sender: { role, mainFrame }, senderFrame: frame },
      input,
    )
  return { call, refused, reached, stop, handlers }
}

describe('a call from a window', () => {
  it('that fits reaches its handler with the sender that main knows', async () => {
    const { call, reached, refused } = serve()
    await call('desk', 'desk.blank', { blanked: true })
    await call('wall', 'wall.state', undefined)
    expect(reached).toEqual([
      { call: 'desk.blank', sender: { role: 'desk', screen: null }, input: { blanked: true } },
      { call: 'wall.state', sender: { role: 'wall', screen: 2 }, input: undefined },
    ])
    expect(refused).toEqual([])
  })

  it.each([
    ['without a frame: it navigated away', 'desk', null],
    ['from a frame within a page', 'desk', { ...page, parent: page }],
    ['from a page that another has replaced', 'desk', { ...page }, page],
    ['from a foreign page', 'desk', { ...page, origin: 'https://example.org' }],
    ['from a page whose origin only begins like ours', 'desk', { ...page, origin: 'app://vigie.example' }],
    ['from an opaque origin', 'desk', { ...page, origin: 'null' }],
    ['from a window that main does not know', 'stranger', page],
    ['for the desk, from a wall', 'wall', page],
  ])('%s is refused, counted and goes no further', async (_what, from, frame, mainFrame?) => {
    const { call, reached, refused } = serve()
    expect(await call(from, 'desk.blank', { blanked: true }, frame, mainFrame ?? frame)).toMatchObject({
      ok: false,
      error: { code: 'ipc.refused', subject: 'vigie:desk.blank' },
    })
    expect(refused).toHaveLength(1)
    expect(reached).toEqual([])
  })

  it.each([
    ['desk.blank', undefined],
    ['desk.blank', { blanked: 'yes' }],
    ['desk.showScene', { screen: 1e9, scene: 'log' }],
    ['desk.showScene', { screen: 1, scene: {} }],
    ['desk.setLanguage', { language: '../../de' }],
    ['desk.acknowledge', { product: '__proto__', entity: 'a', taken: true }],
    ['desk.state', { more: 1 }],
    ['window.problem', { message: 'x'.repeat(4001) }],
  ])('%s with what its schema does not know is refused', async (name, input) => {
    const { call, reached, refused } = serve()
    expect(await call('desk', name, input)).toMatchObject({ ok: false, error: { code: 'ipc.input-invalid' } })
    expect(refused).toHaveLength(1)
    expect(reached).toEqual([])
  })

  it('is checked for every call of the contract: none is left out', async () => {
    const { call, handlers, refused } = serve()
    const calls = Object.entries(contract).flatMap(([group, rows]) =>
      Object.entries(rows).flatMap(([name, row]) => (row.kind === 'call' ? [`${group}.${name}`] : [])),
    )
    expect(handlers.size).toBe(calls.length)
    for (const name of calls) await call('stranger', name, undefined)
    expect(refused.map(({ code }) => code)).toEqual(calls.map(() => 'ipc.refused'))
  })

  it('gets no answer any more once main stops serving', () => {
    const { stop, handlers } = serve()
    stop()
    expect(handlers.size).toBe(0)
  })
})
