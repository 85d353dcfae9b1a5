/** A profile's cache, open: its vault, its database, and what it holds of each product. */
import { join } from 'node:path'
import { access } from 'node:fs/promises'
import { readDescriptor } from '../../../preload/contract/descriptor.ts'
import { domainOf } from '../../../preload/contract/entity.ts'
import type { Descriptor, ProductName } from '../../../preload/contract/product.ts'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { openDatabase, problemOf, type Database } from './database.ts'
import { databaseFile } from './database-file.ts'
import { newHeld, type Gap, type Held } from './held.ts'
import { countFaults } from './quarantine.ts'
import { addRange } from './ranges.ts'
import { smallBytes } from './segment.ts'
import { judgeVault, rememberVault } from './last-vault.ts'
import { migrate } from './migrations.ts'
import type { Unlocked } from './vault-mark.ts'

export interface Cache {
  readonly database: Database
  /** for questions, beside the writer */
  readonly reader: Database
  readonly held: Map<ProductName, Held>
  /** for a product, or for its next stream: one that nobody has had, nor anything is still kept under */
  nextNumber(): number
  /**
   * When the newest event of the log was published, but for the product that is furthest ahead, where there are
   * several: one stamp may be wrong. null: there is none
   */
  readonly newest: number | null
  /** a product that an intake's catalog names; both are kept for offline starts, and hold before they are written */
  name(product: ProductName, descriptor: Descriptor, intake?: string): Promise<Held>
  /** nothing of it is shown for this; false: no longer. Holds before it is written, and over a start without a network */
  hide(held: Held, why: { refused?: boolean; withdrawn?: boolean }): Promise<void>
  /** nothing of the product is kept: its name is as one that nobody ever said; holds before it is written */
  drop(held: Held): Promise<void>
  /** what the database holds, read anew through the reader */
  look(): Promise<Map<ProductName, Held>>
  close(): Promise<void>
}

interface ProductRow {
  id: number
  name: string
  descriptor: string
  live: number | null
  origin: number
  watermark: number
  rejected: number
  /** these are missing where the command line reads a cache that no engine has brought to this version yet */
  created?: number | null
  refused?: number
  withdrawn?: number
  intake?: string | null
}

/** A full disk has a million of them. */
const segmentsPerRead = 10_000

/** Until the catalog says better; its marking is none that a scheme knows, so it counts as the highest. */
const unknownDescriptor = (product: ProductName): Descriptor => ({
  title: product,
  owner: '–',
  domain: domainOf(product),
  kind: 'document',
  marking: '',
  freshness: 'PT5M',
  retention: 'P365D',
})

/**
 * @param unread products whose descriptor says nothing that this version understands: what is held of them, and
 * where, is not lost for it
 */
async function readHeld(
  database: Database,
  unread = new Map<ProductName, Held>(),
): Promise<Map<ProductName, Held>> {
  const held = new Map<ProductName, Held>()
  const byId = new Map<number, Held>()
  for (const row of await database.all<ProductRow>('SELECT * FROM product ORDER BY id')) {
    const read = readDescriptor(row.name, JSON.parse(row.descriptor))
    const { id, name, live, origin, watermark, rejected, created = null, intake = null } = row
    const product: Held = {
      ...newHeld(id, name, read.ok ? read.value.descriptor : unknownDescriptor(name)),
      ...{ intake, refused: row.refused === 1, withdrawn: row.withdrawn === 1 },
      ...{ live, origin, watermark, created, rejected },
    }
    ;(read.ok ? held : unread).set(name, product)
    byId.set(id, product)
  }
  let after = { product: -1, first: 0 }
  for (;;) {
    const segments = await database.all<{
      product: number
      first: number
      last: number
      count: number
      bytes: number
    }>(
      `SELECT product, first, last, count, bytes FROM segment INDEXED BY segment_range
       WHERE (product, first) > (?, ?) ORDER BY product, first LIMIT ?`,
      [after.product, after.first, segmentsPerRead],
    )
    for (const { product, first, last, count, bytes } of segments) {
      const known = byId.get(product)
      if (!known) continue
      addRange(known.ranges, first, last)
      known.events += count
      known.bytes += bytes
      if (bytes < smallBytes) known.small++
    }
    const last = segments.at(-1)
    if (!last || segments.length < segmentsPerRead) break
    after = last
  }
  for (const gap of await database.all<Gap & { product: number }>('SELECT * FROM gap ORDER BY first'))
    byId.get(gap.product)?.gaps.push({ first: gap.first, last: gap.last, found: gap.found })
  for (const { product, faults } of await countFaults(database)) {
    const known = byId.get(product)
    if (known) known.faults = faults
  }
  return held
}

