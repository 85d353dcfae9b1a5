/**
 * What comes in over one window's port, before anything is done for it. A page that was taken over may say anything, as
 * large and as often as it likes: it costs the engine so much and no more, and the other windows nothing.
 */
import { createPace, createSampling } from '../../../preload/contract/pace.ts'
import {
  mayAsk as isFor,
  questionNames,
  type Asked,
  type Subscription,
} from '../../../preload/contract/port.ts'
import type { PictureRole } from '../../../preload/contract/role.ts'
import { readSent } from './port.ts'

/** All that a window has open, by its own ids. */
export type Opened = ReadonlyMap<number, Subscription>

export interface GuardOptions {
  role: PictureRole
  credit: () => void
  /** what is open is another; several changes of one moment are one. @param fresh those of it that are new */
  opened: (opened: Opened, fresh: ReadonlySet<number>) => void
  /** resolves when it has been answered */
  ask: (asked: Asked) => Promise<void>
  /** the question gets words and no answer */
  refuse: (id: number, why: string) => void
  /** the window is told that what it opened under this id is not open */
  refuseOpen: (id: number) => void
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
/** Parts of a window come and go by the dozen when its scene changes, and seldom otherwise. */
const opens = { burst: 400, perSecond: 50 }
const mostOpen = 200
/** What is new comes whole, so it is looked at no more often. Nothing is lost by that: what is open then counts. */
const looks = { burst: 10, perSecond: 2 }
/** ms: what one scene opens comes message by message */
const gather = 10
/** Words for what is refused; who asks on after them gets nothing. */
const words = { burst: 100, perSecond: 10 }

/** Values in a message, and characters in all its texts. */
const largest = {
  ask: { values: 20, characters: 2000 },
  // every product of a node by its name
  open: { values: 5200, characters: 700_000 },
  close: { values: 2, characters: 20 },
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

const field = (raw: unknown, name: 'kind' | 'id' | 'question'): unknown =>
  typeof raw === 'object' && raw !== null ? (raw as { [name: string]: unknown })[name] : undefined

export function createGuard(options: GuardOptions): Guard {
  const clock = options.clock ?? (() => performance.now())
  const mayAsk = createPace(questions.burst, questions.perSecond, clock)
  const mayOpen = createPace(opens.burst, opens.perSecond, clock)
  const mayLook = createPace(looks.burst, looks.perSecond, clock)
  const mayRefuse = createPace(words.burst, words.perSecond, clock)
  const log = createSampling(options.log, clock)
  const waiting: Asked[] = []
  let running = 0
  const opened = new Map<number, Subscription>()
  let fresh = new Set<number>()
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
    const question = field(raw, 'question')
    if (questionNames.some((name) => name === question) && !isFor(options.role, question))
      return refuse(raw, `a question that is not for a ${options.role}`)
    const asked = isWithin(raw, largest.ask) ? readSent(options.role, raw) : null
    if (asked?.kind !== 'ask') return refuse(raw, 'a question that is none of the contract')
    waiting.push(asked)
    next()
  }

  const look = (): void => {
    timer = null
    if (!mayLook()) {
      timer = setTimeout(look, 1000 / looks.perSecond)
      return
    }
    const added = fresh
    fresh = new Set()
    options.opened(opened, added)
  }
  const lookSoon = (): void => {
    timer ??= setTimeout(look, gather)
  }

  const refuseOpen = (raw: unknown, why: string): void => {
    log(why)
    const id = field(raw, 'id')
    if (Number.isSafeInteger(id) && mayRefuse()) options.refuseOpen(id as number)
  }

  const open = (raw: unknown): void => {
    if (!mayOpen()) return refuseOpen(raw, 'more subscriptions than a window needs')
    const read = isWithin(raw, largest.open) ? readSent(options.role, raw) : null
    if (read?.kind !== 'open') return refuseOpen(raw, 'a subscription that is none of the contract')
    // the one that has the id is open: no word that could be taken for its refusal
    if (opened.has(read.id)) return log('a subscription under an id that is taken')
    if (opened.size >= mostOpen) return refuseOpen(raw, 'more subscriptions at once than a window needs')
    opened.set(read.id, read.subscription)
    fresh.add(read.id)
    lookSoon()
  }

  const close = (raw: unknown): void => {
    const read = isWithin(raw, largest.close) ? readSent(options.role, raw) : null
    if (read?.kind !== 'close') return log('a close that is none of the contract')
    // what was refused was never open
    if (!opened.delete(read.id)) return
    fresh.delete(read.id)
    lookSoon()
  }

  return {
    receive(raw) {
      if (disposed) return
      switch (field(raw, 'kind')) {
        case 'credit':
          return readSent(options.role, raw) ? options.credit() : log('a credit that is none of the contract')
        case 'ask':
          return ask(raw)
        case 'open':
          return open(raw)
        case 'close':
          return close(raw)
        default:
          return log('a message that is none of the contract')
      }
    },
    dispose() {
      disposed = true
      if (timer) clearTimeout(timer)
      waiting.length = 0
      opened.clear()
    },
  }
}
