/** A product that this node writes to: what is known of it now, how it is told something, and what this node may write. */
import type { WriteAccess } from '../../preload/contract/outbox.ts'
import type { Kind, ProductName } from '../../preload/contract/product.ts'
import { fail, type Result } from '../../preload/contract/result.ts'
import type { Feed } from './acts/together.ts'
import type { Cache } from './cache/cache.ts'
import { isEmpty, missing, type Held } from './cache/held.ts'
import { readHistory } from './cache/history.ts'
import type { Outbox } from './cache/outbox.ts'
import { holds } from './cache/ranges.ts'
import type { Publication } from './intake/intake.ts'
import type { Links } from './links.ts'
import type { Products } from './products.ts'
import type { PlatformClock } from './time/platform-clock.ts'

export interface WrittenOptions {
  product: ProductName
  /** one of another kind is none */
  kind: Kind
  kept: Pick<Outbox, 'entries'>
  cache: Cache
  products: () => Products
  links: () => Links
  time: Pick<PlatformClock, 'monotonic'>
  /** the entities by which rights are tried; null: none before one is needed */
  rights: () => readonly string[] | null
  tried: (entities: readonly string[], mayNot: readonly string[]) => void
}

export interface Written {
  held(): Held | undefined
  feed(): Feed
  /** @param mayNot it has refused this node the right to write there */
  access(mayNot: boolean): WriteAccess
  /** this sequence was read and is durable, whatever it was */
  settled(sequence: number): boolean
  /** the events of an entity that are kept here, the newest first; false: enough */
  history(entity: string, each: (bytes: Uint8Array, at: number) => boolean): Promise<void>
  publish(entity: string, publication: Omit<Publication, 'to'>): Promise<Result<{ sequence: number }>>
  /** nothing is left to catch up on, or another reading begins */
  follow(now: boolean): void
  /** rights are tried now, and now and then, while it is followed */
  tryOn(): void
  dispose(): void
}

/** ms for which no catalog has the product before that is believed: a slip of its keeper is mended in less */
const sureAfter = 10_000

/** ms: a right that is given or taken is nothing that a server tells by itself */
const tryAfter = 30_000

export function createWritten(options: WrittenOptions): Written {
  const { product, kind, cache, time } = options
  let follows = false
  const held = (): Held | undefined => {
    const known = cache.held.get(product)
    return known?.descriptor.kind === kind ? known : undefined
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

  let timer: NodeJS.Timeout | null = null
  const tryRights = async (): Promise<void> => {
    const intake = held()?.intake
    const entities = options.rights()
    if (typeof intake !== 'string' || entities === null) return
    const mayNot = await options.links().mayNotWrite(intake, product, entities)
    if (mayNot !== null && follows && held()?.intake === intake) options.tried(entities, mayNot)
  }
  const tryOn = (): void => {
    if (timer) clearInterval(timer)
    timer = null
    if (!follows) return
    timer = setInterval(() => void tryRights(), tryAfter)
    void tryRights()
  }

  const feed = (): Feed => {
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
  }

  return {
    held,
    feed,
    access(mayNot) {
      const { listed: isListed, had: wasThere, refused, live, follows: isFollowed } = feed()
      if (isListed === null) return wasThere ? 'cut' : 'unknown'
      if (!isListed) return 'absent'
      if (refused || mayNot) return 'refused'
      return live && isFollowed ? 'open' : 'cut'
    },
    settled: (sequence) => holds(held()?.ranges ?? [], sequence),
    async history(entity, each) {
      const now = held()
      if (!now) return
      await readHistory(cache.reader, now.id, entity, each)
    },
    async publish(entity, publication) {
      const intake = held()?.intake
      if (typeof intake !== 'string') return fail('platform.unreachable', 'nobody takes it', product)
      return options.links().publish(intake, { ...publication, to: { product, entity } })
    },
    follow(now) {
      follows = now
    },
    tryOn,
    dispose() {
      follows = false
      tryOn()
    },
  }
}
