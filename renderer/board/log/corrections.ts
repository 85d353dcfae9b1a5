/** Which line corrects which: both stay, and each says so. A line is corrected only in its own log, and by a later one. */
import { correctedBy, systemNumber } from '../../../preload/contract/line.ts'
import type { Note } from '../../../preload/contract/event.ts'
import type { Record } from '../../../preload/contract/picture.ts'

interface Noted {
  record: Record
  note: Note
}

/** A line that another is about, as it is called; `number` null: it is not here, or has none. */
export interface OtherLine {
  entity: string
  number: string | null
}

export interface Corrections {
  /** what a line corrects */
  corrects(record: Record): OtherLine | null
  /** the last line that corrects it */
  correctedBy(record: Record): OtherLine | null
}

const keyOf = (product: string, entity: string): string => `${product} ${entity}`

export function correctionsIn(notes: Iterable<Noted>): Corrections {
  const all = [...notes]
  const records = new Map(all.map(({ record }) => [keyOf(record.product, record.entity), record]))
  const corrects = new Map<string, OtherLine>()
  const corrected = new Map<string, Record>()
  for (const { record, note } of all) {
    const entity = correctedBy(record, note)
    if (entity === null) continue
    const key = keyOf(record.product, entity)
    const other = records.get(key)
    // nobody corrects what is not written yet
    if (other !== undefined && other.sequence >= record.sequence) continue
    corrects.set(keyOf(record.product, record.entity), {
      entity,
      number: other === undefined ? null : systemNumber(other),
    })
    const last = corrected.get(key)
    if (last === undefined || last.sequence < record.sequence) corrected.set(key, record)
  }
  return {
    corrects: ({ product, entity }) => corrects.get(keyOf(product, entity)) ?? null,
    correctedBy({ product, entity }) {
      const by = corrected.get(keyOf(product, entity))
      return by === undefined ? null : { entity: by.entity, number: systemNumber(by) }
    },
  }
}
