/**
 * What a stream left behind when it was made anew. The product then got another number, and the rows of the one that it
 * had before belong to nobody. They may be as many as a log has, so they go in steps, each a transaction: interrupted, the
 * next start goes on.
 */
import type { Database } from './database.ts'

/** Of one transaction: other products' commits have their turn between two of them. */
const stepRows = 64
const stepBytes = 8 * 1024 * 1024

/** Each with how much a row of it takes. */
const bytesOf = {
  segment: 'bytes',
  state: 'length(body)',
  checkpoint_block: 'length(body)',
  checkpoint: '0',
  gap: '0',
}

/** From one number to the next, however many rows each has. */
const leftBehind = (table: string): string => `
WITH RECURSIVE owner (id) AS (
  SELECT min(product) FROM ${table}
  UNION ALL
  SELECT (SELECT min(product) FROM ${table} WHERE product > owner.id) FROM owner WHERE owner.id IS NOT NULL
)
SELECT id FROM owner WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM product) LIMIT 1`

/** The next step of it; `secure_delete` overwrites what goes. @returns rows that went; 0: nothing is left */
export const letLeftBehindGo = (database: Database): Promise<number> =>
  database.transaction(async () => {
    for (const [table, bytes] of Object.entries(bytesOf)) {
      const [owner] = await database.all<{ id: number }>(leftBehind(table))
      if (!owner) continue
      const rows = await database.all<{ id: number; bytes: number }>(
        `SELECT rowid AS id, ${bytes} AS bytes FROM ${table} WHERE product = ? LIMIT ${stepRows}`,
        [owner.id],
      )
      let step = 0
      const going = rows.filter((row, i) => (step += row.bytes) <= stepBytes || i === 0)
      await database.run(`DELETE FROM ${table} WHERE rowid IN (SELECT value FROM json_each(?))`, [
        JSON.stringify(going.map(({ id }) => id)),
      ])
      return going.length
    }
    return 0
  })
