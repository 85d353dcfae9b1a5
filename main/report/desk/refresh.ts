/**
 * Drafted again: what nobody wrote, froze or struck out is as it is known by now; what people said of it, and how they
 * ordered it, stays. Pure.
 */
import {
  isOwn,
  mostInReport,
  type KeyEvent,
  type ReportDomain,
  type Statement,
  type Synthesis,
} from '../../../preload/contract/report.ts'
import { domainSection, type Drafted, type Section } from '../../../preload/contract/reports.ts'
import type { lists } from './sections.ts'
import { createCiting } from '../../../preload/contract/draft-sections.ts'
import { citedMap, judgedIn, markedWhole, raiseOf, saidIn, type Marked } from './sections.ts'

const isJudged = (item: Marked): item is Marked & { reliability: string; confidence: number } =>
  'reliability' in item && 'confidence' in item

/**
 * @param anew drafted just now, of the same period and template
 * @param written whether somebody wrote in that section: then its order and their judgement of what is in it are theirs
 */
function again<T extends Marked>(
  items: readonly T[],
  anew: readonly T[],
  { frozen, struck, written }: { frozen: ReadonlySet<string>; struck: ReadonlySet<string>; written: boolean },
  from: { old: (item: T) => T; anew: (item: T) => T },
): T[] {
  const isKept = ({ key }: Marked): boolean => isOwn(key) || frozen.has(key)
  const found = new Map(anew.map((each) => [each.key, each]))
  const judgedAs = (was: T, now: T): T =>
    isJudged(was) && isJudged(now) && (written || was.reliability !== 'F')
      ? { ...now, reliability: was.reliability, confidence: was.confidence }
      : now
  const next = items.flatMap((item): T[] => {
    if (struck.has(item.key)) return []
    if (isKept(item)) return [from.old(item)]
    const now = found.get(item.key)
    return now === undefined ? [] : [judgedAs(item, from.anew(now))]
  })
  const orderOf = new Map(anew.map(({ key }, at) => [key, at]))
  if (!written && !next.some(isKept)) {
    // nobody put it in an order
    next.sort((a, b) => (orderOf.get(a.key) ?? 0) - (orderOf.get(b.key) ?? 0))
  }
  const there = new Set(next.map(({ key }) => key))
  anew.forEach((item, at) => {
    if (there.has(item.key) || struck.has(item.key)) return
    // behind what it comes behind
    const before = anew.slice(0, at).findLast(({ key }) => there.has(key))
    const place = before === undefined ? 0 : next.findIndex(({ key }) => key === before.key) + 1
    next.splice(place, 0, from.anew(item))
    there.add(item.key)
  })
  return next
}

export function refresh(draft: Drafted, anew: Synthesis): Drafted {
  const { synthesis: old, sections, frozen, struck } = draft
  const keys = { frozen: new Set(frozen), struck: new Set(struck) }
  const citing = createCiting([], judgedIn(old.sources))
  const from = {
    old: <T extends Marked>(item: T): T => citing.cite(item, old.sources),
    anew: <T extends Marked>(item: T): T => citing.cite(item, anew.sources),
  }
  const isWritten = (section: Section): boolean => (sections[section]?.state ?? 'drafted') !== 'drafted'
  const of = (section: Section) => ({ ...keys, written: isWritten(section) })
  const listed = <N extends (typeof lists)[number]>(name: N): Synthesis[N] =>
    // each list of a synthesis is of one kind of item
    again<Marked>(old[name], anew[name], of(name), from).slice(0, mostOf[name]) as unknown as Synthesis[N]
  const domainOf = (name: string): ReportDomain[] => {
    const section = domainSection(name)
    const [was, now] = [old, anew].map(({ domains }) => domains.find(({ domain }) => domain === name))
    // of a domain that there is nothing of any more, what people wrote stays
    const known = now ?? (was && { ...was, statements: [] })
    if (known === undefined || keys.struck.has(section)) return []
    const statements = again<Statement>(was?.statements ?? [], now?.statements ?? [], of(section), from)
    const isGone = now === undefined && statements.length === 0
    return isGone ? [] : [{ ...known, statements: statements.slice(0, mostInReport.statements) }]
  }
  const names = [
    ...old.domains,
    ...anew.domains.filter(({ domain: name }) => !old.domains.some(({ domain }) => domain === name)),
  ]
  const brief = listed('brief')
  const shown = again<KeyEvent>(old.events.shown, anew.events.shown, of('events'), from)
  const raised = raiseOf(old)
  const synthesis: Synthesis = {
    // what nobody writes is as it is now
    ...anew,
    // it follows what it followed
    ...(anew.follows === undefined && old.follows !== undefined ? { follows: old.follows } : {}),
    ...{ title: old.title, version: old.version, organisation: old.organisation, node: old.node },
    brief,
    events: { of: anew.events.of, shown: shown.slice(0, mostInReport.events) },
    decisions: listed('decisions'),
    domains: names.flatMap(({ domain }) => domainOf(domain)).slice(0, mostInReport.domains),
    figures: listed('figures'),
    resources: listed('resources'),
    engaged: listed('engaged'),
    outlook: listed('outlook'),
    ...citedMap(citing, anew),
    // last: what is cited above is in it
    sources: citing.sources(),
  }
  const whole = markedWhole(synthesis, raised)
  const next = { ...draft, synthesis: whole }
  return { ...next, sections: stale(draft, next) }
}

const mostOf = {
  brief: mostInReport.brief,
  figures: mostInReport.figures,
  resources: mostInReport.resources,
  engaged: mostInReport.statements,
  decisions: mostInReport.decisions,
  outlook: mostInReport.outlook,
} as const

/** What somebody read and is another since, nobody has read. */
function stale(before: Drafted, after: Drafted): Drafted['sections'] {
  const sections: Drafted['sections'] = { ...before.sections }
  for (const [name, state] of Object.entries(before.sections)) {
    const section: Section = name
    if (state.state === 'reviewed' && saidIn(before, section) !== saidIn(after, section))
      sections[section] = { ...state, state: 'written' }
  }
  return sections
}
