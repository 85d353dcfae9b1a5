/**
 * A synthesis drafted from what the cache holds, by rules that say the same of the same: nothing in it that no event says,
 * each statement with its sources, and what is not known told as such.
 */
import * as v from 'valibot'
import { severities } from '../../preload/contract/event.ts'
import type { Freshness } from '../../preload/contract/freshness.ts'
import { isGrave, rankOfSeverity, worst } from '../../preload/contract/incident.ts'
import type { MarkingScheme, Rank } from '../../preload/contract/marking.ts'
import {
  keyOf,
  marked,
  mostInReport,
  SynthesisSchema,
  type KeyEvent,
  type ReportDomain,
  type ReportFeed,
  type ReportTemplate,
  type Statement,
  type Synthesis,
} from '../../preload/contract/report.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { oneLine } from '../../preload/contract/text.ts'
import type { Language } from '../../preload/contract/words.ts'
import { domainInWords, shapes, startDrafting, titleOf, type Drafting } from './drafting.ts'
import { chooseFigures, citeFigure, countResources, drawFigures, type Drawn } from './figures.ts'
import type { Gathered, GatheredAll, Period, Seen } from './gather.ts'
import {
  closedIn,
  eventsOfIncidents,
  followIncidents,
  isOfDomain,
  isOpenNow,
  tellEngaged,
  tellIncident,
  type Followed,
} from './incidents.ts'
import { announcedOf, decisionsOf, linesOf, severityOfNote, situationOf } from './notes.ts'
import { drawMap } from './places.ts'
import { reportWords } from './words.ts'

export interface DraftOrder {
  period: Period
  template: ReportTemplate
  language: Language
  timeZone: string
  organisation: string
  node: string
  exercise: boolean
  scheme: MarkingScheme
  ceiling: Rank
}

const freshnesses: readonly Freshness[] = ['waiting', 'fresh', 'late', 'lost']
const worstFeed = (found: readonly Freshness[]): Freshness =>
  found.reduce((a, b) => (freshnesses.indexOf(b) > freshnesses.indexOf(a) ? b : a), 'waiting')

/** The order in which a room goes through its domains; others follow by name. */
const usual = ['security', 'transport', 'health', 'logistics', 'environment']
const placeOfDomain = (domain: string): number => {
  const at = usual.indexOf(domain)
  return at < 0 ? usual.length : at
}

const inOrder = (a: { domain: string }, b: { domain: string }): number =>
  placeOfDomain(a.domain) - placeOfDomain(b.domain) ||
  (a.domain < b.domain ? -1 : a.domain > b.domain ? 1 : 0)

const tells = ({ descriptor: { kind } }: Gathered): boolean =>
  kind === 'feature' || kind === 'metric' || kind === 'note' || kind === 'track'

const lastOf = (one: Gathered): Seen | null =>
  [...one.after.values()].reduce<Seen | null>((a, b) => (a === null || a.sequence < b.sequence ? b : a), null)

interface Known {
  products: readonly Gathered[]
  followed: readonly Followed[]
  drawn: readonly Drawn[]
}

function tellFigure(drafting: Drafting, { figure, seen }: Drawn): Statement {
  const { words } = drafting
  const { before, now, precision, threshold } = figure
  const text = words.say('report.figure.beyond', {
    title: figure.title,
    value: words.figure(now, figure.unit, precision),
    hasChange: before === null ? 'no' : 'yes',
    change: before === null ? '' : words.change(now - before, precision),
    hasBound: threshold === null ? 'no' : 'yes',
    bound: threshold === null ? '' : words.figure(threshold, figure.unit, precision),
  })
  const change = before !== now ? 'changed' : 'same'
  const told = { key: figure.key, text, severity: figure.severity, change } as const
  return { ...drafting.state(told, [{ seen, title: figure.title }]), marking: figure.marking }
}

/** What is known of a feed that is late or lost, and that it is. */
function tellFeed(drafting: Drafting, one: Gathered): Statement {
  const { words, period } = drafting
  const last = lastOf(one)
  const state = drafting.feedOf(one)
  const title = titleOf(one, words.language)
  const text = words.say(state === 'lost' ? 'report.feed.lost' : 'report.feed.late', {
    title,
    time: one.newest === null ? '–' : words.when(one.newest, period.to),
    age: one.newest === null ? '–' : words.lasting(period.to - one.newest),
  })
  return drafting.state(
    { key: keyOf('feed', one.product), text, severity: 'Moderate', change: 'new' },
    last === null ? [] : [{ seen: last, title }],
  )
}

