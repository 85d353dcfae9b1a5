/**
 * The second table: all that runs over a window's port, between the engine and one renderer. Nothing here passes through
 * main. A row says which windows may use it and what it carries; the engine's reading, the window's and the test doubles
 * are made of it.
 *
 * The engine tells the catalog and its health to every window, unasked. A window opens what it shows, each under an id of
 * its own, and closes it when it goes. The engine looks at all that is open together and tells the difference: what
 * nobody had open before comes whole (`reset: true`), then as it changes; what is no longer open, permitted or there is
 * one more `reset` with nothing in it. An `open` that is refused is answered with `refused`: it never was open. Columns go straight to who draws them: whoever opens them gets them whole, though
 * another has them open. After each message of data the window gives one `credit`. Typed arrays are exact-size copies.
 */
import * as v from 'valibot'
import { FileAskSchema, FileStateSchema, mostPieceBytes } from './document.ts'
import { domainOf, nameInDomain } from './entity.ts'
import { FormulaStandingSchema, mostFormula, TriedFormulaSchema } from './formula.ts'
import {
  CatalogEntrySchema,
  ConnectionSchema,
  LinkSchema,
  ProductHealthSchema,
  QuarantineEntrySchema,
  RankSchema,
  RecordSchema,
  type Record,
} from './picture.ts'
import { kinds, ProductNameSchema, type Kind, type ProductName } from './product.ts'
import { resultOf, type Result } from './result.ts'
import { roles, type Role } from './role.ts'
import { LanguageSchema } from './words.ts'

type Schema = v.GenericSchema
type Entries = v.ObjectEntries
type InputOfEntries<E extends Entries> = v.InferOutput<v.StrictObjectSchema<E, undefined>>

interface SendRow<E extends Entries, R extends readonly Role[]> {
  roles: R
  carries: E
}
interface QuestionRow<E extends Entries, O extends Schema, R extends readonly Role[]> {
  roles: R
  asks: E
  answers: O
}
interface TellRow<S extends Schema, R extends readonly Role[]> {
  roles: R
  message: S
  /**
   * What comes as often as the picture changes: a window gives a credit back for each, and the engine sends it as it was
   * made. Who gets it looks at it.
   */
  data: boolean
}

/** A window sends. */
const send = <const R extends readonly Role[], E extends Entries>(to: R, carries: E): SendRow<E, R> => ({
  roles: to,
  carries,
})
/** A window asks, the engine answers with a Result within the window's ceiling. */
const question = <const R extends readonly Role[], E extends Entries, O extends Schema>(
  to: R,
  asks: E,
  answers: O,
): QuestionRow<E, O, R> => ({ roles: to, asks, answers })
/** The engine tells. */
const tell = <const R extends readonly Role[], S extends Schema>(to: R, message: S): TellRow<S, R> => ({
  roles: to,
  message,
  data: false,
})
const data = <const R extends readonly Role[], S extends Schema>(to: R, message: S): TellRow<S, R> => ({
  roles: to,
  message,
  data: true,
})

const Id = v.pipe(v.number(), v.safeInteger())
const Entity = v.pipe(v.string(), v.maxLength(200))
const Count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5000))
/** of an answer: more than anybody reads in one */
const Few = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500))
const Row = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** The shape in which a window wants a product: columns for maps, records for what is read, series for trends. */
export const forms = ['columns', 'records', 'series'] as const
export type Form = (typeof forms)[number]

const Called = v.pipe(v.string(), v.maxLength(64))
/** Products are chosen by what they are, so a scene works on any platform; all given criteria must hold. */
const SubscriptionSchema = v.strictObject({
  form: v.picklist(forms),
  kinds: v.exactOptional(v.pipe(v.array(v.picklist(kinds)), v.maxLength(kinds.length))),
  domains: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(100))),
  // as many as a node follows: no platform makes a window name more than it may
  products: v.exactOptional(v.pipe(v.array(ProductNameSchema), v.maxLength(5000))),
  /** only products that are called so within their domain: `incidents` of `health.incidents` */
  called: v.exactOptional(v.pipe(v.array(Called), v.maxLength(100))),
  /** … and none that are */
  notCalled: v.exactOptional(v.pipe(v.array(Called), v.maxLength(100))),
  /** records: only the newest so many (by time) */
  limit: v.exactOptional(Count),
})
export type Subscription = v.InferOutput<typeof SubscriptionSchema>

