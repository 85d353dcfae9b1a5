import { describe, expect, it } from 'vitest'
import { qualityRows } from '../../../../renderer/board/quality/quality.ts'
import type { Feed } from '../../../../renderer/link/feeds.ts'

const now = 1_000_000
const feed = (product: string, more: Partial<Feed> = {}): Feed => ({
  product,
  descriptor: {
    ...{ title: product, owner: { fr: 'Préfecture', en: 'Prefecture' }, domain: 'a', kind: 'metric' },
    ...{ marking: 'np', freshness: 'PT1M', retention: 'P1D' },
  },
  ...{ access: 'permitted', known: true, intake: null, newest: now, entities: 1 },
  stream: { received: 9, rejected: 0, faults: 0, gaps: [], behind: 0 },
  ...more,
})

describe('the quality of products', () => {
  it('begins with what is worst, and has what is named though it is not there', () => {
    const rows = qualityRows(
      { products: ['a.fine', 'a.gone', 'a.late', 'a.lossy'] },
      [
        feed('a.fine'),
        feed('a.late', { newest: now - 90_000 }),
        feed('a.lossy', {
          stream: { received: 9, rejected: 2, faults: 0, gaps: [{ first: 3, last: 5, found: 1 }], behind: 0 },
        }),
      ],
      now,
    )
    expect(rows.map(({ product }) => product)).toEqual(['a.gone', 'a.late', 'a.lossy', 'a.fine'])
    expect(rows[0]?.standing).toBe('absent')
    expect(rows[2]).toMatchObject({ missing: 3, rejected: 2, counted: true })
  })
  it('is of an owner’s products, by their name in either language', () => {
    const feeds = [feed('a.one'), feed('a.two', { descriptor: { ...feed('x').descriptor, owner: 'RATP' } })]
    expect(qualityRows({ owner: 'prefecture' }, feeds, now).map(({ product }) => product)).toEqual(['a.one'])
  })
  it('says nothing of what a window may not count', () => {
    expect(qualityRows({}, [feed('a.one', { stream: null })], now)[0]).toMatchObject({
      ...{ counted: false, quality: null },
    })
  })
})