function draftDomain(drafting: Drafting, domain: string, known: Known): ReportDomain & { left: number } {
  const { words, period, template } = drafting
  const products = known.products.filter((each) => each.descriptor.domain === domain && tells(each))
  const followed = known.followed.filter(isOfDomain(domain))
  const beyond = known.drawn.filter(
    ({ figure }) => figure.domain === domain && rankOfSeverity(figure.severity) >= 2,
  )
  const situation = situationOf(products, domain, 'after', words.language)
  const then = situationOf(products, domain, 'before', words.language)
  const severity = worst([
    situation?.note.severity ?? severities[0],
    ...followed.filter(isOpenNow).map(({ incident }) => incident.severity),
    ...beyond.map(({ figure }) => figure.severity),
  ])
  const before = worst([
    then?.note.severity ?? severities[0],
    ...followed.flatMap((each) => (each.before?.open === true ? [each.before.severity] : [])),
  ])
  const statements: Statement[] = []
  if (situation !== null)
    statements.push(
      drafting.state(
        {
          key: keyOf('situation', domain),
          text: situation.text,
          severity: situation.note.severity ?? 'Unknown',
          change: then === null ? 'new' : then.text === situation.text ? 'same' : 'changed',
        },
        [{ seen: situation.seen, title: situation.title }],
      ),
    )
  for (const each of followed) if (each.incident.open) statements.push(tellIncident(drafting, each))
  for (const each of beyond) statements.push(tellFigure(drafting, each))
  for (const each of followed) if (closedIn(each)) statements.push(tellIncident(drafting, each))
  const wanting = products.filter((each) => ['late', 'lost'].includes(drafting.feedOf(each)))
  const changed = statements.some(({ change }) => change !== 'same')
  const unchanged = !changed && wanting.every((each) => drafting.feedOf(each) !== 'lost')
  const most = shapes[template].statements
  const left = Math.max(0, statements.length - most)
  const kept = statements.slice(0, most)
  if (!changed) {
    const by = products.flatMap((each) => {
      const seen = lastOf(each)
      return seen === null ? [] : [{ seen, title: titleOf(each, words.language) }]
    })
    const newest = Math.max(0, ...by.map(({ seen }) => seen.published))
    const text =
      by.length === 0
        ? words.say('report.domain.nothing', {
            from: words.when(period.from, period.to),
            to: words.time(period.to),
          })
        : unchanged && wanting.length === 0
          ? words.say('report.domain.unchanged', { time: words.when(period.from, period.to) })
          : words.say('report.domain.unchangedAsFar', { time: words.when(newest, period.to) })
    kept.unshift(
      drafting.state(
        { key: keyOf('domain', domain), text, severity: 'Minor', change: 'same' },
        by.slice(0, 3),
      ),
    )
  }
  kept.push(...wanting.slice(0, 4).map((each) => tellFeed(drafting, each)))
  return {
    ...{ domain, title: oneLine(domainInWords(domain, words), 100), severity, before, unchanged },
    feed: worstFeed(products.map((each) => drafting.feedOf(each))),
    statements: kept.slice(0, mostInReport.statements),
    left: left + Math.max(0, wanting.length - 4),
  }
}

function draftEvents(drafting: Drafting, products: readonly Gathered[]): Synthesis['events'] {
  const { words, template } = drafting
  const all = [
    ...eventsOfIncidents(drafting, products).map((each) => ({
      ...each,
      title: `${each.about} ${each.text}`,
    })),
    ...linesOf(products, words.language).map((line) => ({
      ...{ of: line.seen, text: line.text, severity: severityOfNote(line), about: line.number },
      ...{ title: line.title, weight: 0 },
    })),
    ...decisionsOf(products, drafting)
      .filter(({ written }) => written.seen.published > drafting.period.from)
      .map(({ written, decision }) => ({
        of: written.seen,
        text: oneLine(words.say('report.event.decision', { text: written.text }), mostInReport.text),
        ...{ severity: severityOfNote(written), about: decision.number, title: written.title, weight: 16 },
      })),
  ]
  const weigh = (each: (typeof all)[number]): number => rankOfSeverity(each.severity) * 10 + each.weight
  const chosen = [...all]
    .sort((a, b) => weigh(b) - weigh(a) || b.of.time - a.of.time || b.of.sequence - a.of.sequence)
    .slice(0, shapes[template].events)
    .sort((a, b) => a.of.time - b.of.time || a.of.sequence - b.of.sequence)
  const shown = chosen.map((each): KeyEvent => ({
    key: keyOf('event', each.of.product, String(each.of.sequence)),
    at: Math.max(0, Math.round(each.of.time)),
    ...{ text: each.text, severity: each.severity, about: oneLine(each.about, 100) },
    marking: drafting.markingOf([each.of]),
    sources: [drafting.cite(each.of, each.title)],
  }))
  return { shown, of: all.length }
}

