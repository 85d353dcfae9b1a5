import * as v from 'valibot'
import { AuthorSchema } from './author.ts'
import { MomentSchema } from './moment.ts'
import { AccordSchema } from './person.ts'

/** CAP 1.2 severity, from nothing to say to the worst; the index is what columns carry. */
export const severities = ['Unknown', 'Minor', 'Moderate', 'Severe', 'Extreme'] as const
export type Severity = (typeof severities)[number]

const Text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const Longitude = v.pipe(v.number(), v.minValue(-180), v.maxValue(180))
const Latitude = v.pipe(v.number(), v.minValue(-90), v.maxValue(90))
const PositionSchema = v.union([
  v.strictTuple([Longitude, Latitude]),
  v.strictTuple([Longitude, Latitude, v.pipe(v.number(), v.finite())]),
])
const Line = v.pipe(v.array(PositionSchema), v.minLength(2), v.maxLength(10_000))
const Ring = v.pipe(v.array(PositionSchema), v.minLength(4), v.maxLength(10_000))
const Rings = v.pipe(v.array(Ring), v.minLength(1), v.maxLength(100))

const PointSchema = v.object({ type: v.literal('Point'), coordinates: PositionSchema })

/** RFC 7946 geometries, bounded; a collection is refused: one feature is one thing. */
export const GeometrySchema = v.variant('type', [
  PointSchema,
  v.object({ type: v.literal('LineString'), coordinates: Line }),
  v.object({ type: v.literal('Polygon'), coordinates: Rings }),
  v.object({
    type: v.literal('MultiPoint'),
    coordinates: v.pipe(v.array(PositionSchema), v.minLength(1), v.maxLength(10_000)),
  }),
  v.object({
    type: v.literal('MultiLineString'),
    coordinates: v.pipe(v.array(Line), v.minLength(1), v.maxLength(100)),
  }),
  v.object({
    type: v.literal('MultiPolygon'),
    coordinates: v.pipe(v.array(Rings), v.minLength(1), v.maxLength(100)),
  }),
])
export type Geometry = v.InferOutput<typeof GeometrySchema>

/** MIL-STD-2525D / APP-6D symbol identification code: 20 digits. */
const Sidc = v.pipe(v.string(), v.regex(/^\d{20}$/))

const PropertiesSchema = v.looseObject({
  name: v.optional(Text(200)),
  category: v.optional(Text(100)),
  severity: v.optional(v.picklist(severities)),
  status: v.optional(Text(100)),
  sidc: v.optional(Sidc),
  /** a line for people: where, what */
  text: v.optional(Text(2000)),
  place: v.optional(Text(200)),
})

/** `vigie.feature.v1`: incident, observation, zone, venue, resource. */
export const FeatureSchema = v.object({
  type: v.literal('Feature'),
  geometry: GeometrySchema,
  properties: PropertiesSchema,
})
export type Feature = v.InferOutput<typeof FeatureSchema>

/** m/s: nothing that circles the earth is as fast */
export const mostSpeed = 15_000

/** `vigie.track.v1`: course in degrees true, speed in m/s, altitude in m above the ellipsoid. */
export const TrackSchema = v.object({
  type: v.literal('Feature'),
  geometry: PointSchema,
  properties: v.looseObject({
    ...PropertiesSchema.entries,
    course: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(360))),
    speed: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(mostSpeed))),
    altitude: v.optional(v.pipe(v.number(), v.minValue(-15_000), v.maxValue(50_000_000))),
  }),
})
export type Track = v.InferOutput<typeof TrackSchema>

/** `vigie.metric.v1`: one value of one series, unit in UCUM. */
export const MetricSchema = v.object({
  series: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  value: v.pipe(v.number(), v.finite()),
  unit: v.optional(Text(50)),
})
export type Metric = v.InferOutput<typeof MetricSchema>

/** How a decision or a task may have ended; `open`: it had, and has not any more. */
export const outcomes = ['done', 'dropped', 'open'] as const
export type Outcome = (typeof outcomes)[number]
/** Who does a task: a function of the room, by its id in the policy, or somebody by name. */
export const OwnerSchema = v.strictObject({
  function: v.nullable(v.pipe(v.string(), v.maxLength(48))),
  name: Text(200),
})
export type Owner = v.InferOutput<typeof OwnerSchema>

