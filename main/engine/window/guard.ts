/**
 * What comes in over one window's port, before anything is done for it. A page that was taken over may say anything, as
 * large and as often as it likes: it costs the engine so much and no more, and the other windows nothing.
 */
import { createPace, createSampling } from '../../../preload/contract/pace.ts'
import type { Subscription, ToEngine } from '../../../preload/contract/picture.ts'
import { readAsk } from './port.ts'

export type Asked = Extract<ToEngine, { kind: 'ask' }>

export interface GuardOptions {
  credit: () => void
  subscribe: (subscriptions: Subscription[]) => void
  /** resolves when it has been answered */
  ask: (asked: Asked) => Promise<void>
  /** the question gets words and no answer */
  refuse: (id: number, why: string) => void
  /** sampled */
  log: (line: string) => void
  /** ms, of any origin, never set back */
  clock?: () => number
}

export interface Guard {
  receive(raw: unknown): void
  dispose(): void
}

/** Of one window: a person who types, and what its panels look up by themselves. */
const questions = { burst: 100, perSecond: 30 }
const underWay = 2
const mostWaiting = 64
/** Each brings everything anew. What is beyond the pace is not lost: the last one counts. */
const subscriptions = { burst: 10, perSecond: 2 }
/** Words for questions beyond the pace; who asks on after them gets nothing. */
const words = { burst: 100, perSecond: 10 }

/** Values in a message, and characters in all its texts. */
const largest = {
  ask: { values: 20, characters: 2000 },
  subscribe: { values: 8000, characters: 1_000_000 },
}

/** Looked at before any schema, which would read all of it first. */
function isWithin(raw: unknown, bounds: { values: number; characters: number }): boolean {
  let { values, characters } = bounds
  const waiting: unknown[] = [raw]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value === 'string') characters -= value.length
    if (characters < 0) return false
    if (typeof value !== 'object' || value === null) continue
    if (ArrayBuffer.isView(value)) return false
    if (Array.isArray(value)) {
      values -= value.length
      if (values < 0) return false
      for (const item of value as unknown[]) waiting.push(item)
      continue
    }
    for (const key in value) {
      characters -= key.length
      if (--values < 0) return false
      waiting.push((value as { [key: string]: unknown })[key])
    }
  }
  return characters >= 0
}

const field = (raw: unknown, name: 'kind' | 'id'): unknown =>
  typeof raw === 'object' && raw !== null ? (raw as { [name: string]: unknown })[name] : undefined

export function createGuard(options: GuardOptions): Guard {
  const clock = options.clock ?? (() => performance.now())
  const mayAsk = createPace(questions.burst, questions.perSecond, clock)
  const maySubscribe = createPace(subscriptions.burst, subscriptions.perSecond, clock)
  const mayRefuse = createPace(words.burst, words.perSecond, clock)
  const log = createSampling(options.log, clock)
  const waiting: Asked[] = []
  let running = 0
  /** the newest subscription that came too soon */
  let late: { raw: unknown } | null = null
  let timer: NodeJS.Timeout | null = null
  let disposed = false

  const next = (): void => {
    while (running < underWay && !disposed) {
      const asked = waiting.shift()
      if (!asked) return
      running++
      void options.ask(asked).finally(() => {
        running--
        next()
      })
    }
  }

  const refuse = (raw: unknown, why: string): void => {
    log(why)
    const id = field(raw, 'id')
    if (Number.isSafeInteger(id) && mayRefuse()) options.refuse(id as number, why)
  }

  const ask = (raw: unknown): void => {
    if (!mayAsk() || waiting.length >= mostWaiting) return refuse(raw, 'more questions than a window needs')
    const asked = isWithin(raw, largest.ask) ? readAsk(raw) : null
    if (asked?.kind !== 'ask') return log('a question that is none of the contract')
    waiting.push(asked)
    next()
  }

  const subscribe = (raw: unknown): void => {
    const read = isWithin(raw, largest.subscribe) ? readAsk(raw) : null
    if (read?.kind === 'subscribe') options.subscribe(read.subscriptions)
    else log('a subscription that is none of the contract')
  }

  const subscribeInTime = (raw: unknown): void => {
    if (late === null && maySubscribe()) return subscribe(raw)
    if (late !== null) log('more subscriptions than a window needs')
    late = { raw }
    timer ??= setTimeout(() => {
      timer = null
      const last = late
      late = null
      if (last !== null) subscribeInTime(last.raw)
    }, 1000 / subscriptions.perSecond)
  }

  return {
    receive(raw) {
      if (disposed) return
      switch (field(raw, 'kind')) {
        case 'credit':
          return options.credit()
        case 'ask':
          return ask(raw)
        case 'subscribe':
          return subscribeInTime(raw)
        default:
          return log('a message that is none of the contract')
      }
    },
    dispose() {
      disposed = true
      if (timer) clearTimeout(timer)
      waiting.length = 0
      late = null
    },
  }
}
