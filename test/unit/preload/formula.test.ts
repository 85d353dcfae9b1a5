import { describe, expect, it } from 'vitest'
import { derivedProduct, placeIn } from '../../../preload/contract/formula.ts'
import { readFormula, type Formula } from '../../../preload/contract/formula-text.ts'
import { readShared } from '../../../preload/contract/shared-text.ts'

const right = (line: string, of: string | null = null): Formula => {
  const read = readFormula(line, of)
  if (!('formula' in read)) throw new Error(`${line}: ${JSON.stringify(read.fault)}`)
  return read.formula
}
/** The code and the words of the line that it is said of. */
const wrong = (line: string): [string, string] => {
  const read = readFormula(line)
  if (!('fault' in read)) throw new Error(`${line} is right`)
  return [read.fault.code, line.slice(read.fault.from, read.fault.to)]
}

describe('a formula’s line', () => {
  it('is read as people write it', () => {
    const { aggregates, by, where } = right(
      'rate(security.observations, 10 min) by zone where severity >= "Minor"',
    )
    expect(aggregates).toEqual([
      { name: 'rate', product: 'security.observations', window: 600_000, percent: 50, condition: null },
    ])
    expect(by).toBe('zone')
    expect(where).toMatchObject({ is: '>=', a: { name: 'severity' }, b: { value: 1 } })
  })

  it('may name its product without the domain, write signs and words, and give the window in ISO 8601', () => {
    const short = right(
      'rate(observations, PT10M) by zone where severity ≥ Minor and not drill',
      'security.observations',
    )
    const long = right('rate(security.observations, 600 s) by zone where severity >= "Minor" && !drill')
    expect(short).toEqual(long)
  })

  it('makes one of several, each with what it asks of an event', () => {
    const { made, aggregates } = right(
      'ratio(count(a.b, 1 h, status == "open"), count(a.b, 1 h)) * 100 - abs(-3)',
    )
    expect(aggregates.map(({ condition }) => condition !== null)).toEqual([true, false])
    expect(made).toMatchObject({ is: '-', a: { is: '*', a: { is: '/' } }, b: { is: 'abs' } })
  })

  it('has a text with the words of clauses in it left as it is', () => {
    const { where, by } = right(
      'count(a.b, 1 h) by zone where name == "by 10 min where (" and status in ["a by b"]',
    )
    expect(by).toBe('zone')
    expect(JSON.stringify(where)).toContain('by 10 min where (')
  })

  it('says what is wrong at the place where it is', () => {
    expect(wrong('cuont(a.b, 5 s)')).toEqual(['unknown-function', 'cuont'])
    expect(wrong('count(a.b)')).toEqual(['window', 'count(a.b)'])
    expect(wrong('count(a.b, 3)')).toEqual(['window', '3'])
    expect(wrong('count(a.b, 30 d)')).toEqual(['window-bounds', '30 d'])
    expect(wrong('count(nothing, 5 s)')).toEqual(['product', 'nothing'])
    expect(wrong('percentile(a.b, 200, 5 s)')).toEqual(['percent', '200'])
    expect(wrong('count(a.b, 5 s) where entity > 5')).toEqual(['type', 'entity > 5'])
    expect(wrong('count(a.b, 5 s) where value')).toEqual(['yes-or-no', 'value'])
    expect(wrong('count(a.b, 5 s) where severity ≥ Mnior')).toEqual(['severity', 'Mnior'])
    expect(wrong('count(a.b, 5 s) by 3 + 4')).toEqual(['by', '3 + 4'])
    expect(wrong('count(a.b, 5 s) by')).toEqual(['by', 'by'])
    expect(wrong('count(a.b, 5 s) by x by y')).toEqual(['clause', 'by'])
    expect(wrong('count(a.b, 5 s) where')).toEqual(['clause', 'where'])
    expect(wrong('count(a.b, 5 s) where a && &')).toEqual(['syntax', '&'])
    expect(wrong('3 + 4')).toEqual(['no-figure', '3 + 4'])
    expect(wrong('count(a.b, 5 s) + value')).toEqual(['no-figure', 'value'])
    expect(wrong('  ')[0]).toBe('empty')
    const lines = 'count(a.b,\n  5 s) +\n  cuont(a.b, 5 s)'
    const read = readFormula(lines)
    expect('fault' in read && placeIn(lines, read.fault.from)).toEqual({ line: 3, column: 3 })
  })

  it('has no loops, no patterns, no other calls and no depth that would cost: hostile ones are refused', () => {
    expect(wrong('count(a.b, 5 s) where name.matches("(a+)+$")')[0]).toBe('unknown-function')
    expect(wrong('count(a.b, 5 s) where [1, 2].all(x, x > 1)')[0]).toBe('unknown-function')
    expect(wrong('count(a.b, 5 s) where {"a": 1}.a == 1')[0]).toMatch(/not-here|too-deep/)
    expect(wrong('count(a.b, 5 s) where constructor.constructor("x")()')[0]).toMatch(
      /unknown-function|not-here|syntax/,
    )
    expect(wrong(`count(a.b, 5 s) where ${'('.repeat(400)}a${')'.repeat(400)}`)[0]).toBe('too-deep')
    expect(wrong(`count(a.b, 5 s) where ${'!'.repeat(900)}a`)[0]).toBe('too-deep')
    expect(wrong(`count(a.b, 5 s)${' + count(a.b, 5 s)'.repeat(9)}`)[0]).toBe('too-many')
    expect(wrong(`count(a.b, 5 s) ${'x'.repeat(2000)}`)[0]).toBe('too-many')
    expect(wrong('count(p_0, w_5)')[0]).toBe('not-here')
  })

  it('never throws, whatever it is', () => {
    const bits = [
      'count(',
      'a.b',
      ',',
      ' 5 s',
      ')',
      '"',
      "'",
      '\\',
      ' by ',
      ' where ',
      '[',
      ']',
      '1e999',
      '0x',
      '?',
      ':',
      '.',
      '𝄞',
      '≥',
      'in',
      '!',
      '9'.repeat(40),
    ]
    let seed = 7
    const next = (most: number): number => (seed = (seed * 48_271) % 2_147_483_647) % most
    for (let i = 0; i < 3000; i++) {
      const line = Array.from({ length: 1 + next(12) }, () => bits[next(bits.length)]).join('')
      const read = readFormula(line)
      if ('fault' in read) {
        expect(read.fault.from).toBeLessThanOrEqual(line.length)
        expect(read.fault.to).toBeLessThanOrEqual(line.length)
      }
    }
  })

  it('that is wrong in a shared document is told with its place', () => {
    const text = (value: string): string =>
      `owner: CNCS\nversion: 1\nmarking: np\nschema: vigie.formula.v1\ntitle: T\nsaved: {node: n, person: null}\ncontent: {value: '${value}'}\n`
    expect(readShared('formula.cncs.x', text('count(a.b, 5 s)')).ok).toBe(true)
    const read = readShared('formula.cncs.x', text('count(a.b, 5 s) where entity > 5'))
    expect(!read.ok && read.error).toMatchObject({ code: 'shared.invalid' })
    expect(!read.ok && read.error.message).toContain('line 1, column 23: type')
    expect(readShared('formula.cncs.x', text('x').replace('value', 'other')).ok).toBe(false)
  })
})

it('a formula’s product has a name that a product may have, and no two have the same', () => {
  const long = 'a'.repeat(64)
  expect(derivedProduct('cncs', 'zones')).toBe('derived.cncs--zones')
  expect(derivedProduct(long, `${long.slice(1)}b`)).toMatch(/^derived\.[a-z0-9-]{64}$/)
  expect(derivedProduct(long, `${long.slice(1)}b`)).not.toBe(derivedProduct(long, `${long.slice(1)}c`))
})