/**
 * What a line that was entered at a node says besides: whom it went from and to, which domain it is about, when it was
 * entered (RFC 3339; `ce-time` is when it happened), the entity of the line that it corrects, and who entered it. Of a
 * decision: why, what was not chosen, and the moment of the picture that it rests on. Of a task: who does it. And of which
 * earlier decision or task it tells what became of it.
 */
const LineSchema = v.looseObject({
  from: v.optional(Text(200), ''),
  to: v.optional(Text(200), ''),
  domain: v.optional(v.nullable(Text(64)), null),
  entered: Text(40),
  corrects: v.optional(v.nullable(Text(200)), null),
  by: AuthorSchema,
  rationale: v.optional(Text(4000)),
  rejected: v.optional(v.pipe(v.array(Text(500)), v.maxLength(20))),
  moment: v.optional(MomentSchema),
  owner: v.optional(OwnerSchema),
  outcome: v.optional(v.strictObject({ of: Text(200), is: v.picklist(outcomes) })),
})
export type Line = v.InferOutput<typeof LineSchema>

/**
 * `vigie.note.v1`: a line of the log. `refs` name entities (`INC-042`) or events.
 * Categories that Vigie knows: `log` (default), `decision` and `task` (with `due`; `status` where its owner keeps one),
 * `situation` (why a domain is as it is; the last one counts).
 */
export const NoteSchema = v.looseObject({
  text: Text(4000),
  category: v.optional(Text(100)),
  refs: v.optional(v.pipe(v.array(Text(200)), v.maxLength(100))),
  severity: v.optional(v.picklist(severities)),
  number: v.optional(Text(50)),
  status: v.optional(Text(100)),
  /** RFC 3339 */
  due: v.optional(Text(40)),
  /** whoever means something else by it is a note all the same */
  line: v.optional(v.fallback(v.nullable(LineSchema), null)),
})
export type Note = v.InferOutput<typeof NoteSchema>

/** A file in the object store `documents`: what it is, and by what it is known to be whole and the same. */
const file = {
  object: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
  mediaType: Text(100),
  size: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** `SHA-256=` and the digest, base64url with padding: as the object store writes it */
  digest: Text(200),
}
export const FileSchema = v.looseObject(file)

/** `vigie.document.v1`: the bytes are in the object store under `object`. */
export const DocumentSchema = v.looseObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
  ...file,
})
export type DocumentBody = v.InferOutput<typeof DocumentSchema>

/** Instants are RFC 3339. */
export const ReportSchema = v.looseObject({
  /** as people call it: `SYN-012` */
  number: Text(50),
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999)),
  title: Text(500),
  organisation: Text(200),
  period: v.object({ from: Text(40), to: Text(40) }),
  /** as of when it says what it says */
  moment: Text(40),
  /** of the whole: a level's id */
  marking: Text(64),
  /** the subject of the certificate that signed it */
  signer: Text(500),
  /** of its canonical form (`report.ts`) */
  digest: Text(200),
  /** the first is the one that people read */
  files: v.pipe(v.array(FileSchema), v.minLength(1), v.maxLength(16)),
})
/** `vigie.report.v1`: a synthesis, frozen by its signature; its files are in the object store. */
export type Report = v.InferOutput<typeof ReportSchema>

/** `vigie.act.v1`: what somebody did. Which act takes which input is said by the table of acts (`act.ts`). */
export const ActBodySchema = v.object({
  act: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  input: v.record(v.string(), v.unknown()),
  by: AuthorSchema,
  /** the instant that the picture was of when it was done */
  moment: MomentSchema,
  /** the last sequence of the same entity that its author knew; null: none */
  after: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  /** how two persons came to do it; absent: it asked for no second */
  accord: v.exactOptional(AccordSchema),
})
export type ActBody = v.InferOutput<typeof ActBodySchema>

/** What a message's `ce-type` says its body is. A new type is one row here. */
export const bodies = {
  'vigie.feature.v1': FeatureSchema,
  'vigie.track.v1': TrackSchema,
  'vigie.metric.v1': MetricSchema,
  'vigie.note.v1': NoteSchema,
  'vigie.document.v1': DocumentSchema,
  'vigie.report.v1': ReportSchema,
  'vigie.act.v1': ActBodySchema,
} as const
export type EventType = keyof typeof bodies
export type Body = Feature | Track | Metric | Note | DocumentBody | Report | ActBody
