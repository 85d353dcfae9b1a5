/** A synthesis in the words of the window, which need not be the language that it is written in. */
import type { Severity } from '../../preload/contract/event.ts'
import type { ReportFigure, Synthesis } from '../../preload/contract/report.ts'
import type { Drafted, ReportCheck, Section } from '../../preload/contract/reports.ts'
import { unitInWords } from '../../preload/contract/units.ts'
import { severityKey } from '../kit/severity.ts'
import type { Speech } from '../speech/speech.ts'
import { isKey } from '../speech/words.ts'
import { domainOfSection, itemsOf } from '../../preload/contract/draft-sections.ts'
import { itemAt, shortOf, textOf } from './parts.ts'

export const sectionTitle = (of: Pick<Synthesis, 'domains'>, section: Section, speech: Speech): string => {
  const domain = domainOfSection(section)
  if (domain !== null)
    return of.domains.find((each) => each.domain === domain)?.title ?? speech.domain(domain)
  switch (section) {
    case 'head':
      return speech.say('desk.report.head')
    case 'brief':
      return speech.say('report.brief')
    case 'events':
      return speech.say('report.events')
    case 'decisions':
      return speech.say('report.decisions')
    case 'figures':
      return speech.say('report.figures')
    case 'resources':
      return speech.say('report.resources')
    case 'engaged':
      return speech.say('report.engagedOn')
    default:
      return speech.say('report.outlook')
  }
}

export const severityWord = (severity: Severity, speech: Speech): string => speech.say(severityKey(severity))

/** `A. Durand, poste-07` */
export const personInWords = ({ person, node }: { person: string | null; node: string }): string =>
  person === null ? node : `${person}, ${node}`
/** Two letters that stand for somebody where there is no room. */
export const initialsOf = ({ person, node }: { person: string | null; node: string }): string =>
  (person ?? node)
    .split(/[\s.-]+/)
    .filter((part) => part !== '')
    .map((part) => part[0]!.toLocaleUpperCase())
    .slice(0, 2)
    .join('')

/** `18:00 – 19:45`; with its date where it is not of today */
export const periodInWords = (
  { from, to }: { from: number; to: number },
  now: number,
  speech: Speech,
): string =>
  `${speech.when(from, now)} – ${speech.date(from) === speech.date(to) ? speech.time(to) : speech.when(to, now)}`

/** `118 %`, `386 m³/s` */
export function valueInWords({ now, unit, precision }: ReportFigure, speech: Speech): string {
  const written = unitInWords(unit)
  const number = speech.number(now, precision ?? undefined)
  if (written === '') return number
  if (written === '%') return `${number}${speech.language === 'fr' ? '\u202f' : ''}%`
  return written.startsWith('/') ? `${number}${written}` : `${number}\u00a0${written}`
}
export const changeInWords = ({ before, now, precision }: ReportFigure, speech: Speech): string =>
  before === null ? '' : speech.change(now - before, precision ?? undefined)

/** What the list of sections says of one. */
export function stateOfSection(draft: Drafted, section: Section, speech: Speech): string {
  const { synthesis, sections } = draft
  const state = sections[section]?.state ?? 'drafted'
  if (state === 'reviewed') return speech.say('desk.report.section.reviewed')
  const items = itemsOf(synthesis, section)
  const domain = domainOfSection(section)
  if (domain !== null && synthesis.domains.find((each) => each.domain === domain)?.unchanged === true)
    return speech.say('report.domain.same')
  if (section === 'events')
    return speech.say('desk.report.section.of', { count: items.length, of: synthesis.events.of })
  if (section !== 'head' && items.length === 0) return speech.say('desk.report.section.empty')
  return speech.say(`desk.report.section.${state}`)
}

/** A check in words, with its numbers. */
export function checkInWords({ check, state, values }: ReportCheck, of: Synthesis, speech: Speech): string {
  const key = `desk.report.check.${check}.words`
  if (!isKey(key)) return speech.say(`desk.report.check.state.${state}`)
  const { level, at } = values
  try {
    return speech.say(key, {
      ...values,
      ...(level === undefined ? {} : { level: shortOf(of, { level: String(level), caveats: [] }) }),
      ...(at === undefined ? {} : { at: speech.seconds(Number(at)) }),
    })
  } catch {
    // a check that says less than its words need is no reason to show none
    return speech.say(`desk.report.check.state.${state}`)
  }
}
/** What a check is about, one by one: main names a statement by its key, a section by its own, a feed with its state. */
export function detailInWords(
  { text, section }: ReportCheck['details'][number],
  of: Synthesis,
  speech: Speech,
): string {
  if (section !== null && text === section) return sectionTitle(of, section, speech)
  const item = section === null ? undefined : itemAt(of, { section, key: text })
  if (item !== undefined) return textOf(item)
  const feed = of.feeds.find(({ title, state }) => text === `${title} ${state}`)
  if (feed === undefined) return text
  const newest = feed.newest ?? of.moment
  return speech.say(`report.limit.${feed.state}`, {
    title: feed.title,
    age: speech.minutes(of.moment - newest),
    time: speech.time(newest),
  })
}

/** Where a text says what a figure is now, or by how much it changed: what follows the feeds is underlined there. */
export function numbersIn(
  text: string,
  { now, before, precision }: Pick<ReportFigure, 'now' | 'before' | 'precision'>,
): { text: string; live: boolean }[] {
  const digits = 10 ** (precision ?? 1)
  const rounded = (value: number): number => Math.round(Math.abs(value) * digits)
  const wanted = [rounded(now), ...(before === null ? [] : [rounded(now - before)])]
  return text
    .split(/([+−]?[\u00a0\u202f]?\d(?:[\d\u00a0\u202f.,]*\d)?)/)
    .flatMap((part, at) =>
      part === '' ? [] : [{ text: part, live: at % 2 === 1 && wanted.includes(rounded(numberOf(part))) }],
    )
}
/** As it is written in French and English: spaces group, and a comma or a point parts what is less than one. */
const numberOf = (written: string): number =>
  Number(
    written
      .replace(/[^\d.,]/g, '')
      .replace(/[.,](?=\d{3}(?:\D|$))/g, '')
      .replace(',', '.'),
  )
