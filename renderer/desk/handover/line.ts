/** What the log says of a relief: who relieved whom, of which functions, how many items, and what proves which. */
import { mostRefs, type LineInput } from '../../../preload/contract/line.ts'
import { rankOf, type MarkingScheme } from '../../../preload/contract/marking.ts'
import type { Speech } from '../../speech/speech.ts'
import type { Item, Kind } from './items.ts'

interface Done {
  by: string
  person: string
  /** their names; '': none */
  functions: string
  counts: readonly [Kind, number][]
  digest: string
}

/**
 * It names items only where it may be marked as they are; who relieved whom stands under the lowest marking.
 * @param markings ids of those that a line may have here, the lowest first
 */
export function lineOfRelief(
  { by, person, functions, counts, digest }: Done,
  items: readonly Item[],
  scheme: MarkingScheme,
  markings: readonly string[],
  { say }: Pick<Speech, 'say'>,
  event: number,
): LineInput {
  const highest = Math.max(0, ...items.map(({ marking }) => marking))
  const marked = markings.find((id) => rankOf(scheme, id) >= highest)
  const kinds = counts.map(([kind, count]) => say(`desk.handover.count.${kind}`, { count }))
  const text = say('desk.handover.line', {
    ...{ by, person, count: items.length, digest: digest.slice(0, 16) },
    kinds: kinds.length === 0 ? '' : ` (${kinds.join(', ')})`,
    functions:
      functions === ''
        ? say('desk.handover.lineNoFunctions')
        : say('desk.handover.lineFunctions', { functions }),
  })
  return {
    ...{ text, event, from: by, to: '', domain: null, severity: 'Unknown', corrects: null },
    marking: marked ?? markings[0] ?? scheme.levels[0]?.id ?? '',
    refs: marked === undefined ? [] : [...new Set(items.map(({ ref }) => ref.entity))].slice(0, mostRefs),
  }
}
