import { domainOf } from './entity.ts'
import type { Rank } from './marking.ts'
import type { ProductName } from './product.ts'
import type { DeskState } from './state.ts'

/**
 * What the desk points out or takes on is named by its entity. A window of a lower ceiling than the desk's may not
 * even have the name, so it is not told.
 */
export const mayKnow = (ceiling: Rank, deskCeiling: Rank): boolean => ceiling >= deskCeiling

/** A map shows these domains; null: all. */
export const mapShows = (domains: readonly string[] | null | undefined, product: ProductName): boolean =>
  domains?.includes(domainOf(product)) ?? true

/** Where an entity that is pointed out can be seen, and if nowhere, what stands against it. */
export type Seen = { on: number[] } | { on: null; why: 'blanked' | 'map' | 'domain' | 'ceiling' }

export function seenOn(state: Pick<DeskState, 'node' | 'screens'>, product: ProductName): Seen {
  if (state.node.blanked) return { on: null, why: 'blanked' }
  const withMaps = state.screens.filter(({ attached, known, maps }) => attached && known && maps.length > 0)
  if (withMaps.length === 0) return { on: null, why: 'map' }
  const fitting = withMaps.filter(({ maps }) => maps.some(({ domains }) => mapShows(domains, product)))
  if (fitting.length === 0) return { on: null, why: 'domain' }
  const on = fitting.filter(({ ceiling }) => mayKnow(ceiling, state.node.ceiling)).map(({ screen }) => screen)
  return on.length === 0 ? { on: null, why: 'ceiling' } : { on }
}
