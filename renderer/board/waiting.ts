import { isOf, type Subscription } from '../../preload/contract/port.ts'
import type { Picture } from '../link/picture.svelte.ts'
import type { Node } from '../../preload/contract/state.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { Speech } from '../speech/speech.ts'
import { isAmong } from './needs.ts'

/** What a widget lives on, for the words that say that the platform has none of it. `domains`: incidents of some. */
type Matter = 'incidents' | 'domains' | 'notes' | 'figures' | 'places' | 'any'

/**
 * Why a widget that needs this has nothing to show; null: it has, or rightly shows an empty list.
 * An empty list must never be mistaken for a list that is not there.
 */
export function whyEmpty(
  picture: Pick<Picture, 'connection' | 'heard' | 'feeds' | 'listed' | 'withheld'>,
  needs: readonly Subscription[],
  speech: Speech,
  what: Matter = 'any',
): string | null {
  if (picture.heard === null) return speech.say('empty.waiting')
  const feeds = picture.feeds.filter(isAmong(needs))
  if (!picture.listed) return speech.say('empty.waiting')
  if (feeds.length === 0) return speech.say('empty.noFeed', { what })
  const open = feeds.filter(({ access }) => access !== 'refused')
  if (open.length === 0) return speech.say('empty.refused')
  const withheld = open.some(({ product, descriptor: { kind } }) =>
    needs.some((need) => isOf(need, product, kind) && picture.withheld(product, need.form)),
  )
  if (withheld) return speech.say('empty.withheld')
  if (open.every(({ known }) => known)) return null
  return speech.say(picture.connection?.state === 'live' ? 'empty.waiting' : 'empty.offline')
}

/**
 * Why nothing is said of a product that somebody named and this window's catalog has not: a window is not even told of
 * what is above its ceiling, so it may be either.
 */
export const whyAbsent = (
  product: ProductName,
  { scheme, ceiling }: Pick<Node, 'scheme' | 'ceiling'>,
  speech: Speech,
): string => speech.say('empty.absent', { product, ceiling: scheme.levels[ceiling]?.short ?? '?' })
