import type { PlannedScreen } from '../../preload/contract/display.ts'
import type { Rank } from '../../preload/contract/marking.ts'
import { mayKnow } from '../../preload/contract/pointing.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Scene } from '../../preload/contract/scene.ts'
import type { DeskState, Node, Screen, WallState } from '../../preload/contract/state.ts'
import type { Policy } from '../policy/policy.ts'
import type { Scenes } from './scenes.ts'
import type { State } from './state.ts'

/** What does not change while Vigie runs. */
export interface ThisNode {
  policy: Policy
  scenes: Scenes
  exercise: boolean
  version: string
  /** the policy wants screen shots of our windows to be black, and this system can't */
  unprotected: boolean
}

/** The scene that a screen is to show: chosen by somebody, else the policy's. */
export const sceneNameOf = (node: ThisNode, state: State, screen: number): string =>
  state.scenes.get(screen) ?? node.policy.screen(screen).scene

const mapsOf = ({ widgets }: Scene): Screen['maps'] =>
  widgets.flatMap((widget) => (widget.widget === 'map' ? [{ domains: widget.domains ?? null }] : []))

/** What is wrong with a product names it. */
const namesProduct = (problem: Problem | null): boolean => problem?.code.startsWith('product.') === true

function nodeFor(node: ThisNode, state: State, ceiling: Rank): Node {
  const { policy, exercise } = node
  const mayName = mayKnow(ceiling, policy.deskCeiling)
  return {
    name: policy.node,
    organisation: policy.organisation,
    exercise,
    language: state.language,
    timeZone: policy.timeZone,
    scheme: policy.scheme,
    ceiling,
    moment: state.moment,
    blanked: state.blanked,
    acknowledged: mayName ? state.acknowledged : [],
    problem: namesProduct(state.problem) && !mayName ? null : state.problem,
  }
}

/** @returns false: its display is not the one that it should be, so nothing is to show */
export const isKnown = (state: State, screen: number): boolean =>
  state.plan.screens.some((each) => each.screen === screen && each.known)

export function tellWall(node: ThisNode, state: State, screen: number): WallState {
  const known = isKnown(state, screen)
  const { ceiling, distance, diagonal } = node.policy.screen(screen)
  const shown = node.scenes.show(sceneNameOf(node, state, screen), ceiling)
  return {
    node: known
      ? nodeFor(node, state, ceiling)
      : { ...nodeFor(node, { ...state, acknowledged: [] }, ceiling), blanked: true },
    screen,
    known,
    scene: shown.scene,
    problem: shown.problem,
    // whoever stands before it must find it at the desk
    identify: state.identifying !== null || !known,
    pointedOut: known && mayKnow(ceiling, node.policy.deskCeiling) ? state.pointedOut : null,
    distance,
    diagonal,
  }
}

export function tellDesk(node: ThisNode, state: State): DeskState {
  const screenOf = ({ screen, display, attached, known, label, bounds }: PlannedScreen): Screen => {
    const { ceiling, distance, diagonal } = node.policy.screen(screen)
    const scene = sceneNameOf(node, state, screen)
    const shown = node.scenes.show(scene, ceiling)
    const { width, height } = bounds
    const place = { screen, node: null, display, label, attached, known, width, height, distance, diagonal }
    return { ...place, ceiling, scene, maps: mapsOf(shown.scene), problem: shown.problem }
  }
  return {
    node: nodeFor(node, state, node.policy.deskCeiling),
    wall: node.policy.wall,
    screens: state.plan.screens.map(screenOf),
    scenes: node.scenes.list.filter(({ rank }) => rank <= node.policy.deskCeiling),
    nodes: [...state.others].map(([name, { at, heard }]) => ({ node: name, at, heard })),
    together: state.together,
    mayNot: state.mayNot,
    outbox: state.outbox,
    lost: state.lost,
    pointedOut: state.pointedOut,
    identity: state.identity,
    passphraseWanted: state.passphraseWanted,
    platform: state.platform,
    version: node.version,
    unprotected: node.unprotected,
  }
}
