/**
 * What no honest sender writes, as arbitraries. Every text carries the run's mark: wherever it is found afterwards, in
 * whatever encoding, something of an input was left there.
 */
import fc, { type Arbitrary } from 'fast-check'

export interface Marks {
  /** lower-case letters and digits: it fits into every name */
  mark: string
  /** where markup and script would report that it ran */
  hook: string
}

/** What a value may hold that JSON has no word for: NaN and the infinities are written as somebody would try them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** As somebody would write it who does not care for the grammar: a key may be `__proto__`, a number NaN. */
export function written(value: Json): string {
  if (typeof value === 'number')
    return Number.isNaN(value)
      ? 'NaN'
      : Number.isFinite(value)
        ? String(value)
        : value > 0
          ? '1e400'
          : '-1e400'
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(written).join(',')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}:${written(item)}`)
      .join(',')}}`
  return JSON.stringify(value)
}

/** What runs says so where nobody looks into, as in the engine, by asking for the hook. */
const scripts = (hook: string): string[] => {
  const run = `globalThis.owned=1;fetch(\`${hook}\`)`
  return [
    `<script>${run}</script>`,
    `<img src="${hook}" onerror="${run};document.title='owned'">`,
    `<svg onload="${run}"><image href="${hook}"/></svg>`,
    `<iframe srcdoc="<script>top.owned=1</script>" src="${hook}"></iframe>`,
    `<link rel=stylesheet href="${hook}"><style>@import url(${hook});*{background:url(${hook})}</style>`,
    `javascript:${run}`,
    `{{constructor.constructor("${run}")()}}`,
    `\${globalThis.owned=1,fetch('${hook}')}#{globalThis.owned=1}`,
    `';${run};//`,
    '{@html "<b id=owned>"}</p><b id=owned>',
    `url(${hook})`,
    '"><b id="owned">',
  ]
}

const awkward = [
  '',
  ' ',
  '\u0000',
  'a\u0000b\u0007c\u001b[31m\u001b[2J\u001b]0;owned\u0007d',
  '\u001b]8;;http://127.0.0.1/\u0007click\u001b]8;;\u0007',
  'one\r\ntwo\nthree\u2028four\u2029five\u0085six',
  'vigie: engine.stopped\nvigie: a forged line',
  '\u202egnp.exe\u2066\u2069\u200f\u061c\u200b\ufeff',
  '\ud800',
  '\udfff\ud83d',
  `e${'\u0301'.repeat(120)}`,
  '\ufdfa'.repeat(60),
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '=HYPERLINK("http://127.0.0.1/","x")',
  '@SUM(1+1)*cmd|"/C calc"!A0',
  '+1-1',
  '%s%n%x%d',
  "'); DROP TABLE segment; --",
  '../../../../etc/passwd',
  'file:///etc/passwd',
  '{count, plural, one {#} other {#}}',
  "{subject} {'",
  '{0, number, ::currency/',
  '__proto__',
  'constructor',
  'null',
  '-0',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '+275760-09-13T00:00:00Z',
  '2026-02-30T25:61:61+99:99',
  'P99999999999999999999D',
  'PT1e9S',
  '99999999999999999999',
  '00000000000000000000',
  '10031000001211000000',
  '1003100000121100000x',
  '١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٠',
]

export const words = ({ mark, hook }: Marks): Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...scripts(hook)) },
        { weight: 6, arbitrary: fc.constantFrom(...awkward) },
        { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
        { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(
              fc.constantFrom('n', 'é', '\u202e', '<b>', '\ud83d\ude00'),
              fc.constantFrom(99, 200, 2000, 9000),
            )
            .map(([unit, count]) => unit.repeat(count)),
        },
      ),
      fc.integer({ min: 0, max: 5 }),
    )
    .map(([text, place]) => (place === 0 ? text : place === 1 ? `${text}${mark}` : `${mark}${text}`))

export const numbers: Arbitrary<number> = fc.oneof(
  fc.constantFrom(
    ...[
      0,
      -0,
      1,
      -1,
      181,
      -181,
      91,
      -91,
      360,
      361,
      1e9,
      1e15,
      2 ** 31,
      2 ** 53,
      2 ** 63,
      1e21,
      1e308,
      -1e308,
    ],
    ...[5e-324, 1e-7, 0.1 + 0.2, Number.NaN, Infinity, -Infinity],
  ),
  fc.double(),
  fc.integer(),
)

const awkwardKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '0',
  '-1',
  '$ref',
  'then',
]
export const keys = (marks: Marks): Arbitrary<string> =>
  fc.oneof(fc.constantFrom(...awkwardKeys), words(marks))

const deep = (depth: number, open: (inner: Json) => Json): Json => {
  let value: Json = 0
  for (let i = 0; i < depth; i++) value = open(value)
  return value
}

