import { describe, expect, it, vi } from 'vitest'
import { createBatch, type Batch, unmarked } from '../../../../../main/engine/event/batch.ts'
import { readRecord, viewOf } from '../../../../../main/engine/event/record.ts'
import { createCheck, rulesOf } from '../../../../../main/engine/check/check.ts'
import { compileDataSchema } from '../../../../../main/engine/check/dataschema.ts'
import { createEvent } from '../../../../../main/engine/event/event.ts'
import { readHeader } from '../../../../../main/engine/intake/nats/header.ts'
import { readTime } from '../../../../../main/engine/event/rfc3339.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import type { Kind } from '../../../../../preload/contract/product.ts'
import { product } from '../../../../platform/product.ts'
import { eventOf, headOf } from '../../../../doubles/event.ts'

const now = Date.UTC(2026, 6, 26, 18, 30)
const utf8 = new TextEncoder()

interface Sent {
  headers?: { [name: string]: string | null }
  /** further header lines, as they are */
  lines?: string[]
  body?: string | Uint8Array
  entity?: string
  kind?: Kind
  dataschema?: { [key: string]: unknown }
}

const point = { type: 'Feature', geometry: { type: 'Point', coordinates: [2.3, 48.8] }, properties: {} }

const send = ({ headers = {}, lines = [], body, entity, kind = 'track', dataschema }: Sent) => {
  const all: { [name: string]: string | null } = {
    'Nats-Msg-Id': 'id-1',
    'ce-specversion': '1.0',
    'ce-id': 'id-1',
    'ce-source': '//test/x',
    'ce-type': `vigie.${kind}.v1`,
    'ce-time': '2026-07-26T18:29:59.500Z',
    'ce-subject': 'e-1',
    ...headers,
  }
  const head = headOf([
    ...Object.entries(all)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}: ${value ?? ''}`),
    ...lines,
  ])
  const data = typeof body === 'object' ? body : utf8.encode(body ?? JSON.stringify(point))
  const compiled = dataschema ? compileDataSchema(dataschema) : null
  const rules = rulesOf(
    product('test.things', kind).descriptor,
    defaultScheme,
    compiled?.ok ? compiled.value : null,
  )
  const batch = createBatch()
  const event = eventOf({ head, body: data, entity: entity ?? 'e-1', sequence: 7, published: now })
  const rejection = createCheck().accept(event, rules, batch)
  return { rejection, batch }
}

const codeOf = (sent: Sent) => send(sent).rejection?.code

describe('a message that fits', () => {
  const stored = (batch: Batch) => readRecord(batch.bytes, viewOf(batch.bytes), 0)

  it('is kept with its attributes and its body’s own bytes', () => {
    const body = JSON.stringify({ ...point, properties: { name: 'Élan', course: 90, speed: 3 } })
    const { rejection, batch } = send({
      body,
      headers: { 'ce-marking': 'dr', 'ce-caveats': 'sf', 'ce-expires': '2026-07-26T20:00:00+02:00' },
    })
    expect(rejection).toBeNull()
    const record = stored(batch)
    expect(record).toMatchObject({
      sequence: 7,
      published: now,
      time: Date.UTC(2026, 6, 26, 18, 29, 59, 500),
      expires: Date.UTC(2026, 6, 26, 18, 0),
      type: 'vigie.track.v1',
      marking: 'dr',
      caveats: 'sf',
      entity: 'e-1',
      id: 'id-1',
      source: '//test/x',
    })
    expect(new TextDecoder().decode(batch.bytes.subarray(record.from, record.to))).toBe(body)
    expect([batch.lon[0], batch.lat[0], batch.course[0], batch.marking[0]]).toEqual([2.3, 48.8, 90, 1])
  })

  it('may have happened nine minutes after its publication, by its sender’s clock, and whatever ours says', () => {
    vi.useFakeTimers({ now: Date.UTC(1996, 0, 1) })
    const headers = { 'ce-time': '2026-07-26T18:39:00Z' }
    expect(send({ headers }).rejection).toBeNull()
    vi.setSystemTime(Date.UTC(2056, 0, 1))
    expect(send({ headers }).rejection).toBeNull()
    vi.useRealTimers()
  })

  it('is kept, with the time of its publication, where one of two clocks is far off: nobody knows which', () => {
    const check = createCheck()
    const rules = rulesOf(product('test.things', 'track').descriptor, defaultScheme, null)
    const take = (time: string, published: number) => {
      const batch = createBatch()
      const head = headOf(
        Object.entries({
          'ce-specversion': '1.0',
          'ce-id': 'id-1',
          'ce-source': '//test/x',
          'ce-type': 'vigie.track.v1',
          'ce-time': time,
          'ce-subject': 'e-1',
        }).map(([name, value]) => `${name}: ${value}`),
      )
      const body = utf8.encode(JSON.stringify(point))
      const rejection = check.accept(
        eventOf({ head, body, entity: 'e-1', sequence: 7, published }),
        rules,
        batch,
      )
      return { rejection, ahead: check.ahead, time: rejection ? null : stored(batch).time }
    }
    const reset = Date.UTC(2001, 0, 1)
    for (const [time, published] of [
      ['2026-07-26T18:41:00Z', now],
      ['2026-07-26T18:30:00Z', reset],
    ] as const)
      expect(take(time, published)).toEqual({ rejection: null, ahead: true, time: published })
    expect(take('2026-07-26T18:39:00Z', now)).toMatchObject({ ahead: false, time: now + 9 * 60_000 })
  })

  it('without a marking has none but its product’s, and with one nobody knows the highest', () => {
    expect(send({}).batch.marking[0]).toBe(unmarked)
    expect(send({ headers: { 'ce-marking': 'cosmic' } }).batch.marking[0]).toBe(1)
  })

  it('with an empty body ends its entity', () => {
    const { rejection, batch } = send({ body: '' })
    expect(rejection).toBeNull()
    expect(batch.ended[0]).toBe(1)
  })
})

describe('a message that does not fit says why', () => {
  it.each(['ce-specversion', 'ce-id', 'ce-source', 'ce-type', 'ce-time', 'ce-subject'])(
    'without %s',
    (name) => {
      expect(codeOf({ headers: { [name]: null } })).toBe('message.header-missing')
    },
  )

  const cases: [string, Sent, string][] = [
    ['another version of CloudEvents', { headers: { 'ce-specversion': '0.3' } }, 'message.header-invalid'],
    ['a header twice', { lines: ['ce-id: id-2'] }, 'message.header-invalid'],
    ['another entity than its subject', { headers: { 'ce-subject': 'e-2' } }, 'message.header-invalid'],
    ['a type nobody knows', { headers: { 'ce-type': 'vigie.other.v1' } }, 'message.type-unknown'],
    ['a type of another kind', { headers: { 'ce-type': 'vigie.note.v1' } }, 'message.header-invalid'],
    ['no time', { headers: { 'ce-time': 'yesterday' } }, 'message.header-invalid'],
    ['30 February', { headers: { 'ce-time': '2026-02-30T00:00:00Z' } }, 'message.header-invalid'],
    ['1970', { headers: { 'ce-time': '1970-01-01T00:00:00Z' } }, 'message.time-implausible'],
    ['2999', { headers: { 'ce-time': '2999-01-01T00:00:00Z' } }, 'message.time-implausible'],
    ['a broken end', { headers: { 'ce-expires': 'soon' } }, 'message.header-invalid'],
    ['a long id', { headers: { 'ce-id': 'x'.repeat(256) } }, 'message.header-invalid'],
    [
      'control characters in the entity',
      { headers: { 'ce-subject': 'e\u0007' }, entity: 'e\u0007' },
      'message.header-invalid',
    ],
    ['half a JSON', { body: '{"type":"Feature"' }, 'message.json-invalid'],
    ['no UTF-8', { body: Uint8Array.of(0x22, 0xff, 0x22) }, 'message.json-invalid'],
    ['a string for a feature', { body: '"Feature"' }, 'message.body-invalid'],
    [
      'a place off the globe',
      { body: JSON.stringify({ ...point, geometry: { type: 'Point', coordinates: [181, 0] } }) },
      'message.body-invalid',
    ],
    [
      'a name of 10,000 characters',
      { body: JSON.stringify({ ...point, properties: { name: 'x'.repeat(10_000) } }) },
      'message.body-invalid',
    ],
    [
      '__proto__',
      {
        body: '{"type":"Feature","geometry":{"type":"Point","coordinates":[0,0]},"properties":{"__proto__":{"a":1}}}',
      },
      'message.body-invalid',
    ],
    [
      '__proto__ in escapes',
      {
        body: '{"type":"Feature","geometry":{"type":"Point","coordinates":[0,0]},"properties":{"\\u005f_proto__":1}}',
      },
      'message.body-invalid',
    ],
    [
      'constructor, deep inside',
      { kind: 'note', body: JSON.stringify({ text: 'x', more: [{ a: { constructor: 1 } }] }) },
      'message.body-invalid',
    ],
    [
      '100,000 brackets',
      { kind: 'note', body: '['.repeat(100_000) + ']'.repeat(100_000) },
      'message.body-invalid',
    ],
    ['more than 1 MiB', { body: ' '.repeat(1024 * 1024 + 1) }, 'message.too-large'],
    [
      'a body outside the product’s own schema',
      {
        dataschema: { properties: { properties: { required: ['unit'] } } },
        body: JSON.stringify(point),
      },
      'message.schema-mismatch',
    ],
  ]
  it.each(cases)('%s', (_, sent, code) => {
    expect(codeOf(sent)).toBe(code)
  })

  it('without any header', () => {
    expect(readHeader(new Uint8Array(0), 0, 0, createEvent())?.code).toBe('message.header-missing')
  })
})

describe('a time', () => {
  const read = (text: string) => readTime(utf8.encode(text), 0, text.length)

  it('is read as Date reads it', () => {
    for (const text of [
      '2000-02-29T23:59:59Z',
      '2026-07-26T18:30:00.123456789Z',
      '2026-07-26T18:30:00.1Z',
      '2026-07-26T18:30:00+05:30',
      '2026-12-31T23:59:59-11:00',
      '1999-01-01T00:00:00Z',
    ])
      expect(read(text), text).toBe(Date.parse(text))
  })

  it.each([
    '',
    '2026',
    '2026-07-26',
    '2026-07-26T18:30Z',
    '2026-07-26T18:30:00',
    '2026-13-01T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-07-26T24:00:00Z',
    '2026-07-26T18:30:00.Z',
    '2026-07-26T18:30:00Zx',
  ])('is none: %s', (text) => {
    expect(read(text)).toBeNaN()
  })
})
