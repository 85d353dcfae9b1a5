import { isOver } from '../../../preload/contract/incident.ts'
import { noteOf } from '../../../preload/contract/note.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import { identifierInWords } from '../../../preload/contract/identifier.ts'

/** A decision that is not carried out yet. `due`: ms since 1970. */
export interface Decision {
  key: string
  number: string
  text: string
  due: number | null
}

/** Whether the record tells of a decision, carried out or not. */
export const isDecision = (record: Record): boolean => noteOf(record)?.category === 'decision'

/** By when it must be done, the most overdue first; what has no due time last, oldest first. */
export function openDecisions(records: Iterable<Record>): Decision[] {
  const open: (Decision & { time: number })[] = []
  for (const record of records) {
    const note = noteOf(record)
    if (note?.category !== 'decision' || isOver(note.status)) continue
    const due = Date.parse(note.due ?? '')
    open.push({
      key: `${record.product} ${record.entity}`,
      number: note.number ?? identifierInWords(record.entity),
      text: note.text,
      due: Number.isNaN(due) ? null : due,
      time: record.time,
    })
  }
  return open.sort(
    (a, b) =>
      (a.due ?? Number.MAX_SAFE_INTEGER) - (b.due ?? Number.MAX_SAFE_INTEGER) ||
      a.time - b.time ||
      a.number.localeCompare(b.number),
  )
}
