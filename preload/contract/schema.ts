/**
 * The spine: every call and notification between main and a window. Bridges, handlers, types and test doubles
 * derive from this table. Adding a call is one line here and one handler in main.
 */
import * as v from 'valibot'
import { FigureUseSchema, FormulaSchema, mostUses } from './formula.ts'
import { WordsSchema } from './words.ts'
import { actsFor } from './act.ts'
import { HealthFactsSchema } from './health.ts'
import { identities } from './identities.ts'
import { AskedLookSchema } from './look.ts'
import { RosterSchema } from './roster.ts'
import { boards } from './boards.ts'
import { reports } from './reports.ts'
import { TrailAnswerSchema, TrailQuestionSchema } from './trail.ts'
import { DocumentInputSchema } from './document.ts'
import { ObservationInputSchema } from './form.ts'
import { LineDraftSchema, LineInputSchema } from './line.ts'
import { LogSheetSchema, type LogSheet } from './log-sheet.ts'
import type { Result } from './result.ts'
import { pictureRoles, roles, type Role } from './role.ts'
import {
  call,
  callByRole,
  nothing,
  notification,
  type CallRow,
  type Narrower,
  type NotificationRow,
  type Schema,
  type Sender,
} from './row.ts'
import { ProductNameSchema, productForms } from './product.ts'
import { policies } from './policies.ts'
import { provisioned } from './provisioned.ts'
import { provisioning } from './provisioning.ts'
import {
  ErasableKeySchema,
  EraseOutcomeSchema,
  SaveOutcomeSchema,
  SharedKeySchema,
  SharedVersionSchema,
  mostVersions,
} from './shared.ts'
import { ProposalIdSchema, ReasonSchema } from './person.ts'
import { StyleSchema } from './style.ts'
import { DeskStateSchema, WallStateSchema } from './state.ts'

const SharedName = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
/** Whatever a window counts between two reports. */
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000_000))
const RankSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63))

/** ms since 1970, as far as a Date reaches */
const Instant = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000))

/** What Vigie measures of a window since the last time it said so. */
const TelemetrySchema = v.object({
  /** frames of the page that something was changed for */
  frames: Count,
  /** those of them in which the picture changed */
  drawn: Count,
  /** the highest rank that its banner has shown since the last time */
  marking: RankSchema,
  /** counts per bucket of `latency.ts` */
  latency: v.pipe(v.array(Count), v.maxLength(400)),
  /** when all that it shows was there and drawn for the first time, ms since 1970 by this machine's clock */
  complete: v.nullable(Instant),
})
export type Telemetry = v.InferOutput<typeof TelemetrySchema>

/** The trail has how much left, and of which markings, not what it says. */
const sheetKept = ({ rows }: LogSheet) => ({
  detail: {
    lines: rows.length,
    markings: [...new Set(rows.map(({ marking }) => marking))].sort().slice(0, 10).join(' '),
  },
})

