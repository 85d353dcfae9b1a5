/** What the platform's object store holds, as far as this desk may know: documents and syntheses, and what waits to be. */
import type { Author } from '../../../preload/contract/author.ts'
import { filesOf, type DeskDeliveries, type WaitingDelivery } from '../../../preload/contract/document.ts'
import { rankOf, type MarkingScheme, type Rank } from '../../../preload/contract/marking.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import { folded, oneLine } from '../../../preload/contract/text.ts'
import { documentOf, titleOf } from '../record.ts'

export interface DocumentRow {
  product: string
  entity: string
  name: string
  mediaType: string
  /** bytes, and by what it is known to be the same; null: nothing of it is there to be read */
  size: number
  digest: string | null
  /** ms since 1970 */
  time: number
  marking: Rank
  /** … and of what may be in its product at most: a screen below that knows nothing of it */
  most: Rank
  /** whose it is, as people say it; '': nobody said */
  owner: string
  by: string
  waiting: WaitingDelivery | null
}

const textOf = (value: unknown): string => (typeof value === 'string' ? oneLine(value, 200) : '')
function authorOf(by: unknown): string {
  if (typeof by !== 'object' || by === null) return textOf(by)
  const { person, node } = by as Partial<Author>
  return [person, node]
    .map(textOf)
    .filter((part) => part !== '')
    .join(', ')
}

function rowOf(record: Record, most: Rank): DocumentRow | null {
  const [file] = filesOf(record)
  if (file === undefined) return null
  const body: { [name: string]: unknown } | null = documentOf(record)
  return {
    ...{ product: record.product, entity: record.entity, name: titleOf(record) },
    ...{ mediaType: file.mediaType, size: file.size, digest: file.digest },
    ...{ time: record.time, marking: record.marking, most, waiting: null },
    owner: textOf(body?.['owner']),
    by: authorOf(body?.['by']),
  }
}

function waitingRowOf(waiting: WaitingDelivery, scheme: MarkingScheme): DocumentRow {
  const { product, entity, title: name, files, event: time, marking } = waiting
  return {
    ...{ product, entity, name, mediaType: files[0]?.mediaType ?? '', time, waiting },
    ...{ size: files[0]?.size ?? 0, digest: null, owner: '', by: '', marking: rankOf(scheme, marking) },
    most: rankOf(scheme, marking),
  }
}

/** The newest first; what waits here, before all that is there. */
export function rowsOf(
  records: readonly Record[],
  productRank: (product: string) => Rank,
  deliveries: readonly DeskDeliveries[],
  scheme: MarkingScheme,
): DocumentRow[] {
  const rows = records.flatMap(
    (record) => rowOf(record, Math.max(record.marking, productRank(record.product))) ?? [],
  )
  const keys = new Set(rows.map(({ product, entity }) => `${product} ${entity}`))
  const waiting = deliveries
    .flatMap((each) => each.waiting)
    .filter(({ product, entity }) => !keys.has(`${product} ${entity}`))
    .map((each) => waitingRowOf(each, scheme))
  const newest = (a: DocumentRow, b: DocumentRow): number =>
    b.time - a.time || a.name.localeCompare(b.name) || a.entity.localeCompare(b.entity)
  return [...waiting.sort(newest), ...rows.sort(newest)]
}

/** Every word typed is somewhere in what the row shows. @param words what else it shows */
export function found(row: DocumentRow, typed: string, words: readonly string[]): boolean {
  const wanted = folded(typed).split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return true
  const text = folded([row.name, row.owner, row.by, row.mediaType, row.entity, ...words].join(' '))
  return wanted.every((word) => text.includes(word))
}
