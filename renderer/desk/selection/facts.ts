import type { Feature, Note, Track } from '../../../preload/contract/event.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import { noteOf } from '../../../preload/contract/note.ts'
import type { Speech } from '../../speech/speech.ts'
import { isKey, type Key } from '../../speech/words.ts'
import { severityKey } from '../../kit/severity.ts'
import { unitInWords } from '../../../preload/contract/units.ts'
import { authorInWords } from '../outbox/entries.ts'
import { documentOf, metricOf, reportOf, severityOf, placedOf, titleOf } from '../record.ts'
import { placeOf } from '../../map/place.ts'
import { latLon } from './coordinates.ts'

export interface Fact {
  /** a translation; null: the owner's own word, in `name` */
  key: Key | null
  name: string
  value: string
}

/** Words for a status that many owners use; any other stands as its owner wrote it. */
export function statusInWords(status: string | undefined, speech: Speech): string {
  const key = `desk.status.${status?.trim().toLowerCase() ?? ''}`
  return isKey(key) ? speech.say(key) : (status ?? '')
}

const fact = (key: Key, value: string | undefined): Fact[] =>
  value === undefined || value === '' ? [] : [{ key, name: '', value }]

const kilometresPerHour = 3.6
export const speedOf = (metresPerSecond: number, speech: Speech): string =>
  `${speech.number(metresPerSecond * kilometresPerHour, 0)} km/h`

/** What a record says of itself: what Vigie has words for, then what its owner added. */
export function factsOf(record: Record, speech: Speech): Fact[] {
  const placed = placedOf(record)
  if (placed) return [...motionOf(placed, speech), ...ownFacts(placed, speech)]
  const metric = metricOf(record)
  if (metric) return fact('desk.fact.value', valueOf(metric.value, metric.unit, speech))
  const note = noteOf(record)
  if (note)
    return [
      ...lineFacts(note, speech),
      ...fact('desk.fact.status', statusInWords(note.status, speech)),
      ...fact('desk.fact.due', note.due === undefined ? '' : textOf(note.due, speech)),
      ...fact('desk.fact.category', note.category),
    ]
  const document = documentOf(record)
  if (document)
    return [
      ...fact('desk.fact.mediaType', document.mediaType),
      ...fact('desk.fact.size', `${speech.number(document.size / 1024, 0)} KiB`),
    ]
  const period = reportOf(record)?.period
  return period ? fact('desk.fact.period', `${period.from} – ${period.to}`) : []
}

/** Who entered it, and when; and between whom it went. */
function lineFacts({ line }: Note, speech: Speech): Fact[] {
  if (!line) return []
  const entered = Date.parse(line.entered)
  const at = Number.isNaN(entered) ? '' : `${speech.shortDate(entered)} ${speech.seconds(entered)}`
  return [
    ...fact('desk.line.from', line.from),
    ...fact('desk.line.to', line.to),
    ...fact('desk.fact.entered', [at, authorInWords(line.by)].filter(Boolean).join(', ')),
  ]
}

function motionOf({ properties }: Feature | Track, speech: Speech): Fact[] {
  const { status, speed, course, altitude } = properties
  return [
    ...fact('desk.fact.status', statusInWords(status, speech)),
    ...(typeof speed === 'number' ? fact('desk.fact.speed', speedOf(speed, speech)) : []),
    ...(typeof course === 'number' ? fact('desk.fact.course', `${speech.number(course, 0)}°`) : []),
    ...(typeof altitude === 'number' ? fact('desk.fact.altitude', `${speech.number(altitude, 0)} m`) : []),
  ]
}

/** What the panel says elsewhere, or what is for machines. */
const told = new Set('name severity status sidc text place ref refs course speed altitude'.split(' '))
const mostOwn = 12

/** Words that many owners use and that read better in the desk's language. */
const known = new Map<string, Key>([
  ['category', 'desk.fact.category'],
  ['opened', 'desk.fact.opened'],
  ['engaged', 'desk.fact.engaged'],
  ['units', 'desk.fact.units'],
  ['unit', 'desk.fact.unit'],
  ['operator', 'desk.fact.operator'],
  ['officer', 'desk.fact.officer'],
])

const ownFacts = ({ properties }: Feature | Track, speech: Speech): Fact[] =>
  Object.entries(properties)
    .filter(([name]) => !told.has(name))
    .flatMap(([name, value]) => {
      const text = ownText(value, speech)
      return text === '' ? [] : [{ key: known.get(name) ?? null, name, value: text }]
    })
    .slice(0, mostOwn)

function ownText(value: unknown, speech: Speech): string {
  if (typeof value === 'number') return speech.number(value)
  return typeof value === 'string' ? textOf(value, speech) : ''
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/

/** A time as people write it, any other text as it is. */
function textOf(text: string, speech: Speech): string {
  const at = rfc3339.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? text : `${speech.shortDate(at)} ${speech.time(at)}`
}

const valueOf = (value: number, unit: string | undefined, speech: Speech): string =>
  `${speech.number(value, 2)} ${unitInWords(unit ?? '')}`.trim()

/** What this version says that the one before it did not; the first says what it is. */
export function changeOf(version: Record, before: Record | undefined, speech: Speech): string {
  const metric = metricOf(version)
  if (metric) return valueOf(metric.value, metric.unit, speech)
  const placed = placedOf(version)
  if (!placed) return titleOf(version)
  const was = before && placedOf(before)
  const { status, severity, text } = placed.properties
  const parts: string[] = []
  if (status && status !== was?.properties.status) parts.push(statusInWords(status, speech))
  if (severity && severity !== was?.properties.severity)
    parts.push(
      speech.say('desk.history.severity', { severity: speech.say(severityKey(severityOf(version))) }),
    )
  if (text && text !== was?.properties.text) parts.push(text)
  if (parts.length > 0) return parts.join(' · ')
  const moved = !was || JSON.stringify(was.geometry) !== JSON.stringify(placed.geometry)
  const place = placeOf(placed.geometry)
  return moved && place ? latLon(place, speech.language) : speech.say('desk.history.confirmed')
}
