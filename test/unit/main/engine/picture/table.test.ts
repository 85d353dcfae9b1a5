/** Whatever happens to a product, its table is what a plain list of its entities would be. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRecords } from '../../../../../main/engine/picture/record.ts'
import { openProduct, scheme, type AProduct } from './a-product.ts'
import { step, take } from './steps.ts'

const runs = { numRuns: 200 }

const expectSame = (product: AProduct, records = createRecords(scheme)): void => {
  const { table, entities } = product
  const { columns } = table
  const rows: number[] = []
  for (let row = 0; row < table.size; row++) if (columns.used[row] === 1) rows.push(row)
  expect(rows.map((row) => table.entity[row]).toSorted()).toEqual([...entities.keys()].toSorted())
  expect(table.entities).toBe(entities.size)
  for (const [entity, is] of entities) {
    const row = table.rowOf(entity)!
    expect(rows).toContain(row)
    const rank = product.rankOf(is)
    expect({
      sequence: columns.sequence[row],
      published: columns.published[row],
      time: columns.time[row],
      expires: columns.expires[row],
      marking: columns.marking[row],
      unmarked: columns.unmarked[row] === 1,
    }).toEqual({
      sequence: is.sequence,
      published: is.published,
      time: is.time,
      expires: is.expires,
      marking: rank,
      unmarked: is.marking === null,
    })
    if (table.kind !== 'metric') expect(table.symbols[columns.symbol[row]!]).toBe(is.symbol)
    expect(records.at(table, row)).toMatchObject({ entity, sequence: is.sequence, marking: rank })
  }
  const ranks = [...entities.values()].map(product.rankOf)
  for (let ceiling = 0; ceiling < scheme.levels.length; ceiling++) {
    const seen = ranks.filter((rank) => rank <= ceiling)
    expect(table.ranks.upTo(ceiling)).toBe(seen.length)
    expect(table.ranks.highest(ceiling)).toBe(seen.length === 0 ? null : Math.max(...seen))
    const times = [...entities.values()]
      .filter((one) => product.rankOf(one) <= ceiling)
      .map(({ time }) => time)
    if (times.length > 0) expect(table.newestUpTo(ceiling)).toBeGreaterThanOrEqual(Math.max(...times))
  }
}

it.each(['feature', 'note', 'metric'] as const)(
  'a table of a %s product is its entities’ last events, whatever came, ended, expired, was let go or read again',
  (kind) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const product = openProduct(kind)
        const records = createRecords(scheme)
        for (const one of steps) {
          take(product, one)
          expectSame(product, records)
        }
        product.write()
        product.durable()
        const before = new Map(product.entities)
        product.restart()
        expectSame(product)
        for (const entity of product.entities.keys()) expect(before.has(entity)).toBe(true)
        // all that ends has an end
        product.pass(1_000_000)
        expectSame(product)
      }),
      runs,
    )
  },
)

it('of more than there is room for, the first to come leave, and after a start, too', () => {
  const product = openProduct('report')
  const say = (from: number, to: number): void =>
    product.say(
      Array.from({ length: to - from }, (_, i) => ({
        entity: `r-${from + i}`,
        ...{ age: 0, lasts: null, marking: null, ended: false, symbol: 'fire', filler: 0 },
      })),
    )
  const first = (): number => {
    for (let i = 0; ; i++) if (product.table.rowOf(`r-${i}`) !== undefined) return i
  }
  say(0, 1010)
  expect(product.table.entities).toBe(1000)
  expect(first()).toBe(10)
  product.write()
  product.durable()
  product.restart()
  expect(first()).toBe(10)
  say(1010, 1030)
  expect(product.table.entities).toBe(1000)
  expect(first()).toBe(30)
})