function draftBrief(drafting: Drafting, known: Known, domains: readonly ReportDomain[]): Statement[] {
  const { words, template, period } = drafting
  const open = known.followed.filter((each) => each.incident.open && isGrave(each.incident))
  const beyond = chooseFigures(
    known.drawn.filter(({ figure }) => rankOfSeverity(figure.severity) >= 3),
    2,
  )
  const most = shapes[template].brief
  const brief = [
    ...open
      .slice(0, Math.max(1, most - Math.min(1, beyond.length)))
      .map((each) => tellIncident(drafting, each)),
    ...beyond.map((each) => tellFigure(drafting, each)),
  ].slice(0, most)
  const lost = known.products.filter((each) => tells(each) && drafting.feedOf(each) === 'lost')
  // of a feed that is lost nobody knows that nothing happened
  if (brief.length === 0 && lost.length === 0) {
    const calm = domains.every(({ unchanged }) => unchanged)
    const of = known.products.flatMap((each) => {
      const seen = lastOf(each)
      return tells(each) && seen !== null ? [{ seen, title: titleOf(each, words.language) }] : []
    })
    const since = { time: words.when(period.from, period.to) }
    const text =
      of.length === 0
        ? words.say('report.domain.nothing', { from: since.time, to: words.time(period.to) })
        : words.say(calm ? 'report.brief.unchanged' : 'report.brief.calm', since)
    brief.push(
      drafting.state(
        { key: 'brief', text, severity: 'Minor', change: calm ? 'same' : 'changed' },
        of.slice(0, 5),
      ),
    )
  }
  if (lost.length > 0) {
    const of = lost.flatMap((each) => {
      const seen = lastOf(each)
      return seen === null ? [] : [{ seen, title: titleOf(each, words.language) }]
    })
    const titles = lost.slice(0, 4).map((each) => titleOf(each, words.language))
    const text = words.say('report.brief.lost', {
      count: lost.length,
      feeds: titles.join(', '),
      more: Math.max(0, lost.length - titles.length),
    })
    brief.push(
      drafting.state({ key: 'feeds lost', text, severity: 'Moderate', change: 'new' }, of.slice(0, 10)),
    )
  }
  return brief
}

/** Feeds that are late or lost, and those of which messages are missing for good. */
const draftFeeds = (drafting: Drafting, products: readonly Gathered[]): ReportFeed[] =>
  products.flatMap((one): ReportFeed[] => {
    const state = drafting.feedOf(one)
    if (!tells(one) || (one.missed === 0 && state !== 'late' && state !== 'lost')) return []
    return [
      {
        ...{ product: one.product, title: titleOf(one, drafting.words.language), state, missed: one.missed },
        newest: one.newest === null ? null : Math.max(0, Math.round(one.newest)),
        marking: drafting.markingOf([{ rank: one.rank, caveats: [] }]),
      },
    ]
  })

/** Sources numbered as they are met, from the first page on. */
export function inReadingOrder(it: Synthesis): Synthesis {
  const order = new Map<number, number>()
  const anew = <T extends { sources: number[] }>(one: T): T => {
    for (const each of one.sources) if (!order.has(each)) order.set(each, order.size + 1)
    return { ...one, sources: one.sources.map((each) => order.get(each) ?? each) }
  }
  const told = {
    brief: it.brief.map(anew),
    events: { ...it.events, shown: it.events.shown.map(anew) },
    decisions: it.decisions.map(anew),
    domains: it.domains.map((domain) => ({ ...domain, statements: domain.statements.map(anew) })),
    figures: it.figures.map(anew),
    resources: it.resources.map(anew),
    engaged: it.engaged.map(anew),
    outlook: it.outlook.map(anew),
    ...(it.map === undefined
      ? {}
      : { map: { places: it.map.places.map(anew), outlines: it.map.outlines.map(anew) } }),
  }
  const sources = [...order.keys()].flatMap((each) => it.sources[each - 1] ?? [])
  return { ...it, ...told, sources }
}

