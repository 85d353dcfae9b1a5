import type { OwnScreen, WallPlan } from '../../preload/contract/display.ts'
import type { Moment } from '../../preload/contract/moment.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { DeskState, Node } from '../../preload/contract/state.ts'
import type { Language } from '../../preload/contract/words.ts'

/** What main finds, and nobody does. */
export interface Found {
  /** the displays that hang there; that one is a screen's own is a person's act */
  plan: WallPlan
  /** the scenes that there are */
  choosable: readonly string[]
  problem: Problem | null
  /** what of the certificate that opened may be told; null: none did */
  identity: DeskState['identity']
  trust: DeskState['trust']
  passphraseWanted: DeskState['passphraseWanted']
  cardsWanted: DeskState['cardsWanted']
  /** the addresses of the platform’s servers; empty: the exercise’s, which does not stand yet */
  platform: string
  /** how what is done here goes to the others */
  together: DeskState['together']
  /** acts that this node has no right to do */
  mayNot: DeskState['mayNot']
  outbox: DeskState['outbox']
  lost: DeskState['lost']
  shared: DeskState['shared']
  /** names of other nodes that were not heard for too long */
  unheard: readonly string[]
}

/** The wall as acts have made it: the one owner of all that windows are told. */
export interface State extends Found {
  language: Language
  moment: Moment
  blanked: boolean
  /** since when the screens show their numbers, ms since 1970; null: they don't */
  identifying: number | null
  acknowledged: Node['acknowledged']
  pointedOut: DeskState['pointedOut']
  /** scene per screen number, where somebody chose one */
  scenes: ReadonlyMap<number, string>
  /** the other nodes of the wall by name, with their screens; `at`: last heard, ms since 1970 by the platform's time */
  others: ReadonlyMap<string, { screens: readonly OwnScreen[]; at: number }>
}
