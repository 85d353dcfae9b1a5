/** What every way in is, whatever it speaks: what it is told, what it tells, and whether it can know what it missed. */
import type { ReadDescriptor } from '../../../preload/contract/descriptor.ts'
import type { AskedLook, Look } from '../../../preload/contract/look.ts'
import type { Connection } from '../../../preload/contract/picture.ts'
import type { Place } from '../../../preload/contract/place.ts'
import type { Descriptor, ProductName } from '../../../preload/contract/product.ts'
import type { Problem, Result } from '../../../preload/contract/result.ts'
import type { ServerFacts } from '../../../preload/contract/trust.ts'
import type { TrustTerms } from '../../identity/trust/terms.ts'
import type { PlatformClock } from '../time/platform-clock.ts'
import type { CardLine } from './nats/card-line.ts'
import type { Sharing } from './sharing.ts'
import type { Sink } from './sink.ts'

type Dataschema = NonNullable<Descriptor['dataschema']>

/** What it says of the products that come by it. */
export interface Listing {
  /**
   * @param again called when another intake that had it has it no longer: to be told once more, if it still lists it
   * @returns where the product's messages go; null: it is not read, there are too many or another intake has it
   */
  product: (product: ProductName, read: ReadDescriptor, again: () => void) => Promise<Sink | null>
  /** its descriptor can't be used any more; `marking`: what it says of that, '' where it says nothing */
  distrusted: (product: ProductName, marking: string) => void
  withdrawn: (product: ProductName) => void
  /** every product of the catalog was told; null: as far as can be said of one that says nothing */
  listed: (all: ReadonlySet<ProductName> | null) => void
}

/** What it is asked by the other nodes of its wall, and where it stands among them. */
export interface Looks {
  place: Place
  /** @returns null: there is no picture for who asks, and nobody is told why */
  answer: (asked: AskedLook) => Promise<Look | null>
}

export interface IntakeOptions<Address> extends Listing {
  address: Address
  /** where TLS ends in another process; null: nowhere */
  line?: CardLine | null
  /** null: this node is asked nothing */
  looks: Looks | null
  time: PlatformClock
  /** 0 up to 1: spreads the retries of many walls */
  random: () => number
  /** its link is in another state */
  linked: (now: Connection) => void
  /** it is live: what its server proved of itself */
  secured?: (server: ServerFacts) => void
  /** a live connection ended without our wish */
  disconnected: () => void
  /** @returns why nothing can be checked by this JSON Schema; null: it can */
  schemaFault: (dataschema: Dataschema) => string | null
  problem: (problem: Problem) => void
  /** where what people share goes; null: it comes by another intake */
  shared: Sharing | null
}

/** Something that this node tells its upstream. */
export interface Publication {
  /** an entity of a product, a thing that people share, or a node's trail, by its token */
  to: { product: ProductName; entity: string } | { shared: string } | { trail: string }
  /** the event's type; '' where it is no event */
  type: string
  id: string
  /** who says it, as a reference (CloudEvents, `source`): `/vigie/<node>` */
  source: string
  /** when it happened, and from when on it is of no use; ms since 1970 */
  time: number
  expires: number | null
  /** null or absent: what it goes to says how it is marked */
  marking?: string | null
  body: Uint8Array
  /** it says that a thing that people share is there no more; what it was stays in its history */
  erases?: true
  /** it is taken only if this is the last sequence of the same entity or thing, 0: if there is none; null: in any case */
  expected: number | null
}

/** A file on its way to the platform's object store. */
export interface OutgoingObject {
  object: string
  mediaType: string
  size: number
  /** as the store writes it */
  digest: string
  /** its bytes from there on, as many as there are at hand */
  part(from: number): Promise<Uint8Array>
}

/** A file of the store, as an event tells of it. */
export interface WantedObject {
  object: string
  size: number
  digest: string
}

export interface Intake {
  /**
   * @returns its sequence once the upstream has it for good, the same for an id that it has already. `act.refused`: this
   * node may not; `act.overtaken`: `expected` does not hold; any other: not now, it may or may not have come there
   */
  publish?(publication: Publication): Promise<Result<{ sequence: number }>>
  /**
   * Tries a right and tells nothing.
   * @returns those of the entities that this node may not write now; null: it can't be said just now
   */
  mayNotWrite?(product: ProductName, entities: readonly string[]): Promise<string[] | null>
  /**
   * @returns once the store has all of it, the same where it has it already. `act.refused`: this node may not;
   * `document.taken`: it has another of this name; any other: not now
   */
  putObject?(object: OutgoingObject): Promise<Result<null>>
  /**
   * @param take told each part in order, once; resolves when the next may come, false: no more is wanted
   * @returns once all of it was told, and it is what was wanted: what was told before is nothing where it is not
   */
  getObject?(wanted: WantedObject, take: (part: Uint8Array) => Promise<boolean>): Promise<Result<null>>
  /** the last record that it has of a node's trail, and its place there; null: none */
  lastOfTrail?(node: string): Promise<Result<{ place: number; body: Uint8Array } | null>>
  /** asks another node of the wall for a picture of one of its screens */
  look?(node: string, asked: AskedLook): Promise<Result<Look>>
  /** how its upstream is judged from now on; a connection that would not be made now ends */
  trust?(terms: TrustTerms): void
  /** this connection's own state, with its times as windows show time */
  link(): Connection
  dispose(): Promise<void>
}

/**
 * What an intake reads from. `log`: what it says has a place in a sequence, so that a gap is known and filled.
 * `stateless`: what is missed is missed, and comes again when it is said again.
 */
export type Upstream = 'log' | 'stateless'

export interface Protocol<Address> {
  upstream: Upstream
  start: (options: IntakeOptions<Address>) => Intake
}