export const contract = {
  provisioning,
  identities,
  policies,
  ...provisioned,
  reports,
  boards,
  wall: {
    state: call(['wall'], nothing, WallStateSchema),
    stateChanged: notification(['wall'], WallStateSchema),
    /** what this window measured since the last time: frames of the page, pictures drawn, latencies */
    telemetry: call(['wall'], TelemetrySchema, nothing),
  },
  desk: {
    state: call(['desk'], nothing, DeskStateSchema),
    stateChanged: notification(['desk'], DeskStateSchema),
    /** a wall screen as it was some seconds ago, a JPEG, with the highest rank that was on it */
    thumbnail: notification(
      ['desk'],
      v.object({ screen: v.number(), jpeg: v.instance(Uint8Array), marking: v.number() }),
    ),
    /** takes back what was done here, as `act` answered; refused where another node did something about the same since */
    undo: call(['desk'], actsFor.desk, nothing, 'acts'),
    /** what waits in the outbox and is nobody else's yet, or was refused: it never goes */
    withdraw: call(['desk'], v.object({ id: v.pipe(v.string(), v.maxLength(64)) }), nothing, ({ id }) => ({
      subject: id,
    })),
    /** a line of the log, for everybody: kept once it is answered. The trail has that it was entered, not what it says */
    enterLine: call(
      ['desk'],
      LineInputSchema,
      v.object({ entity: v.string() }),
      ({ marking, severity, refs, corrects, text, as }) => ({
        ...(corrects === null ? (as.kind === 'outcome' ? { subject: as.of } : {}) : { subject: corrects }),
        detail: {
          kind: as.kind,
          marking,
          severity,
          refs: refs.length,
          characters: text.length,
          correction: corrects !== null,
        },
      }),
    ),
    /** what somebody saw, by a form, for everybody: kept once it is answered. The trail has that it was entered */
    enterObservation: call(
      ['desk'],
      ObservationInputSchema,
      v.object({ entity: v.string() }),
      ({ form, marking, values }) => ({
        subject: form,
        detail: { marking, fields: Object.keys(values).length },
      }),
    ),
    /** a file as a document, for everybody: kept once it is answered; it leaves, so the desk has it confirmed */
    addDocument: call(
      ['desk'],
      DocumentInputSchema,
      v.object({ entity: v.string() }),
      ({ name, owner, marking, mediaType, bytes }) => ({
        subject: name,
        detail: { owner, marking, mediaType, size: bytes.length },
      }),
    ),
    /** what this desk shows now, as a document of its own that a line may name */
    attachPicture: call(['desk'], nothing, v.object({ entity: v.string() }), () => ({})),
    /** … and one that somebody has begun: it stays in memory; null: none */
    keepDraft: call(['desk'], v.strictObject({ draft: v.nullable(LineDraftSchema) }), nothing),
    /** lines of the log on paper, or as a file where somebody says; `left`: nobody thought better of it */
    printLog: call(['desk'], LogSheetSchema, v.object({ left: v.boolean() }), sheetKept),
    saveLog: call(['desk'], LogSheetSchema, v.object({ left: v.boolean() }), sheetKept),
    /** a product as a file where somebody says: some rows at a time, `exporting` says how far it is; null: over */
    saveProduct: call(
      ['desk'],
      v.strictObject({ product: ProductNameSchema, form: v.picklist(productForms) }),
      v.object({ left: v.boolean(), rows: v.number() }),
      ({ product, form }) => ({ subject: product, detail: { form } }),
    ),
    exporting: notification(
      ['desk'],
      v.object({
        far: v.nullable(v.object({ product: ProductNameSchema, rows: v.number(), of: v.number() })),
      }),
    ),
    /** … and it is to be let be: nothing is left of it */
    stopExport: call(['desk'], nothing, nothing),
    /** a second person agrees to what was proposed, as they read it: it is done */
    agree: call(
      ['desk'],
      v.strictObject({ proposal: ProposalIdSchema, did: actsFor.desk }),
      nothing,
      ({ proposal, did }) => ({ subject: did.act, detail: { proposal } }),
    ),
    /** … or one person does it alone, and says why */
    breakGlass: call(
      ['desk'],
      v.strictObject({ proposal: ProposalIdSchema, did: actsFor.desk, reason: ReasonSchema }),
      nothing,
      ({ proposal, did, reason }) => ({ subject: did.act, detail: { proposal, reason } }),
    ),
    /** how this node is; nothing while nobody can say */
    health: call(['desk'], nothing, v.optional(HealthFactsSchema)),
    /** a text of the desk, for other programs; where policy lets it be copied */
    copy: call(
      ['desk'],
      v.strictObject({ text: v.pipe(v.string(), v.maxLength(20_000)) }),
      nothing,
      ({ text }) => ({ detail: { characters: text.length } }),
    ),
    /** the window in which this node is set up, to the front */
    provision: call(['desk'], nothing, nothing, () => ({})),
    /** another node's screen, once: its picture comes as a thumbnail, if that node gives one. */
    lookAt: call(
      ['desk'],
      v.strictObject({ screen: AskedLookSchema.entries.screen }),
      nothing,
      (asked) => asked,
    ),
    /** what the trail has, within the desk's ceiling */
    trail: call(['desk'], TrailQuestionSchema, TrailAnswerSchema),
    /** a scene as this node has it for itself, for everybody; it leaves the building, so the desk has it confirmed */
    share: call(
      ['desk'],
      v.strictObject({ scene: SharedName, marking: SharedName }),
      SaveOutcomeSchema,
      ({ scene, marking }) => ({
        subject: scene,
        detail: { marking },
      }),
    ),
    /** what is abnormal of a product's series, for this organisation's walls: a style rule that is shared */
    saveStyle: call(
      ['desk'],
      v.strictObject({ style: StyleSchema, marking: SharedName }),
      SaveOutcomeSchema,
      ({ style, marking }) => ({
        subject: style.product,
        detail: { marking, ...(style.series === undefined ? {} : { series: style.series }) },
      }),
    ),
    /** a formula, new or its next version, for everybody; against the revision that was read, 0: there is none */
    saveFormula: call(
      ['desk'],
      v.strictObject({
        name: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
        marking: SharedName,
        title: WordsSchema,
        content: FormulaSchema,
        after: Count,
      }),
      SaveOutcomeSchema,
      ({ name, marking }) => ({ subject: name, detail: { marking } }),
    ),
    /** the next version of this organisation's roster, for everybody; against the revision that was read, 0: none */
    saveRoster: call(
      ['desk'],
      v.strictObject({
        name: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
        marking: SharedName,
        content: RosterSchema,
        after: Count,
      }),
      SaveOutcomeSchema,
      ({ name, marking, content }) => ({ subject: name, detail: { marking, shifts: content.shifts.length } }),
    ),
    /** the scenes of this node that show derived figures: what a change of a formula changes */
    figureUses: call(['desk'], nothing, v.pipe(v.array(FigureUseSchema), v.maxLength(mostUses))),
    /** what the platform still has of a thing that people share, newest first */
    sharedHistory: call(
      ['desk'],
      v.strictObject({ key: SharedKeySchema }),
      v.pipe(v.array(SharedVersionSchema), v.maxLength(mostVersions)),
      ({ key }) => ({ subject: key }),
    ),
    /** it is gone for everybody, and its versions stay; against the revision that was read. The desk has it confirmed */
    erase: call(
      ['desk'],
      v.strictObject({ key: ErasableKeySchema, after: Count }),
      EraseOutcomeSchema,
      ({ key, after }) => ({ subject: key, detail: { revision: after } }),
    ),
    /** an earlier version of it once more, as the newest; `after`: only if that holds, 0: nothing */
    restore: call(
      ['desk'],
      v.strictObject({ key: SharedKeySchema, revision: Count, after: v.exactOptional(Count) }),
      SaveOutcomeSchema,
      ({ key, revision }) => ({
        subject: key,
        detail: { revision },
      }),
    ),
    /** of one that was overtaken or refused: ours again, over what holds now, or theirs */
    settleSave: call(
      ['desk'],
      v.strictObject({ id: SharedName, keep: v.picklist(['ours', 'theirs']) }),
      v.nullable(SaveOutcomeSchema),
      ({ id, keep }) => ({ subject: id, detail: { keep } }),
    ),
    /** the PIN that a person typed, and the fingerprint of the certificate where a card has several */
    enterPin: call(
      ['desk'],
      v.object(
        {
          pin: v.pipe(
            v.string('a PIN is text'),
            v.minLength(1, 'a PIN has a character at least'),
            v.maxLength(255, 'a PIN has 255 characters at most'),
          ),
          certificate: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
        },
        'a PIN is missing',
      ),
      nothing,
      // by which certificate; never the PIN
      ({ certificate }) => (certificate === null ? {} : { subject: certificate }),
    ),
    /** what a person typed; said with words of our own, as a schema's may repeat what it was given */
    unlock: call(
      ['desk'],
      v.object(
        {
          passphrase: v.pipe(
            v.string('a passphrase is text'),
            v.minLength(1, 'a passphrase has a character at least'),
            v.maxLength(1024, 'a passphrase has 1024 characters at most'),
          ),
        },
        'a passphrase is missing',
      ),
      nothing,
      () => ({}),
    ),
  },
  window: {
    /**
     * Somebody does something: see `act.ts`. Answers with what takes it back, or that it waits for a second person.
     */
    act: callByRole(
      pictureRoles,
      actsFor,
      v.object({ inverse: v.nullable(actsFor.desk), proposed: v.optional(v.boolean(), false) }),
    ),
    /** the page listens for its engine's port, which main sends now and whenever there is another */
    listening: call(pictureRoles, nothing, nothing),
    /** something broke in a renderer: for the log, never shown on a wall */
    problem: call(roles, v.object({ message: v.pipe(v.string(), v.maxLength(4000)) }), nothing),
  },
} as const
export type Contract = typeof contract

