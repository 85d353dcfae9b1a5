/**
 * What each act makes of the wall's state. Pure, and of nothing that only this node knows: the same acts on the same state
 * make the same, whenever and wherever. Whether one can be done here at all is said before (`admission.ts`).
 */
import type { Act, ActId } from '../../preload/contract/act.ts'
import { tokenOf } from '../../preload/contract/place.ts'
import { lineReducers } from './line-acts.ts'
import { functionReducers, proposalReducers, settleAccord } from './person-acts.ts'
import { acceptDisplay } from './plan.ts'
import { pollReducers } from './poll-acts.ts'
import { reliefReducers } from './relief-acts.ts'
import type { State } from './state.ts'

/** More than the picture has of a product; those that were taken on first go first. */
const mostAcknowledged = 20_000
/** More than any wall has; those that were not heard for longest go first. */
const mostNodes = 200
/** More than are ever worked on at once; those that were approved first go first. */
const mostApprovals = 200

type Acknowledged = State['acknowledged'][number]

/** The same order on every node, whichever came there first. */
const taking = (a: Acknowledged, b: Acknowledged): number =>
  a.at - b.at || compare(a.product, b.product) || compare(a.entity, b.entity)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

type Reducer<A extends ActId> = (state: State, act: Act<A>) => State

const reducers: { [A in ActId]: Reducer<A> } = {
  acknowledge(state, { input: { product, entity, taken }, author, at }) {
    const all = state.acknowledged
    // all that are in force come at once with the first connection: no more than a look at each and a copy
    const before = all.findIndex((each) => each.entity === entity && each.product === product)
    const others = before < 0 ? all : all.toSpliced(before, 1)
    if (!taken) return { ...state, acknowledged: others }
    const own = { product, entity, at, by: author.person ?? author.node }
    // nearly always the last
    const earlier = others.findLastIndex((each) => taking(each, own) < 0)
    const acknowledged = others.toSpliced(earlier + 1, 0, own)
    if (acknowledged.length > mostAcknowledged) acknowledged.shift()
    return { ...state, acknowledged }
  },
  'point-out': (state, { input: { entity }, at }) => ({
    ...state,
    pointedOut: entity === null ? null : { ...entity, at },
  }),
  blank: (state) => ({ ...state, blanked: true }),
  unblank: (state) => ({ ...state, blanked: false }),
  identify: (state, { at }) => ({ ...state, identifying: at }),
  'end-identify': (state) => ({ ...state, identifying: null }),
  'accept-display': (state, { input: { screen } }) => ({ ...state, plan: acceptDisplay(state.plan, screen) }),
  'show-scene'(state, { input: { screen, scene, document } }) {
    const documents = new Map(state.documents)
    if (document === undefined) documents.delete(screen)
    else documents.set(screen, document)
    return { ...state, scenes: new Map(state.scenes).set(screen, scene), documents }
  },
  present(state, { input: { screens, person, reports }, author: { node }, at }) {
    // one node, however its name is written
    const isAlike = (name: string): boolean => name !== node && tokenOf(name) === tokenOf(node)
    const kept = [...state.others].filter(([name]) => !isAlike(name))
    const others = new Map(kept).set(node, { screens, person, at, ...(reports && { reports }) })
    if (others.size > mostNodes) {
      const [quietest] = [...others].sort(([a, one], [b, other]) => one.at - other.at || compare(a, b))
      if (quietest !== undefined) others.delete(quietest[0])
    }
    return { ...state, others }
  },
  'approve-report'(state, { input: { report, digest }, author, at }) {
    if (author.person === null) return state
    const approvals = new Map(state.approvals)
    approvals.delete(report)
    approvals.set(report, { digest, by: author, at })
    for (const oldest of approvals.keys()) {
      if (approvals.size <= mostApprovals) break
      approvals.delete(oldest)
    }
    return { ...state, approvals }
  },
  'set-language': (state, { input: { language } }) => ({ ...state, language }),
  'change-person': (state, { input: { person } }) => ({ ...state, person }),
  ...functionReducers,
  ...proposalReducers,
  ...lineReducers,
  ...reliefReducers,
  ...pollReducers,
}

export function reduce(state: State, act: Act): State {
  // each act meets the reducer of its own name
  const next = (reducers[act.input.act] as Reducer<ActId>)(state, act)
  return act.accord === undefined ? next : settleAccord(next, act, act.accord)
}
