/** What a draft is made of, as it is read: its sections in order, and in each what has a key. */
import { domainOfSection, itemsOf, sectionsOf, type Item } from '../../preload/contract/draft-sections.ts'
import {
  highestOf,
  type ReportMarking,
  type Statement,
  type Synthesis,
} from '../../preload/contract/report.ts'
import { rankOf } from '../../preload/contract/marking.ts'
import type { Drafted, Section } from '../../preload/contract/reports.ts'

/** Where it is: a key is one in its section only, as what leads a domain may be in brief, too. */
export interface At {
  section: Section
  key: string
}
export const isAt = (one: At | null, other: At | null): boolean =>
  one?.section === other?.section && one?.key === other?.key

/** Those that have somebody’s words in them; figures and resources are counted. */
const told: readonly Section[] = ['brief', 'events', 'decisions', 'engaged', 'outlook']
export const isTold = (section: Section): boolean => section.startsWith('domain.') || told.includes(section)
/** Those whose order is theirs: events and what comes follow the clock. */
export const isOrdered = (section: Section): boolean =>
  section === 'brief' || section === 'engaged' || section.startsWith('domain.')

export const isStatement = (item: Item): item is Statement => 'confidence' in item
/** What it says; a figure has its title. */
export const textOf = (item: Item): string => ('text' in item ? item.text : item.title)

export const itemAt = (of: Synthesis, at: At | null): Item | undefined =>
  at === null ? undefined : itemsOf(of, at.section).find(({ key }) => key === at.key)

/** As it is cited: `1.2` in the first domain, `b.2` in brief. */
export function numberAt(of: Synthesis, at: At): string {
  const domain = domainOfSection(at.section)
  const place = itemsOf(of, at.section).findIndex(({ key }) => key === at.key) + 1
  if (domain === null) return String(place)
  return `${of.domains.findIndex((each) => each.domain === domain) + 1}.${place}`
}

/** The lowest that it may be marked: what it says comes from these. */
export const leastMarking = (of: Synthesis, { sources }: Pick<Item, 'sources'>): ReportMarking =>
  highestOf(
    of.scheme,
    sources.flatMap((each) => of.sources[each - 1]?.marking ?? []),
  )
export const shortOf = ({ scheme }: Pick<Synthesis, 'scheme'>, { level }: ReportMarking): string =>
  scheme.levels[rankOf(scheme, level)]?.short ?? '?'

/** What Vigie keeps up to date by itself until somebody writes it, or says that it stays. */
export const isLive = ({ frozen }: Pick<Drafted, 'frozen'>, key: string): boolean => !frozen.includes(key)

/** The next section that nobody said is right, after this one; null: all are. */
export function nextToReview({ synthesis, sections }: Drafted, after: Section | null): Section | null {
  const all = sectionsOf(synthesis).filter((section) => section !== 'head')
  const from = after === null ? 0 : all.indexOf(after) + 1
  const open = (section: Section): boolean => sections[section]?.state !== 'reviewed'
  return all.slice(from).find(open) ?? all.slice(0, from).find(open) ?? null
}