const fits: { [F in Form]: (kind: Kind) => boolean } = {
  columns: (kind) => kind === 'track' || kind === 'feature',
  records: (kind) => kind !== 'metric',
  series: (kind) => kind === 'metric',
}

/** A list of names is looked into once for each product there is. */
const sets = new WeakMap<readonly string[], ReadonlySet<string>>()
const isAmong = (name: string, names: readonly string[]): boolean => {
  const known = sets.get(names)
  const among = known ?? new Set(names)
  if (known === undefined) sets.set(names, among)
  return among.has(name)
}

/** Whether a subscription is to the product. @param kind null: not known, as of what has just left the catalog */
export const isOf = (
  { form, kinds: wanted, domains, products, called, notCalled }: Subscription,
  product: ProductName,
  kind: Kind | null,
): boolean =>
  (kind === null || (fits[form](kind) && (wanted?.includes(kind) ?? true))) &&
  (domains === undefined || isAmong(domainOf(product), domains)) &&
  (products === undefined || isAmong(product, products)) &&
  (called === undefined || isAmong(nameInDomain(product), called)) &&
  (notCalled === undefined || !isAmong(nameInDomain(product), notCalled))

const isRecord = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  const { entity, sequence, body } = value as { [name: string]: unknown }
  return (
    typeof entity === 'string' && typeof sequence === 'number' && typeof body === 'object' && body !== null
  )
}
const Times = v.instance(Float64Array)
const Numbers = v.instance(Float32Array)
const Texts = v.custom<string[]>(
  (texts) => Array.isArray(texts) && texts.every((text) => typeof text === 'string'),
)

/** A product's entities as a table, a row for each; of those whose kind maps do not draw, the newest 5000. */
const CellsSchema = v.pipe(
  v.strictObject({
    entities: Texts,
    /** index into `severities` */
    severities: v.instance(Uint8Array),
    /** ms since 1970 */
    times: Times,
    /** one for each property that was asked for; NaN and '' where a row has none, empty where none has */
    columns: v.array(v.strictObject({ numbers: Times, texts: Texts })),
    /** that its entities have, those first that most have */
    properties: v.pipe(Texts, v.maxLength(40)),
    /** entities that there are up to the window's ceiling */
    total: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    marking: RankSchema,
  }),
  v.check(({ entities: { length }, severities, times, columns }) => {
    const fit = (list: { length: number }): boolean => list.length === length || list.length === 0
    return (
      severities.length === length &&
      times.length === length &&
      columns.every(({ numbers, texts }) => fit(numbers) && fit(texts))
    )
  }),
)
export type Cells = v.InferOutput<typeof CellsSchema>

const perRow = ['lon', 'lat', 'course', 'speed', 'time', 'symbol', 'severity', 'shown'] as const

