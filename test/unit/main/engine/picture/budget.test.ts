import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, it } from 'vitest'
import { append, createBatch, type Batch } from '../../../../../main/engine/event/batch.ts'
import { createFacts } from '../../../../../main/engine/event/facts.ts'
import { createEvent } from '../../../../../main/engine/event/event.ts'
import { createAccounts, type Accounts } from '../../../../../main/engine/picture/budget.ts'
import { headBytes } from '../../../../../main/engine/event/record.ts'
import { createExpiry } from '../../../../../main/engine/picture/expiry.ts'
import { createTable, type Table } from '../../../../../main/engine/picture/table.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import type { Kind } from '../../../../../preload/contract/product.ts'

const MiB = 2 ** 20
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const megabytes = (): number => {
  // what the first one frees of buffers is counted only after it
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / MiB
}

let accounts: Accounts
let sequence = 0
beforeEach(() => {
  accounts = createAccounts({ perProduct: 8 * MiB, all: 32 * MiB })
  sequence = 0
})

const table = (kind: Kind, name = 'test.things'): Table =>
  createTable(name, kind, defaultScheme, () => 0, accounts.open())

const event = (batch: Batch, entity: string, bytes: number, expires = Number.NaN, text = ''): void => {
  sequence++
  append(
    batch,
    { ...createEvent(), entity, sequence, published: 1, body: new Uint8Array(bytes) },
    { time: sequence, expires, type: 0, rank: 0 },
    { ...createFacts(), name: text, symbol: text },
  )
}
/** @returns whether the entity is in the table, with this event */
const put = (into: Table, entity: string, bytes: number, text = ''): boolean => {
  const batch = createBatch()
  event(batch, entity, bytes, Number.NaN, text)
  into.apply(batch, true)
  into.clearChanges()
  const row = into.rowOf(entity)
  return row !== undefined && into.columns.sequence[row] === sequence
}
const fill = (into: Table, bytes: number, text = '', from = 0): number => {
  let i = from
  while (i < 200_000 && put(into, `e-${i}`, bytes, text)) i++
  return i - from
}

describe('one product', () => {
  it('holds so many bytes, whatever the size of what it sends, and that is what it takes of memory', () => {
    for (const bytes of [10, 300, 5000, 70_000, 1_000_000]) {
      const before = megabytes()
      const things = table('track', `test.things-${bytes}`)
      const count = fill(things, bytes, 'n'.repeat(20))
      expect(count).toBeGreaterThan(5)
      expect(count).toBeLessThan(20_000)
      expect(megabytes() - before).toBeLessThan(12)
      expect(things.leftOut).toBe(1)
      things.dispose()
    }
    expect(accounts.held).toBe(0)
  })

  it('goes on being current where its entities grow a little, and shows none as it was before', () => {
    const things = table('feature')
    const count = fill(things, 300)
    for (let i = 0; i < 500; i++) expect(put(things, `e-${i}`, 600)).toBe(true)
    let gone = 0
    for (let i = 0; i < count; i++) if (!put(things, `e-${i}`, 600)) gone++
    expect(gone).toBeGreaterThan(0)
    expect(things.entities).toBe(count - gone)
  })

  it('shows its newest where each thing is said once', () => {
    const log = table('note')
    for (let i = 0; i < 400; i++) expect(put(log, `n-${i}`, 100_000), `n-${i}`).toBe(true)
    expect(log.rowOf('n-0')).toBeUndefined()
    expect(log.leftOut).toBeGreaterThan(300)
  })

  it('does not outgrow it by sending ever other sizes', () => {
    const things = table('track')
    for (let size = 256; size <= 2 ** 20; size *= 2) {
      const count = fill(things, size - 60)
      expect(count, `${size}`).toBeGreaterThan(4)
      for (let i = 0; i < count; i++) put(things, `e-${i}`, 0)
      expect(things.entities).toBe(0)
    }
    expect(accounts.held).toBeLessThan(8 * MiB)
  })

  it('keeps every record as it was sent while others come, grow and go', () => {
    const things = table('track')
    const sizes = new Map<string, number>()
    let seed = 7
    const random = (most: number): number => (seed = (seed * 48_271) % 2_147_483_647) % most
    for (let i = 0; i < 20_000; i++) {
      const entity = `e-${random(400)}`
      const size = random(10) === 0 ? 0 : 2 ** random(18) + 1
      if (put(things, entity, size)) sizes.set(entity, size)
      else sizes.delete(entity)
    }
    expect(things.entities).toBe(sizes.size)
    for (const [entity, size] of sizes) {
      const record = things.record(things.rowOf(entity)!)
      expect(record.length, entity).toBe(headBytes + size)
      expect(new DataView(record.buffer, record.byteOffset).getUint32(0, true)).toBe(record.length)
    }
  })
})

describe('all together', () => {
  it('hold so much, and what some take leaves every other its share', () => {
    const hostile = Array.from({ length: 8 }, (_, i) => table('track', `hostile.p-${i}`))
    const quiet = Array.from({ length: 8 }, (_, i) => table('feature', `good.p-${i}`))
    for (const one of hostile) fill(one, 30_000)
    expect(accounts.held).toBeLessThan(32 * MiB)
    for (const one of quiet) for (let i = 0; i < 200; i++) expect(put(one, `e-${i}`, 300)).toBe(true)
    expect(accounts.held).toBeLessThan(32 * MiB)
  })
})

it('an entity that ends and begins for days leaves nothing behind', () => {
  const expiry = createExpiry()
  const before = megabytes()
  for (let i = 0; i < 300_000; i++) {
    expiry.set(0, 1_000_000 + i * 1000)
    expiry.forget(0)
  }
  expiry.set(1, 5_000)
  for (let i = 300_000; i > 0; i--) expiry.set(2, 10_000_000 + i * 1000)
  expect(megabytes() - before).toBeLessThan(8)
  const expired: number[] = []
  expiry.due(
    6_000,
    () => 5_000,
    (row) => expired.push(row),
  )
  expect(expired).toEqual([1])
  expiry.due(
    400_000_000,
    () => 10_001_000,
    (row) => expired.push(row),
  )
  expect(expired).toEqual([1, 2])
})

it('nor does a clock that is set back again and again', () => {
  const expiry = createExpiry()
  const ends = 10_000_000_000
  const due = (now: number): number => {
    let count = 0
    expiry.due(
      now,
      (row) => (row === 0 ? Number.NaN : ends),
      () => count++,
    )
    return count
  }
  for (let row = 1; row < 10_000; row++) expiry.set(row, ends)
  for (let now = 9_000_000_000; now > 5_000_000_000; now -= 60_000_000) due(now)
  const before = megabytes()
  for (let i = 0; i < 300_000; i++) {
    expiry.set(0, ends + i * 1000)
    expiry.forget(0)
  }
  expect(megabytes() - before).toBeLessThan(8)
  expect(due(ends + 1000)).toBe(9999)
})
