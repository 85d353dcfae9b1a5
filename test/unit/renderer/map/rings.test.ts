// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { Freshness } from '../../../../preload/contract/freshness.ts'
import type { PlacedIncident } from '../../../../renderer/map/features.ts'
import { colours } from '../../../../renderer/map/glyphs.ts'
import { fadedTo } from '../../../../renderer/map/looks.ts'
import { lookOf, numberOf, ringOf } from '../../../../renderer/map/rings.ts'

const incident = { key: 'a.incidents a', severity: 'Extreme' } as PlacedIncident
const drawn = (freshness: Freshness) => {
  const look = lookOf(incident, freshness)
  return [...ringOf(50, 50, 10, look, incident, false), ...numberOf(57, 43, 1, 1, look)]
}
const strengthsOf = (parts: readonly SVGElement[]) => new Set(parts.map((one) => one.getAttribute('opacity')))

test('the ring and the number of a stale incident fade as its symbol does, and of a lost one they are grey', () => {
  expect(strengthsOf(drawn('fresh'))).toEqual(new Set(['1']))
  for (const freshness of ['late', 'lost'] as const)
    expect(strengthsOf(drawn(freshness))).toEqual(new Set([String(fadedTo[freshness])]))
  expect(fadedTo.lost).toBeLessThan(fadedTo.late)
  const written = (freshness: Freshness) => drawn(freshness).map(({ outerHTML }) => outerHTML)
  for (const part of written('late')) expect(part).toContain(colours.extreme)
  for (const part of written('lost')) expect(part).not.toContain(colours.extreme)
})
