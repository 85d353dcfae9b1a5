/** What is open when somebody is relieved, item by item, and what proves which items those were. */
import { isSame, type EntityRef } from '../../../preload/contract/entity.ts'
import { incidentOf } from '../../../preload/contract/incident.ts'
import type { Rank } from '../../../preload/contract/marking.ts'
import { standingsOf } from '../../../preload/contract/open-lines.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import { isAnswered } from '../../../preload/contract/told.ts'
import type { Noted } from '../log/log.ts'
import { entityOf } from '../record.ts'

/** In the order in which they are gone through. */
export const kinds = ['alarm', 'incident', 'decision', 'task', 'line'] as const
export type Kind = (typeof kinds)[number]

export interface Item {
  key: string
  kind: Kind
  ref: EntityRef
  /** null: only its number is known here */
  record: Record | null
  number: string
  time: number
  /** ms since 1970; null: nobody says */
  due: number | null
  /** ids of functions that have not answered a line */
  functions: string[]
  marking: Rank
}

export interface OpenNow {
  alarms: readonly Record[]
  incidents: readonly Record[]
  notes: readonly Noted[]
  told: DeskState['told']
  /** ids of those that pass; none: whatever function has not answered */
  functions: readonly string[]
}

const keyOf = (kind: Kind, { product, entity }: EntityRef): string => `${kind} ${product} ${entity}`
const byTime = (a: Item, b: Item): number => a.time - b.time || (a.key < b.key ? -1 : 1)

const ofRecord = (kind: Kind, record: Record, more: Partial<Item> = {}): Item => ({
  ...{ key: keyOf(kind, record), kind, ref: entityOf(record), record, number: '' },
  ...{ time: record.time, due: null, functions: [], marking: record.marking, ...more },
})

/** All that the relief has to know of, each once: alarms first, then what is oldest of each kind. */
export function openItems({ alarms, incidents, notes, told, functions }: OpenNow): Item[] {
  const isAlarm = (record: Record): boolean =>
    alarms.some((alarm) => isSame(entityOf(alarm), entityOf(record)))
  const open = incidents.filter((record) => incidentOf(record)?.open === true && !isAlarm(record))
  const standingOf = standingsOf(notes)
  const noted = notes.flatMap(({ record, note }): Item[] => {
    const { category, number = '' } = note
    if (category !== 'decision' && category !== 'task') return []
    // a later line may say that it is done, or stand in its place
    if (standingOf(record)?.is !== 'open') return []
    const due = Date.parse(note.due ?? '')
    return [ofRecord(category, record, { number, due: Number.isNaN(due) ? null : due })]
  })
  const lines = told.lines.flatMap((line): Item[] => {
    const silent = line.receipts
      .filter((each) => !isAnswered(each) && (functions.length === 0 || functions.includes(each.function)))
      .map((each) => each.function)
    if (silent.length === 0) return []
    const { product, entity, number, published, due, rank } = line
    const record = notes.find((each) => isSame(entityOf(each.record), line))?.record ?? null
    return [
      {
        ...{ key: keyOf('line', line), kind: 'line', ref: { product, entity }, record, number },
        ...{ time: published, due, functions: silent, marking: rank },
      },
    ]
  })
  const of = (kind: Kind): Item[] => noted.filter((item) => item.kind === kind).sort(byTime)
  return [
    ...alarms.map((record) => ofRecord('alarm', record)),
    ...open.map((record) => ofRecord('incident', record)).sort(byTime),
    ...of('decision'),
    ...of('task'),
    ...lines.sort(byTime),
  ]
}

/** How many there are of each kind, those of which there are none left out. */
export const countsOf = (items: readonly Item[]): [Kind, number][] =>
  kinds.flatMap((kind) => {
    const count = items.filter((item) => item.kind === kind).length
    return count === 0 ? [] : [[kind, count]]
  })

/** SHA-256 over the items' keys in their order, a line each, hex: whoever has the list finds the same. */
export async function digestOf(items: readonly Item[]): Promise<string> {
  const text = items
    .map(({ key }) => `${key}\n`)
    .sort()
    .join('')
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
