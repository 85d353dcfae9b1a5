import { derivedDomain } from '../../preload/contract/formula.ts'
import type { Kind } from '../../preload/contract/product.ts'

/** The order in which a staff reads its domains; others follow by name. */
const readingOrder = ['command', 'security', 'transport', 'health', 'logistics', 'environment']

const placeOf = (domain: string): number => {
  const place = readingOrder.indexOf(domain)
  return place < 0 ? readingOrder.length : place
}

export const byReadingOrder = (a: string, b: string): number => placeOf(a) - placeOf(b) || a.localeCompare(b)

/** What a command centre does and writes itself: its acts, its log, its documents; its syntheses, wherever they are. */
const own = 'ops'

/**
 * Whether a product makes its domain one that people watch. What they do and write themselves comes when they do it,
 * and what is derived here is of its inputs.
 */
export const isWatched = ({ kind, domain }: { kind: Kind; domain: string }): boolean =>
  kind !== 'act' && kind !== 'report' && domain !== own && domain !== derivedDomain
