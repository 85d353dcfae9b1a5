/** What people write by hand, as YAML, and what only an attacker writes. */
import fc, { type Arbitrary } from 'fast-check'
import { stringify } from 'yaml'
import { nearly, words, type Json, type Marks } from './hostile.ts'

const bombs = ({ mark }: Marks) => [
  `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((name, n) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[n]}`).join(',')}]`)
    .join('\n')}\n`,
  'a: &a [*a]\n',
  '<<: &a {<<: *a}\n',
  '!!js/function "globalThis.owned=1"\n',
  '!!binary "====="\n',
  `? [complex, ${mark}]\n: x\n`,
  '['.repeat(3000),
  `${'- '.repeat(3000)}x\n`,
  `${'{a: '.repeat(40)}x${'}'.repeat(40)}\n`,
  `${' '.repeat(100)}a:\n${' '.repeat(50)}- b\n`,
  '%YAML 9.9\n--- x\n... y\n',
  '--- a\n--- b\n',
  '\t\tscene: x\n',
  '\ufeffscene: x\n',
  'scene: "\\ud800"\n',
  `x: ${'&n '.repeat(60)}\n`,
  '"a": |\n  x\n "b": >-\n',
]

/** @param right what the schema wants */
export const yamlTexts = (right: Arbitrary<Json>, marks: Marks): Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: right.map((value) => stringify(value)) },
    { weight: 10, arbitrary: nearly(right, marks).map((value) => stringify(value)) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          right.map((value) => stringify(value)),
          fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 }), words(marks)), { minLength: 1, maxLength: 3 }),
        )
        .map(([text, wounds]) =>
          wounds.reduce(
            (now, [at, gone, more]) =>
              now.slice(0, at % (now.length + 1)) + more + now.slice((at % (now.length + 1)) + gone),
            text,
          ),
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...bombs(marks)),
          right.map((value) => stringify(value)),
          fc.boolean(),
        )
        .map(([bomb, text, first]) => (first ? bomb + text : text + bomb)),
    },
    { weight: 1, arbitrary: words(marks) },
  )
