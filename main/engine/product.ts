/** One product as the engine works on it: its rules, where its messages go, and what is counted. */
import type { Msg, MsgHdrs } from '@nats-io/nats-core'
import { highestRank, type MarkingScheme } from '../../preload/contract/marking.ts'
import type { Descriptor } from '../../preload/contract/product.ts'
import type { ProblemCode } from '../../preload/contract/result.ts'
import { printable } from '../../preload/contract/text.ts'
import { createBatch, unmarked, type Batch } from './batch.ts'
import { missing, positionOf, type Cache, type Held } from './cache/cache.ts'
import type { Committer, Lane } from './cache/commit.ts'
import { excerptOf } from './cache/quarantine.ts'
import { beginAnew, keepCreated, recordGaps, writeFirstState } from './cache/position.ts'
import { rulesOf, type Check, type Message, type Rules } from './check/check.ts'
import { compileDataSchema } from './check/dataschema.ts'
import type { Sink } from './intake/follow.ts'
import type { Picture } from './picture/picture.ts'
import type { PlatformClock } from './platform-clock.ts'

export interface Counts {
  received: number
  rejected: number
}

export interface Product extends Sink {
  readonly held: Held
  readonly accessNow: 'permitted' | 'refused' | 'pending'
  /** when this connection began to follow the stream, by the platform: what is older was caught up on */
  readonly followedSince: number
  describe(descriptor: Descriptor): void
  /** what of its descriptor is not used: told once to whoever looks after it */
  warn(leftOut: readonly string[]): void
  /** what is wrong with the product and not with a message: told where the desk looks for what was refused */
  tell(code: ProblemCode, text: string): void
}

export interface ProductOptions {
  held: Held
  cache: Cache
  committer: Committer
  picture: Picture
  check: Check
  scheme: MarkingScheme
  time: Pick<PlatformClock, 'now'>
  counts: Counts
  /** something that the catalog or its health shows has changed */
  changed: () => void
  /** the platform said whether we may read it */
  judged: (permitted: boolean) => void
  /** rows of the picture changed outside a commit */
  pictured: () => void
}

function headerBytes(headers: MsgHdrs): Uint8Array {
  const lines = headers.keys().flatMap((key) => headers.values(key).map((value) => `${key}: ${value}`))
  return new TextEncoder().encode(`NATS/1.0\r\n${lines.join('\r\n')}\r\n\r\n`)
}

