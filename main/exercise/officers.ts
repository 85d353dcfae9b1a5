import type { Feature } from '../../preload/contract/event.ts'
import type { Chance } from './chance.ts'
import type { StoryClock } from './clock.ts'
import { moved, rounded, type Position } from './path.ts'
import { renumbered } from './renumber.ts'
import type { River } from './river.ts'
import type { Roads } from './roads.ts'
import type { Scenario } from './scenario.ts'
import { named, translated } from './words.ts'

export type Officer = {
  entity: string
  /** what he reports at a minute of the story: where he stands and what he says */
  at(minute: number): Feature
}

type Named = { prefix: string }
export const officerEntity = ({ prefix }: Named, number: number): string =>
  `${prefix}-${String(number).padStart(4, '0')}`

/** Liaison officers: each walks about his place and says something new every few minutes. */
export const createOfficers = (
  scenario: Scenario,
  clock: StoryClock,
  chance: Chance,
  roads: Roads,
  river: River | null,
): Officer[] => {
  const { officers, sites, script } = scenario
  if (officers === null) return []
  const total = officers.says.reduce((sum, { weight }) => sum + weight, 0)
  const scripted = script.steps.flatMap((step) => (step.do === 'observation' ? [step] : []))
  // what a scripted observation is about keeps the officer's words until the incident is over
  const endOf = (refs: readonly string[]) =>
    Math.max(
      ...script.steps.flatMap((step) =>
        step.do === 'incident' && refs.includes(step.incident) && step.status !== 'resolved' ? [step.at] : [],
      ),
      0,
    ) + 8

  const homeOf = (number: number): Position => {
    const where = chance.of('officer', 'where', number)
    const spread = (metres: number, at: Position): Position =>
      moved(
        at,
        chance.between(-metres, metres, 'officer', 'east', number),
        chance.between(-metres, metres, 'officer', 'north', number),
      )
    if (river !== null && where < officers.near.route) {
      const metres = chance.between(river.route.from - 150, river.route.to + 350, 'officer', 'along', number)
      const side = chance.of('officer', 'side', number) < 0.5 ? -1 : 1
      // dense on the quays, thinner behind them
      const out = 75 + 420 * chance.of('officer', 'out', number) ** 2
      const { lon, lat } = river.path.at(metres, side * out)
      return [lon, lat]
    }
    if (where < officers.near.route + officers.near.venues) {
      const [, lon, lat] = chance.pick(sites.venues, 'officer', 'venue', number)
      return spread(280, [lon, lat])
    }
    return spread(160, roads.position(chance.pick(roads.nodes, 'officer', 'node', number)))
  }

  return Array.from({ length: officers.count }, (_, index): Officer => {
    const number = index + 1
    const home = homeOf(number)
    const [soon, late] = officers.changesEveryMinutes
    const every = chance.between(soon, late, 'officer', 'every', number)
    const phase = chance.of('officer', 'phase', number)
    const turns = [0.9 + phase, 1.7 - phase] as const
    const name = named(officers.name, String(number).padStart(4, '0'))
    const mine = scripted.filter((step) => step.officer === number)
    return {
      entity: officerEntity(officers, number),
      at(minute) {
        const { cycle, minute: within } = clock.cycleAt(minute)
        const told = mine.find((step) => within >= step.at && within < endOf(step.refs))
        const angle = (minute / 10) * 2 * Math.PI
        const walked = moved(
          told?.position ?? home,
          officers.reach * (told ? 0.2 : 1) * Math.sin(angle / turns[0] + phase * 6.28),
          officers.reach * (told ? 0.2 : 1) * Math.cos(angle / turns[1] + phase * 6.28),
        )
        const slot = Math.floor(minute / every + phase)
        let left = chance.of('officer', 'says', number, slot) * total
        const says = officers.says.find(({ weight }) => (left -= weight) < 0) ?? officers.says[0]!
        const text = (told ?? says).text
        return {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: rounded(walked) },
          properties: {
            category: 'observation',
            severity: (told ?? says).severity,
            topic: told ? 'security' : says.topic,
            ...translated({ name, text }),
            ...(told
              ? { refs: told.refs.map((ref) => renumbered(ref.toLowerCase(), script.cycle, cycle)) }
              : {}),
          },
        }
      },
    }
  })
}
