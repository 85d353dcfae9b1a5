import type { CatalogEntry } from '../../preload/contract/picture.ts'
import { freshnessOf, type Freshness } from '../../preload/contract/freshness.ts'
import { durationMs, type SeriesDescriptor } from '../../preload/contract/product.ts'
import type { Words } from '../../preload/contract/words.ts'
import type { Speech } from '../speech/speech.ts'
import { unitInWords } from '../../preload/contract/units.ts'
import type { FigureRef } from './chosen.ts'
import type { Figure } from './figure.ts'

/** A series as its owner describes it; one that nobody describes still has its name. */
export interface Series {
  title: Words
  unit: string
  descriptor: SeriesDescriptor | undefined
}

export function seriesOf(entry: CatalogEntry | undefined, { product, series }: FigureRef): Series {
  if (series === null) return { title: entry?.descriptor.title ?? product, unit: '', descriptor: undefined }
  const descriptor = entry?.descriptor.series?.[series]
  return {
    title: descriptor?.title ?? series,
    unit: descriptor?.unit ?? entry?.descriptor.unit ?? '',
    descriptor,
  }
}

/**
 * What is read large, and what stands beside it: scale, then the owner's qualifier or else the unit.
 * @param qualified false: where there is no room for the qualifier
 */
export function figureInWords(
  value: number,
  { descriptor, unit }: Series,
  speech: Speech,
  qualified = true,
): { figure: string; beside: string } {
  const { figure, scale } = speech.figure(value, descriptor?.precision)
  const written = unitInWords(unit)
  const qualifier =
    !qualified || descriptor?.qualifier === undefined ? '' : speech.words(descriptor.qualifier)
  const parts = [scale, written === '%' || qualifier === '' ? written : '', qualifier]
  return { figure, beside: parts.filter((part) => part !== '').join(' ') }
}

export function freshnessOfSeries(
  entry: CatalogEntry | undefined,
  figure: Figure | null,
  now: number,
): Freshness {
  if (entry === undefined || figure === null) return 'waiting'
  return freshnessOf(figure.time, durationMs(entry.descriptor.freshness), now)
}
