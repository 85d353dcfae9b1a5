import { expect, it } from 'vitest'
import type { Feed } from '../../../../renderer/link/feeds.ts'
import { incidentNeeds } from '../../../../renderer/board/needs.ts'
import { whyEmpty } from '../../../../renderer/board/waiting.ts'
import { createSpeech } from '../../../../renderer/speech/speech.ts'
import { feedOf, now } from '../../../doubles/picture.ts'

const speech = createSpeech(() => ({ language: 'en', timeZone: 'Europe/Paris' }))
const why = (feeds: Feed[], { listed = true, live = true, withheld = false } = {}): string | null =>
  whyEmpty(
    {
      feeds,
      listed,
      withheld: (product, form) => withheld && product === 'health.incidents' && form === 'records',
      heard: now,
      connection: live
        ? { state: 'live', since: now, server: '', known: 1 }
        : { state: 'offline', since: now },
    },
    incidentNeeds,
    speech,
    'incidents',
  )

const known = feedOf('health.incidents', null, { known: true })
const unread = feedOf('security.incidents', null, { known: false })
const refused = feedOf('transport.incidents', null, { known: false, access: 'refused' })

it('says that nothing is open only when every incidents feed was read', () => {
  expect(why([known])).toBeNull()
  expect(why([known, refused])).toBeNull()
  expect(why([known, unread])).toBe(speech.say('empty.waiting'))
  expect(why([known, unread], { live: false })).toBe(speech.say('empty.offline'))
})

it('says that there is no feed only when the whole catalog was read', () => {
  expect(why([], { listed: false })).toBe(speech.say('empty.waiting'))
  expect(why([known], { listed: false })).toBe(speech.say('empty.waiting'))
  expect(why([])).toBe('No feed of incidents on this platform')
})

it('says that it may not show what it may not show', () => {
  expect(why([refused])).toBe(speech.say('empty.refused'))
})

it('says that it was not given what it asked for, rather than that nothing is open', () => {
  expect(why([known], { withheld: true })).toBe('Not shown: this screen asks for too much at once')
  expect(why([refused], { withheld: true })).toBe(speech.say('empty.refused'))
})
