import { describe, expect, it } from 'vitest'
import {
  answeredAs,
  isData,
  mayAsk,
  port,
  questionNames,
  sendKinds,
  sentBy,
  tellKinds,
  toldAs,
} from '../../../preload/contract/port.ts'
import { ok } from '../../../preload/contract/result.ts'
import { pictureRoles } from '../../../preload/contract/role.ts'
import { readSent, writeAnswer, writeTold } from '../../../main/engine/windows/port.ts'
import { createLine } from '../../../renderer/link/line.ts'
import { fittingQuestions, fittingSent, fittingTold } from '../../doubles/port.ts'

type Json = { [key: string]: unknown }
const isPlain = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

/** Values of another make than nearly any field of the table is. */
const foreign: { [what: string]: unknown } = {
  nothing: undefined,
  null: null,
  'not a number': Number.NaN,
  'a fraction': -1.5,
  'a huge number': 2 ** 60,
  'an empty text': '',
  'a text': '\u202e',
  'a long text': 'x'.repeat(1_000_000),
  true: true,
  'a list of a list': [[]],
  'an object': {},
}

/** The same message with one thing wrong, and where: each key missing, of each other make, and one too many. */
function hurt(message: Json): { where: string; message: Json }[] {
  const made: { where: string; message: Json }[] = [
    { where: 'one too many', message: { ...message, more: 1 } },
  ]
  for (const [key, value] of Object.entries(message)) {
    const { [key]: _, ...rest } = message
    made.push({ where: `no ${key}`, message: rest })
    for (const [what, odd] of Object.entries(foreign))
      if (odd !== value) made.push({ where: `${key}: ${what}`, message: { ...message, [key]: odd } })
    if (isPlain(value))
      for (const inner of hurt(value))
        made.push({ where: `${key}/${inner.where}`, message: { ...message, [key]: inner.message } })
  }
  return made
}

/** What fits all the same: a criterion that may be left out, a text that may be any, what a protocol has not. */
const fits = new Set([
  'open subscription/no kinds',
  'open subscription/no domains',
  'open subscription/no products',
  'open subscription/no called',
  'open subscription/no notCalled',
  'open subscription/no limit',
  ...[
    'history ask/entity',
    'record ask/entity',
    'file ask/entity',
    'piece ask/entity',
    'search ask/text',
    'tryFormula ask/line',
  ].flatMap((field) => ['an empty text', 'a text'].map((what) => `ask ${field}: ${what}`)),
  'ask course ask/series: a text',
  ...['an empty text', 'a text', 'a long text'].map((what) => `health connection/server: ${what}`),
  'health connection/known: null',
  ...['connection/since', 'skew'].flatMap((field) =>
    ['a fraction', 'a huge number'].map((what) => `health ${field}: ${what}`),
  ),
])

const sentRows: [string, Json][] = [
  ...sendKinds.map((kind): [string, Json] => [kind, fittingSent[kind]]),
  ...questionNames.map((question): [string, Json] => [
    `ask ${question}`,
    { kind: 'ask', id: 1, question, ask: fittingQuestions[question].ask },
  ]),
]

describe.each(sentRows)('what a window sends: %s', (name, message) => {
  it('is read as it was sent by the windows that may, and by no other', () => {
    const [kind, question] = name.split(' ')
    for (const role of pictureRoles) {
      const row = question === undefined ? port.sends[kind as 'open'] : port.questions[question as 'row']
      const may = (row.roles as readonly string[]).includes(role)
      expect(readSent(role, message), role).toEqual(may ? message : null)
    }
  })
  it('is refused where anything of it does not fit', () => {
    for (const { where, message: odd } of hurt(message)) {
      if (fits.has(`${name} ${where}`)) continue
      expect(readSent('desk', odd), where).toBeNull()
    }
  })
})

it('a wall asks for nothing but what is pointed out or read on it', () => {
  expect(questionNames.filter((question) => mayAsk('wall', question))).toEqual([
    'course',
    'cells',
    'record',
    'file',
    'piece',
  ])
  for (const odd of [undefined, 'toString', '__proto__', {}]) expect(mayAsk('desk', odd)).toBe(false)
})

