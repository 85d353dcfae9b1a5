import { rowOf } from '../../preload/contract/act.ts'
import type { DocumentPage } from '../../preload/contract/document.ts'
import type { PlannedScreen } from '../../preload/contract/display.ts'
import { ceilingOf, type Rank } from '../../preload/contract/marking.ts'
import { mayKnow } from '../../preload/contract/pointing.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Scene } from '../../preload/contract/scene.ts'
import type { DeskState, Node, Screen, WallState } from '../../preload/contract/state.ts'
import type { Policy } from '../policy/policy.ts'
import { sittingOf } from './author.ts'
import type { Scenes } from './scenes.ts'
import { tellPolls } from './poll-acts.ts'
import { claimsOf } from './presence.ts'
import type { State } from './state.ts'
import { callsFor, tellTold } from './told-lines.ts'
import { tellDone } from './waiting.ts'

/** What main tells windows of this node. Its policy may be another one each time it is read. */
export interface ThisNode {
  readonly policy: Policy
  scenes: Scenes
  exercise: boolean
  version: string
  /** the policy wants screen shots of our windows to be black, and this system can't */
  readonly unprotected: boolean
}

/** More than a night's alarms; of more, those that were taken on last are told. */
const mostAcknowledged = 500

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
    acknowledged: mayName ? state.acknowledged.slice(-mostAcknowledged) : [],
    polls: mayName ? tellPolls(state, policy) : null,
    problem: namesProduct(state.problem) && !mayName ? null : state.problem,
  }
}

/** @returns false: its display is not the one that it should be, so nothing is to show */
export const isKnown = (state: State, screen: number): boolean =>
  state.plan.screens.some((each) => each.screen === screen && each.known)

/** A document has a screen to itself: what it is called is for its window, which may know it, to say. */
const documentScene = ({ page, ...document }: DocumentPage): Scene => ({
  scene: 'document',
  title: { fr: 'Document', en: 'Document' },
  grid: { columns: 1, rows: 1 },
  widgets: [{ widget: 'document', at: [0, 0, 1, 1], document, page }],
})

export function tellWall(node: ThisNode, state: State, screen: number): WallState {
  const known = isKnown(state, screen)
  const { ceiling, distance, diagonal } = node.policy.screen(screen)
  const document = state.documents.get(screen)
  const shown =
    document === undefined
      ? node.scenes.show(sceneNameOf(node, state, screen), ceiling)
      : { scene: documentScene(document), problem: null }
  return {
    node: known
      ? nodeFor(node, state, ceiling)
      : { ...nodeFor(node, { ...state, acknowledged: [], polls: [] }, ceiling), blanked: true },
    screen,
    known,
    scene: shown.scene,
    problem: shown.problem,
    // whoever stands before it must find it at the desk
    identify: state.identifying !== null || !known,
    pointedOut: known && mayKnow(ceiling, node.policy.deskCeiling) ? state.pointedOut : null,
    calls: known ? callsFor(state, node.policy, ceiling) : [],
    distance,
    diagonal,
  }
}

/** Of several that say they have it, this node, then the first by name. */
function tellTheirs(node: ThisNode, state: State): Screen[] {
  const { scheme } = node.policy
  const claimed = new Set(state.plan.screens.map(({ screen }) => screen))
  const others = [...state.others].sort(([a], [b]) => (a < b ? -1 : 1))
  return others.flatMap(([name, { screens }]) =>
    screens.flatMap(({ scene: first, ceiling, ...place }): Screen[] => {
      if (claimed.has(place.screen)) return []
      claimed.add(place.screen)
      const scene = state.scenes.get(place.screen) ?? first
      // that node may well have a scene that this one has not
      const isHere = node.scenes.list.some((each) => each.scene === scene)
      const rank = ceilingOf(scheme, ceiling)
      const document = state.documents.get(place.screen) ?? null
      const maps = isHere && document === null ? mapsOf(node.scenes.show(scene, rank).scene) : []
      return [{ ...place, node: name, display: 0, ceiling: rank, scene, document, maps, problem: null }]
    }),
  )
}

export function tellDesk(node: ThisNode, state: State): DeskState {
  const claims = new Map(claimsOf(node.policy.node, state).map((claim) => [claim.screen, claim]))
  const screenOf = ({ screen, display, attached, known, label, bounds }: PlannedScreen): Screen => {
    const { ceiling, distance, diagonal } = node.policy.screen(screen)
    const scene = sceneNameOf(node, state, screen)
    const shown = node.scenes.show(scene, ceiling)
    const { width, height } = bounds
    const place = { screen, node: null, display, label, attached, known, width, height, distance, diagonal }
    const document = state.documents.get(screen) ?? null
    const maps = document === null ? mapsOf(shown.scene) : []
    return { ...place, ceiling, scene, document, maps, problem: shown.problem }
  }
  return {
    node: nodeFor(node, state, node.policy.deskCeiling),
    wall: node.policy.wall,
    screens: [...state.plan.screens.map(screenOf), ...tellTheirs(node, state)]
      .map((screen) => ({ ...screen, problem: claims.get(screen.screen)?.problem ?? screen.problem }))
      .sort((a, b) => a.screen - b.screen),
    scenes: node.scenes.list.filter(({ rank }) => rank <= node.policy.deskCeiling),
    nodes: [...state.others].map(([name, { at }]) => ({
      ...{ node: name, at },
      heard: state.together !== 'cut' && !state.unheard.includes(name),
    })),
    sitting: sittingOf(state, node.policy),
    proposals: state.proposals.map(({ id, input, by, at, declined }) => ({
      ...{ ...tellDone(input), id, by, at, declined },
      own: rowOf(input.act).shared === null,
    })),
    alone: state.alone.map(({ input, ...one }) => ({ ...tellDone(input), ...one })),
    reliefs: [...state.reliefs],
    shared: state.shared,
    log: state.log,
    exports: node.policy.export,
    deliveries: state.deliveries,
    forms: state.forms,
    told: tellTold(state, node.policy, node.policy.deskCeiling),
    together: state.together,
    mayNot: state.mayNot,
    outbox: state.outbox,
    lost: state.lost,
    pointedOut: state.pointedOut,
    identity: state.identity,
    trust: state.trust,
    passphraseWanted: state.passphraseWanted,
    cardsWanted: state.cardsWanted,
    platform: state.platform,
    version: node.version,
    unprotected: node.unprotected,
  }
}
