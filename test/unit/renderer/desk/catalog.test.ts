import { describe, expect, it } from 'vitest'
import { catalogOf, missingIn, rejectedIn, standingOf } from '../../../../renderer/desk/catalog/catalog.ts'
import { feedOf, minutesAgo, now } from '../../../doubles/picture.ts'

describe('the catalog', () => {
  const feeds = [
    feedOf('health.beds', now, { descriptor: { kind: 'metric', title: { fr: 'Lits', en: 'Beds' } } }),
    feedOf('security.intelligence', null, { access: 'refused', descriptor: { kind: 'feature' } }),
    feedOf('security.units', now, { descriptor: { kind: 'track', title: 'Unités' } }),
    feedOf('security.zones', now, { descriptor: { title: 'Zones' } }),
    feedOf('security.arrests', now, { descriptor: { title: 'Évacuations' } }),
    feedOf('zoology.animals', now),
    feedOf('agriculture.fields', now),
  ]

  it('reads by domain in the order of a staff, domains that it does not know after them by name', () => {
    expect(catalogOf(feeds, 'fr', now).map(({ domain }) => domain)).toEqual([
      'security',
      'health',
      'agriculture',
      'zoology',
    ])
  })
  it('puts what happens before what is counted, names by the language, and what is refused last', () => {
    const [security] = catalogOf(feeds, 'fr', now)
    expect(security?.lines.map(({ title }) => title)).toEqual([
      'Évacuations',
      'Zones',
      'Unités',
      'security.intelligence',
    ])
  })
  it('names a product in the language of the moment', () => {
    const beds = (language: 'fr' | 'en') => catalogOf(feeds, language, now)[1]?.lines[0]?.title
    expect([beds('fr'), beds('en')]).toEqual(['Lits', 'Beds'])
  })
  it('tells a refused product and a pending one from an empty one, and an old one from a fresh one', () => {
    const standing = (...[newest, changes]: [number | null, Parameters<typeof feedOf>[2]?]) =>
      standingOf(feedOf('security.units', newest, changes), now)
    expect(standing(now)).toBe('fresh')
    expect(standing(minutesAgo(2))).toBe('late')
    expect(standing(minutesAgo(5))).toBe('lost')
    expect(standing(null)).toBe('waiting')
    expect(standing(null, { access: 'pending' })).toBe('pending')
    expect(standing(now, { access: 'refused' })).toBe('refused')
  })
  it('counts what retention took and what was refused', () => {
    const gaps = [
      { first: 10, last: 19, found: now },
      { first: 40, last: 40, found: now },
    ]
    expect(missingIn(feedOf('security.units', now, { stream: { gaps } }))).toBe(11)
    expect(
      rejectedIn([
        feedOf('a.b', now, { stream: { rejected: 3 } }),
        feedOf('a.c', now, { stream: { rejected: 4 } }),
      ]),
    ).toBe(7)
  })
})
