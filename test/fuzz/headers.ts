/** Messages whose bodies are in order and whose headers are not. */
import fc, { type Arbitrary } from 'fast-check'
import type { Kind } from '../../preload/contract/product.ts'
import { bytesOf, hurt, words, type Marks } from './hostile.ts'
import {
  block,
  entities,
  kindsOfData,
  productOf,
  rightBody,
  soundHeaders,
  type RawMessage,
} from './messages.ts'

const utf8 = new TextEncoder()

/** First lines that the server itself sends where it has something to say: here, a message pretends to. */
const firstLines = [
  'NATS/1.0',
  'NATS/1.0 100 Idle Heartbeat',
  'NATS/1.0 100 FlowControl Request',
  'NATS/1.0 404 No Messages',
  'NATS/1.0 408 Request Timeout',
  'NATS/1.0 409 Consumer Deleted',
  'NATS/1.0 409 Message Size Exceeds MaxBytes',
  'NATS/1.0 503',
  'NATS/1.0 99999999999999999999 x',
  'NATS/9.9',
  'HTTP/1.1 200 OK',
  '',
]

/** Headers that mean something to the server or to a client of it. */
const meaning = (mark: string): [string, string][] => [
  ['Nats-Rollup', 'all'],
  ['Nats-Rollup', 'sub'],
  ['Nats-Expected-Stream', mark],
  ['Nats-Expected-Last-Sequence', '0'],
  ['Nats-Last-Consumer', '1'],
  ['Nats-Last-Stream', '1'],
  ['Nats-Consumer-Stalled', `$JS.FC.${mark}`],
  ['Nats-Pending-Messages', '-1'],
  ['Nats-Pending-Bytes', '99999999999999999999'],
  ['Nats-Stream', 'DP_FUZZ_NOTE'],
  ['Nats-Sequence', '1'],
  ['Nats-Subject', `dp.fuzz.note.${mark}`],
  ['Nats-Time-Stamp', '9999-12-31T23:59:59Z'],
  ['KV-Operation', 'PURGE'],
  ['Status', '409'],
  ['Description', 'Consumer Deleted'],
]

const levels = ['np', 'dr', 'NP', 'np ', '', 'cosmic-top', '__proto__', 'toString', 'np,dr', '\u0000np']
const times = [
  '1970-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '9999-12-31T23:59:60-23:59',
  '2026-02-30T00:00:00Z',
  '2026-11-26T12:00:00',
  '2026-11-26T12:00:00+99:99',
  '1e400',
  'NaN',
]

type Line = [string, string]
type Wound = (lines: Line[]) => Line[]

const wounds = (marks: Marks): Arbitrary<Wound> => {
  const names = fc.constantFrom(
    ...['ce-specversion', 'ce-id', 'ce-source', 'ce-type', 'ce-time', 'ce-subject', 'Nats-Msg-Id'],
    ...['ce-expires', 'ce-marking', 'ce-caveats'],
  )
  const other = fc.oneof(
    words(marks),
    fc.constantFrom(...levels, ...times, 'sf', 'sf,sf', '1.0', '1.00', 'vigie.report.v1', '__proto__'),
    fc
      .constantFrom(64, 65, 201, 256, 1001, 40_000)
      .map((length) => marks.mark.repeat(Math.ceil(length / marks.mark.length))),
  )
  return fc.oneof(
    names.map(
      (name): Wound =>
        (lines) =>
          lines.filter(([known]) => known !== name),
    ),
    fc
      .tuple(names, other)
      .map(([name, value]): Wound => (lines) => [
        ...lines.filter(([known]) => known !== name),
        [name, value],
      ]),
    fc.tuple(names, other).map(([name, value]): Wound => (lines) => [...lines, [name, value]]),
    fc.tuple(names, fc.constantFrom('', ' ', '\t', ' : ', '\u0000')).map(
      ([name, more]): Wound =>
        (lines) =>
          lines.map(([known, value]) => (known === name ? [`${known}${more}`, value] : [known, value])),
    ),
    fc.constantFrom(...meaning(marks.mark)).map((line): Wound => (lines) => [line, ...lines]),
    names.map(
      (name): Wound =>
        (lines) =>
          lines.map(([known, value]) => (known === name ? [known.toUpperCase(), value] : [known, value])),
    ),
    fc.constant<Wound>((lines) => [...lines].reverse()),
    fc
      .constantFrom(10, 900)
      .map((count): Wound => (lines) => [
        ...lines,
        ...Array.from({ length: count }, (_, n): Line => [`x-${n}`, marks.mark]),
      ]),
  )
}

/** The block's grammar itself. */
const grammar: Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 10, arbitrary: fc.constant((text: string) => text) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...firstLines)
      .map((first) => (text: string) => text.replace('NATS/1.0', first)),
  },
  fc.constant((text: string) => text.replaceAll(': ', '')),
  fc.constant((text: string) => text.replaceAll(': ', ':')),
  fc.constant((text: string) => text.replaceAll('\r\n', '\n')),
  fc.constant((text: string) => text.replaceAll('\r\n', '\r')),
  fc.constant((text: string) => text.slice(0, -2)),
  fc.constant((text: string) => text.slice(0, -4)),
  fc.constant((text: string) => text.replace('\r\n', '\r\n\r\n')),
  fc.constant((text: string) => text.replace('ce-id', ' ce-id')),
  fc.constant((text: string) => text.slice(0, 11)),
)

/** nats-server 2.9.10 itself ends with a panic over a block that ends right after a name that it looks for. */
const survived = (bytes: Uint8Array): Uint8Array =>
  /:\s*$/.test(Buffer.from(bytes.slice(-40)).toString('latin1'))
    ? Uint8Array.from([...bytes, 120, 13, 10])
    : bytes

export const headers = (marks: Marks): Arbitrary<RawMessage> =>
  kindsOfData.chain((kind: Kind) =>
    fc
      .record({
        entity: entities(marks),
        token: fc.constantFrom('', '', '', '', '', 'É', '<b>', '__proto__', '%2e'),
        id: fc.uuid(),
        body: fc.oneof(rightBody(kind, marks).map(bytesOf), fc.constant(new Uint8Array(0))),
        all: fc.array(wounds(marks), { maxLength: 3 }),
        grammar,
        bytes: fc.option(fc.nat(), { nil: null, freq: 6 }),
      })
      .chain(({ entity, token, id, body, all, grammar: rewrite, bytes }) => {
        const name = `${entity}${token}`
        const lines = all.reduce<Line[]>(
          (now, wound) => wound(now),
          soundHeaders(kind, name, `${marks.mark}-${id}`),
        )
        const whole = utf8.encode(rewrite(block(lines)))
        const made = (headers: Uint8Array): RawMessage => ({
          subject: `dp.${productOf(kind)}.${name}`,
          headers: survived(headers),
          body,
        })
        return bytes === null ? fc.constant(made(whole)) : hurt(fc.constant(whole)).map(made)
      }),
  )
