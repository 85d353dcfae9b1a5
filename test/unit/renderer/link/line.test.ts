import { afterEach, describe, expect, it } from 'vitest'
import type { FromEngine, Told } from '../../../../preload/contract/port.ts'
import { createLine } from '../../../../renderer/link/line.ts'
import { engineEnd } from '../../../doubles/port.ts'

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
  const start = (told: Told[], odd: string[] = []) =>
    createLine<'desk'>({
      hear: (message) => told.push(message),
      onCut: () => undefined,
      report: (message) => odd.push(message),
    })

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
      links: [],
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
  it('drops what is none of the contract and says so, and goes on', async () => {
    const told: Told[] = []
    const odd: string[] = []
    const line = start(told, odd)
    const { port1, port2 } = channel()
    const engine = engineEnd(port1)
    line.take(port2)
    const asked = line.ask('search', { text: 'a', limit: 1 })
    await engine.until(1)
    port1.postMessage(null)
    port1.postMessage({ ...records(false), records: [{ entity: 7 }] })
    port1.postMessage({ kind: 'answer', id: 1, result: { ok: true, value: 'everything' } })
    port1.postMessage({ kind: 'answer', id: 1, result: { ok: true, value: [] } })
    engine.say(records(true))
    await engine.until(3)
    expect(await asked).toMatchObject({ ok: false, error: { code: 'internal', subject: 'search' } })
    expect(told).toEqual([records(true)])
    expect(odd).toHaveLength(3)
    // room is given back for what was dropped, too: the engine would stand still
    expect(engine.heard.slice(1)).toEqual([{ kind: 'credit' }, { kind: 'credit' }])
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
