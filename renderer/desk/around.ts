import { createContext } from 'svelte'
import type { DeskState } from '../../preload/contract/state.ts'
import type { Picture } from '../link/picture.svelte.ts'
import type { Acting } from './acting.svelte.ts'
import type { BoardsStore } from './boards/boards.svelte.ts'
import type { Choice } from './choice.svelte.ts'
import type { Health } from '../kit/health.svelte.ts'
import type { NodeStore } from './node.svelte.ts'
import type { Exporting } from './product/exporting.svelte.ts'
import type { ReportsStore } from './synthesis/reports.svelte.ts'
import type { Sending } from './outbox/sending.svelte.ts'
import type { Reading } from './reading.svelte.ts'

/** What every part of the desk finds around it, besides the kit's surroundings. */
export interface Around {
  readonly state: DeskState
  /** the kit's own, with what only a desk may ask */
  readonly picture: Picture<'desk'>
  readonly thumbnail: NodeStore['thumbnail']
  readonly choice: Choice
  readonly acting: Acting
  readonly reading: Reading
  readonly sending: Sending
  readonly health: Health
  readonly reports: ReportsStore
  readonly exporting: Exporting
  readonly boards: BoardsStore
}

export const [around, setAround] = createContext<Around>()
