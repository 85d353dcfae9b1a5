/** What people share, as the cache keeps it: so that it is there without a platform. */
import type { Database } from './database.ts'
import type { Reader } from './reader.ts'

export interface SharedRow {
  key: string
  /** the last that was heard of; null: none of this bucket */
  heard: number | null
  /** of the document, 0: there is none */
  revision: number
  /** ms since 1970 */
  published: number
  rank: number
  /** bytes that it was written in */
  size: number
  /** JSON; null: none could be read */
  document: string | null
  /** JSON of what is wrong with the one that was heard of; null: nothing */
  wrong: string | null
  /** this node may not read it */
  refused: boolean
}

export interface SharedBucket {
  /** when it was made, ms since 1970; null: there was none yet */
  created: number | null
  refused: boolean
}

type Stored<Row> = { [K in keyof Row]: Row[K] extends boolean ? number : Row[K] }

export async function readShared(reader: Reader): Promise<{ rows: SharedRow[]; bucket: SharedBucket }> {
  const rows = await reader.all<Stored<SharedRow>>('SELECT * FROM shared ORDER BY key')
  const [bucket] = await reader.all<Stored<SharedBucket>>('SELECT created, refused FROM shared_bucket')
  return {
    rows: rows.map((row) => ({ ...row, refused: row.refused === 1 })),
    bucket: { created: bucket?.created ?? null, refused: bucket?.refused === 1 },
  }
}

/** All that has changed, as a whole. */
export const writeShared = (
  database: Database,
  rows: readonly SharedRow[],
  gone: readonly string[],
  { created, refused }: SharedBucket,
): Promise<void> =>
  database.transaction(async () => {
    for (const row of rows)
      await database.run(
        `INSERT OR REPLACE INTO shared
           (key, heard, revision, published, rank, size, document, wrong, refused)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          row.key,
          row.heard,
          row.revision,
          row.published,
          row.rank,
          row.size,
          row.document,
          row.wrong,
          row.refused ? 1 : 0,
        ],
      )
    await database.run('DELETE FROM shared WHERE key IN (SELECT value FROM json_each(?))', [
      JSON.stringify(gone),
    ])
    await database.run('INSERT OR REPLACE INTO shared_bucket (id, created, refused) VALUES (1, ?, ?)', [
      created,
      refused ? 1 : 0,
    ])
  })
