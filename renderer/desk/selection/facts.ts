import type { Feature, Track } from '../../../preload/contract/event.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { Speech } from '../../kit/speech.ts'
import type { Key } from '../../kit/words.ts'
import { severityKey } from '../../kit/severity.ts'
import { unitInWords } from '../../kit/units.ts'
import { documentOf, metricOf, noteOf, reportOf, severityOf, thingOf, titleOf } from '../record.ts'
import { latLon, placeOf } from './coordinates.ts'

export interface Fact {
  /** a translation; null: the owner's own word, in `name` */
  key: Key | null
  name: string
  value: string
}

const fact = (key: Key, value: string | undefined): Fact[] =>
  value === undefined || value === '' ? [] : [{ key, name: '', value }]

const kilometresPerHour = 3.6
export const speedOf = (metresPerSecond: number, speech: Speech): string =>
  `${speech.number(metresPerSecond * kilometresPerHour, 0)} km/h`

/** What a record says of itself: what Vigie has words for, then what its owner added. */
export function factsOf(record: Record, speech: Speech): Fact[] {
  const thing = thingOf(record)
  if (thing) return [...motionOf(thing, speech), ...ownFacts(thing, speech)]
  const metric = metricOf(record)
  if (metric) return fact('desk.fact.value', valueOf(metric.value, metric.unit, speech))
  const note = noteOf(record)
  if (note)
    return [
      ...fact('desk.fact.status', note.status),
      ...fact('desk.fact.due', dueOf(note.due, speech)),
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

function motionOf({ properties }: Feature | Track, speech: Speech): Fact[] {
  const { status, speed, course, altitude } = properties
  return [
    ...fact('desk.fact.status', status),
    ...(typeof speed === 'number' ? fact('desk.fact.speed', speedOf(speed, speech)) : []),
    ...(typeof course === 'number' ? fact('desk.fact.course', `${speech.number(course, 0)}°`) : []),
    ...(typeof altitude === 'number' ? fact('desk.fact.altitude', `${speech.number(altitude, 0)} m`) : []),
  ]
}

/** What the panel says elsewhere, or what is for machines. */
const told = new Set('name severity status sidc text place refs course speed altitude'.split(' '))
const mostOwn = 12

/** Words that many owners use and that read better in the desk's language. */
const known = new Map<string, Key>([
  ['category', 'desk.fact.category'],
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
      const text = typeof value === 'number' ? speech.number(value) : value
      return typeof text === 'string' && text !== ''
        ? [{ key: known.get(name) ?? null, name, value: text }]
        : []
    })
    .slice(0, mostOwn)

const valueOf = (value: number, unit: string | undefined, speech: Speech): string =>
  `${speech.number(value, 2)} ${unitInWords(unit ?? '')}`.trim()

function dueOf(due: string | undefined, speech: Speech): string | undefined {
  const at = due === undefined ? NaN : Date.parse(due)
  return Number.isNaN(at) ? due : `${speech.shortDate(at)} ${speech.time(at)}`
}

/** What this version says that the one before it did not; the first says what it is. */
export function changeOf(version: Record, before: Record | undefined, speech: Speech): string {
  const metric = metricOf(version)
  if (metric) return valueOf(metric.value, metric.unit, speech)
  const thing = thingOf(version)
  if (!thing) return titleOf(version)
  const was = before && thingOf(before)
  const { status, severity, text } = thing.properties
  const parts: string[] = []
  if (status && status !== was?.properties.status) parts.push(status)
  if (severity && severity !== was?.properties.severity)
    parts.push(
      speech.say('desk.history.severity', { severity: speech.say(severityKey(severityOf(version))) }),
    )
  if (text && text !== was?.properties.text) parts.push(text)
  if (parts.length > 0) return parts.join(' · ')
  const moved = !was || JSON.stringify(was.geometry) !== JSON.stringify(thing.geometry)
  const place = placeOf(thing.geometry)
  return moved && place ? latLon(place, speech.language) : speech.say('desk.history.confirmed')
}
