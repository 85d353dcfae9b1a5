import { expect, it } from 'vitest'
import { csvOf } from '../../../../main/open-data/csv.ts'

it('is UTF-8 that says so, with lines and quotes as RFC 4180 has them', () => {
  const text = csvOf([
    ['Nº', 'Texte'],
    ['1', 'Périmètre « 200 m », dit "tenu"\nrive gauche'],
  ])
  expect(text).toBe('\ufeffNº,Texte\r\n1,"Périmètre « 200 m », dit ""tenu""\nrive gauche"\r\n')
  expect(Buffer.from(text).subarray(0, 3).toString('hex')).toBe('efbbbf')
})
it.each([
  '=1+1',
  '+33 1 23',
  '-5 min',
  '@SUM(A1)',
  ' =cmd|x',
  '\t=1',
  '\r=1',
  '\u00a0=1',
  '＝1+1',
  '＠x',
  '|calc',
])('what a spreadsheet would run is text: %j', (cell) => {
  const [, second] = csvOf([['x', cell]]).split(/^\ufeffx,/)
  expect(second?.replace(/^"/, '').startsWith("'")).toBe(true)
})
it.each(['a;=1+1', 'a\n=1+1', 'a\r\n @x', 'a\t+1', 'a; "=1+1', 'a;\u00a0＝1'])(
  'nor runs it where a semicolon or a tab is what separates: %j',
  (cell) => {
    const fields = csvOf([['x', cell, 'y']]).split(/[;\t\r\n]/)
    const begins = fields.map((field) => field.replace(/^[\s\u00a0"]*/, '').slice(0, 1))
    expect(begins.filter((sign) => /[=+\-@|＝]/.test(sign))).toEqual([])
  },
)
it('and what it would not is left as it is', () =>
  expect(csvOf([['a=b', '12', 'Colis', '']])).toBe('\ufeffa=b,12,Colis,\r\n'))

it('takes its time by the length of a cell, whatever is in it', () => {
  const cell = '\n'.repeat(200_000)
  expect(csvOf([['x', cell]])).toContain(cell)
})
