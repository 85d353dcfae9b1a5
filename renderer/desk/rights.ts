/** What this node may do, before anything of it is offered. */
import type { ActId } from '../../preload/contract/act.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { isAct, type Doing } from './acts.ts'

export type Rights = Pick<DeskState, 'mayNot'>

/** A node's own screens are always its own to blank, and to give back where nobody else blanked them: main knows. */
const alwaysHere: readonly ActId[] = ['blank', 'unblank']
export const mayDo = (act: ActId, { mayNot }: Rights): boolean =>
  alwaysHere.includes(act) || !mayNot.includes(act)

/** Whether this node has the right to what is to be done, or to what it leads to. */
export const isAllowed = (doing: Doing, rights: Rights): boolean =>
  isAct(doing) ? mayDo(doing.act, rights) : doing.act !== 'choose-scene' || mayDo('show-scene', rights)
