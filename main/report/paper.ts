/** A synthesis as it stands on paper: every text, number and time in words, and nothing left for the template to decide. */
import { createHash } from 'node:crypto'
import { rankOfSeverity } from '../../preload/contract/incident.ts'
import {
  canonicalForm,
  reliabilities,
  synthesisName,
  type ReportMarking,
  type Statement,
  type Synthesis,
} from '../../preload/contract/report.ts'
import { inLanguage } from '../../preload/contract/words.ts'
import { signatureOf, type SignedBy } from './block.ts'
import type { Ground } from './ground.ts'
import { paperMapOf } from './paper-map.ts'
import {
  curveOf,
  figuresOf,
  limitsOf,
  ranges,
  sourcesOf,
  statementOf,
  stripOf,
  type Setting,
} from './sections.ts'
import { shapeOf, wordOf } from './shapes.ts'
import { isKey, reportWords } from './words.ts'

const mostCurves = 3

export const digestOf = (canonical: string): string => createHash('sha256').update(canonical).digest('hex')

/** As the template takes an instant, universal time. */
function instantOf(at: number) {
  const of = new Date(at)
  return {
    ...{ year: of.getUTCFullYear(), month: of.getUTCMonth() + 1, day: of.getUTCDate() },
    ...{ hour: of.getUTCHours(), minute: of.getUTCMinutes(), second: of.getUTCSeconds() },
  }
}

function* allStatements(it: Synthesis): Iterable<Statement> {
  for (const { statements } of it.domains) yield* statements
}

/**
 * @param ground what its map stands on; null: it has none
 * @returns what the template sets; all of it texts, numbers and lists of them
 */
export function paperOf(it: Synthesis, signed: SignedBy | null, ground: Ground | null) {
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
  const { follows, recipients = [] } = it
  const last =
    follows === undefined
      ? null
      : { number: follows.number, version: follows.version, time: words.when(follows.released, made) }
  const before = last === null ? since : words.say('report.number', last)
  const beside = last === null ? since : words.say('report.follows.beside', last)
  const now =
    it.number === null || follows?.replaces === true
      ? words.time(period.to)
      : words.say('report.number', { number: it.number })
  const issuer =
    last === null
      ? it.node
      : words.say(follows?.replaces === true ? 'report.follows.replaces' : 'report.follows', last)
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
      { label: words.say('report.issuer'), lines: [it.organisation, issuer] },
      recipients.length === 0
        ? {
            label: words.say('report.state'),
            lines: [
              words.say('report.stateAt', { date: words.date(it.moment), time: words.time(it.moment) }),
              words.say('report.knownUntil', { time: words.time(it.moment) }),
            ],
          }
        : { label: words.say('report.recipients'), lines: [recipients.join(', ')] },
    ],
    brief: {
      title: words.say('report.brief'),
      rows: it.brief.map((one) => statementOf(setting, one, '')),
    },
    strip: stripOf(setting),
    map: paperMapOf(setting, ground),
    events: {
      title: words.say('report.events'),
      of: words.say('report.events.of', { count: it.events.shown.length, of: it.events.of }),
      none: words.say('report.events.none', { from: since, to: words.time(period.to) }),
      rows: it.events.shown.map((one) => ({
        ...{ time: words.when(one.at, period.to), shape: shapeOf(one.severity), text: one.text },
        ...{ word: wordOf(one.severity, words), about: one.about, mark: short(one.marking) },
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
      how: words.say('report.figures.how', { time: words.time(period.to), from: beside }),
      none: words.say('report.figures.none'),
      heads: ['', words.say('report.figure.title'), before, now].concat(
        heads('report.figure.change', 'report.figure.bound'),
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
      how: words.say('report.figures.how', { time: words.time(period.to), from: beside }),
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
    // what it says no more, in the words of the one before
    gone: {
      title: last === null ? '' : words.say('report.gone', last),
      rows: (follows?.gone ?? []).map((one) => ({ mark: `(${short(one.marking)})`, text: one.text })),
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
      title:
        last === null ? words.say('report.differs', { time: since }) : words.say('report.differs.from', last),
      rows: [
        ...(['new', 'changed', 'same'] as const).map((each) => [
          String(count(each)),
          words.say(`report.differs.${each}`),
        ]),
        ...(follows === undefined ? [] : [[String(follows.gone.length), words.say('report.differs.gone')]]),
      ],
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
