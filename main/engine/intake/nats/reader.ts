/**
 * Reads one stream in order, without loss: an ordered consumer (ADR-17) over pulls. The library's own makes an
 * object and a parsed reply of every message, and asks for more whether or not we have room; this one hands on the
 * bytes as they lie, and asks when the last were dealt with.
 */
import { AckPolicy, DeliverPolicy, ReplayPolicy, type JetStreamManager } from '@nats-io/jetstream'
import {
  createInbox,
  nanos,
  nuid,
  type Msg,
  type NatsConnection,
  type Subscription,
} from '@nats-io/nats-core'
import type { PlatformClock } from '../../time/platform-clock.ts'

export interface Reading {
  stream: string
  /** when the stream was made, ms since 1970: its sequences mean something only in this one */
  created: number
  /** told what the platform's time is, as far as this reading can know it */
  time: PlatformClock
  /** the prefix of our own inboxes */
  inbox: string
  /** all of the stream's subjects */
  subject: string
  /** a sequence to begin at, or the last message of every subject */
  from: number | 'state'
  /** stop after this sequence, or when nothing is left up to it; null: follow for ever */
  to: number | null
  /** messages under way at most */
  under: number
  /** @param published ms since 1970; the message's memory is valid until this returns */
  message: (message: Msg, sequence: number, published: number) => void
  /**
   * whether a log that begins with this message is the one that was read before: asked of the message before our place
   * each time the consumer is made, or of the first there is behind it. A server that lost its tail has others there
   */
  goesOn?: (sequence: number, published: number) => boolean
  /** resolves when more may come */
  room: () => Promise<void>
  /** nothing more can be taken: what is under way is let go, and asked for again when there is room */
  full: () => boolean
  /** told once, when nothing is left that was there already */
  caughtUp?: () => void
  /** what is published from now on comes as it is published: by the platform, ms since 1970 */
  follows?: (since: number) => void
}

export interface Reader {
  /** true: all up to `to` was read; false: stopped before. Fails with what the platform said */
  readonly done: Promise<boolean>
  /** the platform took the right away */
  fail(error: Error): void
  stop(): void
}

const pullExpires = 30_000
const heartbeat = 5000
/** Two heartbeats and a bit without a sign: the consumer is gone. */
const silence = 12_000
/** Of one request; but at least two of the server's largest messages, or it could never send one. */
const mostBytes = 8 * 1024 * 1024
/**
 * Of state that is read ahead: a request that names bytes loses the message that no longer fits, on servers before
 * 2.10, so it names a number of the largest messages instead.
 */
const stateBytes = 16 * 1024 * 1024
/** ms until what a server took away is asked for again */
const beginAfter = 500
/** The server forgets the consumer this long after we are gone. */
const forgetAfter = 60_000

/** When a stream was made, ms since 1970; 0: not said, so never another. */
export const madeAt = (created: string): number => Date.parse(created) || 0

const dot = 46

/** Where the numbers begin in `$JS.ACK.<stream>.<consumer>.<numbers>`, with or without domain and account. */
function numbersAt(reply: string): number {
  const before = reply.split('.').length === 9 ? 4 : 6
  let at = 0
  for (let dots = 0; dots < before; dots++) at = reply.indexOf('.', at) + 1
  return at
}

