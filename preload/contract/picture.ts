/**
 * What runs over a window's MessagePort, between the engine and one renderer: the picture, already filtered to
 * the window's ceiling. Nothing here passes through main.
 *
 * A window sends `subscribe` once it is ready (and again when its scene changes: that replaces all); the engine
 * answers with the catalog, then a message with `reset: true` per product and form, then deltas. A product that leaves
 * the catalog, or is no longer permitted, is told as one more `reset` with nothing in it. After each message of the
 * kinds columns, records and series the window sends one `credit`. Typed arrays are exact-size copies.
 */
import type { Body, EventType } from './event.ts'
import type { Rank } from './marking.ts'
import type { Descriptor, Kind, ProductName } from './product.ts'
import type { Problem, Result } from './result.ts'

/** The shape in which a window wants a product: columns for maps, records for what is read, series for trends. */
export type Form = 'columns' | 'records' | 'series'

/** Products are chosen by what they are, so a scene works on any platform; all given criteria must hold. */
export interface Subscription {
  form: Form
  kinds?: Kind[]
  domains?: string[]
  products?: ProductName[]
  /** records: only the newest so many (by time) */
  limit?: number
}

/** All that a map needs of the rows that changed; a row index is an entity's place in its product's table. */
export interface ColumnsMessage {
  kind: 'columns'
  product: ProductName
  /** true: forget every row of this product first */
  reset: boolean
  rows: Uint32Array
  /** degrees, WGS 84 */
  lon: Float32Array
  lat: Float32Array
  /** degrees true, NaN where unknown */
  course: Float32Array
  /** m/s, NaN where unknown */
  speed: Float32Array
  /** when it happened, ms since 1970 */
  time: Float64Array
  /** index into the product's symbol table, see `symbols` */
  symbol: Uint16Array
  /** index into `severities` */
  severity: Uint8Array
  /** 1 shown, 0 gone (ended, expired, or above the ceiling) */
  shown: Uint8Array
  /** entries appended to the product's symbol table (a SIDC, else a category); with `reset` the whole table */
  symbols: string[]
  /** when the platform stored each row's event, ms; empty in a snapshot */
  published: Float64Array
}

/** An entity as people read it: texts are cleaned of control and bidi characters and bounded. */
export interface Record {
  product: ProductName
  entity: string
  sequence: number
  id: string
  source: string
  type: EventType
  time: number
  published: number
  expires: number | null
  marking: Rank
  caveats: readonly string[]
  body: Body
}

export interface RecordsMessage {
  kind: 'records'
  product: ProductName
  reset: boolean
  records: Record[]
  /** entities that are no longer in the picture */
  gone: string[]
}

export interface SeriesMessage {
  kind: 'series'
  product: ProductName
  reset: boolean
  /** points to append, oldest first; times in ms since 1970, equally long */
  series: { series: string; unit: string | null; marking: Rank; times: Float64Array; values: Float64Array }[]
  published: Float64Array
}

/**
 * One data product as the catalog has it. A product that is marked above a window's ceiling is in none of that window's
 * messages, whatever its events are marked: its name, its title and its counts tell already.
 */
export interface CatalogEntry {
  product: ProductName
  /** without its schema: that is the engine's affair */
  descriptor: Omit<Descriptor, 'dataschema'>
  /** refused: the platform does not permit us this product, and nothing of it is shown or answered */
  access: 'permitted' | 'refused' | 'pending'
  /**
   * its state was read once, from the platform or the cache, and there was room for all of it: what is not in the
   * picture is not there
   */
  known: boolean
}

/** Once a window has subscribed, and when something in it changes; always whole. */
export interface CatalogMessage {
  kind: 'catalog'
  products: CatalogEntry[]
  /** the catalog was read to its end: what is not among the products is not there */
  listed: boolean
}

/** How one product of the catalog does; counted up to the window's ceiling. */
export interface ProductHealth {
  product: ProductName
  /** the newest event's time, ms since 1970; the window makes the age of it, so it ages when we are dead */
  newest: number | null
  entities: number
  /** of all markings together, so only for windows that may see them all; null for the others */
  stream: StreamHealth | null
}

export interface StreamHealth {
  received: number
  rejected: number
  /** ranges of the stream that retention took before we had them */
  gaps: { first: number; last: number; found: number }[]
  /** history that is still to be filled in behind, messages */
  behind: number
}

/** How we stand with the platform. `since` and `retryAt`: ms since 1970, by the platform's clock. */
export type Connection =
  | { state: 'offline'; since: number }
  | { state: 'connecting'; since: number; attempt: number }
  | { state: 'live'; since: number; server: string }
  | { state: 'waiting'; since: number; retryAt: number; problem: Problem }
  /** waiting does not help: somebody has to do something */
  | { state: 'refused'; since: number; problem: Problem }

/** Once a second, and at once when the connection changes or the marking rises. */
export interface HealthMessage {
  kind: 'health'
  products: ProductHealth[]
  connection: Connection
  /** how far the platform's clock is ahead of this machine's, ms; null: not known yet */
  skew: number | null
  /** the highest rank that is in what this window is shown now */
  marking: Rank
  /** all that this window shows was sent, and each product of it is followed as it is published */
  whole: boolean
}

export interface QuarantineEntry {
  product: ProductName
  sequence: number
  received: number
  problem: Problem
  /** the message's own id when it had one, cleaned */
  id: string | null
  /** the start of the body, cleaned, at most 500 characters */
  excerpt: string
}

/** What a window may ask; the answer obeys the window's ceiling like everything else. */
export interface Questions {
  /** an entity's versions, newest first */
  history: { ask: { product: ProductName; entity: string; limit: number }; answer: Record[] }
  /** who is at this row of the columns */
  row: { ask: { product: ProductName; row: number }; answer: Record }
  record: { ask: { product: ProductName; entity: string }; answer: Record }
  /** names, texts and entities that contain the words, best first */
  search: { ask: { text: string; limit: number }; answer: Record[] }
  /** newest first; only for the desk */
  quarantine: { ask: { product: ProductName | null; limit: number }; answer: QuarantineEntry[] }
}
export type Question = keyof Questions

export type FromEngine =
  | ColumnsMessage
  | RecordsMessage
  | SeriesMessage
  | CatalogMessage
  | HealthMessage
  | { kind: 'answer'; id: number; result: Result<Questions[Question]['answer']> }

export type ToEngine =
  | { kind: 'subscribe'; subscriptions: Subscription[] }
  | { kind: 'credit' }
  | { [Q in Question]: { kind: 'ask'; id: number; question: Q; ask: Questions[Q]['ask'] } }[Question]
