/** What stands against the release of a draft, and what whoever releases it is to know. Pure: of the draft and what is known. */
import type { MarkingScheme, Rank } from '../../../preload/contract/marking.ts'
import { isOwn, rankOfReport } from '../../../preload/contract/report.ts'
import type { Drafted, ReportCheck } from '../../../preload/contract/reports.ts'
import { sectionsOf } from '../../../preload/contract/draft-sections.ts'
import { belowTheirSources, allItems } from './sections.ts'

export interface KnownForChecks {
  /** of this node: what a draft brings says nothing of what may leave here */
  scheme: MarkingScheme
  ceiling: Rank
  /** the last number that was given, here or, as far as it is known, elsewhere; 0: none was */
  lastNumber: number
  /** ms since 1970 */
  now: number
  /** null: it was not set */
  paper: { pages: number; bytes: number } | null
  /** a second person must have approved it; those who did, and may count as such */
  second: { asked: boolean; approved: number }
}

type Check = ReportCheck
type Details = Check['details']
const mostDetails = 100
/** ms: what is older than it is said to be worth another look */
const old = 15 * 60_000

const check = (
  name: Check['check'],
  state: Check['state'],
  values: Check['values'],
  details: Details = [],
): Check => ({ check: name, state, values, details: details.slice(0, mostDetails) })

/** values: `count` statements, `level` of the whole, `wrong` of them too low. */
function markings({ synthesis: it }: Drafted, { scheme, ceiling }: KnownForChecks): Check {
  const low = belowTheirSources(it)
  const above = rankOfReport(scheme, it) > ceiling
  const details = low.map(({ section, key }) => ({ text: key, section }))
  const values = {
    count: [...allItems(it)].length,
    level: it.marking.level,
    wrong: low.length,
    above: above ? 1 : 0,
  }
  return check('markings', low.length > 0 || above ? 'stop' : 'sound', values, details)
}

/** values: `cited` sources; `without`: statements that have none; `missing`: that name one that is not there. */
function sources({ synthesis: it }: Drafted): Check {
  const cited = new Set<number>()
  const without: Details = []
  const missing: Details = []
  for (const { section, item } of allItems(it)) {
    if (item.sources.some((each) => it.sources[each - 1] === undefined))
      missing.push({ text: item.key, section })
    else if (item.sources.length === 0) without.push({ text: item.key, section })
    for (const each of item.sources) cited.add(each)
  }
  const own = without.filter(({ text }) => isOwn(text)).length
  const state = missing.length > 0 ? 'stop' : without.length > 0 ? 'note' : 'sound'
  const values = { cited: cited.size, without: without.length, own, missing: missing.length }
  return check('sources', state, values, [...missing, ...without])
}

/** values: `count` feeds that are late or lost, or miss messages. */
function feeds({ synthesis: it }: Drafted): Check {
  const details = it.feeds.map(({ title, state }) => ({ text: `${title} ${state}`, section: null }))
  return check('feeds', details.length > 0 ? 'note' : 'sound', { count: details.length }, details)
}

/** values: `number` that it will have, `previous` (0: none), `version`, `gap`: released since it was begun. */
function numbering({ synthesis, previous }: Drafted, { lastNumber }: KnownForChecks): Check {
  const replaces = previous?.replaces === true
  const number = replaces ? previous.number : lastNumber + 1
  const gap = replaces ? 0 : Math.max(0, lastNumber - (previous?.number ?? 0))
  const values = { number, previous: previous?.number ?? 0, version: synthesis.version, gap }
  // another was released since: what it says is new may have been said there
  return check('numbering', gap > 0 && previous !== null ? 'note' : 'sound', values)
}

/** values: `count` figures and statements that are still drafted again, `at` ms since 1970 as of when, `old`: minutes since. */
function live({ synthesis: it, frozen }: Drafted, { now }: KnownForChecks): Check {
  const kept = new Set(frozen)
  const count = [...allItems(it)].filter(({ item: { key } }) => !isOwn(key) && !kept.has(key)).length
  const since = Math.max(0, now - it.moment)
  return check('live', since > old ? 'note' : 'sound', {
    count,
    at: it.moment,
    old: Math.floor(since / 60_000),
  })
}

/** values: `open`, `resolved`. */
function comments({ comments: all }: Drafted): Check {
  const open = all.filter(({ resolved }) => resolved === null)
  const details = open.map(({ text, section }) => ({ text, section }))
  const values = { open: open.length, resolved: all.length - open.length }
  return check('comments', open.length > 0 ? 'note' : 'sound', values, details)
}

/** values: `reviewed` of `of` sections. */
function review({ synthesis, sections }: Drafted): Check {
  const all = sectionsOf(synthesis).filter((section) => section !== 'head')
  const left = all.filter((section) => sections[section]?.state !== 'reviewed')
  const details = left.map((section) => ({ text: section, section }))
  const values = { reviewed: all.length - left.length, of: all.length }
  return check('review', left.length > 0 ? 'note' : 'sound', values, details)
}

export function checksOf(draft: Drafted, known: KnownForChecks): ReportCheck[] {
  const { paper, second } = known
  return [
    markings(draft, known),
    sources(draft),
    feeds(draft),
    numbering(draft, known),
    live(draft, known),
    comments(draft),
    review(draft),
    check('paper', paper === null ? 'note' : 'sound', { pages: paper?.pages ?? 0, bytes: paper?.bytes ?? 0 }),
    check('second', second.asked && second.approved === 0 ? 'stop' : 'sound', {
      asked: second.asked ? 1 : 0,
      approved: second.approved,
    }),
  ]
}
