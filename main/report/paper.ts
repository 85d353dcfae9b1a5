/** A synthesis as it stands on paper: every text, number and time in words, and nothing left for the template to decide. */
import { createHash } from 'node:crypto'
import { encode } from 'uqr'
import type { Severity } from '../../preload/contract/event.ts'
import { rankOfSeverity } from '../../preload/contract/incident.ts'
import {
  canonicalForm,
  reliabilities,
  synthesisName,
  type ReportFigure,
  type ReportMarking,
  type Statement,
  type Synthesis,
} from '../../preload/contract/report.ts'
import { oneLine } from '../../preload/contract/text.ts'
import { inLanguage } from '../../preload/contract/words.ts'
import { domainInWords, severityInWords } from './drafting.ts'
import { isKey, reportWords, type ReportWords } from './words.ts'

/** Who signs, as it is printed; what is known only once it is signed stands in the signature. */
export interface SignedBy {
  /** as people call them */
  name: string
  subject: string
  issuer: string
  /** hexadecimal */
  serial: string
  /** ms since 1970 */
  until: number
  at: number
  /** who stamps it; null: nobody */
  stamp: string | null
}

/** Shown in the annex; the attached data has all. */
const mostSourcesShown = 60
const mostCurves = 3

export const digestOf = (canonical: string): string => createHash('sha256').update(canonical).digest('hex')

type Shape = 'extreme' | 'severe' | 'moderate' | 'minor'
const shapeOf = (severity: Severity): Shape => {
  const rank = rankOfSeverity(severity)
  return rank >= 4 ? 'extreme' : rank === 3 ? 'severe' : rank === 2 ? 'moderate' : 'minor'
}

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

interface Setting {
  it: Synthesis
  words: ReportWords
  short(marking: ReportMarking): string
}

const inWordsOf = (severity: Severity, words: ReportWords): string =>
  severityInWords(severity === 'Unknown' ? 'Minor' : severity, words)

const statementOf = ({ short, words }: Setting, one: Statement, number: string) => ({
  number,
  shape: shapeOf(one.severity),
  word: inWordsOf(one.severity, words),
  mark: `(${short(one.marking)})`,
  text: one.text,
  refs: ranges(one.sources),
  reliability: one.reliability,
  confidence: one.confidence,
})

function stripOf({ it, words }: Setting) {
  return it.domains.map((domain) => {
    const feed = domain.feed === 'lost' || domain.feed === 'late' ? domain.feed : null
    const word =
      feed !== null && rankOfSeverity(domain.severity) < 2
        ? words.say(`report.domain.${feed}`)
        : inWordsOf(domain.severity, words)
    return {
      title: domain.title,
      word,
      shape: feed !== null && rankOfSeverity(domain.severity) < 2 ? 'moderate' : shapeOf(domain.severity),
      before: domain.unchanged
        ? words.say('report.domain.same')
        : words.say('report.domain.before', {
            time: words.when(it.period.from, it.period.to),
            severity: inWordsOf(domain.before, words),
          }),
    }
  })
}

const placeIn = (low: number, high: number, value: number): number =>
  high === low ? 0.5 : (value - low) / (high - low)

