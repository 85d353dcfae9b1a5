/** The engine's process with a double of Electron's: what a test of the real one could not wait for. */
import { EventEmitter } from 'node:events'
import type { UtilityProcess } from 'electron'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepEngine, type Start } from '../../../main/engine-process.ts'
import { defaultScheme } from '../../../preload/contract/marking.ts'
import { ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import { nobodyTold } from '../../doubles/acts-told.ts'
import { nothingShared } from '../../doubles/engine-events.ts'

/** An engine that does what a test says, and no more. */
class Child extends EventEmitter {
  readonly orders: { order: string; id?: number; profile?: string }[] = []
  alive = true
  /** it answers heartbeats */
  beats = true
  postMessage(message: { order: string; id?: number }): void {
    this.orders.push(structuredClone(message))
    if (message.order === 'beat' && this.beats) this.says({ answer: 'beat' })
  }
  says(answer: object): void {
    this.emit('message', answer)
  }
  ends(code = 0): void {
    this.alive = false
    this.emit('exit', code)
  }
  kill(): boolean {
    this.ends(137)
    return true
  }
  of(order: string) {
    return this.orders.filter((each) => each.order === order)
  }
}

const report = {
  received: 1,
  rejected: 0,
  persisted: 1,
  gaps: 0,
  products: 1,
  disconnects: 0,
  clockSkewMs: null,
}
const orderOf =
  (profile: string, cacheKey = new Uint8Array(32).fill(7)) =>
  (): Promise<Result<Start>> =>
    Promise.resolve(
      ok({
        order: 'start',
        profile,
        scheme: defaultScheme,
        keeping: { leastRetention: 0, mostRetention: 0, mostBytes: 0 },
        acts: 'ops.acts',
        log: 'ops.log',
        documents: 'ops.documents',
        reports: 'command.reports',
        place: { organisation: 'CNCS', wall: 'salle de crise', node: 'poste-07' },
        nodes: null,
        cacheKey,
        vault: { generation: 1, digest: '0'.repeat(64) },
        intakes: [],
      }),
    )

let children: Child[]
let most: number
let problems: (Problem | null)[]
let engine: ReturnType<typeof keepEngine>
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  children = []
  problems = []
  most = 0
  engine = keepEngine({
    ...nothingShared,
    ...nobodyTold,
    fork() {
      const child = new Child()
      children.push(child)
      most = Math.max(most, children.filter(({ alive }) => alive).length)
      return child as unknown as UtilityProcess
    },
    ready: () => undefined,
    problem: (problem) => problems.push(problem),
    linked: () => undefined,
    asked: () => Promise.resolve(null),
  })
})
afterEach(() => vi.useRealTimers())

describe('its process is there before anybody has signed in', () => {
  it('and is the one that starts', async () => {
    expect(children).toHaveLength(1)
    expect(children[0]!.orders).toEqual([])
    engine.start(orderOf('one'))
    await settle()
    expect(children).toHaveLength(1)
    expect(children[0]!.of('start')).toHaveLength(1)
  })

  it('or another, where it ended meanwhile', async () => {
    children[0]!.ends(1)
    engine.start(orderOf('one'))
    await settle()
    expect(children).toHaveLength(2)
    expect(children[0]!.orders).toEqual([])
    expect(children[1]!.of('start')).toHaveLength(1)
  })

  it('and goes where nobody ever does', async () => {
    await engine.dispose()
    expect(children).toHaveLength(1)
    expect(children[0]!.alive).toBe(false)
  })
})

