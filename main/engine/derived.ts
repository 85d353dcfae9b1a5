/** Derived figures in the house: what formulas are made of comes from the cache, and what they say goes into the picture. */
import { derivedDomain, type FormulaStanding } from '../../preload/contract/formula.ts'
import { domainOf } from '../../preload/contract/entity.ts'
import { tokenOf } from '../../preload/contract/place.ts'
import { rankOf, type MarkingScheme, type Rank } from '../../preload/contract/marking.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { SharedTold } from '../../preload/contract/shared.ts'
import { newHeld, type Held } from './cache/held.ts'
import { readRecent } from './cache/recent.ts'
import type { Reader } from './cache/reader.ts'
import type { Committed } from './cache/commit.ts'
import { createDerive, type Derive, type Derived } from './derive/derive.ts'
import type { GroupNow } from './derive/figure.ts'
import { append, clearBatch, createBatch, unmarked, type Batch } from './event/batch.ts'
import { clearEvent, createEvent } from './event/event.ts'
import { clearFacts, createFacts } from './event/facts.ts'
import { eventTypes } from './event/record.ts'
import type { Picture } from './picture/picture.ts'

export interface DerivedOptions {
  cache: { reader: Reader; held: ReadonlyMap<ProductName, Held> }
  picture: Picture
  scheme: MarkingScheme
  /** this node's own, as people write it; null: it has none */
  organisation: string | null
  time: { now(): number }
  monotonic: () => number
  windows: { listSoon(): void; listNow(): void }
}

export interface DerivedFigures {
  /** products of the platform and those that are derived here, as windows may see them */
  readonly held: Pick<ReadonlyMap<ProductName, Held>, 'get' | 'values'>
  has(product: ProductName): boolean
  told(told: SharedTold): void
  committed(committed: Committed): void
  tick(): void
  standing(ceiling: Rank): FormulaStanding[]
  tryOut: Derive['tryOut']
  dispose(): Promise<void>
}

const metricType = eventTypes.indexOf('vigie.metric.v1')
const utf8 = new TextEncoder()

export function createDerived(options: DerivedOptions): DerivedFigures {
  const { cache, picture, scheme, organisation, time, windows } = options
  const own = new Map<ProductName, Held>()
  /** as it was told last, by product, and whose figures those are */
  const described = new Map<ProductName, { descriptor: Held['descriptor']; key: string }>()
  const batch = createBatch()
  const event = createEvent()
  const facts = createFacts()
  /** a level's id, a group's name and its caveats, as bytes */
  const texts = Buffer.alloc(1024)
  let sequence = 0

  /** A metric of the product as any other; a group that has no value is ended. */
  const append1 = ({ group, value, rank, caveats }: GroupNow, of: Held, now: number): void => {
    const series = group === '' ? 'value' : group
    const unit = of.descriptor.unit
    const isOwn = rank === 0
    const body = Number.isNaN(value)
      ? ''
      : JSON.stringify({ series, value, ...(unit === undefined ? {} : { unit }) })
    clearEvent(event)
    event.bytes = texts
    event.markingTo = event.subjectFrom = isOwn ? 0 : texts.write(scheme.levels[rank]?.id ?? '')
    event.subjectTo = event.caveatsFrom = event.subjectFrom + texts.write(series, event.subjectFrom)
    event.caveatsTo = event.caveatsFrom + texts.write(caveats, event.caveatsFrom)
    event.body = utf8.encode(body)
    event.entity = series
    event.sequence = ++sequence
    event.published = event.received = now
    clearFacts(facts)
    facts.series = series
    facts.value = value
    facts.unit = unit ?? null
    append(
      batch,
      event,
      { time: now, expires: Number.NaN, type: metricType, rank: isOwn ? unmarked : rank },
      facts,
    )
  }

  const say = (product: ProductName, groups: readonly GroupNow[], now: number): Batch | null => {
    const held = own.get(product)
    if (held === undefined) return null
    clearBatch(batch)
    for (const group of groups) append1(group, held, now)
    picture.applied(held, batch, true)
    // whoever is made of it has it while this one is filled again
    return batch
  }

  const derive = createDerive({
    ...{ scheme, say, organisation: organisation === null ? null : tokenOf(organisation) },
    now: () => time.now(),
    monotonic: options.monotonic,
    input(product) {
      const held = cache.held.get(product)
      if (held === undefined || domainOf(product) === derivedDomain) return null
      return { descriptor: held.descriptor, hidden: held.refused || held.withdrawn }
    },
    async recent(product, since, each) {
      const held = cache.held.get(product)
      return held === undefined ? since : readRecent(cache.reader, held, scheme, since, each)
    },
    changed: () => look(),
  })

  /** What it said so far is another formula's, or was for fewer people: nobody is shown that as this one's. */
  const isOthers = (product: ProductName, { key, descriptor }: Derived): boolean => {
    const before = described.get(product)
    return (
      before !== undefined &&
      (before.key !== key || rankOf(scheme, descriptor.marking) < rankOf(scheme, before.descriptor.marking))
    )
  }
  /** What is derived comes and goes, and is marked as its inputs are. */
  const look = (): void => {
    let isOther = false
    const drop = (product: ProductName, held: Held): void => {
      own.delete(product)
      described.delete(product)
      picture.drop(held)
      isOther = true
      windows.listNow()
    }
    for (const [product, held] of own) {
      const one = derive.products.get(product)
      if (one !== undefined && !isOthers(product, one)) continue
      drop(product, held)
      derive.retell(product)
    }
    for (const [product, one] of derive.products) {
      const known = own.get(product)
      if (known === undefined) {
        const held: Held = {
          ...newHeld(-1, product, one.descriptor),
          live: 0,
          get descriptor() {
            return derive.products.get(product)?.descriptor ?? one.descriptor
          },
          get refused() {
            return derive.products.get(product)?.hidden ?? true
          },
        }
        own.set(product, held)
        picture.table(held)
        isOther = true
      } else if (described.get(product)?.descriptor !== known.descriptor) {
        picture.described(known)
        isOther = true
      }
      described.set(product, { key: one.key, descriptor: one.descriptor })
    }
    if (isOther) windows.listSoon()
  }

  function* all(): MapIterator<Held> {
    for (const held of cache.held.values()) if (platformOnly(held) !== undefined) yield held
    yield* own.values()
  }

  return {
    held: {
      get: (product) => own.get(product) ?? platformOnly(cache.held.get(product)),
      values: all,
    },
    has: (product) => own.has(product),
    told: derive.told,
    committed: ({ lane, batch: done }) => derive.committed(lane.held.product, done, lane.kind === 'live'),
    tick() {
      derive.tick()
      look()
    },
    standing: derive.standing,
    tryOut: derive.tryOut,
    dispose: derive.dispose,
  }
}

/** A platform has no product in the domain of what is derived here. */
const platformOnly = (held: Held | undefined): Held | undefined =>
  held !== undefined && domainOf(held.product) === derivedDomain ? undefined : held
