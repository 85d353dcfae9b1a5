import { isIncidentsFeed } from '../../preload/contract/incident.ts'
import type { Record } from '../../preload/contract/picture.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { Widget } from '../../preload/contract/scene.ts'
import { isNotesFeed, noteOf } from '../../preload/contract/note.ts'
import type { Picture } from '../link/picture.svelte.ts'
import { hasFigures } from './chosen.ts'

type Read = Pick<Picture, 'catalog' | 'series' | 'trend'> & {
  records: (product: ProductName) => Iterable<Record>
}

/** Whether the platform has something for a widget that is there only then. */
export function isThere(widget: Widget, read: Read): boolean {
  const { catalog } = read
  switch (widget.widget) {
    case 'figures':
      return widget.series === undefined
        ? hasFigures(catalog, read)
        : widget.series.some((ref) => catalog.some(({ product }) => product === ref.product))
    case 'incidents':
      return catalog.some(isIncidentsFeed)
    case 'log':
      return catalog.some(isNotesFeed)
    case 'alarms-per-hour':
      return catalog.some((entry) => isNotesFeed(entry) || isIncidentsFeed(entry))
    case 'decisions':
      for (const { product } of catalog.filter(isNotesFeed))
        for (const record of read.records(product)) if (noteOf(record)?.category === 'decision') return true
      return false
    default:
      return true
  }
}
