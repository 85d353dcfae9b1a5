/**
 * The track schema by hand: tracks are nearly all of a stream, and the schema library costs more than the rest of
 * the way. A test holds this to be true for exactly what `TrackSchema` accepts.
 */
import { mostSpeed, severities, type Track } from '../../../preload/contract/event.ts'

const isRecord = (value: unknown): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null

const isText = (value: unknown, most: number): boolean =>
  value === undefined || (typeof value === 'string' && value.length <= most)

const isWithin = (value: unknown, least: number, most: number): boolean =>
  value === undefined || (typeof value === 'number' && value >= least && value <= most)

const isPosition = (value: unknown): boolean =>
  Array.isArray(value) &&
  (value.length === 2 || value.length === 3) &&
  typeof value[0] === 'number' &&
  value[0] >= -180 &&
  value[0] <= 180 &&
  typeof value[1] === 'number' &&
  value[1] >= -90 &&
  value[1] <= 90 &&
  (value.length === 2 || Number.isFinite(value[2]))

const sidc = /^\d{20}$/

/** JSON only: NaN and undefined can't be in it. */
export function isTrack(value: unknown): value is Track {
  if (!isRecord(value) || value['type'] !== 'Feature') return false
  const geometry = value['geometry']
  if (!isRecord(geometry) || geometry['type'] !== 'Point' || !isPosition(geometry['coordinates']))
    return false
  const properties = value['properties']
  if (!isRecord(properties)) return false
  const severity = properties['severity']
  const code = properties['sidc']
  return (
    isText(properties['name'], 200) &&
    isText(properties['category'], 100) &&
    (severity === undefined || (severities as readonly unknown[]).includes(severity)) &&
    isText(properties['status'], 100) &&
    (code === undefined || (typeof code === 'string' && sidc.test(code))) &&
    isText(properties['text'], 2000) &&
    isText(properties['place'], 200) &&
    isWithin(properties['course'], 0, 360) &&
    isWithin(properties['speed'], 0, mostSpeed) &&
    isWithin(properties['altitude'], -15_000, 50_000_000)
  )
}