/** Points in a unit square, from below; the bound as far as it is near what is drawn. */
function curveOf({ it, words }: Setting, figure: ReportFigure) {
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

function figuresOf(setting: Setting) {
  const { it, words } = setting
  let domain = ''
  return it.figures.map((figure) => {
    const begins = figure.domain !== domain
    domain = figure.domain
    const value = (one: number | null) =>
      one === null ? '–' : words.figure(one, figure.unit, figure.precision)
    const late = figure.feed === 'late' || figure.feed === 'lost'
    const curve = curveOf(setting, figure)
    return {
      domain: begins ? domainInWords(figure.domain, words) : '',
      title: figure.title,
      before: value(figure.before),
      now: value(figure.now),
      shape: late && rankOfSeverity(figure.severity) < 2 ? 'moderate' : shapeOf(figure.severity),
      word: rankOfSeverity(figure.severity) >= 2 ? inWordsOf(figure.severity, words) : '',
      change: figure.before === null ? '' : words.change(figure.now - figure.before, figure.precision),
      late,
      bound: late
        ? words.say('report.figure.asOf', { time: words.when(figure.at, it.period.to) })
        : figure.threshold === null
          ? ''
          : words.figure(figure.threshold, figure.unit, figure.precision),
      points: curve.points,
    }
  })
}

function limitsOf({ it, words }: Setting): { shape: string; text: string }[] {
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

function* allStatements(it: Synthesis): Iterable<Statement> {
  for (const { statements } of it.domains) yield* statements
}

function sourcesOf({ it, words }: Setting) {
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

/** As the template takes an instant, universal time. */
function instantOf(at: number) {
  const of = new Date(at)
  return {
    ...{ year: of.getUTCFullYear(), month: of.getUTCMonth() + 1, day: of.getUTCDate() },
    ...{ hour: of.getUTCHours(), minute: of.getUTCMinutes(), second: of.getUTCSeconds() },
  }
}

/** Rows of modules, dark ones as 1. */
const qrOf = (text: string): string[] =>
  encode(text, { ecc: 'M', border: 0 }).data.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''))

function signatureOf({ it, words }: Setting, digest: string, signed: SignedBy | null) {
  const name = synthesisName(it.number)
  const halves = [0, 32].map((at) => (digest.slice(at, at + 32).match(/.{8}/g) ?? []).join(' '))
  const facts: [string, string][] =
    signed === null
      ? []
      : [
          [
            words.say('report.signature'),
            words.say('report.signature.at', {
              ...{ date: words.date(signed.at), time: words.seconds(signed.at) },
              universal: words.universal(signed.at),
            }),
          ],
          [words.say('report.certificate'), oneLine(signed.subject, 200)],
          [words.say('report.serial'), (signed.serial.match(/.{1,2}/g) ?? []).join(' ').toUpperCase()],
          [
            words.say('report.issuedBy'),
            words.say('report.validUntil', {
              name: oneLine(signed.issuer, 200),
              date: words.date(signed.until),
            }),
          ],
          ...(signed.stamp === null
            ? []
            : [
                [
                  words.say('report.stamp'),
                  words.say('report.stamp.by', { url: oneLine(signed.stamp, 200) }),
                ] satisfies [string, string],
              ]),
        ]
  return {
    title:
      signed === null
        ? words.say('report.unsigned')
        : words.say('report.signed', { name: oneLine(signed.name, 200) }),
    facts,
    digestWord: words.say('report.digest'),
    digest: halves,
    qr: qrOf(`${name} v${it.version} SHA-256 ${digest}`),
    qrText: words.say('report.qr', { name }),
    verify: words.say('report.verify'),
    verifyHow: words.say('report.verify.how'),
    command: `vigie report verify ${name}.pdf --ca FILE`,
    verifyWhat: words.say('report.verify.what'),
  }
}

/** @returns what the template sets; all of it texts, numbers and lists of them */
export function paperOf(it: Synthesis, signed: SignedBy | null) {
  const words = reportWords(it.language, it.timeZone)
  const { scheme, period, marking } = it
  const levelOf = ({ level }: ReportMarking) => scheme.levels.find(({ id }) => id === level)
  const caveatsIn = ({ caveats }: ReportMarking): string[] =>
    caveats.map((each) => {
      const known = scheme.caveats.find(({ id }) => id === each)
      return known === undefined ? each.toUpperCase() : inLanguage(known.name, it.language)
    })
  const short = (one: ReportMarking): string =>
    [levelOf(one)?.short ?? one.level.toUpperCase(), ...one.caveats.map((each) => each.toUpperCase())].join(
      ' ',
    )
  const setting: Setting = { it, words, short }
  const level = levelOf(marking)
  const digest = digestOf(canonicalForm(it))
  const made = it.released ?? it.moment
  const title =
    it.number === null ? it.title : `${it.title} ${words.say('report.number', { number: it.number })}`
  const since = words.when(period.from, period.to)
  const heads = (...keys: string[]) => keys.map((key) => (isKey(key) ? words.say(key) : key))
  const all = [...allStatements(it)]
  const count = (change: Statement['change']) => all.filter((each) => each.change === change).length
  const drawn = it.figures
    .filter(({ points }) => points.length > 2)
    .map((figure) => ({
      figure,
      moved:
        figure.before === null ? 0 : Math.abs(figure.now - figure.before) / (Math.abs(figure.before) || 1),
    }))
    .sort(
      (a, b) => rankOfSeverity(b.figure.severity) - rankOfSeverity(a.figure.severity) || b.moved - a.moved,
    )
    .slice(0, mostCurves)
    .map(({ figure }) => curveOf(setting, figure))
  const open = it.decisions.filter(({ state }) => state !== 'done').length
  const shown = sourcesOf(setting)
  return {
    language: it.language,
    exercise: it.exercise ? words.say('exercise') : '',
    banner: [
      level === undefined ? words.say('marking.unknown') : inLanguage(level.banner, it.language),
      ...caveatsIn(marking).map((each) => each.toUpperCase()),
    ].join(' – '),
    id: synthesisName(it.number),
    version:
      it.number === null ? words.say('report.draft') : words.say('report.version', { version: it.version }),
    organisation: it.organisation,
    node: it.node,
    made: words.say('report.madeAt', { date: words.date(made), time: words.time(made) }),
    group: words.group(made),
    date: instantOf(made),
    title,
    meta: [
      {
        label: words.say('report.period'),
        lines: [
          `${words.date(period.from)}, ${words.time(period.from)} – ${words.when(period.to, period.from)}`,
          `${words.universal(period.from)} – ${words.universal(period.to)}`,
        ],
      },
      { label: words.say('report.issuer'), lines: [it.organisation, it.node] },
      {
        label: words.say('report.state'),
        lines: [
          words.say('report.stateAt', { date: words.date(it.moment), time: words.time(it.moment) }),
          words.say('report.knownUntil', { time: words.time(it.moment) }),
        ],
      },
    ],
    brief: {
      title: words.say('report.brief'),
      rows: it.brief.map((one) => statementOf(setting, one, '')),
    },
    strip: stripOf(setting),
    events: {
      title: words.say('report.events'),
      of: words.say('report.events.of', { count: it.events.shown.length, of: it.events.of }),
      none: words.say('report.events.none', { from: since, to: words.time(period.to) }),
      rows: it.events.shown.map((one) => ({
        ...{ time: words.when(one.at, period.to), shape: shapeOf(one.severity), text: one.text },
        ...{ word: inWordsOf(one.severity, words), about: one.about, mark: short(one.marking) },
        refs: ranges(one.sources),
      })),
    },
    decisions: {
      title: words.say('report.decisions'),
      of: words.say('report.decisions.of', { open, done: it.decisions.length - open }),
      none: words.say('report.decisions.none'),
      heads: heads(
        ...['report.decision.number', 'report.decision.text', 'report.decision.taken'],
        ...['report.decision.due', 'report.decision.state'],
      ),
      rows: it.decisions.map((one) => ({
        ...{ number: one.number, text: one.text, mark: `(${short(one.marking)})`, refs: ranges(one.sources) },
        taken: words.when(one.taken, period.to),
        due: one.due === null ? '' : words.when(one.due, period.to),
        late: one.state === 'late',
        state:
          one.state === 'late'
            ? words.say('report.decision.late', { age: words.lasting(period.to - (one.due ?? period.to)) })
            : words.say(one.state === 'done' ? 'report.decision.done' : 'report.decision.open'),
      })),
    },
    domains: {
      title: words.say('report.domains'),
      how: words.say('report.domains.how'),
      rows: stripOf(setting).map((strip, at) => ({
        ...strip,
        statements: (it.domains[at]?.statements ?? []).map((one, n) =>
          statementOf(setting, one, `${at + 1}.${n + 1}`),
        ),
      })),
    },
    confidences: [1, 2, 3].map((level) => words.say(`report.confidence.${level as 1 | 2 | 3}`)),
    figures: {
      title: words.say('report.figures'),
      how: words.say('report.figures.how', { time: words.time(period.to), from: since }),
      none: words.say('report.figures.none'),
      heads: ['', words.say('report.figure.title'), since, words.time(period.to)].concat(
        heads('report.figure.change', 'report.figure.bound', 'report.figure.curve'),
      ),
      rows: figuresOf(setting),
    },
    curves: {
      title: words.say('report.curves'),
      since: words.say('report.curves.since', { time: since }),
      rows: drawn,
    },
    resources: {
      title: words.say('report.resources'),
      how: words.say('report.figures.how', { time: words.time(period.to), from: since }),
      none: words.say('report.resources.none'),
      heads: heads('report.resource.title', 'report.resource.now', 'report.figure.change'),
      rows: it.resources.map((one) => ({
        ...{ title: one.title, now: words.number(one.now, 0), refs: ranges(one.sources) },
        change: one.before === null ? '–' : words.change(one.now - one.before, 0),
        late: one.feed === 'late' || one.feed === 'lost' ? words.say(`report.source.${one.feed}`) : '',
      })),
    },
    engaged: {
      title: words.say('report.engagedOn'),
      none: words.say('report.engagedOn.none'),
      rows: it.engaged.map((one) => statementOf(setting, one, '')),
    },
    outlook: {
      title: words.say('report.outlook'),
      none: words.say('report.outlook.none', { time: words.time(period.to) }),
      rows: it.outlook.map((one) => ({
        time: words.when(one.at, period.to),
        ...statementOf(setting, one, ''),
      })),
    },
    limits: {
      title: words.say('report.limits'),
      how: words.say('report.limits.how'),
      none: words.say('report.limits.none'),
      rows: limitsOf(setting),
    },
    sources: {
      title: words.say('report.sources'),
      of: words.say('report.sources.of', {
        ...{ shown: shown.length, count: it.sources.length, file: 'synthesis.json' },
      }),
      heads: heads(
        ...['report.source.number', 'report.source.statement', 'report.source.time', 'report.source.title'],
        ...['report.source.product', 'report.source.sequence', 'report.source.reliability'],
        'report.source.state',
      ),
      rows: shown,
    },
    reliability: {
      title: words.say('report.reliability'),
      rows: reliabilities.map((letter) => [letter, words.say(`report.reliability.${letter}`)]),
    },
    confidence: {
      title: words.say('report.confidence'),
      what: words.say('report.confidence.what'),
    },
    differs: {
      title: words.say('report.differs', { time: since }),
      rows: (['new', 'changed', 'same'] as const).map((each) => [
        String(count(each)),
        words.say(`report.differs.${each}`),
      ]),
      marked: words.say('report.differs.marked', {
        count: all.length,
        marked: all.filter((each) => each.marking.level === marking.level).length,
        level: short(marking),
      }),
    },
    signature: signatureOf(setting, digest, signed),
    foot: {
      left: `${it.organisation} · ${title} · ${words.date(period.from)}, ${words.time(period.from)} – ${words.when(period.to, period.from)}`,
      right: `SHA-256 ${digest.slice(0, 8)}…${digest.slice(-8)}`,
      page: words.say('report.page', { page: '\u0001', pages: '\u0002' }),
    },
  }
}
