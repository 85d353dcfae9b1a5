import { describe, expect, it } from 'vitest'
import {
  freshnessOfFeeds,
  severityOfDomain,
  situationOf,
} from '../../../../renderer/board/domain/standing.ts'
import { incidentsIn } from '../../../../renderer/board/incidents/listed.ts'
import { feedOf, incidentRecord, minutesAgo, noteRecord, now } from '../../../doubles/picture.ts'

const severe = incidentsIn([feedOf('health.incidents', now)], () => [
  incidentRecord('health.incidents', 'inc-041', now, { severity: 'Severe' }),
])

describe('a domain', () => {
  it('is explained by its newest note on the situation', () => {
    const notes = [
      noteRecord('health.log', 'a', minutesAgo(9), { text: 'before', category: 'situation' }),
      noteRecord('health.log', 'b', minutesAgo(3), { text: 'now', category: 'situation' }),
      noteRecord('health.log', 'c', minutesAgo(1), { text: 'a line', category: 'log' }),
    ]
    expect(situationOf(notes)?.text).toBe('now')
    expect(situationOf([])).toBeNull()
  })
  it('is as bad as the worst that is known of it', () => {
    expect(severityOfDomain(null, [], [])).toBe('Unknown')
    expect(severityOfDomain(null, severe, ['minor', 'moderate'])).toBe('Severe')
    expect(severityOfDomain({ text: '', severity: 'Extreme' }, severe, [])).toBe('Extreme')
    expect(severityOfDomain(null, [], ['minor', 'extreme'])).toBe('Extreme')
  })
  it('is not talked calm while an incident is open', () => {
    expect(severityOfDomain({ text: '', severity: 'Minor' }, severe, [])).toBe('Severe')
  })
  it('has figures as old as the worst of its feeds', () => {
    const feeds = [feedOf('logistics.a', now - 2000), feedOf('logistics.b', now - 200_000)]
    expect(freshnessOfFeeds(feeds, now)).toEqual({ freshness: 'late', newest: now - 200_000 })
    expect(freshnessOfFeeds([], now)).toEqual({ freshness: 'waiting', newest: null })
  })
})
