import * as v from 'valibot'
import { CardsWantedSchema } from './card.ts'
import { AuthorSchema } from './author.ts'
import { EntityRefSchema } from './entity.ts'
import { DeskDeliveriesSchema, DocumentPageSchema } from './document.ts'
import { DeskFormSchema } from './form.ts'
import { ToldRosterSchema } from './roster.ts'
import { DeskLogSchema } from './line.ts'
import { MarkingSchemeSchema } from './marking.ts'
import { MomentSchema } from './moment.ts'
import { outboxStates, togethernesses } from './outbox.ts'
import { ReliefSchema, SittingSchema } from './person.ts'
import { PollSchema } from './poll.ts'
import { ProductNameSchema } from './product.ts'
import { ProblemSchema } from './result.ts'
import { SceneSchema } from './scene.ts'
import { DeskSharedSchema } from './shared.ts'
import { TrustFactsSchema } from './trust.ts'
import { CallSchema, DeskToldSchema } from './told.ts'
import { LanguageSchema, WordsSchema } from './words.ts'

/** What every window knows of the node it stands on. Main owns it; windows hold what they were last told. */
export const NodeSchema = v.object({
  /** what people call it, e.g. poste-07 */
  name: v.string(),
  organisation: v.string(),
  exercise: v.boolean(),
  language: LanguageSchema,
  /** IANA name: the clock's local time */
  timeZone: v.string(),
  scheme: MarkingSchemeSchema,
  /** rank up to which this window may show */
  ceiling: v.number(),
  /** the instant that the picture is of */
  moment: MomentSchema,
  /** every screen is blank: somebody is in the room who must not see */
  blanked: v.boolean(),
  /** alarms that somebody here has taken on; `at` ms since 1970 */
  acknowledged: v.array(
    v.object({ product: ProductNameSchema, entity: v.string(), at: v.number(), by: v.string() }),
  ),
  /** readiness polls, in the order in which they were asked; null: this window may not know */
  polls: v.nullable(v.array(PollSchema)),
  /** rosters that people share, none above this window; null: it may not know who has what */
  rosters: v.nullable(v.array(ToldRosterSchema)),
  /** what keeps the whole node from its work (identity, engine, policy), with its cause; null: nothing */
  problem: v.nullable(ProblemSchema),
})

const PointedOutSchema = v.object({ ...EntityRefSchema.entries, at: v.number() })

export const WallStateSchema = v.object({
  node: NodeSchema,
  /** 1-based, as the wall's people count */
  screen: v.number(),
  scene: SceneSchema,
  /** why the scene shown is not the one that was asked for */
  problem: v.nullable(ProblemSchema),
  /** false: another display hangs here than this screen's, and nobody at the desk has accepted it */
  known: v.boolean(),
  /** show this screen's number, large */
  identify: v.boolean(),
  /** an entity that somebody points out on the wall */
  pointedOut: v.nullable(PointedOutSchema),
  /** lines that functions of the room have not answered, and from when on they are called */
  calls: v.array(CallSchema),
  /** metres from which it is read, and the screen's diagonal in inches; text sizes follow */
  distance: v.number(),
  diagonal: v.number(),
})
export type WallState = v.InferOutput<typeof WallStateSchema>

/** What was done, as it is told: acts take nothing else. */
export const DoneSchema = v.object({
  act: v.string(),
  input: v.record(
    v.string(),
    v.union([
      v.string(),
      v.number(),
      v.boolean(),
      v.null(),
      EntityRefSchema,
      DocumentPageSchema,
      v.array(v.string()),
    ]),
  ),
})

export const ScreenSchema = v.object({
  screen: v.number(),
  /** the other node whose screen it is; null: this node's own */
  node: v.nullable(v.string()),
  /** the display's own id; 0: another node's */
  display: v.number(),
  /** what the display says that it is; often its model, or nothing */
  label: v.string(),
  attached: v.boolean(),
  /** false: not the display that this screen had or should have; it is blank until it is accepted */
  known: v.boolean(),
  width: v.number(),
  height: v.number(),
  distance: v.number(),
  diagonal: v.number(),
  ceiling: v.number(),
  scene: v.string(),
  /** a document that it shows in place of its scene */
  document: v.nullable(DocumentPageSchema),
  /** of what it shows, the maps, with the domains that each is of; null: all */
  maps: v.array(v.object({ domains: v.nullable(v.array(v.string())) })),
  problem: v.nullable(ProblemSchema),
})
export type Screen = v.InferOutput<typeof ScreenSchema>

