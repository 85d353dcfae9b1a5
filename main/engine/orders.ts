/**
 * What main and the engine's process say to each other. The picture itself never passes here: it runs over the
 * windows' ports (`preload/contract/picture.ts`).
 */
import type { MarkingScheme, Rank } from '../../preload/contract/marking.ts'
import type { Connection } from '../../preload/contract/picture.ts'
import type { Problem } from '../../preload/contract/result.ts'
import type { Role } from '../../preload/contract/schema.ts'

/** A platform's address and what TLS needs; all PEM. */
export interface Platform {
  /** `tls://host:port`, several separated by commas */
  servers: string
  /** the prefix of the subjects on which the platform answers us, and nobody else */
  inbox: string
  tls: { certificate: string; key: string; authority: string }
}

/** PEM of the client certificate and its key: the cache opens with them. */
export interface Keys {
  certificate: string
  key: string
}

/** How long (ms) and how much (bytes of events) the node keeps of each product, whatever its descriptor asks for. */
export interface Keeping {
  leastRetention: number
  mostRetention: number
  mostBytes: number
}

export type Order =
  /** once, first. `platform` null: show what the cache holds */
  | {
      order: 'start'
      profile: string
      scheme: MarkingScheme
      keeping: Keeping
      keys: Keys
      platform: Platform | null
    }
  /** comes with the window's MessagePortMain as the message's first port */
  | { order: 'window'; id: number; role: Role; ceiling: Rank }
  /** answered with a `report` */
  | { order: 'report' }
  /** the engine commits what it has and exits with 0 */
  | { order: 'stop' }

/** Since the engine's start. Every message of the streams counts once, state that is read ahead does not. */
export interface Report {
  received: number
  rejected: number
  persisted: number
  gaps: number
  /** permitted products */
  products: number
  disconnects: number
  /** how far the platform's clock is ahead of this machine's, ms; null: not known */
  clockSkewMs: number | null
}

export type Answer =
  /** the cache is open and its picture is there */
  | { answer: 'ready' }
  | { answer: 'connection'; connection: Connection }
  | { answer: 'report'; report: Report }
  /** before `ready`: the engine did not start. Afterwards: it goes on, but somebody must know */
  | { answer: 'failed'; problem: Problem }
  /** what had failed after `ready` works again */
  | { answer: 'recovered' }
