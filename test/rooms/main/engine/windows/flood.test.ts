/** A page that was taken over costs its engine so much and no more: the stream and the other windows go on. */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { isData, type Answered, type FromEngine } from '../../../../../preload/contract/port.ts'
import type { Port } from '../../../../../main/engine/windows/port.ts'
import { startPlatform, type Platform } from '../../../../platform/platform.ts'
import { message, messages, product } from '../../../../platform/product.ts'
import { openWindow } from '../a-window.ts'
import {
  addressOf,
  keysOf,
  persisted,
  profileFolder,
  remove,
  startEngine,
  until,
  type AnEngine,
} from '../an-engine.ts'

const log = product('security.log', 'note')
const places = product('security.places', 'feature')
const notes = 3000

let platform: Platform
let profile: string
let one: AnEngine
let page: MessagePort
let got: FromEngine[]

const adapted = (port: MessagePort): Port => ({
  send: (sent) => port.postMessage(sent),
  listen: (receive) => void port.on('message', receive),
  closed: (told) => void port.on('close', told),
  close: () => port.close(),
})

beforeAll(async () => {
  platform = await startPlatform({ products: [log, places] })
  await platform.publish(messages(log.name, 'note', notes))
})
beforeEach(async () => {
  profile = await profileFolder()
  one = await startEngine(profile, keysOf(platform.wall))
  await one.engine.connect(addressOf(platform))
  await persisted(one.engine, notes)
  const { port1, port2 } = new MessageChannel()
  page = port2
  got = []
  page.on('message', (told: FromEngine) => {
    got.push(told)
    if (isData(told.kind)) page.postMessage({ kind: 'credit' })
  })
  one.engine.addWindow(adapted(port1), { role: 'desk', ceiling: 1 })
})
afterEach(async () => {
  page.close()
  await one.engine.dispose()
  await remove(profile)
})
afterAll(() => platform.dispose())

const answers = () => got.filter((told): told is Answered => told.kind === 'answer')
const everything = [{ form: 'columns' }, { form: 'records' }, { form: 'series' }]
const open = (id: number, subscription: unknown) => page.postMessage({ kind: 'open', id, subscription })
const close = (id: number) => page.postMessage({ kind: 'close', id })

it('a window that floods its port is answered so often, the others at once, and every event is kept', async () => {
  const other = openWindow(one.engine, 'desk')
  other.subscribe([{ form: 'records', kinds: ['feature'] }])
  const large = 'x'.repeat(1_000_000)
  const questions = 3000
  for (let i = 0; i < questions; i++) {
    page.postMessage({ kind: 'ask', id: i, question: 'search', ask: { text: 'line', limit: 500 } })
    for (const [at, subscription] of everything.entries()) {
      close(3 * (i - 1) + at)
      open(3 * i + at, subscription)
    }
    page.postMessage({ kind: 'nothing of the contract', i })
    page.postMessage({ kind: 'credit' })
    if (i % 100 === 0)
      page.postMessage({ kind: 'ask', id: i, question: 'search', ask: { text: large, limit: 1 } })
  }
  const sent = Array.from({ length: 500 }, (_, i) => message(places.name, 'feature', i))
  const publishing = platform.publish(sent)
  const asked = other.ask('search', { text: 'e-7', limit: 5 })
  await publishing
  await persisted(one.engine, notes + 500)
  await until(() => other.records.get(places.name)?.size === 500, 'the other window has all of it')
  expect(await asked).toMatchObject({ ok: true })
  await until(() => answers().some((told) => told.kind === 'answer' && !told.result.ok), 'it gets words')

  // what is a person's pace and more, and then words, and then nothing
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const answered = answers().filter((told) => told.kind === 'answer' && told.result.ok).length
  const refused = answers().filter((told) => told.kind === 'answer' && !told.result.ok)
  expect(answered).toBeGreaterThan(0)
  expect(answered + refused.length).toBeLessThan(questions / 4)
  expect(refused[0]).toMatchObject({ result: { error: { code: 'ipc.refused' } } })
  const snapshots = got.filter((told) => told.kind === 'records' && told.product === log.name && told.reset)
  expect(snapshots.length).toBeLessThan(questions / 10)
  expect(one.lines.length).toBeGreaterThan(0)
  expect(one.lines.length).toBeLessThan(20)
  expect(one.lines.join()).not.toContain('xxx')

  // and it is served again when it keeps to it
  const before = answers().length
  await expect
    .poll(
      () => {
        page.postMessage({ kind: 'ask', id: -1, question: 'search', ask: { text: 'line', limit: 5 } })
        return answers()
          .slice(before)
          .some((told) => told.kind === 'answer' && told.id === -1 && told.result.ok)
      },
      { interval: 500 },
    )
    .toBe(true)
})

it('of many that it opens and closes a window gets what is open', async () => {
  await platform.publish([message(places.name, 'feature', 9999)])
  for (let i = 0; i < 40; i++) open(i, { form: 'records', kinds: ['note'], limit: 1 + i })
  for (let i = 0; i < 40; i++) close(i)
  open(40, { form: 'records', products: [places.name] })
  await until(
    () =>
      got.some((told) => told.kind === 'records' && told.product === places.name && told.records.length > 0),
    'the last one is served',
  )
  const at = got.findIndex((told) => told.kind === 'records' && told.product === places.name)
  await platform.publish([message(log.name, 'note', 100_000)])
  await persisted(one.engine, notes + 2)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(got.slice(at).filter((told) => told.kind === 'records' && told.product === log.name)).toEqual([])
})

it('a message that is deep, wide or of another make is refused, and the next one is served', async () => {
  let deep: unknown = {}
  for (let i = 0; i < 500; i++) deep = { deep }
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i]))
  const round: { [key: string]: unknown } = { kind: 'ask', id: 1 }
  round['ask'] = round
  for (const odd of [
    null,
    'ask',
    new Map([['kind', 'ask']]),
    new Uint8Array(10_000_000),
    { kind: 'ask', id: 1, question: 'search', ask: deep },
    { kind: 'ask', id: 1, question: 'search', ask: wide },
    { kind: 'open', id: 1, subscription: new Uint8Array(10_000_000) },
    { kind: 'open', id: 1, subscription: Array.from({ length: 100_000 }, () => ({ form: 'records' })) },
    { kind: 'open', id: 1, subscription: deep },
    { kind: 'open', id: 1, subscription: { form: 'records', products: new Array(20_000).fill(log.name) } },
    { kind: 'close', id: wide },
    { kind: 'credit', deep },
    round,
  ])
    page.postMessage(odd)
  page.postMessage({ kind: 'ask', id: 2, question: 'search', ask: { text: 'e-7', limit: 5 } })
  await until(() => answers().some((told) => told.id === 2), 'the good one is answered')
  // what has an id is told that it is refused
  expect(answers().map((told) => [told.id, told.result.ok])).toEqual([
    [1, false],
    [1, false],
    [1, false],
    [2, true],
  ])
  expect(got.filter((told) => told.kind === 'refused')).toEqual(Array(4).fill({ kind: 'refused', id: 1 }))
  expect(got.filter(({ kind }) => isData(kind))).toEqual([])
})