export const DeskStateSchema = v.object({
  node: NodeSchema,
  wall: v.string(),
  screens: v.array(ScreenSchema),
  /** those that the desk may see; what each of them is: `main/wall/scenes.ts` */
  scenes: v.array(
    v.object({
      scene: v.string(),
      title: WordsSchema,
      problem: v.nullable(ProblemSchema),
      from: v.picklist(['draft', 'folder', 'platform', 'vigie']),
      key: v.nullable(v.string()),
      version: v.nullable(v.number()),
      wrong: v.nullable(ProblemSchema),
      rank: v.number(),
    }),
  ),
  shared: DeskSharedSchema,
  /** the log that lines are entered into here, those that wait, and what somebody has begun to enter */
  log: DeskLogSchema,
  /** what policy lets leave from here: on paper, and as a file */
  exports: v.object({ print: v.boolean(), files: v.boolean() }),
  /** the products that files leave for, and those that wait: documents, and syntheses */
  deliveries: v.array(DeskDeliveriesSchema),
  /** forms that can be filled in here */
  forms: v.array(DeskFormSchema),
  /** lines that are addressed to functions of the room, and what became of them */
  told: DeskToldSchema,
  /** the other nodes of the wall; `at`: last heard, ms since 1970 by the platform's time */
  nodes: v.array(v.object({ node: v.string(), at: v.number(), heard: v.boolean() })),
  /** who sits at this desk, and what that lets them do */
  sitting: SittingSchema,
  /** what waits for a second person, the oldest first; `at` ms since 1970 */
  proposals: v.array(
    v.object({
      ...DoneSchema.entries,
      id: v.string(),
      by: AuthorSchema,
      at: v.number(),
      /** it is its node's own affair: only there somebody may agree to it */
      own: v.boolean(),
      /** who did not agree: nothing is done */
      declined: v.nullable(AuthorSchema),
    }),
  ),
  /** what asks for two and was done by one alone, with the reason given, the oldest first */
  alone: v.array(
    v.object({ ...DoneSchema.entries, id: v.string(), by: AuthorSchema, at: v.number(), reason: v.string() }),
  ),
  /** who asks whom to relieve them of which functions, the oldest first; `at` ms since 1970 */
  reliefs: v.array(ReliefSchema),
  /** how what is done here goes to the others */
  together: v.picklist(togethernesses),
  /** ids of acts that this node has no right to do */
  mayNot: v.array(v.string()),
  /** what was done here and is not confirmed yet, or was refused, the oldest first; of many the first ones */
  outbox: v.object({
    entries: v.array(
      v.object({
        ...DoneSchema.entries,
        id: v.string(),
        /** ms since 1970 */
        at: v.number(),
        state: v.picklist(outboxStates),
        problem: v.nullable(ProblemSchema),
      }),
    ),
    count: v.number(),
    full: v.boolean(),
  }),
  /** an act of this node that another's replaced before its author could know of it; the last one */
  lost: v.nullable(
    v.object({
      /** of the act that was lost */
      id: v.string(),
      /** what holds now, who did it, and when */
      ...DoneSchema.entries,
      by: AuthorSchema,
      at: v.number(),
    }),
  ),
  /** an entity that is pointed out on the wall */
  pointedOut: v.nullable(PointedOutSchema),
  /** the client certificate we sign in with; times ms since 1970; null before one is opened */
  identity: v.nullable(v.object({ subject: v.string(), issuer: v.string(), notAfter: v.number() })),
  /** how far the platform can be trusted now */
  trust: TrustFactsSchema,
  /** somebody must type the passphrase of this certificate's file, and why the last one did not do; null: nobody must */
  passphraseWanted: v.nullable(v.object({ certificate: v.string(), refused: v.nullable(ProblemSchema) })),
  /** somebody must put a card in, or type its PIN; null: nobody must */
  cardsWanted: v.nullable(CardsWantedSchema),
  platform: v.string(),
  version: v.string(),
  /** the policy wants screen shots of our windows to be black, and this system can't */
  unprotected: v.boolean(),
})
export type DeskState = v.InferOutput<typeof DeskStateSchema>
export type Node = v.InferOutput<typeof NodeSchema>
