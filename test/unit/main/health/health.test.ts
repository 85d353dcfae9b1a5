/** How a node is: what is found of it, what that means, and from when somebody is told. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gatherHealth } from '../../../../main/health/facts.ts'
import { healthIds, healthOf, isHealthy, type HealthFacts } from '../../../../preload/contract/health.ts'
import { endingBanners, troublesOf } from '../../../../renderer/desk/health/rows.ts'
import { reportOf, saidRows } from '../../../../renderer/kit/health.ts'
import { speechIn } from '../../../doubles/desk.ts'
import { factsOf } from '../../../doubles/health.ts'

const day = 86_400_000
const now = Date.UTC(2026, 10, 27)
const ending = (days: number, more: Partial<HealthFacts> = {}): HealthFacts =>
  factsOf(now, {
    certificates: [
      { role: 'identity', subject: 'CN=poste-07', notAfter: now + 400 * day },
      { role: 'authority', subject: 'CN=AC Postes', notAfter: now + days * day },
    ],
    ...more,
  })
const stateOf = (facts: HealthFacts, id: string) => healthOf(facts).find((row) => row.id === id)?.state

describe('what health says', () => {
  it('has a row of each kind, in one order, whatever is known', () => {
    const nothing = factsOf(now, {
      ...{
        certificates: [],
        trust: null,
        skew: null,
        contact: null,
        slots: null,
        disk: null,
        cache: null,
        outbox: null,
      },
    })
    for (const facts of [factsOf(now), nothing])
      expect(healthOf(facts).map(({ id }) => id)).toEqual([...healthIds])
    expect(
      healthOf(nothing)
        .filter(({ id }) => id !== 'versions')
        .every(({ state }) => state === 'unknown'),
    ).toBe(true)
    // nobody could say: that is no failure
    expect(isHealthy(healthOf(nothing))).toBe(true)
  })
  it.each([
    [31, 'good', 0, undefined],
    [30, 'warn', 1, 'warning'],
    [7, 'bad', 1, 'warning'],
    [1, 'bad', 1, 'down'],
    [-1, 'bad', 1, 'down'],
  ])(
    'of a certificate that ends in %d days is %s, and the desk is told so',
    (days, state, troubles, grade) => {
      const facts = ending(days)
      expect(stateOf(facts, 'authority')).toBe(state)
      expect(troublesOf(facts, now)).toBe(troubles)
      expect(endingBanners(facts, now)[0]?.grade).toBe(grade)
      expect(isHealthy(healthOf(facts))).toBe(state !== 'bad')
    },
  )
  it('asks nobody to renew what an exercise made and throws away', () => {
    const facts = ending(1, { throwAway: true })
    expect(stateOf(facts, 'authority')).toBe('good')
    expect(endingBanners(facts, now)).toEqual([])
  })
  it('counts the shortest part of a chain', () => {
    const chain = [100, 5, 50].map((days) => ({
      role: 'chain' as const,
      subject: `CN=${days}`,
      notAfter: now + days * day,
    }))
    expect(healthOf(factsOf(now, { certificates: chain })).find(({ id }) => id === 'chain')).toMatchObject({
      ...{ state: 'bad', value: 5, words: 'CN=5' },
    })
  })
  it.each<[string, Partial<HealthFacts>, string, string]>([
    ['our own certificate on a list', { trust: { revoked: true, crls: [] } }, 'revocation', 'bad'],
    [
      'a list past its day',
      { trust: { revoked: false, crls: [{ source: 'u', state: 'stale', nextUpdate: now }] } },
      'revocation',
      'warn',
    ],
    ['a clock nine seconds off', { skew: -9000 }, 'clock', 'warn'],
    ['a clock two minutes off', { skew: 120_000 }, 'clock', 'bad'],
    [
      'a platform that refuses us',
      { contact: { state: 'refused', since: now, server: null } },
      'contact',
      'bad',
    ],
    ['a cut line', { contact: { state: 'waiting', since: now, server: null } }, 'contact', 'warn'],
    ['a disk nearly full', { disk: { free: 5, size: 100 } }, 'disk', 'warn'],
    ['a full disk', { disk: { free: 1, size: 100 } }, 'disk', 'bad'],
    ['a refused act', { outbox: { count: 1, refused: 1, full: false } }, 'outbox', 'warn'],
    ['a full outbox', { outbox: { count: 9, refused: 0, full: true } }, 'outbox', 'bad'],
  ])('tells %s', (_what, more, id, state) => {
    expect(stateOf(factsOf(now), id)).toBe('good')
    expect(stateOf(factsOf(now, more), id)).toBe(state)
  })
  it('is a report of a line each, in the reader’s language', () => {
    const [fr, en] = (['fr', 'en'] as const).map((language) => {
      const speech = speechIn(language)
      return reportOf(saidRows(factsOf(now), speech), speech).split('\n')
    })
    expect(fr).toHaveLength(healthIds.length)
    expect(fr?.[0]).toMatch(/^bon\tCertificat\t400 jours\tCN=poste-07/)
    expect(en?.[0]).toMatch(/^good\tCertificate\t400 days\tCN=poste-07/)
  })
})

describe('what is found', () => {
  it('is what can be read, and what can’t be is not known', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'vigie-health-'))
    const parts = {
      ...{ now: () => now, identity: null, authority: 'no certificate', throwAway: false, trust: null },
      ...{ outbox: null, versions: { vigie: '0', runtime: 'x' }, mayCopy: false, profile },
      ...{ vault: join(profile, 'vault.json'), database: join(profile, 'cache.db') },
    }
    try {
      expect(await gatherHealth(parts)).toMatchObject({ certificates: [], slots: null, cache: null })
      await writeFile(parts.vault, JSON.stringify({ slots: [{ kind: 'certificate' }, { kind: 'recovery' }] }))
      await writeFile(parts.database, 'x'.repeat(10))
      await writeFile(`${parts.database}-wal`, 'x'.repeat(5))
      const found = await gatherHealth(parts)
      expect(found).toMatchObject({ slots: ['certificate', 'recovery'], cache: 15 })
      expect(found.disk?.size).toBeGreaterThan(0)
      await writeFile(parts.vault, '{ cut')
      expect(await gatherHealth(parts)).toMatchObject({ slots: null })
    } finally {
      await rm(profile, { recursive: true, force: true })
    }
  })
})