export function createProduct(options: ProductOptions): Product {
  const { held, committer, check, scheme, picture, counts, time } = options
  let rules = makeRules(held.descriptor)
  let described = JSON.stringify(held.descriptor)
  let warned: ReadonlySet<string> = new Set()
  let access: Product['accessNow'] = 'pending'
  const live = committer.lane(held, 'live')
  const history = committer.lane(held, 'history')
  /** the last sequence taken on, committed or not */
  let position = held.live === null ? null : positionOf(held)
  let historyNext = 0
  let followedSince = Infinity
  let stateBatch: Batch | null = null
  const message: Message = {
    subject: '',
    bytes: new Uint8Array(0),
    headerFrom: 0,
    headerTo: 0,
    body: new Uint8Array(0),
    sequence: 0,
    published: 0,
  }

  function tell(code: ProblemCode, text: string): void {
    committer.refuse(held, {
      product: held.id,
      sequence: 0,
      received: time.now(),
      code,
      message: printable(text, 500),
      event: null,
      excerpt: '',
      rank: unmarked,
    })
    void committer.flush()
  }

  function makeRules(descriptor: Descriptor): Rules {
    const { dataschema } = descriptor
    if (!dataschema) return rulesOf(held.product, descriptor, scheme, null)
    const compiled = compileDataSchema(dataschema)
    if (compiled.ok) return rulesOf(held.product, descriptor, scheme, compiled.value)
    // the catalog lists no such product; should one come all the same, nothing of it passes unchecked
    const { message: why } = compiled.error
    tell('product.descriptor-invalid', why)
    return rulesOf(held.product, descriptor, scheme, { check: () => why, steps: 0 })
  }

  /**
   * The header lies right before the body, in the same memory: the library only makes views of what it read. Where
   * that is not so (yet another version, a subject that is not ASCII), its own decoding is the slow way to the same.
   */
  const open = (from: Msg & { size?(): number }, sequence: number, published: number): void => {
    const body = from.data
    message.subject = from.subject
    message.body = body
    message.sequence = sequence
    message.published = published
    const size = (from.size?.() ?? 0) - message.subject.length - (from.reply?.length ?? 0) - body.length
    const at = body.byteOffset - size
    if (message.bytes.buffer !== body.buffer) message.bytes = new Uint8Array(body.buffer)
    if (size > 12 && at >= 0 && message.bytes[at] === 78 && message.bytes[at + 3] === 83 /* NATS */) {
      message.headerFrom = at
      message.headerTo = body.byteOffset
      return
    }
    message.bytes = from.headers ? headerBytes(from.headers) : new Uint8Array(0)
    message.headerFrom = 0
    message.headerTo = message.bytes.length
  }

  const take = (lane: Lane, settledFrom: number, from: Msg, sequence: number, published: number): void => {
    open(from, sequence, published)
    counts.received++
    const refusal = check.accept(message, rules, lane.batch)
    if (refusal) {
      counts.rejected++
      committer.refuse(
        held,
        committer.refusals.wanted
          ? {
              product: held.id,
              sequence,
              received: time.now(),
              code: refusal.code,
              message: refusal.message,
              event: check.id(),
              excerpt: excerptOf(message.body),
              rank: check.rank(rules, highestRank(scheme)),
            }
          : null,
      )
    }
    committer.settled(lane, settledFrom, sequence, published, message.body.length)
  }

  return {
    held,
    product: held.product,
    get accessNow() {
      return held.refused ? 'refused' : access
    },
    get followedSince() {
      return followedSince
    },
    describe(descriptor) {
      const text = JSON.stringify(descriptor)
      if (text === described) return
      described = text
      rules = makeRules(descriptor)
      options.changed()
    },
    warn(leftOut) {
      for (const text of leftOut) if (!warned.has(text)) tell('product.descriptor-invalid', text)
      warned = new Set(leftOut)
    },
    tell,
    position: () => position,
    missing: () => missing(held),
    access(next) {
      // a platform that says nothing has not taken its word back
      if (next !== 'pending') options.judged(next === 'permitted')
      if (access === next) return
      access = next
      options.changed()
    },
    async opened({ first, last, created }) {
      stateBatch = null
      historyNext = 0
      if (position === null) {
        await keepCreated(options.cache, held, created)
        return
      }
      // what the last connection brought must be settled before anybody says what is missing
      await committer.flush()
      const another = held.created !== null && held.created !== created
      if (another || last < position) {
        const when = new Date(created).toISOString()
        tell(
          'product.made-anew',
          `the stream was made anew on ${when} and ends at ${last}, we were at ${position}: it is read from its beginning`,
        )
        await beginAnew(options.cache, held, created)
        picture.forget(held)
        options.pictured()
        position = null
        return
      }
      await keepCreated(options.cache, held, created)
      if (await recordGaps(options.cache, held, first, time.now())) options.changed()
      position = positionOf(held)
    },
    state(from, sequence, published) {
      stateBatch ??= createBatch()
      open(from, sequence, published)
      // what is refused here comes again with the history, and is counted there
      check.accept(message, rules, stateBatch)
    },
    async stateDone(liveFrom, first) {
      if (stateBatch) picture.applied(held, stateBatch, false)
      stateBatch = null
      await writeFirstState(options.cache, picture.wholeState(held, liveFrom), liveFrom, Math.max(1, first))
      position = positionOf(held)
      options.pictured()
      options.changed()
    },
    follows(since) {
      followedSince = since
    },
    live(from, sequence, published) {
      const settledFrom = (position ?? 0) + 1
      if (sequence < settledFrom) return
      take(live, settledFrom, from, sequence, published)
      position = sequence
    },
    history(from, sequence, published) {
      if (historyNext === 0)
        historyNext =
          missing(held).find(({ first, last }) => first <= sequence && sequence <= last)?.first ?? sequence
      take(history, historyNext, from, sequence, published)
      historyNext = sequence + 1
    },
    async historyDone(first, last) {
      historyNext = 0
      await committer.flush()
      // deleted on the platform, or never there: nobody is to ask for it again
      for (const hole of missing(held)) {
        if (hole.first < first || hole.last > last) continue
        committer.settled(history, hole.first, hole.last, time.now(), 0)
        await committer.flush()
      }
      options.changed()
    },
    room: () => committer.room(),
  }
}
