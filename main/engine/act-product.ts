/** The product of acts: where the rooms that keep, picture and publish events meet the one that knows of acts. */
import { actIds, rowOf } from '../../preload/contract/act.ts'
import { incidentsName } from '../../preload/contract/incident.ts'
import { alarmEntity, screenEntity, tokenOf, wallEntity, type Place } from '../../preload/contract/place.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { ActBody } from '../../preload/contract/event.ts'
import { fail } from '../../preload/contract/result.ts'
import { createActs, type Acts, type Told } from './acts/acts.ts'
import type { Here } from './acts/counting.ts'
import type { Cache } from './cache/cache.ts'
import type { Committed } from './cache/commit.ts'
import { isEmpty, missing, type Held } from './cache/held.ts'
import { readHistory } from './cache/history.ts'
import type { Outbox } from './cache/outbox.ts'
import { holds } from './cache/ranges.ts'
import type { Links } from './links.ts'
import type { Picture } from './picture/picture.ts'
import type { Products } from './products.ts'
import type { PlatformClock } from './time/platform-clock.ts'

/** What acts that everybody hears of are about. */
const heardOf = actIds.map(rowOf).flatMap(({ shared, about }) => (shared === null ? [] : [about]))

export interface ActProductOptions {
  product: ProductName
  /** where this node acts; null: not known, and no right is tried before one is needed */
  here: Here
  kept: Outbox
  cache: Cache
  picture: Picture
  products: () => Products
  links: () => Links
  time: Pick<PlatformClock, 'now' | 'atLeast' | 'monotonic'>
  random: () => number
  told: Told
  unwritable: (error: unknown) => void
}

export interface ActProduct extends Pick<Acts, 'begin' | 'act' | 'withdraw' | 'changed' | 'dispose'> {
  committed(committed: Committed): void
  followed(product: ProductName, follows: boolean): void
  remade(held: Held): void
}

/** ms for which a catalog has no product of acts before that is believed: a slip of its keeper is mended in less */
const sureAfter = 10_000

/** ms: a right that is given or taken is nothing that a server tells by itself */
const tryAfter = 30_000

/** Screens whose scene is looked for beyond the picture. */
const mostScreens = 32

/** What is in force of the wall until somebody does otherwise. */
const lastingOf = (place: Place | null): string[] =>
  place === null
    ? []
    : [
        wallEntity(place, 'blank'),
        ...Array.from({ length: mostScreens }, (_, at) => screenEntity(place, at + 1)),
      ]

export function createActProduct(options: ActProductOptions): ActProduct {
  const { product, cache, picture, time } = options
  let follows = false
  const held = (): Held | undefined => {
    const known = cache.held.get(product)
    return known?.descriptor.kind === 'act' ? known : undefined
  }

  /** The platform had one once, or may have what was sent: whatever its catalog says, what waits is not this node's own. */
  const had = (): boolean => {
    const known = cache.held.get(product)
    return (
      (known !== undefined && (known.live !== null || !isEmpty(known))) ||
      options.kept.entries.some(({ tried }) => tried)
    )
  }
  /** when it was first missing of those that it was not listed since; null: not missing */
  let missingSince: number | null = null
  const listed = (): boolean | null => {
    // one of another kind is none
    const isOther = cache.held.has(product) && !held()
    const said = isOther ? false : options.products().isListed(product)
    if (said === true) missingSince = null
    if (said !== false) return said
    missingSince ??= time.monotonic()
    return had() || time.monotonic() - missingSince < sureAfter ? null : false
  }

  const acts = createActs({
    ...options,
    monotonic: time.monotonic,
    now: time.now,
    table: () => picture.tables.get(product),
    feed() {
      const now = held()
      return {
        listed: listed(),
        listedNow: held() !== undefined && options.products().isListedNow(product),
        had: had(),
        refused: now?.refused === true,
        live: typeof now?.intake === 'string' && options.links().isLive(now.intake),
        follows,
        whole: now !== undefined && now.live !== null && missing(now).length === 0,
      }
    },
    async send({ entity, body, at, ...one }) {
      const intake = held()?.intake
      if (typeof intake !== 'string') return fail('platform.unreachable', 'nobody takes acts', product)
      const { by } = JSON.parse(body) as ActBody
      return options.links().publish(intake, {
        ...one,
        to: { product, entity },
        type: 'vigie.act.v1',
        source: `/vigie/${tokenOf(by.node)}`,
        time: at,
        body: new TextEncoder().encode(body),
      })
    },
    async history(entity, each) {
      const now = held()
      if (!now) return
      await readHistory(cache.reader, now.id, entity, each)
    },
    lasting: lastingOf(options.here.place),
    settled: (sequence) => holds(held()?.ranges ?? [], sequence),
  })

  /** One of each kind that this node does, and an alarm of each product that may raise one. */
  const rights = (place: Place): string[] => [
    ...new Set(heardOf.filter(({ ofWall }) => ofWall).map(({ all }) => all(place).replace('*', '1'))),
    ...[...cache.held.keys()]
      .filter((name) => name.endsWith(`.${incidentsName}`))
      .map((name) => alarmEntity({ product: name, entity: '-' })),
  ]
  let timer: NodeJS.Timeout | null = null
  const tryRights = async (): Promise<void> => {
    const intake = held()?.intake
    if (typeof intake !== 'string' || options.here.place === null) return
    const entities = rights(options.here.place)
    const mayNot = await options.links().mayNotWrite(intake, product, entities)
    if (mayNot !== null && follows && held()?.intake === intake) acts.tried(entities, mayNot)
  }
  const tryOn = (): void => {
    if (timer) clearInterval(timer)
    timer = null
    if (!follows) return
    timer = setInterval(() => void tryRights(), tryAfter)
    void tryRights()
  }

  return {
    begin: acts.begin,
    act: acts.act,
    withdraw: acts.withdraw,
    changed: acts.changed,
    committed({ lane, batch }) {
      if (lane.held === held()) acts.committed(lane.kind === 'live' ? batch : null)
    },
    followed(of, now) {
      if (of !== product) return
      follows = now
      if (now) acts.changed()
      else acts.reads()
      tryOn()
    },
    remade(one) {
      if (one === held()) acts.remade(one.live === null)
    },
    dispose() {
      follows = false
      tryOn()
      return acts.dispose()
    },
  }
}
