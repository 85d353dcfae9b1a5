/** Where an intake puts the events of one product, and what it asks before and after. */
import type { ProductName } from '../../../preload/contract/product.ts'
import type { Event } from '../event/event.ts'

/** What the engine does with a product's events. They are filled anew once it returns. */
export interface Sink {
  readonly product: ProductName
  /** the last sequence that was taken on by following, committed or not; null: never connected */
  position(): number | null
  /** history still to be filled in, oldest first */
  missing(): { first: number; last: number }[]
  access(access: 'permitted' | 'refused' | 'pending'): void
  /**
   * Before reading: what the platform has. Records gaps; a stream that began anew is forgotten.
   * @param stream `created`: when it was made, ms since 1970; another one than before counts anew
   * @returns false: it is the same stream and ends before our place, so this server may only not know yet what another
   * told us. It is not to be read now, and asked for again
   */
  opened(stream: { first: number; last: number; created: number }): Promise<boolean>
  state(event: Event): void
  /** all state up to `live` was given; from now on the log follows it */
  stateDone(live: number, first: number): Promise<void>
  /**
   * Whether the platform's message at our place is the one that we took there; or, where there is none any more, whether
   * nothing speaks against it. Asked before what follows it.
   * @returns false: what we have is of a log that is gone, and `opened` begins it anew
   */
  goesOn(sequence: number, published: number): boolean
  live(event: Event): void
  /** what is published from now on comes as it is published: ms since 1970, by the platform */
  follows(since: number): void
  history(event: Event): void
  /** the hole has nothing more to give, whatever is not there does not exist */
  historyDone(first: number, last: number): Promise<void>
  /** sequences that were not there when they were read, and of which nobody has said yet why */
  skipped(): { first: number; last: number }[]
  /** whether there are any */
  readonly unexplained: boolean
  /**
   * What the stream's first sequence was, asked after those were skipped: what lies before it retention took, and is a
   * gap; what does not was deleted.
   */
  explained(skipped: readonly { first: number; last: number }[], streamFirst: number): Promise<void>
  room(): Promise<void>
  /** nothing more can be taken until there is room */
  full(): boolean
}