export function readStream(connection: NatsConnection, manager: JetStreamManager, reading: Reading): Reader {
  const { stream, inbox } = reading
  const largest = connection.info?.max_payload ?? mostBytes
  const isState = reading.from === 'state'
  const under = isState
    ? Math.min(reading.under, Math.max(2, Math.floor(stateBytes / largest)))
    : reading.under
  const bounds = isState ? {} : { max_bytes: Math.max(mostBytes, 2 * largest) }
  let next = reading.from === 'state' ? 1 : reading.from
  let subscription: Subscription | null = null
  let consumer = ''
  let expected = 1
  let asked = 0
  let refilling = false
  let behind = true
  let unasked = false
  let ended = false
  let numbers = -1
  let lastSign = performance.now()
  let watch: NodeJS.Timeout | null = null
  let begin: NodeJS.Timeout | null = null
  let resolveDone: (whole: boolean) => void = () => undefined
  let rejectDone: (error: Error) => void = () => undefined
  const done = new Promise<boolean>((resolve, reject) => {
    resolveDone = resolve
    rejectDone = reject
  })
  // whoever does not wait for it must not be ended by it
  done.catch(() => undefined)

  const leave = (): void => {
    subscription?.unsubscribe()
    subscription = null
    if (consumer !== '' && !connection.isClosed())
      manager.consumers.delete(stream, consumer).catch(() => undefined)
    consumer = ''
  }

  const end = (whole: boolean, error?: Error): void => {
    if (ended) return
    ended = true
    if (watch) clearInterval(watch)
    if (begin) clearTimeout(begin)
    leave()
    if (error) rejectDone(error)
    else resolveDone(whole)
  }

  const ask = (): void => {
    if (ended || refilling || consumer === '' || asked > under / 2) return
    refilling = true
    const asking = consumer
    void reading.room().then(() => {
      refilling = false
      if (ended || connection.isClosed()) return
      if (asking !== consumer) return ask()
      const batch = under - asked
      asked += batch
      lastSign = performance.now()
      const request =
        reading.to === null
          ? { batch, ...bounds, expires: nanos(pullExpires), idle_heartbeat: nanos(heartbeat) }
          : { batch, ...bounds, no_wait: true }
      connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${asking}`, JSON.stringify(request), {
        reply: subscription?.getSubject() ?? '',
      })
    })
  }

  const failed = (error: unknown): void =>
    end(false, error instanceof Error ? error : new Error(String(error)))

  const reopen = (): void => {
    leave()
    openAgain().catch(failed)
  }

  /**
   * Whatever took the consumer away may have taken its stream: of another one our next sequence says nothing. And what
   * retention took meanwhile is a gap, and to be told before anything that comes after it.
   */
  const openAgain = async (): Promise<void> => {
    const { created, state } = await manager.streams.info(stream)
    if (ended) return
    if (madeAt(created) !== reading.created) throw new Error(`the stream ${stream} was made anew`)
    if (!isState && state.first_seq > next)
      throw new Error(`the stream ${stream} begins at ${state.first_seq}, we were at ${next}`)
    if (reading.goesOn && state.last_seq < next - 1)
      throw new Error(`the stream ${stream} ends at ${state.last_seq}, before our place`)
    await open()
  }

  /** Many readers together may have asked for more than there is room for. */
  const pause = (): void => {
    leave()
    void reading.room().then(() => {
      if (!ended && !connection.isClosed()) reopen()
    })
  }

  /** A message without a body from the server itself, as ADR-13 lists them. */
  const status = (message: Msg): void => {
    const code = message.headers?.code ?? 0
    if (code === 100) return
    const left = Number(message.headers?.get('Nats-Pending-Messages') ?? 0)
    if (code === 404 && reading.to !== null) {
      end(true)
      return
    }
    if (code === 408 || (code === 409 && /maxbytes|batch/i.test(message.headers?.description ?? ''))) {
      asked = Math.max(0, asked - (left > 0 ? left : asked))
      ask()
      return
    }
    if (code === 404) {
      asked = 0
      ask()
      return
    }
    // deleted, or its server went away: begin anew where we are
    begin ??= setTimeout(() => {
      begin = null
      if (!ended && !connection.isClosed()) reopen()
    }, beginAfter)
  }

  const caughtUp = (): void => {
    if (!behind) return
    behind = false
    reading.caughtUp?.()
  }

  const receive = (error: Error | null, message: Msg): void => {
    if (ended || consumer === '') return
    if (error) {
      end(false, error)
      return
    }
    lastSign = performance.now()
    const reply = message.reply ?? ''
    if (!reply.startsWith('$JS.ACK.')) {
      status(message)
      return
    }
    if (numbers < 0) numbers = numbersAt(reply)
    // <delivered>.<stream sequence>.<consumer sequence>.<nanoseconds>.<pending>
    let at = reply.indexOf('.', numbers) + 1
    let sequence = 0
    for (let code = reply.charCodeAt(at); code !== dot; code = reply.charCodeAt(++at))
      sequence = sequence * 10 + code - 48
    let delivery = 0
    at++
    for (let code = reply.charCodeAt(at); code !== dot; code = reply.charCodeAt(++at))
      delivery = delivery * 10 + code - 48
    const stamp = at + 1
    const stampEnd = reply.indexOf('.', stamp) - 6
    let published = 0
    for (at = stamp; at < stampEnd; at++) published = published * 10 + reply.charCodeAt(at) - 48

    if (delivery !== expected) {
      reopen()
      return
    }
    if (!isState && reading.full()) {
      pause()
      return
    }
    expected++
    asked--
    if (!behind && reading.to === null) reading.time.heard(published, stream)
    if (reading.to !== null && sequence > reading.to) {
      end(true)
      return
    }
    if (unasked && reading.goesOn) {
      unasked = false
      if (!reading.goesOn(sequence, published))
        return end(false, new Error(`the stream ${stream} is not the one that we read to ${next - 1}`))
    }
    if (reading.from === 'state' || sequence >= next) {
      reading.message(message, sequence, published)
      next = sequence + 1
    }
    if (sequence === reading.to && reading.from !== 'state') {
      end(true)
      return
    }
    if (behind && reply.endsWith('.0')) caughtUp()
    if (asked <= under / 2) ask()
  }

  const open = async (): Promise<void> => {
    const name = `vigie-${nuid.next()}`
    const start =
      reading.from === 'state'
        ? { deliver_policy: DeliverPolicy.LastPerSubject, filter_subject: reading.subject }
        : {
            deliver_policy: DeliverPolicy.StartSequence,
            opt_start_seq: reading.goesOn ? Math.max(1, next - 1) : next,
          }
    unasked = true
    expected = 1
    asked = 0
    numbers = -1
    const begun = reading.time.monotonic()
    const { num_pending: left, created } = await manager.consumers.add(stream, {
      name,
      ...start,
      ack_policy: AckPolicy.None,
      replay_policy: ReplayPolicy.Instant,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanos(forgetAfter),
    })
    const since = Date.parse(created)
    if (!Number.isNaN(since)) {
      reading.time.answered(since, begun)
      reading.follows?.(since)
    }
    if (ended) {
      if (!connection.isClosed()) manager.consumers.delete(stream, name).catch(() => undefined)
      return
    }
    consumer = name
    subscription = connection.subscribe(createInbox(inbox), { callback: receive })
    lastSign = performance.now()
    if (left === 0) caughtUp()
    ask()
  }

  watch = setInterval(() => {
    if (consumer !== '' && asked > 0 && performance.now() - lastSign > silence) reopen()
  }, heartbeat)
  watch.unref()
  open().catch(failed)

  return { done, fail: (error) => end(false, error), stop: () => end(false) }
}