/** @returns `report.invalid` where what was gathered does not fit, which nothing that was checked should bring about */
export function draft({ products, hidden }: GatheredAll, order: DraftOrder): Result<Synthesis> {
  const { period, template, language, timeZone, organisation, node, exercise, scheme } = order
  const words = reportWords(language, timeZone)
  const drafting = startDrafting({ period, template, scheme, words }, products)
  const shape = shapes[template]
  const known: Known = {
    products,
    followed: followIncidents(products, drafting),
    drawn: drawFigures(products, drafting),
  }
  const all = [...new Set(products.filter(tells).map(({ descriptor }) => descriptor.domain))].sort(
    (a, b) => placeOfDomain(a) - placeOfDomain(b) || (a < b ? -1 : 1),
  )
  const domains = all.slice(0, mostInReport.domains).map((domain) => draftDomain(drafting, domain, known))
  const figures = chooseFigures(known.drawn, shape.figures)
    .map((each) => citeFigure(drafting, each))
    .sort(inOrder)
  const resources = shape.resources ? countResources(products, drafting).sort(inOrder) : []
  const decided = decisionsOf(products, drafting)
  const decisions = decided
    .slice(0, mostInReport.decisions)
    .map(({ decision, written }) => ({ ...decision, sources: [drafting.cite(written.seen, written.title)] }))
  const dueLater = decided.filter(({ decision }) => decision.state === 'open' && decision.due !== null)
  const outlook = [
    ...dueLater.map(({ decision, written }) => ({
      at: decision.due ?? 0,
      ...drafting.state(
        {
          key: keyOf('outlook', written.seen.product, written.seen.entity),
          text: words.say('report.outlook.decision', { number: decision.number, text: decision.text }),
          severity: severityOfNote(written),
          change: written.seen.published > period.from ? 'new' : 'same',
        },
        [{ seen: written.seen, title: written.title }],
      ),
    })),
    ...announcedOf(products, drafting).map(({ due, written }) => ({
      at: due,
      ...drafting.state(
        {
          key: keyOf('outlook', written.seen.product, written.seen.entity),
          text: written.text,
          severity: severityOfNote(written),
          change: written.seen.published > period.from ? 'new' : 'same',
        },
        [{ seen: written.seen, title: written.title }],
      ),
    })),
  ].sort((a, b) => a.at - b.at)
  const engaged = known.followed.flatMap((each) => tellEngaged(drafting, each) ?? [])
  const brief = draftBrief(drafting, known, domains)
  const events = draftEvents(drafting, products)
  const read = v.safeParse(
    SynthesisSchema,
    inReadingOrder(
      marked({
        ...{ format: 'vigie.synthesis.1', number: null, version: 1, released: null },
        ...{ template, language, timeZone, organisation, node, exercise, period, moment: period.to, scheme },
        title: words.say(`report.title.${template}`),
        brief: brief.slice(0, mostInReport.brief),
        domains: domains.map(({ left: _, ...domain }) => domain),
        ...{ events, figures, decisions },
        resources: resources.slice(0, mostInReport.resources),
        engaged: engaged.slice(0, shape.statements),
        outlook: outlook.slice(0, mostInReport.outlook),
        feeds: draftFeeds(drafting, products).slice(0, mostInReport.feeds),
        hidden,
        leftOut:
          domains.reduce((sum, { left }) => sum + left, 0) +
          Math.max(0, known.drawn.length - figures.length) +
          Math.max(0, engaged.length - shape.statements),
        ...drawMap(drafting, known.followed, products),
        sources: drafting.sources(),
      }),
    ),
  )
  if (read.success) return ok(read.output)
  const [issue] = read.issues
  return fail('report.invalid', `${v.getDotPath(issue) ?? 'the synthesis'}: ${issue.message}`)
}
