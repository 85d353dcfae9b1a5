/** How much room the entities of a kind have, beside the bytes of the product's account, and who makes room for whom. */
import type { Kind } from '../../../preload/contract/product.ts'

interface Room {
  /** beyond it the entity that came first leaves the picture; the log keeps it */
  most: number
  /** said once and for all: the oldest makes room for the newest. Things that live on keep their place. */
  isSaid: boolean
}

export const roomOf: { readonly [K in Kind]: Room } = {
  track: { most: 2_000_000, isSaid: false },
  metric: { most: 20_000, isSaid: false },
  feature: { most: 50_000, isSaid: false },
  note: { most: 5000, isSaid: true },
  document: { most: 5000, isSaid: true },
  report: { most: 1000, isSaid: true },
  act: { most: 20_000, isSaid: true },
}

/** The oldest that leave for one that comes, at most. */
export const mostLeaving = 64

/** About what a row takes beside its record and its texts: columns, marks, maps, and what windows keep of it. */
export const rowBytes = 320
