import type { DeskState, Node, Screen, WallState } from '../../preload/contract/state.ts'
import type { Rank } from '../../preload/contract/marking.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Policy } from '../policy/policy.ts'
import type { Decided } from './state.ts'
import type { Scenes } from './scenes.ts'
import type { PlannedScreen } from '../../preload/contract/display.ts'

/** What does not change while Vigie runs. */
export interface Station {
  policy: Policy
  scenes: Scenes
  exercise: boolean
  /** what the desk shows as the platform's address */
  platform: string
  version: string
  /** the policy wants screen shots of our windows to be black, and this system can't */
  unprotected: boolean
}

/** The scene that a screen is to show: chosen by somebody, else the policy's. */
export const sceneNameOf = (station: Station, decided: Decided, screen: number): string =>
  decided.scenes.get(screen) ?? station.policy.screen(screen).scene

/**
 * What the desk points out or takes on is named by its entity. A window of a lower ceiling than the desk's may not
 * even have the name, so it is not told.
 */
const mayKnow = (station: Station, ceiling: Rank): boolean => ceiling >= station.policy.deskCeiling

/** What is wrong with a product names it. */
const namesProduct = (problem: Problem | null): boolean => problem?.code.startsWith('product.') === true

function nodeFor(station: Station, decided: Decided, ceiling: Rank): Node {
  const { policy, exercise } = station
  return {
    station: policy.station,
    organisation: policy.organisation,
    exercise,
    language: decided.language,
    timeZone: policy.timeZone,
    scheme: policy.scheme,
    ceiling,
    blanked: decided.blanked,
    acknowledged: mayKnow(station, ceiling) ? decided.acknowledged : [],
    problem: namesProduct(decided.problem) && !mayKnow(station, ceiling) ? null : decided.problem,
  }
}

/** @param known false: its display is not the one that it should be, so nothing is to show */
export function tellWall(station: Station, decided: Decided, screen: number, known: boolean): WallState {
  const { ceiling, distance, diagonal } = station.policy.screen(screen)
  const shown = station.scenes.show(sceneNameOf(station, decided, screen))
  return {
    node: known
      ? nodeFor(station, decided, ceiling)
      : { ...nodeFor(station, { ...decided, acknowledged: [] }, ceiling), blanked: true },
    screen,
    known,
    scene: shown.scene,
    problem: shown.problem,
    // whoever stands before it must find it at the desk
    identify: decided.identify || !known,
    focus: known && mayKnow(station, ceiling) ? decided.focus : null,
    distance,
    diagonal,
  }
}

export function tellDesk(
  station: Station,
  decided: Decided,
  planned: readonly PlannedScreen[],
  identity: DeskState['identity'],
  passphraseWanted: DeskState['passphraseWanted'],
): DeskState {
  const screenOf = ({ screen, display, attached, known, label, bounds }: PlannedScreen): Screen => {
    const { ceiling, distance, diagonal } = station.policy.screen(screen)
    const scene = sceneNameOf(station, decided, screen)
    const problem: Problem | null = station.scenes.show(scene).problem
    const { width, height } = bounds
    const place = { screen, display, label, attached, known, width, height, distance, diagonal }
    return { ...place, ceiling, scene, problem }
  }
  return {
    node: nodeFor(station, decided, station.policy.deskCeiling),
    wall: station.policy.wall,
    screens: planned.map(screenOf),
    scenes: station.scenes.list,
    identity,
    passphraseWanted,
    platform: station.platform,
    version: station.version,
    unprotected: station.unprotected,
  }
}