/** Any JSON, mostly small; sometimes deep, wide, or with keys that reach for the prototype. */
export const values = (marks: Marks): Arbitrary<Json> => {
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 4, arbitrary: words(marks) },
      { weight: 3, arbitrary: numbers },
      { weight: 2, arbitrary: fc.constantFrom<Json[]>(null, true, false) },
      { weight: 2, arbitrary: fc.array(tie('tree'), { maxLength: 4 }) },
      {
        weight: 3,
        // a key `__proto__` must be a key, and not what the object stands on
        arbitrary: fc
          .array(fc.tuple(keys(marks), tie('tree')), { maxLength: 4 })
          .map((entries) => Object.fromEntries(entries)),
      },
    ),
  }))
  return fc.oneof(
    { weight: 20, arbitrary: tree },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(20, 33, 70, 500), fc.boolean())
        .map(([depth, list]) => deep(depth, (inner) => (list ? [inner] : { a: inner }))),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(300, 20_000).map((count) => Array.from({ length: count }, (_, i) => i)),
    },
  )
}

const nodesOf = (value: Json): number => {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, item) => sum + nodesOf(item), 1)
}

export type Change = 'replace' | 'drop' | 'add' | 'twice'
export const changes: Arbitrary<Change> = fc.constantFrom('replace', 'replace', 'drop', 'add', 'twice')

/** The value with one place of it otherwise: the n-th, counted from outside. */
function changed(
  value: Json,
  n: { left: number },
  change: Change,
  key: string,
  other: Json,
): Json | undefined {
  if (n.left-- === 0) {
    if (change === 'drop') return undefined
    if (change === 'replace') return other
    if (Array.isArray(value))
      return [...(value as readonly Json[]), ...(change === 'twice' ? (value as readonly Json[]) : [other])]
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries([...Object.entries(value), [key, change === 'twice' ? value : other]])
    return change === 'twice' ? [value, value] : other
  }
  if (Array.isArray(value))
    return (value as readonly Json[]).flatMap((item) => {
      const next = changed(item, n, change, key, other)
      return next === undefined ? [] : [next]
    })
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => {
        const next = changed(item, n, change, key, other)
        return next === undefined ? [] : [[name, next] as const]
      }),
    )
  return value
}

/** What is right but for one to three places: it gets further than rubbish does. */
export const nearly = (right: Arbitrary<Json>, marks: Marks): Arbitrary<Json> =>
  fc
    .tuple(
      right,
      fc.array(fc.tuple(fc.nat(), changes, keys(marks), values(marks)), { minLength: 1, maxLength: 3 }),
    )
    .map(([value, all]) =>
      all.reduce<Json>(
        (now, [at, change, key, other]) =>
          changed(now, { left: at % nodesOf(now) }, change, key, other) ?? null,
        value,
      ),
    )

/** Bytes that were hurt on their way: cut, filled, turned over, something put in between. */
export const hurt = (bytes: Arbitrary<Uint8Array>): Arbitrary<Uint8Array> =>
  fc
    .tuple(
      bytes,
      fc.array(
        fc.tuple(fc.nat(), fc.constantFrom('cut', 'flip', 'put', 'leave'), fc.uint8Array({ maxLength: 8 })),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
    )
    .map(([whole, wounds]) =>
      wounds.reduce<Uint8Array>((now, [place, wound, more]) => {
        const at = now.length === 0 ? 0 : place % now.length
        if (wound === 'cut') return now.slice(0, at)
        if (wound === 'leave')
          return Uint8Array.from([...now.slice(0, at), ...now.slice(at + 1 + more.length)])
        if (wound === 'put') return Uint8Array.from([...now.slice(0, at), ...more, ...now.slice(at)])
        const next = now.slice()
        more.forEach((byte, i) => {
          if (at + i < next.length) next[at + i] = (next[at + i] ?? 0) ^ (byte || 0xff)
        })
        return next
      }, whole),
    )

const utf8 = new TextEncoder()
/** Lone surrogates in a text are written as the escape that JSON has for them. */
export const bytesOf = (value: Json): Uint8Array => utf8.encode(written(value))

/** A body in all its ways to be wrong: nearly right, any JSON, hurt bytes, brackets without end, as large as may be. */
export const bodies = (right: Arbitrary<Json>, marks: Marks, largest: number): Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 12, arbitrary: nearly(right, marks).map(bytesOf) },
    { weight: 2, arbitrary: right.map(bytesOf) },
    { weight: 2, arbitrary: values(marks).map(bytesOf) },
    { weight: 3, arbitrary: hurt(right.map(bytesOf)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('[', '{"a":', '[{"a":['), fc.constantFrom(31, 1000, 20_000))
        .map(([open, count]) => utf8.encode(open.repeat(count))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(right, fc.constantFrom(60_000, largest - 1000))
        .map(([value, length]) =>
          bytesOf({
            ...(value as { [key: string]: Json }),
            pad: marks.mark.repeat(Math.floor(length / marks.mark.length)),
          }),
        )
        .map((bytes) => bytes.slice(0, largest)),
    },
  )
