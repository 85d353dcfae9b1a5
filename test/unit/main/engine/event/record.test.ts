import { expect, it } from 'vitest'
import { append, appendRecord, createBatch } from '../../../../../main/engine/event/batch.ts'
import { createFacts } from '../../../../../main/engine/event/facts.ts'
import {
  eventTypes,
  headBytes,
  readRecord,
  recordBytes,
  viewOf,
} from '../../../../../main/engine/event/record.ts'
import { eventOf, headOf } from '../../../../doubles/event.ts'

const happened = Date.UTC(2026, 6, 26, 18, 29, 59)
const head = headOf([
  'ce-specversion: 1.0',
  'ce-id: one',
  'ce-source: //test/x',
  'ce-type: vigie.track.v1',
  'ce-time: 2026-07-26T18:29:59Z',
  'ce-subject: boat',
  'ce-marking: dr',
])
const type = eventTypes.indexOf('vigie.track.v1')

const kept = (received: number) => {
  const batch = createBatch()
  const event = eventOf({
    head,
    body: new TextEncoder().encode('{}'),
    entity: 'boat',
    sequence: 7,
    published: happened + 100,
    received,
  })
  append(batch, event, { time: happened, expires: Number.NaN, type, rank: 1 }, createFacts())
  return batch
}

it('an event keeps its three times: when it happened, was published, and was received here', () => {
  for (const received of [happened + 250, happened - 40_000, 2 ** 32 - 1, 2 ** 32, 2 ** 45 + 12_345]) {
    const { bytes, view } = kept(received)
    expect(readRecord(bytes, view, 0)).toMatchObject({
      ...{ time: happened, published: happened + 100, received },
      ...{ type: 'vigie.track.v1', entity: 'boat', id: 'one', source: '//test/x', marking: 'dr' },
    })
  }
})

it('a record of before received times were kept is read as it is, and kept as it is', () => {
  const { bytes, used } = kept(happened)
  // as versions 1 and 2 wrote it: the same without the time, and its type alone
  const old = new Uint8Array([...bytes.subarray(0, 44), ...bytes.subarray(headBytes, used)])
  const view = viewOf(old)
  view.setUint32(0, old.length, true)
  view.setUint8(36, type)
  const read = { ...readRecord(bytes, viewOf(bytes), 0), received: null }
  expect(readRecord(old, view, 0)).toEqual({ ...read, from: read.from - 6, to: read.to - 6 })
  const batch = createBatch()
  const next = appendRecord(batch, old, view, 0, () => 1, createFacts)
  expect(next).toBe(recordBytes(view, 0))
  expect(batch.type[0]).toBe(type)
  expect([...batch.bytes.subarray(0, batch.used)]).toEqual([...old])
})

it('bytes that are no record are said to be none', () => {
  const { bytes, view, used } = kept(happened)
  const whole = bytes.subarray(0, used)
  for (const size of [0, 43, 49, used + 1, 2 ** 32 - 1]) {
    view.setUint32(0, size, true)
    expect(() => readRecord(whole, viewOf(whole), 0)).toThrow(RangeError)
  }
})
