import { describe, expect, it } from 'vitest'
import type { Connection } from '../../../../preload/contract/picture.ts'
import { feedCells, linkOf } from '../../../../renderer/kit/feeds.ts'
import { createSpeech } from '../../../../renderer/speech/speech.ts'
import { feedOf, minutesAgo, now } from '../../../doubles/picture.ts'

const seconds = (count: number): number => now - count * 1000
const brief = (cells: ReturnType<typeof feedCells>) =>
  cells.map(({ key, freshness, newest }) => [key, freshness, newest === null ? null : (now - newest) / 1000])

describe('the strip of feeds', () => {
  it('has one cell per domain, in the order in which a staff reads them, with the age of its newest', () => {
    const cells = feedCells(
      [
        feedOf('environment.air', seconds(38)),
        feedOf('security.units', seconds(4)),
        feedOf('security.observations', seconds(2)),
      ],
      now,
    )
    expect(brief(cells)).toEqual([
      ['security', 'fresh', 2],
      ['environment', 'fresh', 38],
    ])
  })
  it('has none for what people do and write at the wall, which is not late where nobody does anything', () => {
    const acts = { descriptor: { kind: 'act' } } as const
    const cells = feedCells(
      [
        feedOf('security.units', seconds(4)),
        feedOf('security.acts', minutesAgo(600), acts),
        feedOf('ops.acts', null, acts),
        // nor for what they write
        feedOf('ops.log', null),
      ],
      now,
    )
    expect(brief(cells)).toEqual([['security', 'fresh', 4]])
  })
  it('never lets a live feed hide a lost one beside it', () => {
    const cells = feedCells(
      [feedOf('transport.trains', seconds(4)), feedOf('transport.air', minutesAgo(20))],
      now,
    )
    expect(brief(cells)).toEqual([
      ['transport', 'fresh', 4],
      ['transport.air', 'lost', 1200],
    ])
  })
  it('shows a domain as bad as its worst where several of its feeds are late', () => {
    const cells = feedCells(
      [
        feedOf('logistics.log', seconds(4)),
        feedOf('logistics.vehicles', seconds(200)),
        feedOf('logistics.deliveries', seconds(300)),
      ],
      now,
    )
    expect(brief(cells)).toEqual([['logistics', 'lost', 300]])
  })
  it('puts what has no room into its domain’s cell', () => {
    const feeds = ['a', 'b', 'c'].flatMap((domain) => [
      feedOf(`${domain}.live`, seconds(1)),
      feedOf(`${domain}.dead`, minutesAgo(30)),
    ])
    const cells = feedCells(feeds, now, 4)
    expect(cells).toHaveLength(4)
    expect(brief(cells).filter(([, freshness]) => freshness === 'lost')).toHaveLength(3)
  })
  it('tells waiting and refused apart from fresh', () => {
    const cells = feedCells(
      [feedOf('security.x', null, { access: 'refused' }), feedOf('health.x', null)],
      now,
    )
    expect(brief(cells)).toEqual([
      ['security', 'refused', null],
      ['health', 'waiting', null],
    ])
  })
})

describe('the link', () => {
  const speech = createSpeech(() => ({ language: 'fr', timeZone: 'Europe/Paris' }))
  const live: Connection = { state: 'live', since: 0, server: 'x', known: 1 }

  it('is live only while the engine speaks', () => {
    expect(linkOf(live, seconds(1), false, now, speech)).toMatchObject({ state: 'live', text: 'En direct' })
    expect(linkOf(live, seconds(12), false, now, speech)).toMatchObject({
      state: 'down',
      text: 'Image figée depuis 00:12',
    })
    expect(linkOf(live, seconds(1), true, now, speech)).toMatchObject({ state: 'down' })
  })
  it('says since when it is cut and when it will be tried again', () => {
    const waiting: Connection = {
      state: 'waiting',
      since: minutesAgo(2),
      retryAt: now + 4000,
      problem: { code: 'platform.unreachable', message: '' },
    }
    expect(linkOf(waiting, now, false, now, speech)).toEqual({
      state: 'down',
      text: 'Coupé depuis 02:00',
      detail: 'nouvel essai dans 4 s',
    })
  })
  it('says the cause where waiting does not help', () => {
    const refused: Connection = {
      state: 'refused',
      since: minutesAgo(2),
      problem: { code: 'platform.refused-us', message: '', subject: 'nats.example' },
    }
    expect(linkOf(refused, now, false, now, speech).detail).toBe(
      'nats.example refuse le certificat de ce poste.',
    )
  })
  it('is only starting before the engine has spoken', () => {
    expect(linkOf(null, null, false, now, speech)).toMatchObject({ state: 'starting' })
  })
})
