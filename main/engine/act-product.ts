/** The product of acts: where the rooms that keep, picture and publish events meet the one that knows of acts. */
import { actIds, rowOf } from '../../preload/contract/act.ts'
import { incidentsName } from '../../preload/contract/incident.ts'
import { alarmEntity, screenEntity, tokenOf, wallEntity, type Place } from '../../preload/contract/place.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { ActBody } from '../../preload/contract/event.ts'
import { createActs, type Acts, type Told } from './acts/acts.ts'
import type { Here } from './acts/counting.ts'
import type { Cache } from './cache/cache.ts'
import type { Committed } from './cache/commit.ts'
import type { Held } from './cache/held.ts'
import type { Outbox } from './cache/outbox.ts'
import type { Links } from './links.ts'
import type { Picture } from './picture/picture.ts'
import type { Products } from './products.ts'
import type { PlatformClock } from './time/platform-clock.ts'
import { createWritten } from './written.ts'

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
  const written = createWritten({
    ...options,
    kind: 'act',
    rights: () => (options.here.place === null ? null : rights(options.here.place)),
    tried: (entities, mayNot) => acts.tried(entities, mayNot),
  })

  const acts = createActs({
    ...options,
    monotonic: time.monotonic,
    now: time.now,
    table: () => picture.tables.get(product),
    feed: written.feed,
    send({ entity, body, at, ...one }) {
      const { by } = JSON.parse(body) as ActBody
      return written.publish(entity, {
        ...one,
        type: 'vigie.act.v1',
        source: `/vigie/${tokenOf(by.node)}`,
        time: at,
        body: new TextEncoder().encode(body),
      })
    },
    history: written.history,
    settled: written.settled,
    lasting: lastingOf(options.here.place),
  })

  /** One of each kind that this node does, and an alarm of each product that may raise one. */
  const rights = (place: Place): string[] => [
    ...new Set(heardOf.filter(({ ofWall }) => ofWall).map(({ all }) => all(place).replace('*', '1'))),
    ...[...cache.held.keys()]
      .filter((name) => name.endsWith(`.${incidentsName}`))
      .map((name) => alarmEntity({ product: name, entity: '-' })),
  ]
  return {
    begin: acts.begin,
    act: acts.act,
    withdraw: acts.withdraw,
    changed: acts.changed,
    committed({ lane, batch }) {
      if (lane.held === written.held()) acts.committed(lane.kind === 'live' ? batch : null)
    },
    followed(of, now) {
      if (of !== product) return
      written.follow(now)
      if (now) acts.changed()
      else acts.reads()
      written.tryOn()
    },
    remade(one) {
      if (one === written.held()) acts.remade(one.live === null)
    },
    dispose() {
      written.dispose()
      return acts.dispose()
    },
  }
}
