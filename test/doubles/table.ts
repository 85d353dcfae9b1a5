import { append, createBatch, unmarked } from '../../main/engine/event/batch.ts'
import { createFacts } from '../../main/engine/event/facts.ts'
import { eventTypes } from '../../main/engine/event/record.ts'
import { createAccounts } from '../../main/engine/picture/budget.ts'
import { createTable, type Table } from '../../main/engine/picture/table.ts'
import { defaultScheme, rankOf } from '../../preload/contract/marking.ts'
import { eventOf, headOf } from './event.ts'

export interface Said {
  entity: string
  time?: number
  /** a level of the default scheme; without: the product's */
  marking?: string
  /** default: false */
  ended?: boolean
}

export interface ATable {
  table: Table
  /** one commit */
  put(...said: Said[]): void
}

const place = new TextEncoder().encode(
  JSON.stringify({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [2.3, 48.8] },
    properties: { name: 'here' },
  }),
)

/** A table of features, with records as the cache keeps them. */
export function openTable(product = 'test.places'): ATable {
  const table = createTable(product, 'feature', defaultScheme, () => 0, createAccounts().open())
  table.remark(0)
  const type = eventTypes.indexOf('vigie.feature.v1')
  let sequence = 0
  return {
    table,
    put(...said) {
      const batch = createBatch()
      for (const { entity, time = 1, marking, ended } of said) {
        const lines = [`ce-id: ${++sequence}`, 'ce-source: //test/x', `ce-subject: ${entity}`]
        if (marking !== undefined) lines.push(`ce-marking: ${marking}`)
        const body = ended ? new Uint8Array(0) : place
        const event = eventOf({ head: headOf(lines), body, entity, sequence, published: 1 })
        const rank = marking === undefined ? unmarked : rankOf(defaultScheme, marking)
        append(batch, event, { time, expires: Number.NaN, type, rank }, createFacts())
      }
      table.apply(batch, true)
    },
  }
}
