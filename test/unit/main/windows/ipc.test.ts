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
  let time = 1_000
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
    () => time,
  )
  const call = (role: string, name: string, input: unknown, frame: unknown = page, mainFrame = frame) =>
    handlers.get(channelOf(...(name.split('.') as [string, string])))?.(
      { sender: { role, mainFrame }, senderFrame: frame },
      input,
    )
  /** the same window each time */
  const from = (role: string, name: string, input: unknown) => {
    const event = { sender: { role, mainFrame: page }, senderFrame: page }
    const handler = handlers.get(channelOf(...(name.split('.') as [string, string])))
    return () => handler?.(event, input)
  }
  return { call, from, refused, reached, stop, handlers, tick: (ms: number) => (time += ms) }
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

describe('a window that calls without end', () => {
  const flood = async (call: () => Promise<unknown> | undefined, times: number) => {
    const answers: unknown[] = []
    for (let n = 0; n < times; n++) answers.push(await call())
    return answers.filter((answer) => (answer as { ok: boolean }).ok).length
  }

  it('is answered as often as a window needs, then refused, and heard again after a while', async () => {
    const { from, reached, tick } = serve()
    const call = from('wall', 'wall.state', undefined)
    const answered = await flood(call, 1000)
    expect(answered).toBeGreaterThanOrEqual(20)
    expect(answered).toBeLessThan(500)
    expect(await call()).toMatchObject({ ok: false, error: { code: 'ipc.refused' } })
    expect(reached).toHaveLength(answered)
    tick(60_000)
    expect(await call()).toMatchObject({ ok: true })
  })

  it('takes nothing from the others', async () => {
    const { from } = serve()
    await flood(from('wall', 'wall.state', undefined), 1000)
    expect(await from('desk', 'desk.blank', { blanked: true })()).toMatchObject({ ok: true })
  })

  it.each([
    ['too many', 'wall.state', undefined],
    ['for others', 'desk.blank', { blanked: true }],
    ['without sense', 'window.problem', { message: 1 }],
  ])('with calls %s is counted, and told now and then', async (_what, name, input) => {
    const { from, refused, tick } = serve()
    const call = from('wall', name, input)
    await flood(call, 5000)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(20)
    const before = refused.length
    tick(60_000)
    await flood(call, 1000)
    expect(refused.length).toBeGreaterThan(before)
    const counted = refused.map(({ message }) => Number(/(\d+) more/.exec(message)?.[1] ?? 0))
    expect(Math.max(...counted)).toBeGreaterThan(4000)
  })
})