describe('on one cache there is one engine', () => {
  it('however often it is started while one is still ending', async () => {
    engine.start(orderOf('one'))
    await settle()
    children[0]!.says({ answer: 'ready' })
    for (const profile of ['two', 'three', 'four']) {
      engine.start(orderOf(profile))
      await settle()
    }
    expect(children).toHaveLength(1)
    children[0]!.ends()
    await settle()
    expect(most).toBe(1)
    expect(children).toHaveLength(2)
    expect(children[1]!.of('start').map(({ profile }) => profile)).toEqual(['four'])
  })

  it('when it is started while another is about to take the place of one that died', async () => {
    engine.start(orderOf('one'))
    await settle()
    children[0]!.ends(1)
    engine.start(orderOf('two'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(most).toBe(1)
    expect(children).toHaveLength(2)
  })

  it('and none any more once it is disposed of, whatever was under way', async () => {
    engine.start(orderOf('one'))
    await settle()
    engine.start(orderOf('two'))
    let disposed = false
    const disposing = engine.dispose().then(() => (disposed = true))
    await settle()
    expect(disposed).toBe(false)
    children[0]!.ends()
    await disposing
    await vi.advanceTimersByTimeAsync(60_000)
    expect(children).toHaveLength(1)
  })
})

describe('an engine that stands still', () => {
  it('is noticed, said in words, ended, and replaced', async () => {
    engine.start(orderOf('one'))
    await settle()
    const [first] = children
    first!.says({ answer: 'ready' })
    await vi.advanceTimersByTimeAsync(300_000)
    expect(children).toHaveLength(1)
    first!.beats = false
    await vi.advanceTimersByTimeAsync(60_000)
    expect(first!.alive).toBe(false)
    expect(problems.at(-1)).toMatchObject({ code: 'engine.stands-still' })
    expect(children).toHaveLength(2)
    expect(most).toBe(1)
    children[1]!.says({ answer: 'ready' })
    expect(problems.at(-1)).toBeNull()
  })

  it('is one that says nothing, not one that is busy with other answers', async () => {
    engine.start(orderOf('one'))
    await settle()
    const [first] = children
    first!.says({ answer: 'ready' })
    first!.beats = false
    for (let second = 0; second < 120; second++) {
      first!.says({ answer: 'link', link: { intake: 'x', connection: { state: 'offline', since: second } } })
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(children).toHaveLength(1)
  })

  it('does not keep Vigie from ending', async () => {
    engine.start(orderOf('one'))
    await settle()
    children[0]!.beats = false
    const disposing = engine.dispose()
    await vi.advanceTimersByTimeAsync(60_000)
    await disposing
    expect(children[0]!.alive).toBe(false)
  })
})

describe('while there is no engine', () => {
  let heard: unknown[]
  beforeEach(async () => {
    heard = []
    engine = keepEngine({
      ...nobodyTold,
      ...nothingShared,
      fork: () => {
        const child = new Child()
        children.push(child)
        return child as unknown as UtilityProcess
      },
      ready: () => undefined,
      problem: () => undefined,
      linked: () => undefined,
      asked: () => Promise.resolve(null),
      together: (...what) => heard.push(what),
    })
    engine.start(orderOf('one'))
    await settle()
    children.at(-1)!.says({ answer: 'ready' })
  })
  const says = (together: string, refused: string[] = []) =>
    children.at(-1)!.says({ answer: 'together', together, refused })

  it('this node is cut from the others, and may no more than before', () => {
    says('together', ['screen'])
    children.at(-1)!.ends(1)
    expect(heard.at(-1)).toEqual(['cut', ['screen']])
  })

  it('because it stands still, too', async () => {
    says('together')
    children.at(-1)!.beats = false
    await vi.advanceTimersByTimeAsync(60_000)
    expect(heard.at(-1)).toEqual(['cut', []])
  })

  it('who was alone still is', () => {
    says('alone')
    children.at(-1)!.ends(1)
    expect(heard).toEqual([['alone', []]])
  })
})

describe('an engine that has something to say before it is ready', () => {
  const full = { code: 'product.picture-full', message: 'no more room', subject: 'hostile.huge' } as const

  it('is left to get ready', async () => {
    engine.start(orderOf('one'))
    await settle()
    children[0]!.says({ answer: 'failed', problem: full })
    expect(problems).toEqual([full])
    children[0]!.says({ answer: 'ready' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(children.map(({ alive }) => alive)).toEqual([true])
  })

  it('and says that it will not, is ended and tried again, with its own words', async () => {
    engine.start(orderOf('one'))
    await settle()
    const damaged = { code: 'cache.damaged', message: 'the key does not fit' } as const
    children[0]!.says({ answer: 'not-started', problem: damaged })
    expect(children[0]!.alive).toBe(false)
    await vi.advanceTimersByTimeAsync(500)
    expect(children).toHaveLength(2)
    expect(problems).toEqual([damaged])
  })
})

describe('what main and the engine say to each other', () => {
  it('fits its schema, or it is not heard', async () => {
    const ready = vi.fn()
    children = []
    engine = keepEngine({
      ...nothingShared,
      ...nobodyTold,
      fork: () => {
        const child = new Child()
        children.push(child)
        return child as unknown as UtilityProcess
      },
      ready,
      problem: (problem) => problems.push(problem),
      linked: () => undefined,
      asked: () => Promise.resolve(null),
    })
    engine.start(orderOf('one'))
    await settle()
    for (const answer of [null, 'ready', { answer: 'nothing' }, { answer: 'failed', problem: 'none' }])
      children[0]!.says(answer as object)
    expect(problems).toEqual([])
    expect(ready).not.toHaveBeenCalled()
    children[0]!.says({ answer: 'ready' })
    expect(ready).toHaveBeenCalledOnce()
  })

  it('is answered by the question’s own number', async () => {
    engine.start(orderOf('one'))
    await settle()
    const [first] = children
    first!.says({ answer: 'ready' })
    const [one, two] = [engine.report(), engine.report()]
    const [a, b] = first!.of('report')
    first!.says({ answer: 'report', id: b!.id, report: { ...report, received: 2 } })
    first!.says({ answer: 'report', id: a!.id, report })
    expect((await one)?.received).toBe(1)
    expect((await two)?.received).toBe(2)
    const unanswered = engine.report()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await unanswered).toBeNull()
  })

  it('is an act once it is ready, and what became of it', async () => {
    const heard: unknown[] = []
    const told =
      (name: string) =>
      (...what: unknown[]) =>
        heard.push([name, ...what])
    engine = keepEngine({
      ...nothingShared,
      fork: () => {
        const child = new Child()
        children.push(child)
        return child as unknown as UtilityProcess
      },
      ...nobodyTold,
      asked: () => Promise.resolve(null),
      ready: () => undefined,
      problem: () => undefined,
      linked: () => undefined,
      kept: told('kept'),
      notKept: told('notKept'),
      outbox: ({ entries }) => heard.push(['outbox', entries.length]),
      acts: told('acts'),
      together: told('together'),
    })
    const child = children.at(-1)!
    engine.start(orderOf('one'))
    await settle()
    const act = {
      ...{ id: 'a-1', entity: 'screen.cncs.wall.1', at: 0, expires: null, guarded: false },
      body: {
        ...{ act: 'show-scene', input: {}, moment: { live: true as const }, after: null },
        by: { person: null, function: null, node: 'poste-07', automation: null },
      },
    }
    // nobody would hear it: whoever acts says it again
    expect(engine.act(act)).toBe(false)
    child.says({ answer: 'ready' })
    expect([engine.act(act), engine.withdraw('a-0')]).toEqual([true, true])
    expect(child.of('act')).toEqual([{ order: 'act', act }])
    expect(child.of('withdraw')).toEqual([{ order: 'withdraw', act: 'a-0' }])
    const full = { code: 'outbox.full' as const, message: 'full' }
    child.says({ answer: 'kept', act: 'a-1' })
    child.says({ answer: 'not-kept', act: 'a-2', problem: full })
    child.says({ answer: 'outbox', entries: [], full: false })
    child.says({ answer: 'acts', acts: [], anew: true })
    child.says({ answer: 'together', together: 'cut', refused: ['blank'] })
    child.says({ answer: 'together', together: 'somehow', refused: [] })
    expect(heard).toEqual([
      ['kept', 'a-1'],
      ['notKept', 'a-2', full],
      ['outbox', 0],
      ['acts', [], true],
      ['together', 'cut', ['blank']],
    ])
  })

  it('says why there is no order for it, and asks for one again until there is', async () => {
    const shut: Problem = { code: 'cache.key-refused', message: 'another certificate', subject: 'vault' }
    let open = false
    engine.start(() => (open ? orderOf('one')() : Promise.resolve({ ok: false, error: shut })))
    await settle()
    expect(problems).toEqual([shut])
    expect(children[0]!.of('start')).toEqual([])
    open = true
    await vi.advanceTimersByTimeAsync(60_000)
    expect(children[0]!.of('start')).toHaveLength(1)
  })

  it('gets the newest order where one is still being made, and the other’s key is cleared', async () => {
    const key = new Uint8Array(32).fill(7)
    let made: () => void = () => undefined
    const slow = new Promise<void>((resolve) => (made = resolve))
    engine.start(() => slow.then(() => orderOf('one', key)()))
    await settle()
    engine.start(orderOf('two'))
    await settle()
    expect(children[0]!.of('start')).toEqual([])
    made()
    await settle()
    expect(children[0]!.of('start').map(({ profile }) => profile)).toEqual(['two'])
    expect(key.every((byte) => byte === 0)).toBe(true)
  })

  it('gets none where the end comes while it is being made', async () => {
    const key = new Uint8Array(32).fill(7)
    let made: () => void = () => undefined
    const slow = new Promise<void>((resolve) => (made = resolve))
    engine.start(() => slow.then(() => orderOf('one', key)()))
    await settle()
    await engine.dispose()
    made()
    await settle()
    expect(children[0]!.of('start')).toEqual([])
    expect(key.every((byte) => byte === 0)).toBe(true)
  })

  it('holds the key only while it is being handed over', async () => {
    const key = new Uint8Array(32).fill(7)
    engine.start(orderOf('one', key))
    await settle()
    expect(children[0]!.of('start')[0]).toMatchObject({ cacheKey: new Uint8Array(32).fill(7) })
    expect(key.every((byte) => byte === 0)).toBe(true)
  })
})
