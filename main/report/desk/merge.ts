/**
 * Two people wrote at once. Section by section: what one of them wrote is taken, and where both wrote, ours stays and
 * theirs is told, so that nothing is lost. Pure.
 */
import { highestOf, mostInReport, type Synthesis } from '../../../preload/contract/report.ts'
import {
  domainSection,
  type Drafted,
  type ReportComment,
  type Section,
} from '../../../preload/contract/reports.ts'
import type { lists } from './sections.ts'
import { createCiting, sectionsOf } from '../../../preload/contract/draft-sections.ts'
import { citedMap, judgedIn, markedWhole, raiseOf, saidIn } from './sections.ts'

export interface Merged {
  draft: Drafted
  /** sections that they wrote and we did not: theirs are in it */
  merged: Section[]
  /** … that both wrote: ours are in it */
  conflicts: Section[]
}

const mostComments = 200
const byId = (all: readonly ReportComment[]) => new Map(all.map((each) => [each.id, each]))
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** One that is resolved stays so, whoever saw it open last. */
function mergeComments(base: Drafted | null, ours: Drafted, theirs: Drafted): ReportComment[] {
  const [before, mine] = [byId(base?.comments ?? []), byId(ours.comments)]
  const all = byId(theirs.comments)
  for (const [id, own] of mine) {
    const other = all.get(id)
    const kept = other !== undefined && isSame(own, before.get(id)) ? other : own
    all.set(id, { ...kept, resolved: own.resolved ?? other?.resolved ?? null })
  }
  const sorted = [...all.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  // of too many the oldest that are resolved go first
  const spare = Math.max(0, sorted.length - mostComments)
  const gone = new Set(sorted.filter(({ resolved }) => resolved !== null).slice(0, spare))
  return sorted.filter((each) => !gone.has(each)).slice(-mostComments)
}

/** All that either has; what was there and one of them let go is gone. */
function unite(base: readonly string[], ours: readonly string[], theirs: readonly string[]): string[] {
  const isLetGo = (key: string): boolean =>
    base.includes(key) && !(ours.includes(key) && theirs.includes(key))
  return [...new Set([...ours, ...theirs])].filter((key) => !isLetGo(key)).slice(0, 1000)
}

/**
 * @param base what both began with; null: it is not known any more, so whatever is another is a conflict
 * @param ours as it is written here
 * @param theirs as it is there now
 */
export function merge(base: Drafted | null, ours: Drafted, theirs: Drafted): Merged {
  const sections = [...new Set([...sectionsOf(ours.synthesis), ...sectionsOf(theirs.synthesis)])]
  const merged: Section[] = []
  const conflicts: Section[] = []
  for (const section of sections) {
    const [was, mine, other] = [base, ours, theirs].map((each) => each && saidIn(each, section))
    if (mine === other) continue
    if (mine === was) merged.push(section)
    else if (other !== was) conflicts.push(section)
  }
  const isTheirs = (section: Section): boolean => merged.includes(section)
  const from = (section: Section): Synthesis => (isTheirs(section) ? theirs : ours).synthesis

  // how reliable a source is, somebody says of the source and of no section: whoever said so last
  const before = judgedIn(base?.synthesis.sources ?? [])
  const [mine, others] = [judgedIn(ours.synthesis.sources), judgedIn(theirs.synthesis.sources)]
  const judged = (name: string) => (mine(name) === before(name) ? (others(name) ?? mine(name)) : mine(name))
  const citing = createCiting(ours.synthesis.sources, judged)
  const head = from('head')
  const newest = theirs.synthesis.moment > ours.synthesis.moment ? theirs.synthesis : ours.synthesis
  const taken = <N extends (typeof lists)[number]>(name: N): Synthesis[N] => {
    const one = from(name)
    // each list of a synthesis is of one kind of item
    return one[name].map((item) => citing.cite(item, one.sources)) as Synthesis[N]
  }
  const domains = [
    ...ours.synthesis.domains.map(({ domain }) => domain),
    ...theirs.synthesis.domains
      .map(({ domain }) => domain)
      .filter((name) => !ours.synthesis.domains.some(({ domain }) => domain === name)),
  ].flatMap((name) => {
    const one = from(domainSection(name))
    const found = one.domains.find(({ domain }) => domain === name)
    return found === undefined
      ? []
      : [{ ...found, statements: found.statements.map((item) => citing.cite(item, one.sources)) }]
  })
  const shown = from('events')
  const raised = [ours.synthesis, theirs.synthesis].flatMap((each) => raiseOf(each) ?? [])
  const { scheme } = head
  const synthesis = markedWhole(
    {
      // what nobody writes is as of whoever drafted last
      ...newest,
      ...{ title: head.title, template: head.template, language: head.language, period: head.period },
      version: head.version,
      brief: taken('brief'),
      domains: domains.slice(0, mostInReport.domains),
      events: {
        of: newest.events.of,
        shown: shown.events.shown.map((item) => citing.cite(item, shown.sources)),
      },
      figures: taken('figures'),
      resources: taken('resources'),
      engaged: taken('engaged'),
      decisions: taken('decisions'),
      outlook: taken('outlook'),
      ...citedMap(citing, newest),
      ...(head.follows === undefined ? {} : { follows: head.follows }),
      sources: citing.sources(),
    },
    // nobody's raise is lost: it is taken back by whoever sees it
    raised.length === 0 ? null : highestOf(scheme, raised),
  )
  const states: Drafted['sections'] = { ...ours.sections }
  for (const section of new Set([...sections, ...Object.keys(theirs.sections)])) {
    const [was, mine, other] = [base?.sections[section], ours.sections[section], theirs.sections[section]]
    if (other === undefined || conflicts.includes(section)) continue
    if (mine === undefined || isTheirs(section) || isSame(mine, was)) states[section] = other
    else if (!isSame(other, was) && other.at > mine.at) states[section] = other
  }
  const { recipients, previous, ongoing } = isTheirs('head') ? theirs : ours
  return {
    ...{ merged, conflicts },
    draft: {
      ...{ format: 'vigie.draft.1', synthesis, previous, recipients, ongoing, sections: states },
      frozen: unite(base?.frozen ?? [], ours.frozen, theirs.frozen),
      struck: unite(base?.struck ?? [], ours.struck, theirs.struck),
      comments: mergeComments(base, ours, theirs),
    },
  }
}
