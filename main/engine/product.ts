/** One product as the engine works on it: its rules, where its messages go, and what is counted. */
import { highestRank, type MarkingScheme } from '../../preload/contract/marking.ts'
import type { Quality } from '../../preload/contract/picture.ts'
import type { Descriptor } from '../../preload/contract/product.ts'
import type { ProblemCode } from '../../preload/contract/result.ts'
import type { Cache } from './cache/cache.ts'
import type { Committer, Lane } from './cache/commit.ts'
import { missing, positionOf, type Held } from './cache/held.ts'
import {
  beginAnew,
  keepCreated,
  publishedAt,
  recordGaps,
  writeFirstState,
  writeGaps,
} from './cache/position.ts'
import { excerptOf } from './cache/quarantine.ts'
import type { Range } from './cache/ranges.ts'
import { idOf, rankOfEvent, rulesOf, type Check, type Rules } from './check/check.ts'
import { compileDataSchema } from './check/dataschema.ts'
import { clearBatch, createBatch, type Batch } from './event/batch.ts'
import type { Event } from './event/event.ts'
import type { Upstream } from './intake/intake.ts'
import type { Sink } from './intake/sink.ts'
import type { Picture } from './picture/picture.ts'
import { createQuality, quietQuality, type QualityCount } from './quality.ts'
import type { PlatformClock } from './time/platform-clock.ts'

export interface Counts {
  received: number
  rejected: number
}

export interface Product extends Sink {
  readonly held: Held
  readonly accessNow: 'permitted' | 'refused' | 'pending'
  /** when this connection began to follow the stream, by the platform: what is older was caught up on */
  readonly followedSince: number
  /** how its messages come */
  quality(): Quality
  /** what is kept of it is of the stream that this connection reads */
  readonly sure: boolean
  /** another connection, or another intake: it may be another stream */
  unsure(): void
  describe(descriptor: Descriptor): void
  /** what of its descriptor is not used: told once to whoever looks after it */
  warn(leftOut: readonly string[]): void
}

export interface ProductOptions {
  held: Held
  /** what comes by its intake: only of a log it is known what is missing */
  upstream: Upstream
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
  /** it is marked lower than what is kept of it, once that is sure */
  lowers: () => boolean
  /** nothing is kept of it any more but what is of the stream that is read now */
  sure: () => void
  /** rows of the picture changed outside a commit */
  pictured: () => void
  /** false: another reading begins, or the connection ended; true: nothing was left to catch up on */
  followed: (follows: boolean) => void
}

/** State that is read ahead is put into the picture so many bytes at a time: nobody has said how much it will be. */
const perPiece = 1024 * 1024
/**
 * A server of a cluster that was cut off, or leads since a moment ago, may know less of a stream than another told us; so
 * often in a row, and it has lost what it had.
 */
const mostBehindUs = 6