export const port = {
  /** what a window sends */
  sends: {
    open: send(roles, { id: Id, subscription: SubscriptionSchema }),
    close: send(roles, { id: Id }),
    credit: send(roles, {}),
  },
  /** what it asks; a wall has nobody who does, and looks only for what is pointed out or read on it */
  questions: {
    /** an entity's versions, newest first */
    history: question(
      ['desk'],
      { product: ProductNameSchema, entity: Entity, limit: Few },
      v.array(RecordSchema),
    ),
    /** who is at this row of the columns */
    row: question(['desk'], { product: ProductNameSchema, row: Row }, RecordSchema),
    /**
     * A metric's series between two times, from the log: the lowest and the highest point of each of so many equal parts,
     * so that a line over as many pixels is the line over all points
     */
    course: question(
      roles,
      {
        product: ProductNameSchema,
        series: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
        /** ms since 1970 */
        from: Row,
        to: Row,
        parts: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2000)),
      },
      v.pipe(
        v.strictObject({
          /** oldest first, equally long; ms since 1970 */
          times: Times,
          values: Times,
          /** how far back the log was read, ms since 1970; what is before it is not there, or more than one question may read */
          from: v.pipe(v.number(), v.finite()),
          marking: RankSchema,
          /** the history is on its way: asked again there is more */
          filling: v.boolean(),
        }),
        v.check(({ times, values }) => times.length === values.length),
      ),
    ),
    cells: question(
      roles,
      {
        product: ProductNameSchema,
        properties: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(100))), v.maxLength(12)),
        language: LanguageSchema,
      },
      CellsSchema,
    ),
    record: question(roles, { product: ProductNameSchema, entity: Entity }, RecordSchema),
    /** names, texts and entities that contain the words, best first */
    search: question(
      ['desk'],
      { text: v.pipe(v.string(), v.maxLength(200)), limit: Few },
      v.array(RecordSchema),
    ),
    /** how far a file is that an event tells of; asked again while it comes */
    file: question(roles, FileAskSchema, FileStateSchema),
    /** … and a piece of it, once it is whole */
    piece: question(
      roles,
      { ...FileAskSchema, from: Row },
      v.pipe(
        v.instance(Uint8Array<ArrayBuffer>),
        v.check(({ length }) => length <= mostPieceBytes),
      ),
    ),
    /** how the formulas do that people share */
    formulas: question(['desk'], { limit: Few }, v.array(FormulaStandingSchema)),
    /** what a line would say, as it is typed. @see readFormula for what is wrong with it */
    tryFormula: question(
      ['desk'],
      {
        line: v.pipe(v.string(), v.minLength(1), v.maxLength(mostFormula)),
        of: v.nullable(ProductNameSchema),
        /** the figure that it is to be; null: one that nothing can be made of yet */
        as: v.nullable(ProductNameSchema),
      },
      TriedFormulaSchema,
    ),
    /** newest first */
    quarantine: question(
      ['desk'],
      { product: v.nullable(ProductNameSchema), limit: Few },
      v.array(QuarantineEntrySchema),
    ),
  },
  /** what the engine tells */
  tells: {
    /** always whole; when the window comes, and when something in it changes */
    catalog: tell(
      roles,
      v.strictObject({
        kind: v.literal('catalog'),
        products: v.array(CatalogEntrySchema),
        /** the catalog was read to its end: what is not among the products is not there */
        listed: v.boolean(),
      }),
    ),
    /** once a second, and at once when the connection changes or the marking rises */
    health: tell(
      roles,
      v.strictObject({
        kind: v.literal('health'),
        products: v.array(ProductHealthSchema),
        /** of several links, that of the one that is worst off */
        connection: ConnectionSchema,
        links: v.array(LinkSchema),
        /** how far the platform's clock is ahead of this machine's, ms; null: not known yet */
        skew: v.nullable(v.number()),
        /** the highest rank that is in what this window is shown now */
        marking: RankSchema,
        /** all that this window shows was sent, and each product of it is followed as it is published */
        whole: v.boolean(),
      }),
    ),
    /** what the window opened under this id is not open: it is beyond the bounds of what a window needs */
    refused: tell(roles, v.strictObject({ kind: v.literal('refused'), id: Id })),
    /** all that a map needs of the rows that changed; a row index is an entity's place in its product's table */
    columns: data(
      roles,
      v.pipe(
        v.strictObject({
          kind: v.literal('columns'),
          product: ProductNameSchema,
          /** true: forget every row of this product first */
          reset: v.boolean(),
          rows: v.instance(Uint32Array),
          /** degrees, WGS 84 */
          lon: Numbers,
          lat: Numbers,
          /** degrees true, NaN where unknown */
          course: Numbers,
          /** m/s, NaN where unknown */
          speed: Numbers,
          /** when it happened, ms since 1970 */
          time: Times,
          /** index into the product's symbol table, see `symbols` */
          symbol: v.instance(Uint16Array),
          /** index into `severities` */
          severity: v.instance(Uint8Array),
          /** 1 shown, 0 gone (ended, expired, or above the ceiling) */
          shown: v.instance(Uint8Array),
          /** entries appended to the product's symbol table (a SIDC, else a category); with `reset` the whole table */
          symbols: Texts,
          /** when the platform stored each row's event, ms; empty in a snapshot */
          published: Times,
        }),
        v.check((message) => perRow.every((name) => message[name].length === message.rows.length)),
      ),
    ),
    records: data(
      roles,
      v.strictObject({
        kind: v.literal('records'),
        product: ProductNameSchema,
        reset: v.boolean(),
        records: v.custom<Record[]>((records) => Array.isArray(records) && records.every(isRecord)),
        /** entities that are no longer in the picture */
        gone: Texts,
      }),
    ),
    series: data(
      roles,
      v.strictObject({
        kind: v.literal('series'),
        product: ProductNameSchema,
        reset: v.boolean(),
        series: v.array(
          v.pipe(
            v.strictObject({
              series: v.string(),
              unit: v.nullable(v.string()),
              marking: RankSchema,
              /** points to append, oldest first; times in ms since 1970, equally long */
              times: Times,
              values: Times,
            }),
            v.check(({ times, values }) => times.length === values.length),
          ),
        ),
        published: Times,
      }),
    ),
  },
}
type Port = typeof port
type Sends = Port['sends']
type Tells = Port['tells']
export type SendKind = keyof Sends
export type TellKind = keyof Tells
export type Question = keyof Port['questions']
export const sendKinds = Object.keys(port.sends) as SendKind[]
export const tellKinds = Object.keys(port.tells) as TellKind[]
export const questionNames = Object.keys(port.questions) as Question[]

