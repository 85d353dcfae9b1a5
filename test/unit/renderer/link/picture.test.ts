import { describe, expect, it } from 'vitest'
import { percentile } from '../../../../preload/contract/latency.ts'
import type { FromEngine, ToEngine } from '../../../../preload/contract/picture.ts'
import { createPicture } from '../../../../renderer/link/picture.svelte.ts'
import { feedOf, incidentRecord, now } from '../kit/picture-doubles.ts'

const product = 'security.incidents'

/** A port whose engine answers at once, so that a test needs no clock. */
function portDouble() {
  const sent: ToEngine[] = []
  const port = {
    onmessage: null as ((event: { data: FromEngine }) => void) | null,
    postMessage: (message: ToEngine) => sent.push(message),
    addEventListener: (_: string, gone: () => void) => (port.gone = gone),
    gone: (): void => undefined,
    start: () => undefined,
    close: () => undefined,
  }
  return {
    port: port as unknown as MessagePort,
    sent,
    say: (data: FromEngine) => port.onmessage?.({ data }),
    die: () => port.gone(),
  }
}

const followed: (number | null)[] = []

function start() {
  const frames: (() => void)[] = []
  const picture = createPicture({
    clock: { read: () => now, follow: (skew) => followed.push(skew) },
    frame: (run) => {
      frames.push(run)
      return () => undefined
    },
  })
  const engine = portDouble()
  picture.take(engine.port)
  /** @returns how many frames were asked for */
  const nextFrame = (): number => {
    const due = frames.splice(0)
    for (const frame of due) frame()
    return due.length
  }
  return { picture, nextFrame, ...engine }
}

const catalog = (...products: string[]): FromEngine => ({
  kind: 'catalog',
  listed: true,
  products: products.map((each) => {
    const { descriptor, access, known } = feedOf(each, now)
    return { product: each, descriptor, access, known }
  }),
})
const health = (...products: string[]): FromEngine => ({
  kind: 'health',
  products: products.map((each) => {
    const { newest, entities, stream } = feedOf(each, now)
    return { product: each, newest, entities, stream }
  }),
  connection: { state: 'live', since: now, server: 'x' },
  skew: null,
  marking: 1,
  whole: false,
})
const records = (entity: string, published: number, reset = false): FromEngine => ({
  kind: 'records',
  product,
  reset,
  records: [{ ...incidentRecord(product, entity, published, {}), published }],
  gone: [],
})

describe('a window’s picture', () => {
  it('changes once a frame, however many messages came', () => {
    const { picture, say, nextFrame } = start()
    say(records('a', now))
    say(records('b', now))
    expect(nextFrame()).toBe(1)
    expect(picture.measure()).toMatchObject({ frames: 1, drawn: 1 })
    expect(nextFrame()).toBe(0)
    expect([...picture.records(product).keys()]).toEqual(['a', 'b'])
    picture.dispose()
  })
  it('has another catalog only when it was told one, and the ages every time', () => {
    const { picture, say } = start()
    say(catalog(product))
    say(health(product))
    const { catalog: told, feeds: before } = picture
    say(health(product))
    expect(picture.catalog).toBe(told)
    expect(picture.feeds).not.toBe(before)
    expect(picture.feeds.map((feed) => [feed.product, feed.newest])).toEqual([[product, now]])
    say(catalog(product, 'health.incidents'))
    expect(picture.feeds.map((feed) => [feed.product, feed.newest])).toEqual([
      [product, now],
      ['health.incidents', null],
    ])
    picture.dispose()
  })
  it('forgets what another scene no longer asks for, and keeps the rest on the screen', () => {
    const { picture, say, sent } = start()
    say(catalog(product, 'health.incidents'))
    picture.subscribe([{ form: 'records', products: [product, 'health.incidents'] }])
    say(records('a', now, true))
    say({ ...records('x', now, true), product: 'health.incidents' } as FromEngine)
    picture.subscribe([{ form: 'records', products: [product] }])
    expect(picture.records(product).size).toBe(1)
    expect(picture.records('health.incidents').size).toBe(0)
    expect(sent.at(-1)).toEqual({
      kind: 'subscribe',
      subscriptions: [{ form: 'records', products: [product] }],
    })
    picture.dispose()
  })
  it('keeps the last picture when the engine dies, says so, and asks the next one for the same', () => {
    const { picture, say, die } = start()
    say(catalog(product))
    picture.subscribe([{ form: 'records', products: [product] }])
    say(records('a', now, true))
    die()
    expect(picture.cut).toBe(true)
    expect(picture.records(product).size).toBe(1)
    const next = portDouble()
    picture.take(next.port)
    expect(next.sent).toEqual([
      { kind: 'subscribe', subscriptions: [{ form: 'records', products: [product] }] },
    ])
    next.say(health(product))
    expect(picture.cut).toBe(false)
    picture.dispose()
  })
  it('keeps nothing of a product that it may no longer see', () => {
    const { picture, say } = start()
    const gone = 'health.incidents'
    const refused = 'transport.incidents'
    say(catalog(product, gone, refused))
    for (const each of [product, gone, refused])
      say({ ...records('x', now, true), product: each } as FromEngine)
    const without = catalog(product, refused)
    if (without.kind === 'catalog') without.products[1]!.access = 'refused'
    say(without)
    expect([product, gone, refused].map((each) => picture.records(each).size)).toEqual([1, 0, 0])
    picture.dispose()
  })
  it('measures the latency of what is live, not of what was there before it asked', () => {
    const { picture, say } = start()
    picture.subscribe([{ form: 'records', kinds: ['feature'] }])
    say(records('a', now - 3_600_000, true))
    say(records('b', now - 60_000))
    expect(percentile(picture.measure().latency, 0.5)).toBeNull()
    say(records('c', now))
    expect(percentile(picture.measure().latency, 0.99)).toBeLessThan(1)
    picture.dispose()
  })
  it('tells the window’s clock what the engine knows of the platform’s time, before anything is dated by it', () => {
    const { picture, say } = start()
    followed.length = 0
    say({ ...health(product), skew: 600_000 } as FromEngine)
    say({ ...health(product), skew: null } as FromEngine)
    expect(followed).toEqual([600_000, null])
    expect(picture.skew).toBeNull()
  })
  it('hands columns on as they are, and none to who has stopped listening', () => {
    const { picture, say, sent } = start()
    const heard: string[] = []
    const stop = picture.onColumns((message) => heard.push(message.product))
    const columns: FromEngine = {
      kind: 'columns',
      product,
      reset: true,
      rows: new Uint32Array(0),
      lon: new Float32Array(0),
      lat: new Float32Array(0),
      course: new Float32Array(0),
      speed: new Float32Array(0),
      time: new Float64Array(0),
      symbol: new Uint16Array(0),
      severity: new Uint8Array(0),
      shown: new Uint8Array(0),
      symbols: [],
      published: new Float64Array(0),
    }
    say(columns)
    stop()
    say(columns)
    expect(heard).toEqual([product])
    expect(sent.filter(({ kind }) => kind === 'credit')).toHaveLength(2)
    picture.dispose()
  })
})