type AnyCall = CallRow<Schema, Schema, Narrower>
type Row = AnyCall | NotificationRow<Schema>
/** What a window of that role may send with the call. */
export const inputFor = (row: AnyCall, role: Role): Schema => row.narrower[role] ?? row.input
/** The same table as a list, for what is made of all of it: bridges, handlers, doubles. */
export const rows: readonly { group: string; name: string; row: Row }[] = Object.entries<Record<string, Row>>(
  contract,
).flatMap(([group, named]) => Object.entries(named).map(([name, row]) => ({ group, name, row })))

type RowRoles<R> = R extends { roles: readonly (infer X)[] } ? X : never
type CallNames<G, R extends Role> = {
  [N in keyof G]: G[N] extends { kind: 'call' } ? (R extends RowRoles<G[N]> ? N : never) : never
}[keyof G]
type NotificationNames<G, R extends Role> = {
  [N in keyof G]: G[N] extends { kind: 'notification' } ? (R extends RowRoles<G[N]> ? N : never) : never
}[keyof G]

type Input<Row, R extends Role> = Row extends { input: infer I extends Schema; narrower: infer N }
  ? N extends { [K in R]: infer S extends Schema }
    ? v.InferOutput<S>
    : v.InferOutput<I>
  : never
type Output<Row> = Row extends { output: infer O extends Schema } ? v.InferOutput<O> : never
export type Payload<Row> = Row extends { payload: infer P extends Schema } ? v.InferOutput<P> : never

