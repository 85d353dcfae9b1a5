/** How what people do here goes to the others: what is known of the product of acts, in one word. */
import type { Togetherness } from '../../../preload/contract/outbox.ts'

/** The product of acts, as its intake has it now. */
export interface Feed {
  /** whether a catalog lists it; null: not every catalog that can be reached has said, or not for long enough */
  listed: boolean | null
  /** a catalog said so on the connection that there is now: nothing is sent by what one before it said */
  listedNow: boolean
  /** there was one: what waits for it waits until it is listed again */
  had: boolean
  /** the platform does not let this node read it */
  refused: boolean
  /** its intake's connection stands */
  live: boolean
  /** nothing was left to catch up on, and what is published comes as it is published */
  follows: boolean
  /** nothing of its history is missing that can still come */
  whole: boolean
}

/** What this node may write, as far as it has tried on this connection. */
export interface Writing {
  /** first tokens of entities that the platform refused */
  readonly refused: ReadonlySet<string>
  /** it has taken something */
  readonly taken: boolean
}

/** What rights are given by, of each entity that acts are about: its first token. */
const ofWall = [
  ...['blank', 'function', 'node', 'numbers', 'pointing', 'poll', 'proposal'],
  ...['relief', 'screen', 'told'],
]
export const tokens: readonly string[] = ['alarm', ...ofWall]

export function togetherOf(feed: Feed, writing: Writing): Togetherness {
  if (feed.listed === null) return feed.had ? 'cut' : 'unknown'
  if (!feed.listed) return 'alone'
  // one that is refused says nothing of the others
  if (feed.refused || (!writing.taken && ofWall.every((token) => writing.refused.has(token))))
    return 'refused'
  return feed.live && feed.follows ? 'together' : 'cut'
}

/** `screen` of `screen.<organisation>.<wall>.3`: rights are given by it. */
export const tokenOfEntity = (entity: string): string => entity.split('.', 1)[0] ?? ''
