import { rankOfSeverity } from '../../../preload/contract/incident.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { SeriesDescriptor } from '../../../preload/contract/product.ts'
import type { Language } from '../../../preload/contract/words.ts'
import { noteOf } from '../../../preload/contract/note.ts'
import type { Speech } from '../../speech/speech.ts'
import { unitInWords } from '../../../preload/contract/units.ts'
import { documentOf, metricOf, severityOf, placedOf, titleOf } from '../record.ts'
import { speedOf, statusInWords } from '../selection/facts.ts'

/** The worst first; then by name, as people count: 2 before 10. */
export function byUrgency(language: Language): (a: Record, b: Record) => number {
  const names = new Intl.Collator(language, { numeric: true })
  return (a, b) =>
    rankOfSeverity(severityOf(b)) - rankOfSeverity(severityOf(a)) ||
    names.compare(titleOf(a), titleOf(b)) ||
    names.compare(a.entity, b.entity)
}

/** What a filter looks through. */
export function textOf(record: Record): string {
  const { place = '', status = '' } = placedOf(record)?.properties ?? {}
  return `${titleOf(record)} ${record.entity} ${place} ${status}`
}

/** What stands beside a name in a list: a value, a status, a place. */
export function saysOf(record: Record, speech: Speech, series: SeriesDescriptor | undefined): string {
  const metric = metricOf(record)
  if (metric) {
    const value = speech.number(metric.value, series?.precision)
    return `${value} ${unitInWords(series?.unit ?? metric.unit ?? '')}`.trim()
  }
  const { status, place, speed } = placedOf(record)?.properties ?? {}
  const moves = typeof speed === 'number' ? speedOf(speed, speech) : ''
  const said = [statusInWords(status, speech), place, moves].filter(Boolean).join(' · ')
  return said || (documentOf(record)?.mediaType ?? noteOf(record)?.refs?.join(', ') ?? '')
}
