import { nothingTrusted } from '../../../../preload/contract/trust.ts'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Identity } from '../../../../main/identity/open-identity.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { notifier, serveCalls } from '../../../../main/trust/ipc.ts'
import { rowOf, type ActId } from '../../../../preload/contract/act.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { ok, type Problem } from '../../../../preload/contract/result.ts'
import { pictureRoles, roles, type Role } from '../../../../preload/contract/role.ts'
import type { Sender } from '../../../../preload/contract/row.ts'
import { channelOf, contract, rows, type Handlers } from '../../../../preload/contract/schema.ts'
import type { DeskState } from '../../../../preload/contract/state.ts'
import { fittingActs } from '../../../doubles/acts.ts'

type Handler = (event: unknown, input: unknown) => Promise<unknown>

const page = { origin: 'app://vigie', parent: null }

/** Main's side with handlers that say who reached them. */
function serve() {
  const handlers = new Map<string, Handler>()
  const answers = new Map<string, unknown>()
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
              return ok(answers.get(`${group}.${name}`))
            },
          ]),
      ),
    ]),
  ) as unknown as Handlers
  const wall = { role: 'wall', screen: 2 } as const
  const desk = { role: 'desk', screen: null } as const
  const provisioning = { role: 'provisioning', screen: null } as const
  const stop = serveCalls(
    {
      handle: (channel: string, handler: Handler) => void handlers.set(channel, handler),
    } as never,
    all,
    (contents) => ({ wall, desk, provisioning })[(contents as unknown as { role: Role }).role],
    (problem) => refused.push(problem),
    () => time,
  )
  const call = (role: string, name: string, input: unknown, frame: unknown = page, mainFrame = frame) =>
    handlers.get(channelOf(...(name.split('.') as [string, string])))?.(
      { sender: { role, mainFrame }, senderFrame: frame },
      input,
    )
  const answer = (name: string, value: unknown) => void answers.set(name, value)
  /** the same window each time */
  const from = (role: string, name: string, input: unknown) => {
    const event = { sender: { role, mainFrame: page }, senderFrame: page }
    const handler = handlers.get(channelOf(...(name.split('.') as [string, string])))
    return () => handler?.(event, input)
  }
  return { call, answer, from, refused, reached, stop, handlers, tick: (ms: number) => (time += ms) }
}

/** Where in a schema anything may stand that it does not name. */
function open(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { type, entries, options, items, item, rest, wrapped, pipe, value } = schema as {
    [key: string]: unknown
  }
  if (['any', 'unknown', 'loose_object', 'loose_tuple', 'object_with_rest', 'custom'].includes(String(type)))
    return [`${path}: ${String(type)}`]
  const inside: [string, unknown][] = [
    ...Object.entries((entries as object | undefined) ?? {}),
    ...[options, items, pipe].flatMap((many) => (Array.isArray(many) ? Object.entries(many) : [])),
    ...Object.entries([item, rest, wrapped, value]),
  ]
  return inside.flatMap(([key, one]) => (one === schema ? [] : open(one, `${path}/${key}`)))
}

/** The desk's state as main holds it, with what must never leave main beside it. */
const identity = {
  subject: 'CN=wall-01',
  issuer: 'CN=Authority',
  notAfter: 1_900_000_000_000,
  notBefore: 1_700_000_000_000,
  certificate: '-----BEGIN CERTIFICATE-----',
  chain: [],
  key: '-----BEGIN RSA PRIVATE KEY-----MIIEow',
}
const deskState = {
  node: {
    name: 'poste-07',
    organisation: 'CNCS',
    exercise: false,
    language: 'fr',
    timeZone: 'Europe/Paris',
    scheme: defaultScheme,
    ceiling: 1,
    moment: { live: true },
    blanked: false,
    acknowledged: [] as DeskState['node']['acknowledged'],
    polls: [] as DeskState['node']['polls'],
    rosters: [] as DeskState['node']['rosters'],
    problem: null,
    key: identity.key,
  },
  wall: 'wall',
  screens: [] as DeskState['screens'],
  scenes: [] as DeskState['scenes'],
  nodes: [] as DeskState['nodes'],
  together: 'alone',
  mayNot: [] as string[],
  outbox: { entries: [] as DeskState['outbox']['entries'], count: 0, full: false },
  lost: null,
  shared: {
    access: 'unknown' as const,
    wrong: [] as DeskState['shared']['wrong'],
    saves: [] as DeskState['shared']['saves'],
    erasable: [] as DeskState['shared']['erasable'],
  },
  log: {
    ...{ product: 'ops.log' as const, access: 'open' as const, marking: null, draft: null },
    waiting: [] as DeskState['log']['waiting'],
    markings: [] as string[],
  },
  exports: { print: false, files: false },
  deliveries: [] as DeskState['deliveries'],
  forms: [] as DeskState['forms'],
  sitting: {
    ...{ person: null, elsewhere: [], list: [], free: false, functions: [], fourEyes: [], breakGlass: false },
  } as DeskState['sitting'],
  proposals: [] as DeskState['proposals'],
  alone: [] as DeskState['alone'],
  pointedOut: null,
  identity,
  trust: nothingTrusted,
  passphraseWanted: null,
  cardsWanted: null,
  unprotected: false,
  told: { lines: [] as never[], left: 0 },
  reliefs: [] as never[],
  platform: 'tls://localhost:4222',
  version: '0',
} as const

