import { describe, expect, it } from 'vitest'
import type { CrlFacts } from '../../../../preload/contract/trust.ts'
import { inGroups } from '../../../../renderer/kit/fingerprint.ts'
import { countsOf, rowsOf } from '../../../../renderer/provisioning/health/rows.ts'
import { everywhere, keysOf } from '../../../../renderer/provisioning/keys.ts'
import { tabFor } from '../../../../renderer/provisioning/tabs.ts'
import { consequenceOf, ocspOf } from '../../../../renderer/provisioning/trust/standing.ts'
import { speechIn } from '../../../doubles/desk.ts'
import { factsOf } from '../../../doubles/health.ts'

const speech = speechIn('fr')

it('a fingerprint is read in groups of four', () => {
  expect(inGroups('9b41e07c5d22')).toEqual(['9B41', 'E07C', '5D22'])
})

describe('what a list means', () => {
  const list = (state: CrlFacts['state']): CrlFacts => ({
    ...{ source: '/root.crl', issuer: 'AC', number: '1', state, read: null, revoked: 0, problem: null },
    ...{ thisUpdate: 0, nextUpdate: Date.UTC(2026, 6, 26), refusedFrom: Date.UTC(2026, 6, 27) },
  })
  it.each([
    ['fresh', 'À jour'],
    ['stale', 'encore acceptée jusqu’au 27 juil. 2026'],
    ['over', 'Aucun certificat de cette autorité'],
  ] as const)('is said where it is %s', (state, words) => {
    expect(consequenceOf(list(state), speech)).toContain(words)
  })
  it('is that nothing is taken where it was never read', () => {
    expect(consequenceOf({ ...list('missing'), nextUpdate: null }, speech)).toContain('Elle manque')
  })
  it('and a server that nobody met proved nothing', () => {
    expect(ocspOf(null, speech)).toContain('aucun serveur')
  })
})

it('without a wall what only a wall knows is said to be unknown, and why', () => {
  const facts = { ...factsOf(Date.UTC(2026, 6, 26)), contact: null, skew: null, outbox: null }
  const alone = rowsOf(facts, false, speech).find(({ id }) => id === 'contact')
  expect(alone).toMatchObject({ state: 'unknown' })
  expect(alone?.words).toContain('aucun mur')
  expect(rowsOf(facts, true, speech).find(({ id }) => id === 'contact')?.words).toBe('')
  expect(countsOf(rowsOf(facts, false, speech)).bad).toBe(0)
})

it('no key of this window means two things', () => {
  for (const rows of Object.values(keysOf)) {
    const shown = [...everywhere, ...rows].map(({ shown: key }) => key)
    expect(new Set(shown).size).toBe(shown.length)
  }
  expect(tabFor({ key: '3', ctrlKey: true, altKey: false, metaKey: false })).toBe('trust')
  expect(tabFor({ key: '3', ctrlKey: false, altKey: false, metaKey: false })).toBeNull()
})
