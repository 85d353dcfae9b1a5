/**
 * A synthesis (*point de situation*, SITREP) as data: what is known of a period as of a moment, each statement with its
 * marking, its sources, how reliable they are and how sure it is. Everything that is set, signed, sent or read back is this.
 */
import * as v from 'valibot'
import { severities } from './event.ts'
import { MarkingSchemeSchema, rankOf, type MarkingScheme, type Rank } from './marking.ts'
import { ProductNameSchema } from './product.ts'
import { oneLine, printable } from './text.ts'
import { LanguageSchema } from './words.ts'
import { TimeZoneSchema } from './time-zone.ts'

/** What a synthesis is for; what each has in it is its own. */
export const reportTemplates = ['situation', 'sitrep', 'handover', 'tactical', 'strategic'] as const
export const ReportTemplateSchema = v.picklist(reportTemplates)
export type ReportTemplate = v.InferOutput<typeof ReportTemplateSchema>

/** What is more is left out where it is drafted, and said to be: a synthesis is read in ten minutes. */
export const mostInReport = {
  brief: 12,
  domains: 32,
  statements: 60,
  events: 60,
  figures: 200,
  points: 120,
  resources: 100,
  decisions: 100,
  outlook: 60,
  feeds: 300,
  sources: 2000,
  places: 40,
  outlines: 20,
  corners: 200,
  recipients: 60,
  gone: 120,
  text: 1000,
} as const

const Line = (most: number) =>
  v.pipe(
    v.string(),
    v.maxLength(most),
    v.check((text) => oneLine(text, most) === text, 'one line without what can’t be seen'),
  )
const Text = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(mostInReport.text),
  v.check((text) => printable(text, mostInReport.text) === text, 'without what can’t be seen'),
)
/** ms since 1970, as far as a Date reaches */
/** ms since 1970, whole */
export const InstantSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000))
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const Finite = v.pipe(v.number(), v.finite())
const SeveritySchema = v.picklist(severities)
const FreshnessSchema = v.picklist(['waiting', 'fresh', 'late', 'lost'])
const list = <S extends v.GenericSchema>(of: S, most: number) => v.pipe(v.array(of), v.maxLength(most))

const Id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/))
/** Of the scheme that the synthesis brings. */
export const ReportMarkingSchema = v.strictObject({ level: Id, caveats: list(Id, 16) })
export type ReportMarking = v.InferOutput<typeof ReportMarkingSchema>

/** NATO, and the French services: from A, completely reliable, to E, unreliable; F can’t be judged. */
export const reliabilities = ['A', 'B', 'C', 'D', 'E', 'F'] as const

/** Which of the sources: their numbers, from 1. */
const Sources = list(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostInReport.sources)), 60)

/** What it is about, the same in the next synthesis: `incident security.incidents INC-042`. */
const Key = v.pipe(Line(500), v.minLength(1))
export const keyOf = (...parts: readonly string[]): string => oneLine(parts.join(' '), 500)
/** … of what is somebody's own, not drafted from anything */
const own = 'written'
export const ownKey = (id: string): string => keyOf(own, id)
export const isOwn = (key: string): boolean => key.startsWith(`${own} `)

export const StatementSchema = v.strictObject({
  key: Key,
  text: Text,
  severity: SeveritySchema,
  marking: ReportMarkingSchema,
  sources: Sources,
  /** of whoever reported it, not of what is said */
  reliability: v.picklist(reliabilities),
  /** in what is said: 3 high, sources that agree; 2 one source, or one that is late; 1 none that is fresh */
  confidence: v.picklist([1, 2, 3]),
  /** beside what held when the period began */
  change: v.picklist(['new', 'changed', 'same']),
})
export type Statement = v.InferOutput<typeof StatementSchema>

const DomainSchema = v.strictObject({
  domain: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  title: Line(100),
  severity: SeveritySchema,
  /** when the period began */
  before: SeveritySchema,
  /** of the feeds that it is known by, the worst */
  feed: FreshnessSchema,
  unchanged: v.boolean(),
  statements: list(StatementSchema, mostInReport.statements),
})
export type ReportDomain = v.InferOutput<typeof DomainSchema>

const KeyEventSchema = v.strictObject({
  key: Key,
  at: InstantSchema,
  text: Text,
  severity: SeveritySchema,
  /** as people call what it is of: `INC-042` */
  about: Line(100),
  marking: ReportMarkingSchema,
  sources: Sources,
})
export type KeyEvent = v.InferOutput<typeof KeyEventSchema>

