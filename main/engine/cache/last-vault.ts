/**
 * Which vault the cache was opened with last, kept in the cache itself: an older copy of the vault, with slots that
 * were taken out since, is not one of ours any more, however well it is signed.
 */
import { access } from 'node:fs/promises'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { openDatabase, type Database } from './database.ts'
import type { VaultMark } from './vault-mark.ts'

/** @returns null where the cache has met no signed vault yet */
export async function lastVault(database: Database): Promise<VaultMark | null> {
  const tables = await database.all<{ name: string }>("SELECT name FROM sqlite_master WHERE name = 'vault'")
  if (tables.length === 0) return null
  const [row] = await database.all<VaultMark>('SELECT generation, digest FROM vault')
  return row ?? null
}

/** @returns `cache.vault-forged` where the cache was opened with a later vault, or with another of this number */
export async function judgeVault(
  database: Database,
  mark: VaultMark,
  subject: string,
): Promise<Result<undefined>> {
  const last = await lastVault(database)
  if (last === null || mark.generation > last.generation || mark.digest === last.digest) return ok(undefined)
  return fail(
    'cache.vault-forged',
    'the vault is older than the one that this cache was opened with',
    subject,
  )
}

export async function rememberVault(database: Database, { generation, digest }: VaultMark): Promise<void> {
  if ((await lastVault(database))?.digest === digest) return
  await database.transaction(async () => {
    await database.script(
      'CREATE TABLE IF NOT EXISTS vault (id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL, digest TEXT NOT NULL) STRICT',
    )
    await database.run('INSERT OR REPLACE INTO vault (id, generation, digest) VALUES (1, ?, ?)', [
      generation,
      digest,
    ])
  })
}

/**
 * @param mark null: no signed vault may ever have opened it
 * @returns ok where this key opens the cache, and no later vault ever has: what holds the key may be signed then
 */
export async function fitsVault(
  cache: string,
  { secret: key, mark }: { secret: Uint8Array; mark: VaultMark | null },
): Promise<Result<undefined>> {
  const there = await access(cache).then(
    () => true,
    () => false,
  )
  if (!there) return fail('cache.damaged', 'there is no cache in this profile', cache)
  const database = await openDatabase(cache, { key, readOnly: true })
  if (!database.ok) return database
  try {
    if (mark !== null) return await judgeVault(database.value, mark, cache)
    return (await lastVault(database.value)) === null
      ? ok(undefined)
      : fail('cache.vault-forged', 'the cache was opened with a signed vault before', cache)
  } finally {
    await database.value.close()
  }
}
