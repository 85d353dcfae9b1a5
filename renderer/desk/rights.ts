/** What this node, and whoever sits at it, may do, before anything of it is offered. */
import { lineRight, type ActId } from '../../preload/contract/act.ts'
import { lacking, type RoomFunction } from '../../preload/contract/person.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { isAct, type Doing } from './acts.ts'

export type Rights = Pick<DeskState, 'mayNot' | 'sitting'> & { node: Pick<DeskState['node'], 'name'> }

/** A node's own screens are always its own to blank, and to give back where nobody else blanked them: main knows. */
const alwaysHere: readonly ActId[] = ['blank', 'unblank']
const mayHere = (act: ActId, { mayNot }: Rights): boolean => alwaysHere.includes(act) || !mayNot.includes(act)
/** The functions one of which it asks for, and none of which anybody has who sits here; empty: none stands against it. */
export const lacks = (act: ActId, { sitting, node }: Rights): RoomFunction[] =>
  lacking(sitting, node.name, act)
export const mayDo = (act: ActId, rights: Rights): boolean =>
  mayHere(act, rights) && lacks(act, rights).length === 0

/** What is done, or what it leads to; null: nothing that anybody gives a right to. */
export const actOf = (doing: Doing): ActId | null =>
  isAct(doing) ? doing.act : doing.act === 'choose-scene' ? 'show-scene' : null

/** Policy lets somebody say who they are. */
export const isAsked = ({ sitting }: Pick<DeskState, 'sitting'>): boolean =>
  sitting.free || sitting.list.length > 0

/** … of which writing the log asks for one. */
export const lackedToWrite = ({ sitting, node }: Pick<Rights, 'sitting' | 'node'>): RoomFunction[] =>
  lacking(sitting, node.name, lineRight)
