/** What the library hands on, as an event: whatever it is, it is one event and throws nothing. */
import { headers, type Msg } from '@nats-io/nats-core'
import { expect, it } from 'vitest'
import { createEvent, stumbled, textOf } from '../../../../../../main/engine/event/event.ts'
import { openMessage } from '../../../../../../main/engine/intake/nats/message.ts'

const utf8 = new TextEncoder()
const attributes = {
  'ce-specversion': '1.0',
  'ce-id': 'one',
  'ce-source': '//test/x',
  'ce-type': 'vigie.note.v1',
  'ce-time': '2026-07-26T18:29:59Z',
  'ce-subject': 'é-1',
}

/** As the library reads one: subject, header and body in one piece of memory. */
function messageOf(subject: string, body: string, before = ''): Msg & { size(): number } {
  const all = headers()
  for (const [name, value] of Object.entries(attributes)) all.append(name, value)
  const head = `NATS/1.0\r\n${Object.entries(attributes)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
  const bytes = utf8.encode(`${before}${head}${body}`)
  const data = bytes.subarray(bytes.length - utf8.encode(body).length)
  const size = (): number => subject.length + utf8.encode(head).length + data.length
  return { subject, data, headers: all, size } as unknown as Msg & { size(): number }
}

it('has its attributes where they lie, whether the library says where or only what', () => {
  const event = createEvent()
  const fast = messageOf('dp.test.log.é-1', 'body', 'something that came before it in the same read')
  for (const from of [fast, { ...fast, size: () => 0 }, { ...fast, size: undefined }]) {
    openMessage(from, 'dp.test.log.', 7, 8, 9, event)
    expect(event).toMatchObject({ entity: 'é-1', sequence: 7, published: 8, received: 9, unreadable: null })
    expect(textOf(event, event.idFrom, event.idTo)).toBe('one')
    expect(textOf(event, event.subjectFrom, event.subjectTo)).toBe('é-1')
    expect(new TextDecoder().decode(event.body)).toBe('body')
  }
})

it('is about nobody where its subject is not of the product', () => {
  const event = createEvent()
  openMessage(messageOf('dp.test.logbook.x', ''), 'dp.test.log.', 1, 1, 1, event)
  expect(event.entity).toBe('')
})

it('that the library stumbles over has nothing of the message before it', () => {
  const event = createEvent()
  openMessage(messageOf('dp.test.log.é-1', 'secret of another'), 'dp.test.log.', 1, 1, 1, event)
  const broken = Object.defineProperty({ subject: 'dp.test.log.x' }, 'data', {
    get() {
      throw new RangeError('out of bounds')
    },
  })
  openMessage(broken as unknown as Msg, 'dp.test.log.', 2, 3, 4, event)
  expect(event).toMatchObject({ entity: '', sequence: 2, published: 3, unreadable: stumbled })
  expect(event.body).toHaveLength(0)
  expect(event.idTo).toBe(event.idFrom)
  expect(event.markingTo).toBe(event.markingFrom)
})