it('no message of another kind is any window’s', () => {
  for (const role of pictureRoles) {
    expect([...sentBy[role].keys()].sort()).toEqual(['ask', 'close', 'credit', 'open'])
    for (const odd of [null, 1, 'open', [], { kind: '__proto__' }, { kind: 'answer' }, { kind: ['open'] }])
      expect(readSent(role, odd)).toBeNull()
  }
})

/** A window's end, and what it made of one message. */
function hearing(message: unknown) {
  const heard: unknown[] = []
  const sent: unknown[] = []
  const odd: string[] = []
  const line = createLine<'desk'>({
    hear: (told) => heard.push(told),
    onCut: () => undefined,
    report: (told) => odd.push(told),
  })
  const page = {
    onmessage: null as ((event: { data: unknown }) => void) | null,
    postMessage: (one: unknown) => sent.push(one),
    addEventListener: () => undefined,
    start: () => undefined,
    close: () => undefined,
  }
  line.take(page as unknown as MessagePort)
  page.onmessage?.({ data: message })
  return { heard, sent, odd }
}

describe.each(tellKinds)('what the engine tells: %s', (kind) => {
  const message: Json = fittingTold[kind]
  it('goes out and is heard as it is', () => {
    expect(writeTold(fittingTold[kind])).toEqual(ok(message))
    expect(hearing(message)).toMatchObject({ heard: [message], odd: [] })
  })
  it('is not heard where anything of it does not fit, which is said, and its room is given back', () => {
    for (const { where, message: odd } of hurt(message)) {
      if (odd['kind'] !== kind || fits.has(`${kind} ${where}`)) continue
      const { heard, sent, odd: said } = hearing(odd)
      expect(heard, where).toEqual([])
      expect(said.join(), where).toContain(kind)
      expect(sent, where).toEqual(isData(kind) ? [{ kind: 'credit' }] : [])
    }
  })
})

describe('what goes out of the engine', () => {
  it('is held to the table: a descriptor goes without its schema, and nothing goes that has no place in it', () => {
    const { catalog, health } = fittingTold
    const [entry] = catalog.products
    const descriptor = { ...entry!.descriptor, dataschema: { type: 'object' } }
    const written = writeTold({ ...catalog, products: [{ ...entry!, descriptor }] })
    expect(written).toEqual(ok(catalog))
    expect(writeTold({ ...health, key: 'secret' } as typeof health)).toMatchObject({ ok: false })
    const more = { ...fittingQuestions.record.answer, key: 'secret' }
    expect(writeAnswer('record', ok(more))).toMatchObject({ ok: false, error: { code: 'internal' } })
  })
  it.each(questionNames)('an answer to %s is what its row says', (question) => {
    const { answer } = fittingQuestions[question]
    expect(writeAnswer(question, ok(answer))).toEqual(ok(answer))
    for (const odd of [undefined, null, 'x', 1, {}, [[]], [null], { ...Object(answer), more: 1 }])
      expect(writeAnswer(question, ok(odd as never)), JSON.stringify(odd)).toMatchObject({ ok: false })
  })
})

it.each([
  ['rows of another length', { ...fittingTold.columns, lon: new Float32Array(3) }],
  ['numbers of another make', { ...fittingTold.columns, time: new Float32Array(2) }],
  [
    'times without their values',
    { ...fittingTold.series, series: [{ ...fittingTold.series.series[0]!, values: new Float64Array(0) }] },
  ],
  ['a record without a body', { ...fittingTold.records, records: [{ entity: 'e', sequence: 1 }] }],
])('a window drops %s', (_what, message) => {
  expect(hearing(message).heard).toEqual([])
})

it('the table is all there is', () => {
  expect([...toldAs.keys()].sort()).toEqual([...tellKinds].sort())
  expect(Object.keys(answeredAs).sort()).toEqual([...questionNames].sort())
})
