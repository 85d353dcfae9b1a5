import type { Feed } from '../../preload/contract/picture.ts'
import type { Picture } from '../kit/picture.svelte.ts'
import type { Speech } from '../kit/speech.ts'

/**
 * Why a widget that lives on the given feeds has nothing to show; null: it has, or rightly shows an empty list.
 * An empty list must never be mistaken for a list that is not there.
 */
export function whyEmpty(
  picture: Pick<Picture, 'connection' | 'heard' | 'feeds'>,
  wanted: (feed: Feed) => boolean,
  speech: Speech,
): string | null {
  if (picture.heard === null) return speech.say('empty.waiting')
  const feeds = picture.feeds.filter(wanted)
  if (feeds.length === 0)
    return speech.say(picture.connection?.state === 'live' ? 'empty.noFeed' : 'empty.waiting')
  if (feeds.some(({ newest }) => newest !== null)) return null
  if (feeds.every(({ access }) => access === 'refused')) return speech.say('empty.refused')
  if (feeds.some(({ access }) => access === 'permitted') && picture.connection?.state === 'live') return null
  return speech.say(picture.connection?.state === 'live' ? 'empty.waiting' : 'empty.offline')
}
