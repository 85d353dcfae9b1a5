import type { Record } from '../../preload/contract/picture.ts'
import type { Feed } from '../link/feeds.ts'
import type { Speech } from '../speech/speech.ts'
import { metricOf, titleOf } from './record.ts'

/** What to call an entity where its product's descriptor may know a better name, as it does for series. */
export function nameOf(record: Record, feed: Pick<Feed, 'descriptor'> | undefined, speech: Speech): string {
  const metric = metricOf(record)
  const series = metric ? feed?.descriptor.series?.[metric.series] : undefined
  if (series === undefined) return titleOf(record)
  const qualifier = series.qualifier === undefined ? '' : ` ${speech.words(series.qualifier)}`
  return `${speech.words(series.title)}${qualifier}`
}
