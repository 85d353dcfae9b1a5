/** What people share, as an intake tells of it (`preload/contract/shared.ts` says what it is). */
import type { Result } from '../../../preload/contract/result.ts'

/** One version of a thing, as it was written. */
export interface Saved {
  revision: number
  /** when it was saved, by the upstream, ms since 1970 */
  published: number
  body: Uint8Array
}

/** What can be asked for while the connection lasts. */
export interface SharedUpstream {
  /** @returns what it still has of this key, newest first, but for what is larger than any document */
  revisions(key: string): Promise<Result<Saved[]>>
  /** @returns the last revision of this key; not there: what says that it was deleted, 0: nothing does */
  last(key: string): Promise<Result<{ revision: number; isThere: boolean }>>
}

/** Where it goes. */
export interface Sharing {
  /**
   * All of it is told of from here on, once and then with every change.
   * @param created when the place that it is kept in was made, ms since 1970: what was known of another is another's
   */
  begin(created: number, upstream: SharedUpstream): void
  /** @returns whether this revision is to be said: it is another than what is known, and there is room */
  wants(key: string, revision: number, bytes: number): boolean
  /** resolves when it may be forgotten */
  said(key: string, saved: Saved): Promise<void>
  /** it is not there any more */
  gone(key: string): void
  /** this node may not read it */
  refused(key: string): void
  /** everything that is there was told of once */
  complete(): void
  /** there is no such place, or this node may read nothing there */
  closed(why: 'absent' | 'refused'): void
  /** the connection has ended */
  ended(): void
}
