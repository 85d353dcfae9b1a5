/** Boards that are composed at this desk: what they begin from, what is kept of them here, and how they are saved. */
import * as v from 'valibot'
import type { Author } from '../../preload/contract/author.ts'
import {
  DraftSceneSchema,
  draftName,
  mostDrafts,
  type Board,
  type DraftScene,
  type ReadBoard,
  type Template,
} from '../../preload/contract/boards.ts'
import type { Rank } from '../../preload/contract/marking.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Scene } from '../../preload/contract/scene.ts'
import { WrittenSceneSchema } from '../../preload/contract/scene-written.ts'
import { asWritten } from '../../preload/contract/scene-text.ts'
import { partsOf, sharedKey, type SaveOutcome } from '../../preload/contract/shared.ts'
import type { Policy } from '../policy/policy.ts'
import { readFolder, type Scenes } from './scenes.ts'
import type { HeldShared } from './shared.ts'
import type { Sharing } from './sharing.ts'

export interface BoardsParts {
  policy: () => Pick<Policy, 'organisation' | 'scheme' | 'deskCeiling'>
  scenes: Pick<Scenes, 'list' | 'find' | 'draft'>
  templates: readonly Template[]
  /** ms since 1970 */
  now: () => number
}

export interface Boards {
  templates(): readonly Template[]
  read(scene: string, shared: Pick<HeldShared, 'things'>): Result<ReadBoard>
  drafts(): Board[]
  keep(board: Board): Result<undefined>
  drop(scene: string): Result<undefined>
  save(
    said: { draft: DraftScene; marking: string; after: number; over: readonly string[] },
    sharing: Pick<Sharing, 'put'>,
    author: Author,
  ): Promise<Result<SaveOutcome>>
}

const draftOf = (scene: Scene): DraftScene | null => {
  const read = v.safeParse(DraftSceneSchema, asWritten(scene))
  return read.success ? read.output : null
}

/** Those that come with Vigie. */
export async function loadTemplates(folder: string): Promise<Template[]> {
  return (await readFolder(folder, 'vigie', false)).map(({ name, read }) => ({
    template: name,
    title: read.ok ? read.value.title : name,
    scene: read.ok ? draftOf(read.value) : null,
    problem: read.ok ? null : read.error,
  }))
}

export function createBoards({ policy, scenes, templates, now }: BoardsParts): Boards {
  /** by name, the last kept last; in memory alone: what people type up to the desk's ceiling lies in clear on no disk */
  const drafts = new Map<string, Board>()
  const rankOf = (marking: string): Rank => {
    const { levels } = policy().scheme
    const rank = levels.findIndex(({ id }) => id === marking)
    // one that nobody knows counts as the highest
    return rank < 0 ? levels.length : rank
  }
  const shows = ({ draft, marking }: Board): void => {
    const scene = v.safeParse(WrittenSceneSchema, draft)
    scenes.draft(draftName(draft.scene), scene.success ? scene.output : null, rankOf(marking))
  }

  return {
    templates: () => templates,
    read(name, { things }) {
      const { scene, from, rank } = scenes.find(name)
      if (scene === null || rank > policy().deskCeiling)
        return fail('scene.unknown', `there is no scene “${name}” that can be read here`, name)
      const draft = draftOf(scene)
      if (draft === null) return fail('scene.invalid', 'it can’t be written in', name)
      const { organisation, scheme, deskCeiling } = policy()
      const own = sharedKey('scene', organisation, draft.scene)
      const entry = scenes.list.find((each) => each.scene === name)
      const key = entry?.key ?? null
      const thing = key === null ? undefined : things.get(key)
      const highest = scheme.levels[deskCeiling]?.id ?? ''
      // another's is theirs: what is made of it here is a copy of one's own
      const isOwn = key !== null && key === own
      const over = things.get(own)
      return ok({
        draft,
        base: {
          key: isOwn ? key : null,
          revision: isOwn ? Math.max(over?.revision ?? 0, over?.wrong?.revision ?? 0) : 0,
          version: isOwn ? (over?.document?.version ?? null) : null,
          scene: from === 'draft' ? null : draft,
        },
        marking: thing?.document?.marking ?? highest,
        at: 0,
        owner: from === 'platform' && key !== null ? (thing?.document?.owner ?? partsOf(key).owner) : null,
        saved: thing?.document?.saved ?? null,
      })
    },
    drafts: () =>
      [...drafts.values()].filter(({ marking }) => rankOf(marking) <= policy().deskCeiling).reverse(),
    keep(board) {
      if (rankOf(board.marking) > policy().deskCeiling)
        return fail('act.refused', 'this desk may not mark it so', board.marking)
      const { scene } = board.draft
      if (!drafts.has(scene) && drafts.size >= mostDrafts)
        return fail('scene.too-many-drafts', `${mostDrafts} drafts are kept here`, scene)
      drafts.delete(scene)
      drafts.set(scene, { ...board, at: now() })
      shows(board)
      return ok(undefined)
    },
    drop(scene) {
      if (drafts.delete(scene)) scenes.draft(draftName(scene), null, 0)
      return ok(undefined)
    },
    save({ draft, marking, after, over }, sharing, author) {
      const scene = v.safeParse(WrittenSceneSchema, draft)
      if (!scene.success) return Promise.resolve(fail('scene.invalid', scene.issues[0].message, draft.scene))
      const key = sharedKey('scene', policy().organisation, draft.scene)
      return sharing.put(key, { marking, title: draft.title, content: { ...draft } }, after, author, over)
    },
  }
}
