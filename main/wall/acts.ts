/** What each act makes of the wall's state. Pure: the same acts on the same state make the same, whenever and wherever. */
import type { Act, ActId } from '../../preload/contract/act.ts'
import { isSame } from '../../preload/contract/entity.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { acceptDisplay } from './plan.ts'
import type { State } from './state.ts'

/** More than a night's alarms; the oldest go first. */
const mostAcknowledged = 500

/** The state with what this act changes, or why it can't be done. */
type Reducer<A extends ActId> = (state: State, act: Act<A>) => Result<State>

const reducers: { [A in ActId]: Reducer<A> } = {
  acknowledge(state, { input: { product, entity, taken }, author, at }) {
    const others = state.acknowledged.filter((each) => !isSame(each, { product, entity }))
    if (!taken) return ok({ ...state, acknowledged: others })
    const by = author.person ?? author.node
    const acknowledged = [...others, { product, entity, at, by }].slice(-mostAcknowledged)
    return ok({ ...state, acknowledged })
  },
  'point-out': (state, { input: { entity }, at }) =>
    ok({ ...state, pointedOut: entity === null ? null : { ...entity, at } }),
  blank: (state) => ok({ ...state, blanked: true }),
  unblank: (state) => ok({ ...state, blanked: false }),
  identify: (state, { at }) => ok({ ...state, identifying: at }),
  'end-identify': (state) => ok({ ...state, identifying: null }),
  'accept-display'(state, { input: { screen } }) {
    const waits = state.plan.screens.some((each) => each.screen === screen && each.attached && !each.known)
    return waits
      ? ok({ ...state, plan: acceptDisplay(state.plan, screen) })
      : fail('screen.unknown', `screen ${screen} has no display to be accepted`, String(screen))
  },
  'show-scene'(state, { input: { screen, scene } }) {
    if (!state.plan.screens.some((each) => each.screen === screen))
      return fail('screen.unknown', `there is no screen ${screen}`, String(screen))
    if (!state.choosable.includes(scene)) return fail('scene.unknown', `there is no scene “${scene}”`, scene)
    return ok({ ...state, scenes: new Map(state.scenes).set(screen, scene) })
  },
  present(state, { input: { screens }, author: { node }, at }) {
    const others = new Map(state.others).set(node, { screens, at, heard: true })
    return ok({ ...state, others })
  },
  'set-language': (state, { input: { language } }) => ok({ ...state, language }),
}

export const reduce = (state: State, act: Act): Result<State> =>
  // each act meets the reducer of its own name
  (reducers[act.input.act] as Reducer<ActId>)(state, act)