/** @param options.readOnly for the command line: makes nothing that is not there */
export async function openCache(
  profile: string,
  { cacheKey, nextKey, vault }: Unlocked,
  options: { readOnly?: boolean } = {},
): Promise<Result<Cache>> {
  const file = databaseFile(profile)
  if (options.readOnly) {
    const there = await access(file).then(
      () => true,
      () => false,
    )
    if (!there) return fail('cache.damaged', 'there is no cache in this profile', file)
  }
  const readOnly = options.readOnly === true
  let key = cacheKey
  let opened = await openDatabase(file, { key, readOnly })
  if (!opened.ok && opened.error.code === 'cache.damaged' && nextKey !== undefined) {
    key = nextKey
    opened = await openDatabase(file, { key, readOnly })
  }
  if (!opened.ok) return opened
  const database = opened.value
  try {
    const judged = await judgeVault(database, vault, join(profile, 'vault.json'))
    if (!judged.ok) {
      await database.close()
      return judged
    }
    if (!readOnly) {
      await migrate(database)
      await rememberVault(database, vault)
    }
    const reading = await openDatabase(file, { key, readOnly: true })
    if (!reading.ok) {
      await database.close()
      return reading
    }
    return ok(await makeCache(database, reading.value, readOnly ? 0 : await lastNumber(database)))
  } catch (error) {
    await database.close()
    return problemOf(error, file)
  }
}

const tablesOfProducts = ['segment', 'state', 'checkpoint', 'checkpoint_block', 'gap', 'quarantine'] as const

/** The highest number that a product has, or that something is still kept under. */
async function lastNumber(database: Database): Promise<number> {
  const [row] = await database.all<{ last: number | null }>(
    `SELECT max(id) AS last FROM (SELECT max(id) AS id FROM product
     ${tablesOfProducts.map((table) => `UNION ALL SELECT max(product) FROM ${table}`).join(' ')})`,
  )
  return row?.last ?? 0
}

/** @param last the highest number given to a product so far */
async function makeCache(database: Database, reader: Database, last: number): Promise<Cache> {
  const nextNumber = (): number => ++last
  const unread = new Map<ProductName, Held>()
  const held = await readHeld(database, unread)
  /** whose descriptor, and of whom whether they may be shown, the disk did not take yet */
  const unwritten = new WeakSet<Held>()
  const unjudged = new WeakSet<Held>()
  /** numbers of products that go with the next transaction: a catalog that is emptied drops thousands */
  let dropped: number[] = []
  let dropping: Promise<void> | null = null
  const writeDropped = async (): Promise<void> => {
    while (dropped.length > 0) {
      const numbers = JSON.stringify(dropped)
      dropped = []
      await database.transaction(async () => {
        for (const table of tablesOfProducts)
          await database.run(`DELETE FROM ${table} WHERE product IN (SELECT value FROM json_each(?))`, [
            numbers,
          ])
        await database.run('DELETE FROM product WHERE id IN (SELECT value FROM json_each(?))', [numbers])
      })
    }
  }
  const newest = await database.all<{ newest: number }>(
    'SELECT max(last_time) AS newest FROM segment INDEXED BY segment_range GROUP BY product ORDER BY newest DESC LIMIT 2',
  )
  return {
    database,
    reader,
    held,
    nextNumber,
    newest: newest.at(-1)?.newest ?? null,
    async name(product, descriptor, named) {
      const text = JSON.stringify(descriptor)
      const known = held.get(product) ?? unread.get(product)
      const intake = named ?? known?.intake ?? null
      if (known) {
        held.set(product, known)
        unread.delete(product)
        const same =
          JSON.stringify(known.descriptor) === text && known.intake === intake && !unwritten.has(known)
        if (same) return known
        // it may be marked higher now: what is shown must not wait for a disk
        known.descriptor = descriptor
        known.intake = intake
        unwritten.add(known)
        await database.single('UPDATE product SET descriptor = ?, intake = ? WHERE id = ?', [
          text,
          intake,
          known.id,
        ])
        unwritten.delete(known)
        return known
      }
      // no number twice: what still comes for a product that was dropped must not become another one's
      const id = nextNumber()
      await database.single(
        'INSERT OR REPLACE INTO product (id, name, descriptor, intake) VALUES (?, ?, ?, ?)',
        [id, product, text, intake],
      )
      const made: Held = { ...newHeld(id, product, descriptor), intake }
      held.set(product, made)
      return made
    },
    async hide(held, { refused = held.refused, withdrawn = held.withdrawn }) {
      const same = refused === held.refused && withdrawn === held.withdrawn
      if (same && !unjudged.has(held)) return
      held.refused = refused
      held.withdrawn = withdrawn
      unjudged.add(held)
      await database.single('UPDATE product SET refused = ?, withdrawn = ? WHERE id = ?', [
        refused ? 1 : 0,
        withdrawn ? 1 : 0,
        held.id,
      ])
      unjudged.delete(held)
    },
    async drop(one) {
      if (held.get(one.product) === one) held.delete(one.product)
      dropped.push(one.id)
      dropping ??= writeDropped().finally(() => {
        dropping = null
      })
      await dropping
    },
    look: () => readHeld(reader),
    async close() {
      await reader.close()
      await database.close()
    },
  }
}
