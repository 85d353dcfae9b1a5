/** What people share, as this desk may do with it and as it is told. */
import type { Said } from '../../../preload/contract/act.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import { sharedKey, type SaveOutcome, type SharedDocument } from '../../../preload/contract/shared.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import type { Words } from '../../../preload/contract/words.ts'
import type { Key } from '../../speech/words.ts'

/** While the list of scenes is open, of the one that has the focus. */
export const shareKey = 'P'
export const versionsKey = 'H'

export type SceneOf = DeskState['scenes'][number]
/** What can be erased for everybody, as it was read. */
export interface Erasable {
  key: string
  revision: number
  title: Words
  owner: string
  version: number
  /** who saved it, where that is told */
  saved?: SharedDocument['saved']
}
/** null: it is another organisation's, or nothing of it was read here. @param key null: it is on no platform */
export const erasableOf = (key: string | null, { shared: { erasable } }: DeskState): Erasable | null =>
  erasable.find((each) => each.key === key) ?? null

export type Save = DeskState['shared']['saves'][number]

/** What the desk has open of it: a scene to be saved for everybody, or the versions of one that is. */
export type Sharing = { scene: string } | { key: string; title: Words }

const isReached = ({ shared: { access } }: DeskState): boolean => access !== 'absent' && access !== 'refused'

/** It is this station's own, and sound. What shows as the platform's is everybody's already. */
export const mayShare = ({ from, problem }: SceneOf, state: DeskState): boolean =>
  isReached(state) && from !== 'platform' && from !== 'draft' && problem === null

/** The platform has it, and may have had it otherwise. */
export const hasVersions = (scene: SceneOf, state: DeskState): scene is SceneOf & { key: string } =>
  isReached(state) && scene.key !== null

export const sceneKey = (scene: string, { node }: DeskState): string =>
  sharedKey('scene', node.organisation, scene)

/** Where the one comes from that shows. */
export function originOf({ from, version }: SceneOf): Said {
  if (from !== 'platform') return { key: `desk.scene.from.${from}` }
  return version === null
    ? { key: 'desk.scene.from.platform' }
    : { key: 'desk.scene.from.version', values: { version } }
}

/** Levels that this desk may give it, the lowest first. */
export const markingsFor = ({ node }: DeskState): DeskState['node']['scheme']['levels'] =>
  node.scheme.levels.slice(0, node.ceiling + 1)

/** Until somebody says otherwise: nothing leaves too low by a slip. @param levels the lowest first */
export const highestOf = (levels: readonly { id: string }[]): string => levels.at(-1)?.id ?? ''

/** `A. Durand, poste-07` */
export const saverInWords = ({ person, node }: SharedDocument['saved']): string =>
  person === null ? node : `${person}, ${node}`

/** What became of it, and why. */
export const outcomeInWords = (saved: SaveOutcome): { key: Key; problem: Problem | null } => ({
  key: `desk.shared.outcome.${saved.outcome}`,
  problem: saved.outcome === 'confirmed' ? null : saved.problem,
})

export const isOvertaken = ({ state, problem }: Save): boolean =>
  state === 'refused' && problem?.code === 'shared.overtaken'

/** It needs somebody, or will take its time. */
export const isUnsettled =
  ({ together }: DeskState) =>
  ({ state, problem }: Save): boolean =>
    state === 'refused' || problem !== null || together === 'cut'
