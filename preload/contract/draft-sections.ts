/** A draft by its sections: which there are, what stands in each, and how it cites its sources. */
import {
  mostInReport,
  type KeyEvent,
  type ReportDecision,
  type ReportFigure,
  type ReportResource,
  type ReportSource,
  type Statement,
  type Synthesis,
} from './report.ts'
import { domainSection, type Section } from './reports.ts'

/** Whatever has a key, a marking and sources. */
export type Item = Statement | KeyEvent | ReportFigure | ReportResource | ReportDecision

/** As they stand in the list of sections: what is to be read first comes first. */
export const sectionsOf = ({ domains }: Pick<Synthesis, 'domains'>): Section[] => [
  ...(['head', 'brief', 'events', 'decisions'] as const),
  ...domains.map(({ domain }) => domainSection(domain)),
  ...(['figures', 'resources', 'engaged', 'outlook'] as const),
]
export const domainOfSection = (section: Section): string | null =>
  section.startsWith('domain.') ? section.slice('domain.'.length) : null

export function itemsOf(of: Synthesis, section: Section): readonly Item[] {
  const domain = domainOfSection(section)
  if (domain !== null) return of.domains.find((each) => each.domain === domain)?.statements ?? []
  switch (section) {
    case 'brief':
    case 'decisions':
    case 'figures':
    case 'resources':
    case 'engaged':
    case 'outlook':
      return of[section]
    case 'events':
      return of.events.shown
    default:
      return []
  }
}

export function withItems(of: Synthesis, section: Section, items: readonly Item[]): Synthesis {
  const domain = domainOfSection(section)
  if (domain !== null)
    return {
      ...of,
      domains: of.domains.map((each) =>
        // what was of a section stays of it
        each.domain === domain ? { ...each, statements: [...items] as Statement[] } : each,
      ),
    }
  return section === 'events'
    ? { ...of, events: { ...of.events, shown: [...items] as KeyEvent[] } }
    : { ...of, [section]: [...items] }
}

/** The same source has another number in each version, and one name. */
export const nameOfSource = ({ product, sequence, entity }: ReportSource): string =>
  `${product} ${sequence} ${entity}`

/** Sources as they are cited, in one list, whichever synthesis an item comes from. */
export interface Citing {
  /** the numbers that an item of `from` has from now on */
  cite<T extends Pick<Item, 'sources'>>(item: T, from: readonly ReportSource[]): T
  sources(): ReportSource[]
}

/** @param judged how reliable somebody said that one is; the others stay as they come */
export function createCiting(
  first: readonly ReportSource[],
  judged: (name: string) => ReportSource['reliability'] | undefined = () => undefined,
): Citing {
  const as = (source: ReportSource): ReportSource => ({
    ...source,
    reliability: judged(nameOfSource(source)) ?? source.reliability,
  })
  const sources = first.map(as)
  const numbers = new Map(sources.map((each, at) => [nameOfSource(each), at + 1]))
  const numberOf = (source: ReportSource): number | null => {
    const known = numbers.get(nameOfSource(source))
    if (known !== undefined) return known
    if (sources.length >= mostInReport.sources) return null
    sources.push(as(source))
    numbers.set(nameOfSource(source), sources.length)
    return sources.length
  }
  return {
    cite: (item, from) => ({
      ...item,
      sources: [
        ...new Set(
          item.sources.flatMap((each) => {
            const source = from[each - 1]
            return source === undefined ? [] : (numberOf(source) ?? [])
          }),
        ),
      ],
    }),
    sources: () => sources,
  }
}