const FigureSchema = v.strictObject({
  key: Key,
  domain: v.string(),
  title: Line(300),
  unit: Line(50),
  /** digits after the decimal point; null: as it comes */
  precision: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(6))),
  /** when the period began; null: not known */
  before: v.nullable(Finite),
  now: Finite,
  /** when it was measured */
  at: InstantSchema,
  /** beyond which it is abnormal; null: no bound is known */
  threshold: v.nullable(Finite),
  severity: SeveritySchema,
  feed: FreshnessSchema,
  /** the period in points, oldest first */
  points: list(v.strictTuple([InstantSchema, Finite]), mostInReport.points),
  marking: ReportMarkingSchema,
  sources: Sources,
})
export type ReportFigure = v.InferOutput<typeof FigureSchema>

const ResourceSchema = v.strictObject({
  key: Key,
  domain: v.string(),
  title: Line(300),
  /** how many were seen as the period began; null: not known any more */
  before: v.nullable(Count),
  now: Count,
  feed: FreshnessSchema,
  marking: ReportMarkingSchema,
  sources: Sources,
})
export type ReportResource = v.InferOutput<typeof ResourceSchema>

const DecisionSchema = v.strictObject({
  key: Key,
  number: Line(60),
  text: Text,
  taken: InstantSchema,
  due: v.nullable(InstantSchema),
  state: v.picklist(['open', 'late', 'done']),
  marking: ReportMarkingSchema,
  sources: Sources,
})
export type ReportDecision = v.InferOutput<typeof DecisionSchema>

const OutlookSchema = v.strictObject({ at: InstantSchema, ...StatementSchema.entries })

/** A feed that is not as it should be, or lost messages for good. */
const FeedSchema = v.strictObject({
  product: ProductNameSchema,
  title: Line(500),
  state: FreshnessSchema,
  /** the newest that came of it by the moment; null: nothing */
  newest: v.nullable(InstantSchema),
  /** messages that retention took before they could be read */
  missed: Count,
  marking: ReportMarkingSchema,
})
export type ReportFeed = v.InferOutput<typeof FeedSchema>

const SourceSchema = v.strictObject({
  product: ProductNameSchema,
  entity: Line(255),
  /** the platform's number of the message in the product's stream */
  sequence: Count,
  /** when it happened */
  at: InstantSchema,
  title: Line(200),
  reliability: v.picklist(reliabilities),
  feed: FreshnessSchema,
  marking: ReportMarkingSchema,
})
export type ReportSource = v.InferOutput<typeof SourceSchema>

/** Degrees east and north, as far as a place is known: metres. */
const PositionSchema = v.strictTuple([
  v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
])
export type ReportPosition = v.InferOutput<typeof PositionSchema>

/** What is drawn on the map: nothing of it that a statement could not say. */
const MapSchema = v.strictObject({
  /** incidents that are open, the worst first */
  places: list(
    v.strictObject({
      key: Key,
      /** as people call it: `INC-042` */
      name: Line(100),
      at: PositionSchema,
      severity: SeveritySchema,
      marking: ReportMarkingSchema,
      sources: Sources,
    }),
    mostInReport.places,
  ),
  /** zones, perimeters and ways */
  outlines: list(
    v.strictObject({
      key: Key,
      name: Line(100),
      closed: v.boolean(),
      corners: list(PositionSchema, mostInReport.corners),
      marking: ReportMarkingSchema,
      sources: Sources,
    }),
    mostInReport.outlines,
  ),
})
export type ReportMap = v.InferOutput<typeof MapSchema>

/** The released one that it follows, and what of that it says no more. */
const FollowsSchema = v.strictObject({
  number: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999_999)),
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999)),
  released: InstantSchema,
  /** SHA-256 of its canonical form */
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** it is the next version of it, not the next one */
  replaces: v.boolean(),
  gone: list(v.strictObject({ key: Key, text: Text, marking: ReportMarkingSchema }), mostInReport.gone),
})
export type Follows = v.InferOutput<typeof FollowsSchema>

export const PeriodSchema = v.pipe(
  v.strictObject({ from: InstantSchema, to: InstantSchema }),
  v.check(({ from, to }) => from < to, 'a period begins before it ends'),
)

