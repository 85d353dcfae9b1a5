/** Which nodes the wall is of: each says at regular intervals that it is there, with which screens, and hears the others. */
import { automationOf } from '../../preload/contract/author.ts'
import { presentFor } from '../../preload/contract/act.ts'
import type { OwnScreen } from '../../preload/contract/display.ts'
import { tokenOf } from '../../preload/contract/place.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Policy } from '../policy/policy.ts'
import type { Acting } from './acting.ts'
import type { HeldState } from './hold-state.ts'
import type { State } from './state.ts'

/** Two of them may be lost before the others miss this node, ms. */
const presentEvery = presentFor / 3

/** As many as the others take. */
const mostReports = 20

/** Of two nodes that say that they have the same screen, one is wrong. */
export interface Claim {
  screen: number
  problem: Problem
}

/** @param node this one's name @returns by number; what a node had that is not heard any more is nobody's */
export function claimsOf(
  node: string,
  { plan, others, unheard }: Pick<State, 'plan' | 'others' | 'unheard'>,
): Claim[] {
  const by = new Map<number, Set<string>>()
  const claim = (name: string, screens: readonly { screen: number }[]): void => {
    for (const { screen } of screens) by.set(screen, (by.get(screen) ?? new Set()).add(tokenOf(name)))
  }
  claim(node, plan.screens)
  for (const [name, { screens }] of others) if (!unheard.includes(name)) claim(name, screens)
  return [...by]
    .filter(([, names]) => names.size > 1)
    .sort(([a], [b]) => a - b)
    .map(([screen, names]) => {
      const subject = `${screen} (${[...names].sort().join(', ')})`
      const message = `screen ${subject} is claimed twice`
      return { screen, problem: { code: 'wall.screen-claimed', message, subject } }
    })
}

/** What the others are told of this node's screens. */
const ownScreens = ({ scheme, screen: decided }: Policy, { plan }: State): OwnScreen[] =>
  plan.screens.map(({ screen, label, attached, known, bounds: { width, height } }) => {
    const { ceiling, distance, diagonal, scene } = decided(screen)
    const level = scheme.levels[ceiling]?.id ?? ''
    const place = { screen, label: label.slice(0, 200), attached, known, width, height, distance, diagonal }
    return { ...place, ceiling: level, scene }
  })

interface Given {
  wall: Pick<HeldState, 'now' | 'found' | 'listen'>
  acting: Pick<Acting, 'perform'>
  policy(): Policy
  /** of two nodes with one screen; null: there are none any more */
  problem(problem: Problem | null): void
}

/** Says that this node is there while anybody can hear it, and notices who was not heard for too long. */
export function keepPresence({ wall, acting, policy, problem }: Given): { dispose(): void } {
  const author = automationOf(policy().node, 'presence')
  const missing = new Map<string, NodeJS.Timeout>()
  let again: NodeJS.Timeout | undefined
  let said = ''
  let claimed = ''

  const say = (): void => {
    clearTimeout(again)
    again = setTimeout(say, presentEvery)
    const screens = ownScreens(policy(), wall.now())
    said = JSON.stringify(screens)
    const { together, person, reading } = wall.now()
    // whoever knows nothing of drafts hears what they always heard
    const reports = reading.length === 0 ? {} : { reports: reading.slice(0, mostReports) }
    if (together === 'together') acting.perform({ act: 'present', screens, person, ...reports }, author)
  }
  const hear = (name: string): void => {
    clearTimeout(missing.get(name))
    missing.set(
      name,
      setTimeout(() => {
        missing.delete(name)
        const { unheard, others } = wall.now()
        wall.found({ unheard: [...unheard, name].filter((each) => others.has(each)) })
      }, presentFor),
    )
    const { unheard } = wall.now()
    if (unheard.includes(name)) wall.found({ unheard: unheard.filter((each) => each !== name) })
  }

  const stop = wall.listen((state, before) => {
    if (state.others !== before.others)
      for (const [name, heard] of state.others) if (heard !== before.others.get(name)) hear(name)
    const [claim] = claimsOf(policy().node, state)
    if ((claim?.problem.message ?? '') !== claimed) {
      claimed = claim?.problem.message ?? ''
      problem(claim?.problem ?? null)
    }
    const joined = state.together === 'together' && before.together !== 'together'
    const changed = state.plan !== before.plan && JSON.stringify(ownScreens(policy(), state)) !== said
    if (joined || changed || state.person !== before.person || state.reading !== before.reading) say()
  })
  say()
  return {
    dispose() {
      stop()
      clearTimeout(again)
      for (const timer of missing.values()) clearTimeout(timer)
    },
  }
}
