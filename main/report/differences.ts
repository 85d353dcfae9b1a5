/**
 * How one synthesis differs from the one before: by what each statement is about, not by where it stands. What is told of a
 * figure as a change is what it was when people last read it.
 */
import {
  highestOf,
  marked,
  mostInReport,
  type Follows,
  type ReportDomain,
  type ReportMarking,
  type Statement,
  type Synthesis,
} from '../../preload/contract/report.ts'

type Told = Pick<Statement, 'key' | 'text' | 'severity' | 'marking'>

/** Sentences that say that there is nothing to say: they come and go without anything having changed. */
const isFiller = (key: string): boolean => key === 'brief' || key.startsWith('domain ')

/** The brief and the engaged repeat what stands by domain or beside it, each under the key of its own. */
function* statementsOf(it: Synthesis): Iterable<Statement> {
  for (const { statements } of it.domains) yield* statements
  yield* it.brief
  yield* it.engaged
  yield* it.outlook
}

export interface Differences {
  /** by key; what is not in the one before is new */
  change(of: Pick<Told, 'key' | 'text' | 'severity'>): Statement['change']
  /** what is said no more, as it was said */
  gone: Told[]
  /** of figures and resources by key: what was last read, as it was marked; null: nothing was */
  before(key: string): { value: number; marking: ReportMarking } | null
}

export function differences(previous: Synthesis, now: Synthesis): Differences {
  const told = new Map<string, Told[]>()
  for (const each of statementsOf(previous)) told.set(each.key, [...(told.get(each.key) ?? []), each])
  const still = new Set<string>()
  for (const { key } of statementsOf(now)) still.add(key)
  const figures = new Map<string, { value: number; marking: ReportMarking }>()
  for (const { key, now: value, marking } of [...previous.figures, ...previous.resources])
    figures.set(key, { value, marking })
  return {
    change({ key, text, severity }) {
      if (isFiller(key)) return 'same'
      const was = told.get(key)
      if (was === undefined) return 'new'
      return was.some((each) => each.text === text && each.severity === severity) ? 'same' : 'changed'
    },
    gone: [...told].flatMap(([key, [was]]) =>
      was === undefined || still.has(key) || isFiller(key) ? [] : [was],
    ),
    before: (key) => figures.get(key) ?? null,
  }
}

/** @returns the synthesis as it reads after the one that was released before it, with who gets it from that one */
export function following(
  now: Synthesis,
  previous: Synthesis & { number: number; released: number },
  { digest, replaces }: Pick<Follows, 'digest' | 'replaces'>,
): Synthesis {
  const { change, gone, before } = differences(previous, now)
  const beside = <T extends Statement>(one: T): T => ({ ...one, change: change(one) })
  const was = new Map(previous.domains.map((each) => [each.domain, each.severity]))
  const domain = (one: ReportDomain): ReportDomain => {
    const statements = one.statements.map(beside)
    const severity = was.get(one.domain) ?? 'Unknown'
    return {
      ...{ ...one, statements, before: severity },
      unchanged:
        one.unchanged && severity === one.severity && statements.every((each) => each.change === 'same'),
    }
  }
  /** What was last read stands beside it, and is marked as it was. */
  const afterLast = <T extends { key: string; marking: ReportMarking }>(one: T) => {
    const last = before(one.key)
    const marking = last === null ? one.marking : highestOf(now.scheme, [one.marking, last.marking])
    return { ...one, before: last?.value ?? null, marking }
  }
  const { marking: _, ...fields } = now
  return marked({
    ...fields,
    brief: now.brief.map(beside),
    domains: now.domains.map(domain),
    engaged: now.engaged.map(beside),
    outlook: now.outlook.map(beside),
    figures: now.figures.map(afterLast),
    resources: now.resources.map(afterLast),
    recipients: now.recipients ?? previous.recipients ?? [],
    follows: {
      ...{
        number: previous.number,
        version: previous.version,
        released: previous.released,
        digest,
        replaces,
      },
      gone: gone.slice(0, mostInReport.gone).map(({ key, text, marking }) => ({ key, text, marking })),
    },
  })
}
