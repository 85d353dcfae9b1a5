/** Events as they are committed, for what is derived of them. */
import type { Body } from '../../../../../preload/contract/event.ts'
import { append, createBatch, unmarked, type Batch } from '../../../../../main/engine/event/batch.ts'
import { clearEvent, createEvent } from '../../../../../main/engine/event/event.ts'
import { createFacts, readFacts } from '../../../../../main/engine/event/facts.ts'
import { eventTypes } from '../../../../../main/engine/event/record.ts'

export interface Said {
  time: number
  body: Body
  rank?: number
  caveats?: string
}
let sequence = 0
export function batchOf(said: readonly Said[]): Batch {
  const batch = createBatch()
  const event = createEvent()
  const facts = createFacts()
  for (const { time, body, rank = unmarked, caveats = '' } of said) {
    const type = eventTypes.indexOf('series' in body ? 'vigie.metric.v1' : 'vigie.feature.v1')
    clearEvent(event)
    event.bytes = Buffer.from(`entity${caveats}`)
    event.subjectTo = event.caveatsFrom = 6
    event.caveatsTo = event.bytes.length
    event.entity = 'entity'
    event.body = Buffer.from(JSON.stringify(body))
    event.sequence = ++sequence
    readFacts(type, body, facts)
    append(batch, event, { time, expires: Number.NaN, type, rank }, facts)
  }
  return batch
}