describe('what main answers and tells', () => {
  it('is what the contract names: a private key beside it reaches no page', async () => {
    const { call, answer } = serve()
    answer('desk.state', deskState)
    const answered = await call('desk', 'desk.state', undefined)
    expect(answered).toMatchObject({ ok: true, value: { identity: { subject: 'CN=wall-01' } } })

    const sent: unknown[] = []
    const contents = { isDestroyed: () => false, send: (...words: unknown[]) => void sent.push(words) }
    notifier(() => undefined)(contents as never, 'desk', 'stateChanged', deskState)
    expect(sent).toMatchObject([['vigie:desk.stateChanged', { identity: { subject: 'CN=wall-01' } }]])

    expect(inspect([answered, sent], { depth: null })).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE|notBefore/)
  })

  it('repeats nothing of what it was given: a log may be kept', async () => {
    const { call, refused } = serve()
    for (const [name, input] of [
      ['window.act', { act: 'set-language', language: 'Zéphyrine' }],
      ['window.act', { act: 'show-scene', screen: 'Zéphyrine', scene: 'log' }],
      ['window.act', 'Zéphyrine'],
      ['window.act', { act: 'Zéphyrine' }],
      ['window.act', { act: 'blank', Zéphyrine: 1 }],
      ['window.act', { act: 'point-out', entity: { product: 'Zéphyrine', entity: 'x' } }],
      ['desk.state', 'Zéphyrine'],
      ['desk.unlock', { passphrase: ['Zéphyrine'] }],
    ] as const)
      expect(await call('desk', name, input)).toMatchObject({
        ok: false,
        error: { code: 'ipc.input-invalid' },
      })
    expect(refused.length).toBeGreaterThan(0)
    expect(inspect(refused, { depth: null })).not.toContain('Zéphyrine')
    expect(refused[0]?.message).toContain('Expected')
  })

  it('that does not fit the contract is told to nobody but the log', async () => {
    const { call, answer, refused } = serve()
    answer('desk.state', { node: identity })
    const answered = await call('desk', 'desk.state', undefined)
    expect(answered).toMatchObject({ ok: false, error: { code: 'internal' } })
    expect(refused).toHaveLength(1)

    const sent: unknown[] = []
    const failed: Problem[] = []
    const contents = { isDestroyed: () => false, send: (...words: unknown[]) => void sent.push(words) }
    const wrong = { screen: 1, jpeg: identity } as never
    notifier((problem) => failed.push(problem))(contents as never, 'desk', 'thumbnail', wrong)
    expect(sent).toEqual([])
    expect(failed).toMatchObject([{ code: 'internal', subject: 'vigie:desk.thumbnail' }])
    expect(inspect([answered, refused, failed], { depth: null })).not.toMatch(/PRIVATE KEY/)
  })

  it.each(rows.map(({ group, name, row }) => [`${group}.${name}`, row] as const))(
    '%s can carry nothing that its schema does not name',
    (_name, row) => {
      expect(open(row.kind === 'call' ? row.output : row.payload)).toEqual([])
    },
  )

  it('can’t be a secret: it prints as none, is copied as none, and is no text to the compiler', () => {
    const key = new Secret(identity.key)
    expect(inspect(key)).not.toContain('PRIVATE')
    expect(`${JSON.stringify({ key })} ${String(key)}`).not.toContain('PRIVATE')
    expect(inspect(structuredClone({ key }), { depth: null, showHidden: true })).not.toContain('PRIVATE')
    expect(key.reveal()).toBe(identity.key)
    // @ts-expect-error a secret is no text
    const told: DeskState['platform'] = key
    expect(told).toBe(key)
    const opened: Identity = {
      certificate: '',
      chain: [],
      key,
      facts: { subject: '', issuer: '', notBefore: 0, notAfter: 0 },
    }
    // @ts-expect-error nor is what holds one
    const shown: DeskState['identity'] = opened
    expect(shown).toBe(opened)
    // nor is a message that has one beside all that it should have, however deep
    const sent: unknown[] = []
    const contents = { isDestroyed: () => false, send: (...words: unknown[]) => void sent.push(words) }
    const tell = notifier(() => undefined)
    const picture = { screen: 1, jpeg: new Uint8Array(1), marking: 0 }
    tell(contents as never, 'desk', 'thumbnail', picture)
    const beside = { ...picture, of: { key } }
    // @ts-expect-error the compiler refuses it; and run all the same, it goes without
    tell(contents as never, 'desk', 'thumbnail', beside)
    expect(sent).toEqual([
      ['vigie:desk.thumbnail', picture],
      ['vigie:desk.thumbnail', picture],
    ])
  })
})