const fields = v.strictObject({
  format: v.literal('vigie.synthesis.1'),
  /** null: a draft */
  number: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999_999))),
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999)),
  /** ms since 1970: when it was released; null: it is not */
  released: v.nullable(InstantSchema),
  template: ReportTemplateSchema,
  language: LanguageSchema,
  timeZone: TimeZoneSchema,
  organisation: Line(200),
  node: Line(100),
  exercise: v.boolean(),
  title: v.pipe(Line(200), v.minLength(1)),
  period: PeriodSchema,
  /** the instant as of which it says what it says: what was published later is not in it */
  moment: InstantSchema,
  scheme: v.pipe(
    MarkingSchemeSchema,
    v.check(({ caveats }) => caveats.length <= 16, 'at most 16 caveats'),
  ),
  /** of the whole: the highest of its parts */
  marking: ReportMarkingSchema,
  brief: list(StatementSchema, mostInReport.brief),
  domains: list(DomainSchema, mostInReport.domains),
  events: v.strictObject({ shown: list(KeyEventSchema, mostInReport.events), of: Count }),
  figures: list(FigureSchema, mostInReport.figures),
  resources: list(ResourceSchema, mostInReport.resources),
  /** who is on which incident */
  engaged: list(StatementSchema, mostInReport.statements),
  decisions: list(DecisionSchema, mostInReport.decisions),
  outlook: list(OutlookSchema, mostInReport.outlook),
  feeds: list(FeedSchema, mostInReport.feeds),
  /** products that are not in it: above what this node may show, or not permitted; nothing else is said of them */
  hidden: Count,
  /** what there was no room for, in statements, figures and so on; 0: all is there */
  leftOut: Count,
  sources: list(SourceSchema, mostInReport.sources),
  /** left out: nothing in it has a place */
  map: v.optional(MapSchema),
  recipients: v.optional(list(v.pipe(Line(200), v.minLength(1)), mostInReport.recipients)),
  /** left out: it follows none. Where it does, what is new or changed is so beside that one */
  follows: v.optional(FollowsSchema),
})
type Fields = v.InferOutput<typeof fields>

/** Every marking in it but its own. */
function* markingsIn(it: Omit<Fields, 'marking'>): Iterable<ReportMarking> {
  for (const { statements } of it.domains) for (const { marking } of statements) yield marking
  for (const of of [it.brief, it.events.shown, it.figures, it.resources, it.engaged, it.decisions])
    for (const { marking } of of) yield marking
  for (const of of [it.outlook, it.feeds, it.sources]) for (const { marking } of of) yield marking
  for (const of of [it.map?.places ?? [], it.map?.outlines ?? [], it.follows?.gone ?? []])
    for (const { marking } of of) yield marking
}

/** Unknown counts as the highest; caveats add up. */
export function highestOf(scheme: MarkingScheme, markings: Iterable<ReportMarking>): ReportMarking {
  let rank = 0
  const caveats = new Set<string>()
  for (const marking of markings) {
    rank = Math.max(rank, rankOf(scheme, marking.level))
    for (const caveat of marking.caveats) caveats.add(caveat)
  }
  return { level: scheme.levels[rank]?.id ?? '', caveats: [...caveats].sort().slice(0, 16) }
}

/** Of the whole and each part, by one's own scheme: a synthesis brings another, in which low may be what is high here. */
export const rankOfReport = (scheme: MarkingScheme, it: Fields): Rank =>
  rankOf(scheme, highestOf(scheme, [it.marking, ...markingsIn(it)]).level)

/** With the marking that follows from its parts. */
export const marked = (it: Omit<Fields, 'marking'>): Fields => ({
  ...it,
  marking: highestOf(it.scheme, markingsIn(it)),
})

function* referencesIn(it: Fields): Iterable<readonly number[]> {
  for (const { statements } of it.domains) for (const { sources } of statements) yield sources
  for (const of of [it.brief, it.events.shown, it.figures, it.resources, it.engaged, it.decisions])
    for (const { sources } of of) yield sources
  for (const { sources } of it.outlook) yield sources
  for (const of of [it.map?.places ?? [], it.map?.outlines ?? []]) for (const { sources } of of) yield sources
}

const coversItsParts = (it: Fields): boolean => {
  const least = highestOf(it.scheme, markingsIn(it))
  return (
    it.scheme.levels.some(({ id }) => id === it.marking.level) &&
    rankOf(it.scheme, it.marking.level) >= rankOf(it.scheme, least.level) &&
    least.caveats.every((caveat) => it.marking.caveats.includes(caveat))
  )
}

export const SynthesisSchema = v.pipe(
  fields,
  v.check(coversItsParts, 'the whole is marked lower than a part of it'),
  v.check(
    (it) => [...referencesIn(it)].every((sources) => sources.every((each) => each <= it.sources.length)),
    'a statement names a source that is not there',
  ),
  v.check(({ period, moment }) => moment >= period.from, 'its moment is before its period'),
  v.check(
    ({ number, released }) => (number === null) === (released === null),
    'what is released is numbered',
  ),
)
export type Synthesis = v.InferOutput<typeof SynthesisSchema>

/** As people call it: `SYN-012`. */
export const synthesisName = (number: number | null): string =>
  number === null ? 'SYN-–' : `SYN-${String(number).padStart(3, '0')}`

/** As large as the JSON of one may be, bytes. */
export const mostReportBytes = 8 * 1024 * 1024

/** The one form of which its digest is: fields in the schema's order, nothing between them. @throws where it does not fit */
export const canonicalForm = (it: Synthesis): string => JSON.stringify(v.parse(SynthesisSchema, it))
