/**
 * Boards at the desk: a scene that somebody composes. What is not saved for everybody yet is a draft in this node's memory,
 * kept as it is written, however unfinished.
 */
import * as v from 'valibot'
import { ProblemSchema, type Problem } from './result.ts'
import { call, nothing } from './row.ts'
import { AtSchema, mostWidgets, sceneHead, SceneNameSchema } from './scene.ts'
import { mostSharedBytes, SaveIdsSchema, SaveOutcomeSchema, SharedKeySchema } from './shared.ts'
import { mostWidgetText, widgetIn } from './widget-text.ts'
import { WordsSchema, type Words } from './words.ts'

const Sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const Instant = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000))
const Level = v.pipe(v.string(), v.maxLength(64))

/** A widget as it is being written: what is wrong with it is told in its place. */
const DraftWidgetSchema = v.looseObject({ widget: v.pipe(v.string(), v.maxLength(64)), at: AtSchema })
export type DraftWidget = v.InferOutput<typeof DraftWidgetSchema>

const mostDraftText = mostSharedBytes / 2

export const DraftSceneSchema = v.pipe(
  v.strictObject({ ...sceneHead, widgets: v.pipe(v.array(DraftWidgetSchema), v.maxLength(mostWidgets)) }),
  v.check((board) => JSON.stringify(board).length <= mostDraftText, 'a board is smaller than that'),
)
export type DraftScene = v.InferOutput<typeof DraftSceneSchema>

/** What it was begun from, and what is saved over. */
const base = {
  /** null: the platform has none of it */
  key: v.nullable(SharedKeySchema),
  revision: Sequence,
  version: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
}
const head = {
  marking: Level,
  /** when it was kept last, ms since 1970; 0: never */
  at: Instant,
}
export interface BoardBase extends v.InferOutput<v.StrictObjectSchema<typeof base, undefined>> {
  /** null: nothing */
  scene: DraftScene | null
}
export interface Board extends v.InferOutput<v.StrictObjectSchema<typeof head, undefined>> {
  draft: DraftScene
  base: BoardBase
}

/** A board as it is read to be written in. */
export interface ReadBoard extends Board {
  /** whose it is; null: this node's */
  owner: string | null
  saved: { node: string; person: string | null } | null
}
/** What a new one may begin from. */
export interface Template {
  template: string
  title: Words
  /** null: it is wrong, and `problem` says why */
  scene: DraftScene | null
  problem: Problem | null
}

/** A draft on its way between a desk and its node: each widget as JSON, bounded and looked into at both ends. */
export const SentSceneSchema = v.pipe(
  v.strictObject({
    ...sceneHead,
    widgets: v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.maxLength(mostWidgetText),
          v.check((text) => v.is(DraftWidgetSchema, widgetIn(text)), 'a widget has a kind and a place'),
        ),
      ),
      v.maxLength(mostWidgets),
    ),
  }),
  v.check(
    ({ widgets }) => widgets.reduce((sum, { length }) => sum + length, 0) <= mostDraftText,
    'a board is smaller than that',
  ),
)
export type SentScene = v.InferOutput<typeof SentSceneSchema>
const SentBaseSchema = v.strictObject({ ...base, scene: v.nullable(SentSceneSchema) })
export const SentBoardSchema = v.strictObject({ ...head, draft: SentSceneSchema, base: SentBaseSchema })
export type SentBoard = v.InferOutput<typeof SentBoardSchema>

export const sentScene = (scene: DraftScene): SentScene => ({
  ...scene,
  widgets: scene.widgets.map((widget) => JSON.stringify(widget)),
})
export const sceneSent = (sent: SentScene): DraftScene =>
  v.parse(DraftSceneSchema, { ...sent, widgets: sent.widgets.map(widgetIn) })
const orNull = <T, U>(value: T | null, of: (value: T) => U): U | null => (value === null ? null : of(value))
export const sentBoard = <B extends Board>({ draft, base: from, ...rest }: B) => ({
  ...rest,
  draft: sentScene(draft),
  base: { ...from, scene: orNull(from.scene, sentScene) },
})
export const boardSent = <B extends SentBoard>({ draft, base: from, ...rest }: B) => ({
  ...rest,
  draft: sceneSent(draft),
  base: { ...from, scene: orNull(from.scene, sceneSent) },
})

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
        scene: v.nullable(SentSceneSchema),
        problem: v.nullable(ProblemSchema),
      }),
    ),
  ),
  /** a scene as it is now, to be written in; of another organisation's, a copy */
  read: call(
    ['desk'],
    v.strictObject({ scene: v.pipe(v.string(), v.maxLength(255)) }),
    v.object({
      ...SentBoardSchema.entries,
      owner: v.nullable(v.string()),
      saved: v.nullable(v.object({ node: v.string(), person: v.nullable(v.string()) })),
    }),
  ),
  /** what is being written here, the last first */
  drafts: call(['desk'], nothing, v.pipe(v.array(SentBoardSchema), v.maxLength(mostDrafts))),
  /** held in this node's memory when it is answered, and to be shown on this wall */
  keep: call(['desk'], SentBoardSchema, nothing),
  drop: call(['desk'], Name, nothing),
  /** for everybody, against the revision that was read; `over`: ids of what waits and was made of the same draft */
  save: call(
    ['desk'],
    v.strictObject({ draft: SentSceneSchema, marking: Level, after: Sequence, over: SaveIdsSchema }),
    SaveOutcomeSchema,
    ({ draft: { scene, widgets }, marking }) => ({
      subject: scene,
      detail: { marking, widgets: widgets.length },
    }),
  ),
} as const
