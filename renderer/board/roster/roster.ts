import type { Node } from '../../../preload/contract/state.ts'
import type { ToldRoster } from '../../../preload/contract/roster.ts'

/** The one that the scene names, else the first that there is; null: none that this window may know. */
export const rosterFor = (rosters: Node['rosters'], key: string | undefined): ToldRoster | null =>
  (key === undefined ? rosters?.[0] : rosters?.find((each) => each.key === key)) ?? null
