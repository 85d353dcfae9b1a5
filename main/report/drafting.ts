/** What every section of a draft stands on: the period, the words, and the sources as they are cited. */
import type { Severity } from '../../preload/contract/event.ts'
import { freshnessOf, type Freshness } from '../../preload/contract/freshness.ts'
import { identifierInWords } from '../../preload/contract/identifier.ts'
import type { MarkingScheme, Rank } from '../../preload/contract/marking.ts'
import { durationMs } from '../../preload/contract/product.ts'
import {
  highestOf,
  mostInReport,
  type ReportMarking,
  type ReportSource,
  type ReportTemplate,
  type Statement,
} from '../../preload/contract/report.ts'
import { oneLine } from '../../preload/contract/text.ts'
import { inLanguage, type Language } from '../../preload/contract/words.ts'
import type { Gathered, Period, Seen } from './gather.ts'
import { isKey, type ReportWords } from './words.ts'

/** How much of each section a template has; what is more is left out, and said to be. */
export const shapes: Readonly<
  Record<
    ReportTemplate,
    { events: number; figures: number; statements: number; resources: boolean; brief: number }
  >
> = {
  situation: { events: 10, figures: 16, statements: 6, resources: true, brief: 4 },
  sitrep: { events: 20, figures: 30, statements: 10, resources: true, brief: 5 },
  handover: { events: 12, figures: 16, statements: 10, resources: true, brief: 5 },
  tactical: { events: 40, figures: 60, statements: 20, resources: true, brief: 6 },
  strategic: { events: 6, figures: 8, statements: 3, resources: false, brief: 3 },
}

export interface Drafting {
  period: Period
  template: ReportTemplate
  scheme: MarkingScheme
  words: ReportWords
  cite(seen: Seen, title: string): number
  markingOf(seen: readonly Pick<Seen, 'rank' | 'caveats'>[]): ReportMarking
  feedOf(one: Gathered): Freshness
  /** every field of a statement that follows from what it is of */
  state(
    said: Pick<Statement, 'key' | 'text' | 'severity' | 'change'>,
    of: readonly { seen: Seen; title: string }[],
  ): Statement
  sources(): ReportSource[]
}

export const titleOf = ({ descriptor }: Gathered, language: Language): string =>
  oneLine(inLanguage(descriptor.title, language), 200)

export function domainInWords(domain: string, words: ReportWords): string {
  const key = `domain.${domain}`
  return isKey(key) ? words.say(key) : domain
}

/** As the room says it, on one line. */
export const numberInWords = (entity: string): string => oneLine(identifierInWords(entity), 100)

export const severityInWords = (severity: Severity, words: ReportWords): string =>
  words.say(`severity.${severity.toLowerCase() as Lowercase<Severity>}`)

type Texts = Readonly<Record<string, unknown>>
const isTexts = (value: unknown): value is Texts => typeof value === 'object' && value !== null

/** Who writes in two languages puts the other's texts beside its own: `translations: { en: { name: … } }`. */
export function inItsWords<T extends Texts>(texts: T, language: Language): T {
  const { translations } = texts
  const own = isTexts(translations) && Object.hasOwn(translations, language) ? translations[language] : null
  if (!isTexts(own)) return texts
  const given = Object.entries(own).filter(
    ([key, text]) => typeof text === 'string' && typeof texts[key] === 'string',
  )
  return { ...texts, ...Object.fromEntries(given) }
}

export function startDrafting(
  { period, template, scheme, words }: Pick<Drafting, 'period' | 'template' | 'scheme' | 'words'>,
  products: readonly Gathered[],
): Drafting {
  const sources: ReportSource[] = []
  const cited = new Map<string, number>()
  const known = new Map(products.map((each) => [each.product, each]))
  const feedOf = ({ newest, descriptor }: Gathered): Freshness =>
    freshnessOf(newest, durationMs(descriptor.freshness), period.to)
  const markingOf: Drafting['markingOf'] = (seen) =>
    highestOf(
      scheme,
      seen.map(({ rank, caveats }) => ({ level: levelOf(scheme, rank), caveats: caveatsOf(caveats) })),
    )
  const freshOf = (seen: Seen): Freshness => {
    const of = known.get(seen.product)
    return of === undefined ? 'lost' : feedOf(of)
  }
  const cite = (seen: Seen, title: string): number => {
    const key = `${seen.product} ${seen.sequence}`
    const before = cited.get(key)
    if (before !== undefined) return before
    if (sources.length >= mostInReport.sources) return sources.length
    sources.push({
      ...{ product: seen.product, entity: oneLine(seen.entity, 255), sequence: seen.sequence },
      at: Math.max(0, Math.round(seen.time)),
      title: oneLine(title, 200),
      // nobody has judged it: that is for whoever reads the draft
      reliability: 'F',
      feed: freshOf(seen),
      marking: markingOf([seen]),
    })
    cited.set(key, sources.length)
    return sources.length
  }
  const confidenceOf = (seen: readonly Seen[]): Statement['confidence'] => {
    const fresh = seen.filter((each) => freshOf(each) === 'fresh')
    if (fresh.length === 0) return 1
    const agreeing = new Set(fresh.map(({ product }) => product))
    return agreeing.size > 1 && fresh.length === seen.length ? 3 : 2
  }
  return {
    ...{ period, template, scheme, words, cite, markingOf, feedOf },
    state: ({ key, text, severity, change }, of) => ({
      key,
      text: oneLine(text, mostInReport.text),
      severity,
      marking: markingOf(of.map(({ seen }) => seen)),
      sources: [...new Set(of.map(({ seen, title }) => cite(seen, title)))],
      reliability: 'F',
      confidence: confidenceOf(of.map(({ seen }) => seen)),
      change,
    }),
    sources: () => sources,
  }
}

const levelOf = (scheme: MarkingScheme, rank: Rank): string => scheme.levels[rank]?.id ?? ''
const caveatsOf = (caveats: readonly string[]): string[] =>
  caveats.filter((each) => /^[a-z0-9-]{1,32}$/.test(each)).slice(0, 16)
