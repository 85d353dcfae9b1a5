/** The few facts of a body that the picture keeps as columns. */
import {
  severities,
  type Body,
  type Feature,
  type Geometry,
  type Metric,
  type Note,
  type Track,
} from '../../../preload/contract/event.ts'
import { printable } from '../../../preload/contract/text.ts'
import { eventTypes } from './record.ts'

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

/** @param body is what its type says */
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
