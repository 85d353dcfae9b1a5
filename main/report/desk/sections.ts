/** What a section says and how high it is marked, whatever its sources are numbered. */
import { nameOfSource, type Citing } from '../../../preload/contract/draft-sections.ts'
import {
  highestOf,
  marked,
  type ReportMarking,
  type ReportSource,
  type Synthesis,
} from '../../../preload/contract/report.ts'
import { domainSection, type Drafted, type Section } from '../../../preload/contract/reports.ts'
import { rankOf, type MarkingScheme } from '../../../preload/contract/marking.ts'

/** What all that stands in a synthesis has: what it is about, who may read it, and what says so. */
export interface Marked {
  key: string
  marking: ReportMarking
  sources: number[]
}

/** The lists of a synthesis that people write in, by section. */
export const lists = ['brief', 'figures', 'resources', 'engaged', 'decisions', 'outlook'] as const

export function* allItems(it: Synthesis): Iterable<{ section: Section; item: Marked }> {
  for (const name of lists) for (const item of it[name]) yield { section: name, item }
  for (const item of it.events.shown) yield { section: 'events', item }
  for (const { domain, statements } of it.domains)
    for (const item of statements) yield { section: domainSection(domain), item }
}

/** The same, with every item as `change` makes it. */
export const mapItems = (it: Synthesis, change: <T extends Marked>(item: T) => T): Synthesis => ({
  ...it,
  brief: it.brief.map(change),
  domains: it.domains.map((each) => ({ ...each, statements: each.statements.map(change) })),
  events: { ...it.events, shown: it.events.shown.map(change) },
  figures: it.figures.map(change),
  resources: it.resources.map(change),
  engaged: it.engaged.map(change),
  decisions: it.decisions.map(change),
  outlook: it.outlook.map(change),
})

/** The map of one, its sources numbered as `citing` has them. */
export const citedMap = (citing: Citing, { map, sources }: Synthesis): Pick<Synthesis, 'map'> =>
  map === undefined
    ? {}
    : {
        map: {
          places: map.places.map((each) => citing.cite(each, sources)),
          outlines: map.outlines.map((each) => citing.cite(each, sources)),
        },
      }

/** How reliable each source is, by its name. */
export const judgedIn = (sources: readonly ReportSource[]) => {
  const judged = new Map(
    sources.flatMap((each) =>
      each.reliability === 'F' ? [] : [[nameOfSource(each), each.reliability] as const],
    ),
  )
  return (name: string) => judged.get(name)
}

/** What a section says, to be compared: its sources by name, as numbers are another in each version. */
export function saidIn({ synthesis: it, recipients, previous }: Drafted, section: Section): string {
  const named = (item: Marked): object => ({
    ...item,
    sources: item.sources.map((each) => {
      const source = it.sources[each - 1]
      return source === undefined ? null : [nameOfSource(source), source.reliability]
    }),
  })
  if (section === 'head')
    return JSON.stringify([it.title, it.template, it.language, it.period, raiseOf(it), recipients, previous])
  if (section === 'events') return JSON.stringify(it.events.shown.map(named))
  const list = lists.find((each) => each === section)
  if (list !== undefined) return JSON.stringify(it[list].map(named))
  const domain = it.domains.find((each) => domainSection(each.domain) === section)
  return domain === undefined
    ? ''
    : JSON.stringify([domain.title, domain.severity, domain.statements.map(named)])
}

/** What somebody marked the whole higher than its parts are; null: they did not. */
export function raiseOf(it: Synthesis): ReportMarking | null {
  const least = marked(it).marking
  return JSON.stringify(least) === JSON.stringify(it.marking) ? null : it.marking
}

const higher = (scheme: MarkingScheme, one: ReportMarking, other: ReportMarking): ReportMarking =>
  highestOf(scheme, [one, other])

/** What one says is covered, and no lower than what it is drawn from. */
const coversItsSources = (it: Synthesis) => {
  return <T extends Marked>(item: T): T => {
    const of = item.sources.flatMap((each) => it.sources[each - 1]?.marking ?? [])
    const least = highestOf(it.scheme, of)
    const covers =
      rankOf(it.scheme, item.marking.level) >= rankOf(it.scheme, least.level) &&
      least.caveats.every((caveat) => item.marking.caveats.includes(caveat))
    return covers ? item : { ...item, marking: higher(it.scheme, item.marking, least) }
  }
}

/** @returns the keys of what is marked lower than a source of it */
export const belowTheirSources = (it: Synthesis): { section: Section; key: string }[] => {
  const cover = coversItsSources(it)
  return [...allItems(it)].flatMap(({ section, item }) =>
    cover(item) === item ? [] : [{ section, key: item.key }],
  )
}

/** Each as high as its sources, the whole as high as each; what somebody marked higher stays so. */
export function markedWhole(it: Synthesis, raised: ReportMarking | null = raiseOf(it)): Synthesis {
  const covered = mapItems(it, coversItsSources(it))
  const least = marked(covered)
  return raised === null ? least : { ...least, marking: higher(it.scheme, least.marking, raised) }
}
