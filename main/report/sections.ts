/** The sections of a synthesis on paper, row by row. */
import { rankOfSeverity } from '../../preload/contract/incident.ts'
import type { ReportFigure, ReportMarking, Statement, Synthesis } from '../../preload/contract/report.ts'
import { domainInWords } from './drafting.ts'
import { shapeOf, wordOf } from './shapes.ts'
import type { ReportWords } from './words.ts'

/** Shown in the annex; the attached data has all. */
const mostSourcesShown = 60

/** `1–5, 7` */
export function ranges(numbers: readonly number[]): { text: string; first: number }[] {
  const runs: { first: number; last: number }[] = []
  for (const each of [...new Set(numbers)].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run?.last === each - 1) run.last = each
    else runs.push({ first: each, last: each })
  }
  return runs.map(({ first, last }) => ({
    first,
    text: first === last ? `${first}` : last === first + 1 ? `${first}, ${last}` : `${first}–${last}`,
  }))
}

export interface Setting {
  it: Synthesis
  words: ReportWords
  short(marking: ReportMarking): string
}

/** As it stands in the margin. */
const signOf: Readonly<Record<Statement['change'], string>> = { new: '+', changed: '≠', same: '=' }

export const statementOf = ({ it, short, words }: Setting, one: Statement, number: string) => ({
  number,
  shape: shapeOf(one.severity),
  word: wordOf(one.severity, words),
  mark: `(${short(one.marking)})`,
  text: one.text,
  refs: ranges(one.sources),
  reliability: one.reliability,
  confidence: one.confidence,
  // only beside one that was read before: else everything is new
  change: it.follows === undefined ? '' : signOf[one.change],
  changeWord: it.follows === undefined ? '' : words.say(`report.change.${one.change}`),
})

export function stripOf({ it, words }: Setting) {
  return it.domains.map((domain) => {
    const feed = domain.feed === 'lost' || domain.feed === 'late' ? domain.feed : null
    const word =
      feed !== null && rankOfSeverity(domain.severity) < 2
        ? words.say(`report.domain.${feed}`)
        : wordOf(domain.severity, words)
    return {
      title: domain.title,
      word,
      shape: feed !== null && rankOfSeverity(domain.severity) < 2 ? 'moderate' : shapeOf(domain.severity),
      before: domain.unchanged
        ? words.say('report.domain.same')
        : it.follows === undefined
          ? words.say('report.domain.before', {
              time: words.when(it.period.from, it.period.to),
              severity: wordOf(domain.before, words),
            })
          : words.say('report.domain.beforeIn', {
              number: it.follows.number,
              severity: wordOf(domain.before, words),
            }),
    }
  })
}

const placeIn = (low: number, high: number, value: number): number =>
  high === low ? 0.5 : (value - low) / (high - low)

/** Points in a unit square, from below; the bound as far as it is near what is drawn. */
export function curveOf({ it, words }: Setting, figure: ReportFigure) {
  const { points, threshold, unit, precision, now } = figure
  const values = points.map(([, value]) => value)
  let [low, high] = [Math.min(...values), Math.max(...values)]
  const near = threshold !== null && Math.abs(threshold - now) <= 3 * Math.max(high - low, Math.abs(now) / 20)
  if (near) [low, high] = [Math.min(low, threshold), Math.max(high, threshold)]
  const { from, to } = it.period
  return {
    title:
      figure.unit === '' || words.unit(unit) === '' ? figure.title : `${figure.title}, ${words.unit(unit)}`,
    shape: shapeOf(figure.severity),
    points: points.map(([at, value]) => [
      Math.min(1, Math.max(0, placeIn(from, to, at))),
      placeIn(low, high, value),
    ]),
    bound: near ? placeIn(low, high, threshold) : null,
    boundText: near ? words.say('report.figure.boundOf', { bound: words.number(threshold, precision) }) : '',
    last: words.number(now, precision),
    from: words.time(from),
    to: words.time(to),
  }
}

export function figuresOf(setting: Setting) {
  const { it, words } = setting
  let domain = ''
  return it.figures.map((figure) => {
    const begins = figure.domain !== domain
    domain = figure.domain
    const value = (one: number | null) =>
      one === null ? '–' : words.figure(one, figure.unit, figure.precision)
    const late = figure.feed === 'late' || figure.feed === 'lost'
    return {
      domain: begins ? domainInWords(figure.domain, words) : '',
      title: figure.title,
      before: value(figure.before),
      now: value(figure.now),
      shape: late && rankOfSeverity(figure.severity) < 2 ? 'moderate' : shapeOf(figure.severity),
      word: rankOfSeverity(figure.severity) >= 2 ? wordOf(figure.severity, words) : '',
      change: figure.before === null ? '' : words.change(figure.now - figure.before, figure.precision),
      late,
      bound: late
        ? words.say('report.figure.asOf', { time: words.when(figure.at, it.period.to) })
        : figure.threshold === null
          ? ''
          : words.figure(figure.threshold, figure.unit, figure.precision),
    }
  })
}

export function limitsOf({ it, words }: Setting): { shape: string; text: string }[] {
  const lines = it.feeds.map(({ title, state, newest, missed }) => {
    const about = {
      title,
      time: newest === null ? '–' : words.when(newest, it.period.to),
      age: newest === null ? '–' : words.lasting(it.moment - newest),
    }
    const lost = missed === 0 ? '' : ` ; ${words.say('report.limit.missed', { count: missed })}`
    return {
      shape: state === 'lost' ? 'severe' : 'moderate',
      text: `${words.say(`report.limit.${state}`, about)}${it.language === 'fr' ? lost.replace(' ;', '\u202f;') : lost.replace(' ;', ';')}`,
    }
  })
  if (it.hidden > 0)
    lines.push({ shape: 'minor', text: words.say('report.limit.hidden', { count: it.hidden }) })
  if (it.leftOut > 0)
    lines.push({ shape: 'minor', text: words.say('report.limit.leftOut', { count: it.leftOut }) })
  return lines
}

export function sourcesOf({ it, words }: Setting) {
  const citing = new Map<number, string>()
  it.domains.forEach(({ statements }, at) =>
    statements.forEach(({ sources }, n) => {
      for (const each of sources) if (!citing.has(each)) citing.set(each, `${at + 1}.${n + 1}`)
    }),
  )
  const rows = it.sources.map((source, at) => ({
    number: at + 1,
    statement: citing.get(at + 1) ?? '',
    time: words.seconds(source.at),
    title: source.title,
    product: source.product,
    sequence: words.number(source.sequence, 0),
    reliability: source.reliability,
    shape: source.feed === 'lost' ? 'severe' : source.feed === 'late' ? 'moderate' : '',
    state: words.say(`report.source.${source.feed}`),
  }))
  return rows.slice(0, mostSourcesShown)
}