describe('a call from a window', () => {
  it('that fits reaches its handler with the sender that main knows', async () => {
    const { call, answer, reached, refused } = serve()
    answer('window.act', { inverse: null })
    await call('desk', 'window.act', { act: 'unblank' })
    await call('wall', 'window.listening', undefined)
    expect(reached).toEqual([
      { call: 'window.act', sender: { role: 'desk', screen: null }, input: { act: 'unblank' } },
      { call: 'window.listening', sender: { role: 'wall', screen: 2 }, input: undefined },
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
    expect(await call(from, 'desk.unlock', { passphrase: 'x' }, frame, mainFrame ?? frame)).toMatchObject({
      ok: false,
      error: { code: 'ipc.refused', subject: 'vigie:desk.unlock' },
    })
    expect(refused).toHaveLength(1)
    expect(reached).toEqual([])
  })

  it.each([
    ['window.act', undefined],
    ['window.act', { act: 'blank', blanked: false }],
    ['window.act', { act: 'erase' }],
    ['window.act', { act: 'constructor' }],
    ['window.act', { act: ['blank'] }],
    ['window.act', { act: 'blank', author: { person: 'somebody else' } }],
    ['window.act', { act: 'show-scene', screen: 1e9, scene: 'log' }],
    ['window.act', { act: 'show-scene', screen: 1, scene: {} }],
    ['window.act', { act: 'set-language', language: '../../de' }],
    ['window.act', { act: 'acknowledge', product: '__proto__', entity: 'a', taken: true }],
    ['window.act', { act: 'point-out', entity: { product: 'a.b', entity: 'x', more: 1 } }],
    ['desk.state', { more: 1 }],
    ['window.problem', { message: 'x'.repeat(4001) }],
  ])('%s with what its schema does not know is refused', async (name, input) => {
    const { call, reached, refused } = serve()
    expect(await call('desk', name, input)).toMatchObject({ ok: false, error: { code: 'ipc.input-invalid' } })
    expect(refused).toHaveLength(1)
    expect(reached).toEqual([])
  })

  const samples = Object.entries(fittingActs).map(([act, input]) => ({ act, ...input }))
  it.each(roles.flatMap((role) => samples.map((input) => [input.act, role, input] as const)))(
    'to do “%s” from a %s goes on only where its row says so',
    async (act, role, input) => {
      const { call, answer, reached, refused } = serve()
      answer('window.act', { inverse: null })
      const may = rowOf(act as ActId).roles.some((one) => one === role)
      const answered = await call(role, 'window.act', input)
      const code = (pictureRoles as readonly Role[]).includes(role) ? 'ipc.input-invalid' : 'ipc.refused'
      expect(answered).toMatchObject(may ? { ok: true } : { ok: false, error: { code } })
      expect(reached).toHaveLength(may ? 1 : 0)
      expect(refused).toHaveLength(may ? 0 : 1)
    },
  )

  it('is checked for every call of the contract: none is left out', async () => {
    const { call, handlers, refused } = serve()
    const calls = Object.entries(contract).flatMap(([group, rows]) =>
      Object.entries(rows).flatMap(([name, row]) => (row.kind === 'call' ? [`${group}.${name}`] : [])),
    )
    expect(handlers.size).toBe(calls.length)
    for (const name of calls) await call('stranger', name, undefined)
    expect(refused.map(({ code }) => code)).toEqual(calls.map(() => 'ipc.refused'))
  })

  it('is refused, without a word to anybody, once main stops serving', async () => {
    const { stop, call, refused } = serve()
    stop()
    expect(await call('wall', 'wall.state', undefined)).toMatchObject({
      ok: false,
      error: { code: 'ipc.refused' },
    })
    expect(refused).toEqual([])
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
    const call = from('wall', 'window.listening', undefined)
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
    await flood(from('wall', 'window.listening', undefined), 1000)
    expect(await from('desk', 'desk.unlock', { passphrase: 'x' })()).toMatchObject({ ok: true })
  })

  it.each([
    ['too many', 'window.listening', undefined],
    ['for others', 'window.act', { act: 'unblank' }],
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
