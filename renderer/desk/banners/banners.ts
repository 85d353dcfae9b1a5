import { daysLeft } from '../../../preload/contract/health.ts'
import type { Connection } from '../../../preload/contract/picture.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import type { CrlFacts } from '../../../preload/contract/trust.ts'
import type { View } from '../acts.ts'
import type { Key, Values } from '../../speech/words.ts'

export interface Banner {
  id: string
  /** down: nothing comes; warning: something is not as it was asked for */
  grade: 'down' | 'warning'
  /** said before the cause; null where the cause says it all */
  about: { key: Key; values: Values } | null
  problem: Problem | null
  /** where more of it stands, and what can be done about it */
  view?: View
}

const day = 86_400_000
/** Renewing a certificate takes its people weeks. */
const announced = 30 * day
/** ms that a machine's clock may be off by before somebody is to set it */
const tolerated = 5000

/** In the largest unit of which there are two. */
function amountOf(ms: number): { count: number; unit: 'seconds' | 'minutes' | 'hours' | 'days' } {
  const units = [
    ['days', day],
    ['hours', 3_600_000],
    ['minutes', 60_000],
  ] as const
  for (const [unit, each] of units) if (ms >= 2 * each) return { count: Math.round(ms / each), unit }
  return { count: Math.round(ms / 1000), unit: 'seconds' }
}

/** A list that can't be reached just now is none as long as the one that is there holds. */
function troubleOf({ source, state, problem }: CrlFacts): Problem | null {
  if (state === 'stale')
    return { code: 'crl.stale', message: problem?.message ?? 'no newer one was published', subject: source }
  return state === 'fresh' && problem?.code === 'crl.unreachable' ? null : problem
}

/**
 * What is not in order on this node, the worst first; nothing else stands here.
 * @param skew how far the platform's clock is ahead of this machine's, ms; null: not known
 */
export function bannersOf(
  state: DeskState,
  connection: Connection | null,
  now: number,
  skew: number | null,
): Banner[] {
  const banners: Banner[] = []
  const { problem: own } = state.node
  // what a person is asked for is no failure: its own banner offers the dialog
  if (own !== null && own.code !== 'identity.passphrase-wanted')
    banners.push({ id: 'node', grade: 'down', about: null, problem: own })
  if (connection !== null && 'problem' in connection && connection.problem.code !== own?.code)
    banners.push({ id: 'connection', grade: 'down', about: null, problem: connection.problem })
  if (skew !== null && Math.abs(skew) > tolerated)
    banners.push({
      id: 'clock',
      grade: 'warning',
      about: {
        key: skew > 0 ? 'desk.clock.slow' : 'desk.clock.fast',
        values: amountOf(Math.abs(skew)),
      },
      problem: null,
    })
  for (const crl of state.trust.crls) {
    const problem = troubleOf(crl)
    if (problem !== null) banners.push({ id: `crl ${crl.source}`, grade: 'warning', about: null, problem })
  }
  // an exercise's certificate is made for it and thrown away after it: nobody is to renew it
  if (state.identity !== null && !state.node.exercise) {
    const left = state.identity.notAfter - now
    if (left <= announced)
      banners.push({
        id: 'identity',
        // within a day it is over before anybody can do anything slowly
        grade: left <= day ? 'down' : 'warning',
        about:
          left > 0
            ? { key: 'desk.identity.expires', values: { days: daysLeft(state.identity.notAfter, now) } }
            : { key: 'desk.identity.expired', values: {} },
        problem: null,
      })
  }
  if (state.unprotected)
    banners.push({
      id: 'protection',
      grade: 'warning',
      about: { key: 'desk.protection.impossible', values: {} },
      problem: null,
    })
  for (const { screen, node, attached, known, label } of state.screens)
    // only who stands before it can tell what hangs there: another node's is told at its own desk
    if (node === null && attached && !known)
      banners.push({
        id: `display ${screen}`,
        grade: 'warning',
        about: { key: 'desk.display.unknown', values: { screen, label: label || '–' } },
        problem: null,
      })
  for (const { screen, node, problem } of state.screens)
    if (problem !== null)
      banners.push({
        id: `screen ${screen}${node === null ? '' : ` ${node}`}`,
        grade: 'warning',
        about: { key: 'desk.screen.named', values: { screen } },
        problem,
      })
  const onScreens = new Set(state.screens.map(({ scene }) => scene))
  for (const { scene, problem } of state.scenes)
    // a broken scene that a screen was to show is told with its screen
    if (problem !== null && !onScreens.has(scene))
      banners.push({
        id: `scene ${scene}`,
        grade: 'warning',
        about: { key: 'desk.scene.named', values: { scene } },
        problem,
      })
  return banners
}
