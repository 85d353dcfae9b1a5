import { afterEach, describe, expect, it } from 'vitest'
import type { FromEngine, ToEngine } from '../../../../preload/contract/picture.ts'
import { createLine, type Told } from '../../../../renderer/link/line.ts'

/** Ports deliver a message each in their own time; this waits for as many as are expected. */
function engineEnd(port: MessagePort) {
  const heard: ToEngine[] = []
  let look = (): void => undefined
  port.onmessage = ({ data }: MessageEvent<ToEngine>) => {
    heard.push(data)
    look()
  }
  return {
    heard,
    say: (message: FromEngine) => port.postMessage(message),
    until: (count: number) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (heard.length >= count) resolve()
        }
        look()
      }),
  }
}

const records = (reset: boolean): FromEngine => ({
  kind: 'records',
  product: 'security.incidents',
  reset,
  records: [],
  gone: [],
})

describe('the line to the engine', () => {
  const open: { close(): void }[] = []
  afterEach(() => {
    for (const each of open.splice(0)) each.close()
  })
  function channel() {
    const made = new MessageChannel()
    open.push(made.port1, made.port2)
    return made
  }
  const start = (told: Told[]) =>
    createLine({ hear: (message) => told.push(message), onCut: () => undefined })

  it('gives one credit back for each message of data, after it was heard, and none for the catalog and its health', async () => {
    const told: Told[] = []
    const line = start(told)
    const { port1, port2 } = channel()
    const engine = engineEnd(port1)
    line.take(port2)
    engine.say(records(true))
    engine.say({ kind: 'catalog', listed: true, products: [] })
    engine.say({
      kind: 'health',
      products: [],
      connection: { state: 'offline', since: 0 },
      skew: null,
      marking: 0,
      whole: false,
    })
    engine.say(records(false))
    await engine.until(2)
    expect(told.map(({ kind }) => kind)).toEqual(['records', 'catalog', 'health', 'records'])
    expect(engine.heard).toEqual([{ kind: 'credit' }, { kind: 'credit' }])
    line.dispose()
  })
  it('tells every next engine what the window shows', async () => {
    const line = start([])
    line.subscribe([{ form: 'records', kinds: ['note'] }])
    const first = channel()
    const second = channel()
    const before = engineEnd(first.port1)
    line.take(first.port2)
    await before.until(1)
    const after = engineEnd(second.port1)
    line.take(second.port2)
    await after.until(1)
    expect(after.heard).toEqual([
      { kind: 'subscribe', subscriptions: [{ form: 'records', kinds: ['note'] }] },
    ])
    line.dispose()
  })
  it('hands each answer to its own question', async () => {
    const line = start([])
    const { port1, port2 } = channel()
    const engine = engineEnd(port1)
    line.take(port2)
    const first = line.ask('search', { text: 'a', limit: 1 })
    const second = line.ask('search', { text: 'b', limit: 1 })
    await engine.until(2)
    engine.say({
      kind: 'answer',
      id: 2,
      result: { ok: false, error: { code: 'entity.unknown', message: '' } },
    })
    engine.say({ kind: 'answer', id: 1, result: { ok: true, value: [] } })
    expect(await first).toEqual({ ok: true, value: [] })
    expect(await second).toMatchObject({ ok: false, error: { code: 'entity.unknown' } })
    line.dispose()
  })
  it('leaves no question open when the engine goes', async () => {
    const line = start([])
    const { port2 } = channel()
    line.take(port2)
    const asked = line.ask('search', { text: 'a', limit: 1 })
    line.dispose()
    expect(await asked).toMatchObject({ ok: false, error: { code: 'engine.stopped' } })
    expect(await line.ask('search', { text: 'a', limit: 1 })).toMatchObject({ ok: false })
  })
})
