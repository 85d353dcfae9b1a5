/** One way to do something at the desk: by its key, from the help or the palette. */
import type { ActId, Offer, Way } from '../../preload/contract/act.ts'
import type { Doing } from './acts.ts'
import type { Rights } from './rights.ts'
import type { DeskSituation } from './situation.ts'

export interface DeskWay extends Way<Doing, DeskSituation> {
  /** the key works in a field too */
  typing?: true
  /** the act that it does or leads to: who may not do it is not offered the way */
  to?: ActId
  /** where it leads nowhere, it is not there */
  where?: (rights: Rights) => boolean
}

export const always =
  (input: Doing, words: Offer<Doing>['words']): DeskWay['offers'] =>
  () => [{ input, words }]