export function createProduct(options: ProductOptions): Product {
  const { held, committer, check, scheme, picture, counts, time } = options
  const isLog = options.upstream === 'log'
  let rules = makeRules(held.descriptor)
  let described = JSON.stringify(held.descriptor)
  let warned: ReadonlySet<string> = new Set()
  let access: Product['accessNow'] = 'pending'
  const live = committer.lane(held, 'live')
  const history = committer.lane(held, 'history')
  /** the last sequence taken on, committed or not */
  let position = held.live === null ? null : positionOf(held)
  /** how often in a row the platform's same stream ended before that */
  let behindUs = 0
  /** it did so before it had grown: only its message at our place says that nothing of it was lost */
  let doubted = false
  /** that message is another */
  let astray = false
  let sure = false
  /** which asking it was: one of a connection before says nothing of this one */
  let openings = 0
  /** when what we have at our place was published, and which place that was; 0: not known */
  let placePublished = 0
  let place = 0
  let historyNext = 0
  /** settled with what came after them, until it is known whether retention took them */
  let skipped: Range[] = []
  let followedSince = Infinity
  let toldOfClocks = false
  let stateBatch: Batch | null = null
  /** made with the first message */
  let quality: QualityCount | null = null

  function fault(code: ProblemCode, text: string): void {
    committer.fault(held, time.now(), code, text)
  }

  function makeRules(descriptor: Descriptor): Rules {
    const { dataschema } = descriptor
    if (!dataschema) return rulesOf(descriptor, scheme, null)
    const compiled = compileDataSchema(dataschema)
    if (compiled.ok) return rulesOf(descriptor, scheme, compiled.value)
    // the catalog lists no such product; should one come all the same, nothing of it passes unchecked
    const { message: why } = compiled.error
    fault('product.descriptor-invalid', why)
    return rulesOf(descriptor, scheme, { check: () => why, steps: 0 })
  }

  const take = (lane: Lane, settledFrom: number, event: Event): void => {
    const rejection = check.accept(event, rules, lane.batch)
    const { sequence, published, body } = event
    counts.received++
    if (rejection) {
      counts.rejected++
      quality ??= createQuality()
      quality.rejected(rejection.code)
      committer.reject(
        held,
        committer.wanted(held)
          ? {
              product: held,
              sequence,
              received: event.received,
              code: rejection.code,
              message: rejection.message,
              event: idOf(event),
              excerpt: excerptOf(body),
              rank: rankOfEvent(event, rules, highestRank(scheme)),
            }
          : null,
      )
    } else if (lane.kind === 'live' && published >= followedSince) {
      // what was caught up on was not late by itself
      quality ??= createQuality()
      quality.took(lane.batch.time[lane.batch.count - 1]!, published, event.received)
    }
    committer.settled(lane, settledFrom, sequence, published, body.length)
    if (rejection === null && check.ahead && !toldOfClocks) {
      toldOfClocks = true
      const minutes = 'more than ten minutes after it was published'
      fault(
        'product.clocks-apart',
        `message ${sequence} says that it happened ${minutes}: that time is shown`,
      )
    }
  }

  const tookPlace = ({ sequence, published }: Event): void => {
    place = sequence
    placePublished = published
  }

  const skip = (first: number, last: number): void => {
    if (isLog && first <= last) skipped.push({ first, last })
  }

  const explain = async (some: readonly Range[], streamFirst: number): Promise<void> => {
    const lost = some
      .filter(({ first }) => first < streamFirst)
      .map(({ first, last }) => ({ first, last: Math.min(last, streamFirst - 1) }))
    if (lost.length > 0) {
      // a gap moves our position: what came before it must be there
      await committer.flush()
      await writeGaps(options.cache, held, lost, time.now())
      options.changed()
    }
    const done = new Set(some)
    skipped = skipped.filter((one) => !done.has(one))
  }

  return {
    held,
    product: held.product,
    get accessNow() {
      return held.refused ? 'refused' : access
    },
    quality() {
      const counted = quality?.told(time.now()) ?? quietQuality
      return held.descriptor.dataschema === undefined ? { ...counted, offSchema: null } : counted
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
      for (const text of leftOut) if (!warned.has(text)) fault('product.descriptor-invalid', text)
      warned = new Set(leftOut)
    },
    position: () => position,
    missing: () => missing(held),
    access(next) {
      // a platform that says nothing has not taken its word back
      if (next !== 'pending') options.judged(next === 'permitted')
      if (access === next) return
      access = next
      options.changed()
    },
    get sure() {
      return sure
    },
    unsure() {
      openings++
      sure = false
      options.followed(false)
    },
    async opened({ first, last, created }) {
      const opening = ++openings
      options.followed(false)
      const isSure = (): true => {
        if (opening !== openings) return true
        sure = true
        options.sure()
        return true
      }
      stateBatch = null
      historyNext = 0
      if (position === null) {
        place = 0
        await keepCreated(options.cache, held, created)
        // what an attempt before read of the state may have ended meanwhile
        if (picture.table(held).entities > 0) {
          picture.forget(held)
          options.pictured()
        }
        return isSure()
      }
      // what the last connection brought must be settled before anybody says what is missing
      await committer.flush()
      // it was to begin anew already, and the disk did not take it
      const unfinished = held.live === null
      // whoever marks it lower must be known to be whose stream it was
      const other = held.created === null ? options.lowers() : held.created !== created
      const another = unfinished || astray || other
      const short = last < position
      behindUs = short && !another && held.created === created ? behindUs + 1 : 0
      if (behindUs > 0) doubted = true
      if (behindUs > 0 && behindUs < mostBehindUs) return false
      behindUs = 0
      if (another || short) {
        // from now on, and not from when the disk has it: who commits meanwhile writes nothing of it any more
        held.live = null
        skipped = []
        picture.forget(held)
        options.pictured()
        const when = new Date(created).toISOString()
        if (!unfinished)
          fault(
            'product.made-anew',
            `the stream was made anew on ${when} and ends at ${last}, we were at ${position}: it is read from its beginning`,
          )
        await committer.flush()
        await beginAnew(options.cache, held, created)
        position = null
        place = 0
        doubted = astray = false
        return isSure()
      }
      await keepCreated(options.cache, held, created)
      await explain(skipped, first)
      if (isLog && (await recordGaps(options.cache, held, first, time.now()))) options.changed()
      position = positionOf(held)
      if (place !== position) {
        placePublished = await publishedAt(options.cache.reader, held, position)
        place = position
      }
      return isSure()
    },
    state(event) {
      if (event.sequence > place) tookPlace(event)
      stateBatch ??= createBatch()
      // what is rejected here comes again with the history, and is counted there
      check.accept(event, rules, stateBatch)
      if (stateBatch.used < perPiece) return
      picture.applied(held, stateBatch, false)
      clearBatch(stateBatch)
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
      options.followed(true)
    },
    goesOn(sequence, published) {
      // what was published there again was so later; of segments that were joined only the latest time is known
      const same = sequence === position && place === position && placePublished > 0
      astray = same ? published > placePublished : doubted
      doubted = astray
      return !astray
    },
    live(event) {
      const settledFrom = (position ?? 0) + 1
      if (event.sequence < settledFrom) return
      skip(settledFrom, event.sequence - 1)
      take(live, settledFrom, event)
      position = event.sequence
      tookPlace(event)
    },
    history(event) {
      const { sequence } = event
      if (historyNext === 0)
        historyNext =
          missing(held).find(({ first, last }) => first <= sequence && sequence <= last)?.first ?? sequence
      skip(historyNext, sequence - 1)
      take(history, historyNext, event)
      historyNext = sequence + 1
    },
    async historyDone(first, last) {
      historyNext = 0
      await committer.flush()
      // deleted on the platform, taken by its retention, or never there: nobody is to ask for it again
      for (const hole of missing(held)) {
        if (hole.first < first || hole.last > last) continue
        skip(hole.first, hole.last)
        committer.settled(history, hole.first, hole.last, time.now(), 0)
        await committer.flush()
      }
      options.changed()
    },
    get unexplained() {
      return skipped.length > 0
    },
    skipped: () => [...skipped],
    explained: explain,
    room: () => committer.room(),
    full: () => committer.full,
  }
}