/** What each question asks for, and what its answer is. */
export type Questions = {
  [Q in Question]: {
    ask: InputOfEntries<Port['questions'][Q]['asks']>
    answer: v.InferOutput<Port['questions'][Q]['answers']>
  }
}
/** The questions that a window of each of these roles may ask. */
export type QuestionsOf<R extends Role> = {
  [Q in Question]: [R] extends [Port['questions'][Q]['roles'][number]] ? Q : never
}[Question]

type Message<K extends TellKind> = v.InferOutput<Tells[K]['message']>
export type CatalogMessage = Message<'catalog'>
export type HealthMessage = Message<'health'>
export type ColumnsMessage = Message<'columns'>
export type RecordsMessage = Message<'records'>
export type SeriesMessage = Message<'series'>

/** What the engine tells unasked. */
export type Told = Message<TellKind>
/** What of it comes as often as the picture changes: see `data`. */
export type DataMessage = Extract<Told, { kind: Form }>
export interface Answered {
  kind: 'answer'
  id: number
  result: Result<Questions[Question]['answer']>
}
export type FromEngine = Told | Answered

export type Sent = { [K in SendKind]: { kind: K } & InputOfEntries<Sends[K]['carries']> }[SendKind]
export type Asked = {
  [Q in Question]: { kind: 'ask'; id: number; question: Q; ask: Questions[Q]['ask'] }
}[Question]
export type ToEngine = Sent | Asked

const allows = (row: { roles: readonly Role[] }, role: Role): boolean => row.roles.includes(role)
/** Whether a window of that role may ask this; what is no question may nobody. */
export const mayAsk = (role: Role, asked: unknown): boolean =>
  questionNames.some((name) => name === asked && allows(port.questions[name], role))

const sendSchema = (kind: SendKind): Schema =>
  v.strictObject({ kind: v.literal(kind), ...(port.sends[kind].carries as Entries) })
const askSchema = (role: Role): Schema =>
  v.variant(
    'question',
    questionNames
      .filter((name) => mayAsk(role, name))
      .map((name) =>
        v.strictObject({
          kind: v.literal('ask'),
          id: Id,
          question: v.literal(name),
          ask: v.strictObject(port.questions[name].asks as Entries),
        }),
      ),
  )

/** By role and kind, what a window may send. */
export const sentBy = Object.fromEntries(
  roles.map((role) => [
    role,
    new Map<unknown, Schema>([
      ...sendKinds
        .filter((kind) => allows(port.sends[kind], role))
        .map((kind): [string, Schema] => [kind, sendSchema(kind)]),
      ['ask', askSchema(role)],
    ]),
  ]),
) as unknown as { [R in Role]: ReadonlyMap<unknown, v.GenericSchema<ToEngine>> }

/** By kind, what the engine tells; and by question, what it answers. */
export const toldAs: ReadonlyMap<unknown, v.GenericSchema<Told>> = new Map(
  tellKinds.map((kind) => [kind, port.tells[kind].message as unknown as v.GenericSchema<Told>]),
)
export const answeredAs = Object.fromEntries(
  questionNames.map((name) => [name, resultOf(port.questions[name].answers)]),
) as unknown as { [Q in Question]: v.GenericSchema<Result<Questions[Q]['answer']>> }

export const isData = (kind: unknown): boolean =>
  tellKinds.some((each) => each === kind && port.tells[each].data)
