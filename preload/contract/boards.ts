/**
 * Boards at the desk: a scene that somebody composes. What is not saved for everybody yet is a draft of this node, kept as
 * it is written, however unfinished.
 */
import * as v from 'valibot'
import { ProblemSchema } from './result.ts'
import { call, nothing } from './row.ts'
import { AtSchema, mostWidgets, sceneHead, SceneNameSchema } from './scene.ts'
import { mostSharedBytes, SaveOutcomeSchema, SharedKeySchema } from './shared.ts'
import { WordsSchema } from './words.ts'

const Sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const Instant = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000))
const Level = v.pipe(v.string(), v.maxLength(64))

/** A widget as it is being written: what is wrong with it is told in its place. */
const DraftWidgetSchema = v.looseObject({ widget: v.pipe(v.string(), v.maxLength(64)), at: AtSchema })
export type DraftWidget = v.InferOutput<typeof DraftWidgetSchema>

const isSmall = (value: unknown): boolean => JSON.stringify(value).length <= mostSharedBytes / 2

export const DraftSceneSchema = v.pipe(
  v.strictObject({ ...sceneHead, widgets: v.pipe(v.array(DraftWidgetSchema), v.maxLength(mostWidgets)) }),
  v.check((board) => isSmall(board), 'a board is smaller than that'),
)
export type DraftScene = v.InferOutput<typeof DraftSceneSchema>

/** What it was begun from, and what is saved over. */
const BaseSchema = v.strictObject({
  /** null: the platform has none of it */
  key: v.nullable(SharedKeySchema),
  revision: Sequence,
  version: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  /** null: nothing */
  scene: v.nullable(DraftSceneSchema),
})
export const BoardSchema = v.strictObject({
  draft: DraftSceneSchema,
  base: BaseSchema,
  marking: Level,
  /** when it was kept last, ms since 1970; 0: never */
  at: Instant,
})
export type Board = v.InferOutput<typeof BoardSchema>
export type BoardBase = Board['base']

/** Of one node: nobody has more open. */
export const mostDrafts = 40

/** What a draft is called among the scenes of this node. */
export const draftName = (scene: string): string => `draft-${scene}`.slice(0, 64)

const Name = v.strictObject({ scene: SceneNameSchema })

export const boards = {
  /** what a new one may begin from, wrong ones with why */
  templates: call(
    ['desk'],
    nothing,
    v.array(
      v.object({
        template: v.string(),
        title: WordsSchema,
        scene: v.nullable(DraftSceneSchema),
        problem: v.nullable(ProblemSchema),
      }),
    ),
  ),
  /** a scene as it is now, to be written in; of another organisation's, a copy */
  read: call(
    ['desk'],
    v.strictObject({ scene: v.pipe(v.string(), v.maxLength(255)) }),
    v.object({
      ...BoardSchema.entries,
      owner: v.nullable(v.string()),
      saved: v.nullable(v.object({ node: v.string(), person: v.nullable(v.string()) })),
    }),
  ),
  /** what is being written here, the last first */
  drafts: call(['desk'], nothing, v.pipe(v.array(BoardSchema), v.maxLength(mostDrafts))),
  /** on the disk when it is answered, and to be shown on this wall */
  keep: call(['desk'], BoardSchema, nothing),
  drop: call(['desk'], Name, nothing),
  /** for everybody, against the revision that was read */
  save: call(
    ['desk'],
    v.strictObject({ draft: DraftSceneSchema, marking: Level, after: Sequence }),
    SaveOutcomeSchema,
    ({ draft: { scene, widgets }, marking }) => ({
      subject: scene,
      detail: { marking, widgets: widgets.length },
    }),
  ),
} as const