type CallFunction<Row, R extends Role> =
  undefined extends Input<Row, R>
    ? () => Promise<Result<Output<Row>>>
    : (input: Input<Row, R>) => Promise<Result<Output<Row>>>

/** What a window of that role finds as `window.vigie`. Listeners return how to stop listening. */
export type Bridge<R extends Role> = {
  [G in keyof Contract]: { [N in CallNames<Contract[G], R>]: CallFunction<Contract[G][N], R> } & {
    [N in NotificationNames<Contract[G], R>]: (
      listen: (payload: Payload<Contract[G][N]>) => void,
    ) => () => void
  }
}

/** What main provides: one function per call, told which window asks. */
export type Handlers = {
  [G in keyof Contract]: {
    [N in keyof Contract[G] as Contract[G][N] extends { kind: 'call' } ? N : never]: (
      input: { [R in Role]: Input<Contract[G][N], R> }[Role],
      sender: Sender,
    ) => Promise<Result<Output<Contract[G][N]>>> | Result<Output<Contract[G][N]>>
  }
}

export const channelOf = (group: string, name: string): string => `vigie:${group}.${name}`
/** Where every page of ours comes from; nothing else may call. */
export const appOrigin = 'app://vigie'
/** The message with which a preload hands the window its engine port. */
export const portChannel = 'vigie:port'
