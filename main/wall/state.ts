import type { ActInput } from '../../preload/contract/act.ts'
import type { Author } from '../../preload/contract/author.ts'
import type { OwnScreen, WallPlan } from '../../preload/contract/display.ts'
import type { DocumentPage } from '../../preload/contract/document.ts'
import type { Moment } from '../../preload/contract/moment.ts'
import type { HeldFunction, Relief } from '../../preload/contract/person.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { DeskState, Node } from '../../preload/contract/state.ts'
import type { AddressedTold, Receipt } from '../../preload/contract/told.ts'
import type { Language } from '../../preload/contract/words.ts'
import type { AskedPoll } from './poll-acts.ts'

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
  log: DeskState['log']
  /** the drafts of syntheses that somebody has open at this desk */
  reading: readonly string[]
  deliveries: DeskState['deliveries']
  forms: DeskState['forms']
  /** lines that are addressed to somebody, as the engine finds them */
  addressed: AddressedTold
  /** names of other nodes that were not heard for too long */
  unheard: readonly string[]
}

/** An act that waits for a second person. */
export interface Proposal {
  id: string
  input: ActInput
  by: Author
  /** ms since 1970 */
  at: number
  /** who did not agree */
  declined: Author | null
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
  /** … and the document that it shows in place of it */
  documents: ReadonlyMap<number, DocumentPage>
  /** the other nodes of the wall by name, with their screens; `at`: last heard, ms since 1970 by the platform's time */
  others: ReadonlyMap<
    string,
    { screens: readonly OwnScreen[]; person: string | null; reports?: readonly string[]; at: number }
  >
  /** who sits at this node's desk; null: nobody. No start remembers it */
  person: string | null
  /** who has which function of the wall, by its id */
  functions: ReadonlyMap<string, HeldFunction>
  /** who approved the draft of a synthesis last, by its name, and what they read */
  approvals: ReadonlyMap<string, { digest: string; by: Author; at: number }>
  /** what waits for a second person, the oldest first */
  proposals: readonly Proposal[]
  /** what policy asks two persons for and one did alone, the oldest first */
  alone: readonly { id: string; input: ActInput; by: Author; at: number; reason: string }[]
  /** what became of lines at the functions that they are for */
  receipts: readonly Receipt[]
  /** who asks whom to relieve them, the oldest first */
  reliefs: readonly Relief[]
  /** who was asked whether they are ready, in the order in which they were asked */
  polls: readonly AskedPoll[]
}
