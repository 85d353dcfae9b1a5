/** A message's body: JSON within bounds, what its type says, and the few facts that the picture keeps as columns. */
import * as v from 'valibot'
import {
  bodies,
  severities,
  type Body,
  type Feature,
  type Geometry,
  type Metric,
  type Note,
  type Track,
} from '../../../preload/contract/event.ts'
import { printable } from '../../../preload/contract/text.ts'
import { eventTypes } from '../cache/segment.ts'
import { outOfBounds } from './bounds.ts'
import { refuse, type Refusal } from '../event/header.ts'
import { isTrack } from './track.ts'

export const mostBytes = 1024 * 1024

/** Degrees, m/s; NaN and '' where a body has none. One object is filled again and again. */
export interface Facts {
  lon: number
  lat: number
  course: number
  speed: number
  /** index into `severities` */
  severity: number
  /** SIDC, else category */
  symbol: string
  name: string
  series: string
  value: number
  unit: string | null
}

export const createFacts = (): Facts => ({
  lon: Number.NaN,
  lat: Number.NaN,
  course: Number.NaN,
  speed: Number.NaN,
  severity: 0,
  symbol: '',
  name: '',
  series: '',
  value: Number.NaN,
  unit: null,
})

export function clearFacts(facts: Facts): void {
  facts.lon = facts.lat = facts.course = facts.speed = facts.value = Number.NaN
  facts.severity = 0
  facts.symbol = facts.name = facts.series = ''
  facts.unit = null
}

const track = eventTypes.indexOf('vigie.track.v1')
const feature = eventTypes.indexOf('vigie.feature.v1')
const metric = eventTypes.indexOf('vigie.metric.v1')
const note = eventTypes.indexOf('vigie.note.v1')

const schemas = eventTypes.map((type) => bodies[type] as v.GenericSchema<unknown, Body>)

const where = (issue: v.BaseIssue<unknown>): string => v.getDotPath(issue) ?? 'the body'

/** @returns the refusal; null where the body is what its type says */
export function checkBody(type: number, value: unknown): Refusal | null {
  const wrong = outOfBounds(value)
  if (wrong !== null) return refuse('message.body-invalid', wrong)
  if (type === track && isTrack(value)) return null
  const schema = schemas[type]
  if (!schema) return refuse('message.type-unknown', 'no such type')
  const read = v.safeParse(schema, value, { abortEarly: true })
  if (read.success) return null
  const [issue] = read.issues
  return refuse('message.body-invalid', `${where(issue)}: ${printable(issue.message, 200)}`)
}

/** The body as its schema lets it through; null where it is none. */
export function parseBody(type: number, value: unknown): Body | null {
  const schema = schemas[type]
  if (!schema) return null
  const read = v.safeParse(schema, value, { abortEarly: true })
  return read.success ? read.output : null
}

const bounded = (text: string | undefined, most: number): string =>
  text === undefined ? '' : printable(text, most)

/** A place for what has an extent: the middle of its first ring's or line's box. */
function place(geometry: Geometry, facts: Facts): void {
  if (geometry.type === 'Point') {
    facts.lon = geometry.coordinates[0]
    facts.lat = geometry.coordinates[1]
    return
  }
  const points =
    geometry.type === 'Polygon'
      ? geometry.coordinates[0]
      : geometry.type === 'MultiLineString'
        ? geometry.coordinates[0]
        : geometry.type === 'MultiPolygon'
          ? geometry.coordinates[0]?.[0]
          : geometry.coordinates
  if (!points) return
  let west = 180
  let east = -180
  let south = 90
  let north = -90
  for (const [lon, lat] of points) {
    west = Math.min(west, lon)
    east = Math.max(east, lon)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  facts.lon = (west + east) / 2
  facts.lat = (south + north) / 2
}

/** @param body has passed `checkBody` for that type */
export function readFacts(type: number, body: Body, facts: Facts): void {
  clearFacts(facts)
  if (type === track || type === feature) {
    const { geometry, properties } = body as Feature | Track
    place(geometry, facts)
    if (properties.severity !== undefined) facts.severity = severities.indexOf(properties.severity)
    facts.symbol = properties.sidc ?? bounded(properties.category, 100)
    facts.name = bounded(properties.name, 200)
    if (type === track) {
      const { course, speed } = (body as Track).properties
      if (course !== undefined) facts.course = course
      if (speed !== undefined) facts.speed = speed
    }
  } else if (type === metric) {
    const { series, value, unit } = body as Metric
    facts.series = bounded(series, 100)
    facts.value = value
    facts.unit = unit === undefined ? null : printable(unit, 50)
  } else if (type === note) {
    const { severity, category } = body as Note
    if (severity !== undefined) facts.severity = severities.indexOf(severity)
    facts.symbol = bounded(category, 100)
  }
}
