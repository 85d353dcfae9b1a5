/**
 * The spine: every call and notification between main and a window. Bridges, handlers, types and test doubles
 * derive from this table. Adding a call is one line here and one handler in main.
 */
import * as v from 'valibot'
import { ProductNameSchema } from './product.ts'
import type { Result } from './result.ts'
import { DeskStateSchema, WallStateSchema } from './state.ts'
import { LanguageSchema } from './words.ts'

export const roles = ['wall', 'desk'] as const
export type Role = (typeof roles)[number]

/** A window of ours, as main knows it; a page can't say what it is. */
export interface Sender {
  role: Role
  /** null: the desk */
  screen: number | null
}

type Schema = v.GenericSchema

interface CallRow<I extends Schema, O extends Schema> {
  kind: 'call'
  roles: readonly Role[]
  input: I
  output: O
}
interface NotificationRow<P extends Schema> {
  kind: 'notification'
  roles: readonly Role[]
  payload: P
}

/** A window asks, main answers with a Result. */
const call = <I extends Schema, O extends Schema>(
  roles: readonly Role[],
  input: I,
  output: O,
): CallRow<I, O> => ({
  kind: 'call',
  roles,
  input,
  output,
})
/** Main tells a window. */
const notification = <P extends Schema>(roles: readonly Role[], payload: P): NotificationRow<P> => ({
  kind: 'notification',
  roles,
  payload,
})

const nothing = v.undefined()
/** Whatever a window counts between two reports. */
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000_000))
const RankSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63))
/** No longer than a file's name: a wrong scene is called as its file is. */
const SceneName = v.pipe(v.string(), v.maxLength(255))
const Entity = v.pipe(v.string(), v.maxLength(200))
const ScreenNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))

/** What a window measured of itself since the last time it said so. */
const TelemetrySchema = v.object({
  frames: Count,
  drawn: Count,
  /** the highest rank that its banner has shown since the last time */
  marking: RankSchema,
  /** counts per bucket of `latency.ts` */
  latency: v.pipe(v.array(Count), v.maxLength(400)),
})
export type Telemetry = v.InferOutput<typeof TelemetrySchema>

export const contract = {
  wall: {
    state: call(['wall'], nothing, WallStateSchema),
    stateChanged: notification(['wall'], WallStateSchema),
    /** what this window measured since the last time: frames of the page, pictures drawn, latencies */
    measured: call(['wall'], TelemetrySchema, nothing),
    /** every screen, from any: a wall may take the picture away, only the desk gives it back */
    blank: call(['wall'], nothing, nothing),
  },
  desk: {
    state: call(['desk'], nothing, DeskStateSchema),
    stateChanged: notification(['desk'], DeskStateSchema),
    /** a wall screen as it was some seconds ago, a JPEG, with the highest rank that was on it */
    thumbnail: notification(
      ['desk'],
      v.object({ screen: v.number(), jpeg: v.instance(Uint8Array), marking: v.number() }),
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
    ),
    showScene: call(['desk'], v.object({ screen: ScreenNumber, scene: SceneName }), nothing),
    blank: call(['desk'], v.object({ blanked: v.boolean() }), nothing),
    identify: call(['desk'], nothing, nothing),
    /** the display that hangs there now is this screen's from now on */
    acceptDisplay: call(['desk'], v.object({ screen: ScreenNumber }), nothing),
    setLanguage: call(['desk'], v.object({ language: LanguageSchema }), nothing),
    acknowledge: call(
      ['desk'],
      v.object({ product: ProductNameSchema, entity: Entity, taken: v.boolean() }),
      nothing,
    ),
    /** point an entity out on every screen that has a map; null: no longer */
    showOnWall: call(['desk'], v.nullable(v.object({ product: ProductNameSchema, entity: Entity })), nothing),
  },
  window: {
    /** the page listens for its engine's port, which main sends now and whenever there is another */
    listening: call(roles, nothing, nothing),
    /** something broke in a renderer: for the log, never shown on a wall */
    problem: call(roles, v.object({ message: v.pipe(v.string(), v.maxLength(4000)) }), nothing),
  },
} as const
export type Contract = typeof contract

type Row = CallRow<Schema, Schema> | NotificationRow<Schema>
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

type Input<Row> = Row extends { input: infer I extends Schema } ? v.InferInput<I> : never
type Output<Row> = Row extends { output: infer O extends Schema } ? v.InferOutput<O> : never
export type Payload<Row> = Row extends { payload: infer P extends Schema } ? v.InferOutput<P> : never

type CallFunction<Row> =
  undefined extends Input<Row>
    ? () => Promise<Result<Output<Row>>>
    : (input: Input<Row>) => Promise<Result<Output<Row>>>

/** What a window of that role finds as `window.vigie`. Listeners return how to stop listening. */
export type Bridge<R extends Role> = {
  [G in keyof Contract]: { [N in CallNames<Contract[G], R>]: CallFunction<Contract[G][N]> } & {
    [N in NotificationNames<Contract[G], R>]: (
      listen: (payload: Payload<Contract[G][N]>) => void,
    ) => () => void
  }
}

/** What main provides: one function per call, told which window asks. */
export type Handlers = {
  [G in keyof Contract]: {
    [N in keyof Contract[G] as Contract[G][N] extends { kind: 'call' } ? N : never]: (
      input: v.InferOutput<Contract[G][N] extends { input: infer I extends Schema } ? I : never>,
      sender: Sender,
    ) => Promise<Result<Output<Contract[G][N]>>> | Result<Output<Contract[G][N]>>
  }
}

export const channelOf = (group: string, name: string): string => `vigie:${group}.${name}`
/** Where every page of ours comes from; nothing else may call. */
export const appOrigin = 'app://vigie'
/** The message with which a preload hands the window its engine port. */
export const portChannel = 'vigie:port'
