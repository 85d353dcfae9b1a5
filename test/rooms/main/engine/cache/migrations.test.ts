/**
 * `version-1` and its like are profiles as those versions left them: 20 units, a log with a gap and a refused line, from 5
 * on an act that waits; and one key for all.
 */
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../../main/engine/cache/database.ts'
import { fitsVault } from '../../../../../main/engine/cache/last-vault.ts'
import { migrate } from '../../../../../main/engine/cache/migrations.ts'
import { signVault } from '../../../../../main/identity/vault/vault.ts'
import { openWindow } from '../a-window.ts'
import { profileFolder, remove, startEngine, statsOf, until } from '../an-engine.ts'
import { openCacheAs, signerWith, type Keys } from '../../../../platform/unlocked.ts'

const now = 7
const versions = [1, 2, 3, 4, 5, 6]
const written = (before: number): string => join(import.meta.dirname, `version-${before}`)
const pem = (name: string): Promise<string> => readFile(join(written(1), name), 'utf8')
const heldBy = async (before: number): Promise<unknown> =>
  JSON.parse(await readFile(join(written(before), 'holds.json'), 'utf8'))
let profile: string
let keys: Keys

beforeEach(async () => {
  profile = await profileFolder()
  keys = { certificate: await pem('certificate.pem'), key: await pem('key.pem') }
})
afterEach(() => remove(profile))

const lay = async (before = now - 1): Promise<void> => {
  for (const file of ['cache.db', 'vault.json']) await cp(join(written(before), file), join(profile, file))
  if (before > 1) return
  // as its administrator does once, for a profile from before vaults were signed
  const mark = await signVault(profile, signerWith(keys), (opened) =>
    fitsVault(join(profile, 'cache.db'), opened),
  )
  if (!mark.ok) throw new Error(mark.error.message)
}
const version = async (): Promise<number | undefined> => {
  const cache = await openCacheAs(keys, profile, { readOnly: true })
  if (!cache.ok) throw new Error(cache.error.message)
  const [row] = await cache.value.reader.all<{ user_version: number }>('PRAGMA user_version')
  await cache.value.close()
  return row?.user_version
}

describe.each(versions)('a cache of version %i', (before) => {
  it('opens with all that it held, and is of this version then', async () => {
    await lay(before)
    expect(await version()).toBe(before)
    const one = await startEngine(profile, keys)
    const window = openWindow(one.engine, 'desk')
    window.subscribe([{ form: 'columns' }, { form: 'records', kinds: ['note'] }])
    await until(() => window.columns.get('security.units')?.size === 20, 'the units are shown')
    expect(window.records.get('security.log')?.size).toBe(5)
    const log = window.health?.products.find(({ product }) => product === 'security.log')
    expect(log?.stream).toMatchObject({ rejected: 1, gaps: [{ first: 6, last: 7 }], behind: 0 })
    expect(window.product('security.log')).toMatchObject({ known: true })
    const refused = await window.ask('quarantine', { product: null, limit: 10 })
    expect(refused).toMatchObject({ ok: true, value: [{ problem: { code: 'message.time-implausible' } }] })
    await one.engine.dispose()
    expect(await version()).toBe(now)
    expect([...(await statsOf(profile, keys)).values()]).toEqual(await heldBy(before))
  })

  it('is read by the command line as it is, and left so', async () => {
    await lay(before)
    expect([...(await statsOf(profile, keys)).values()]).toEqual(await heldBy(before))
    expect(await version()).toBe(before)
  })
})

it('a new cache has the tables that a migrated one has', async () => {
  await lay()
  const tablesOf = async (folder: string): Promise<unknown> => {
    const cache = await openCacheAs(keys, folder)
    if (!cache.ok) throw new Error(cache.error.message)
    const columns = await cache.value.reader.all(
      `SELECT m.name AS "table", c.name, c.type, c."notnull", c.dflt_value, c.pk
       FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'index') ORDER BY 1, 2`,
    )
    await cache.value.close()
    return columns
  }
  const other = await profileFolder()
  expect(await tablesOf(other)).toEqual(await tablesOf(profile))
  await remove(other)
})

it('a migration that fails leaves the version before, and the next start does it', async () => {
  const opened = await openDatabase(join(profile, 'cache.db'), { key: null })
  if (!opened.ok) throw new Error(opened.error.message)
  const database = opened.value
  await migrate(database)
  // as version 1 left it, and something in the way of what comes after
  await database.script('PRAGMA user_version = 1; DROP TABLE checkpoint')
  await expect(migrate(database)).rejects.toThrow(/duplicate column/)
  const versionNow = async () => (await database.all<{ user_version: number }>('PRAGMA user_version'))[0]
  expect(await versionNow()).toEqual({ user_version: 1 })
  for (const column of ['created', 'refused', 'withdrawn', 'intake'])
    await database.script(`ALTER TABLE product DROP COLUMN ${column}`)
  await expect(migrate(database)).rejects.toThrow(/checkpoint_block already exists/)
  expect(await versionNow()).toEqual({ user_version: 1 })
  await database.script('DROP TABLE checkpoint_block; DROP INDEX segment_time')
  await database.script('DROP TABLE outbox; DROP TABLE shared; DROP TABLE shared_bucket')
  for (const table of ['delivered_file', 'delivered_part', 'document', 'document_part'])
    await database.script(`DROP TABLE ${table}`)
  await migrate(database)
  expect(await versionNow()).toEqual({ user_version: now })
  await database.close()
})

it('a cache of a later version is left alone', async () => {
  await lay()
  const cache = await openCacheAs(keys, profile)
  if (!cache.ok) throw new Error(cache.error.message)
  await cache.value.database.script(`PRAGMA user_version = ${now + 1}`)
  await cache.value.close()
  expect(await openCacheAs(keys, profile)).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('later version') },
  })
  expect(await version()).toBe(now + 1)
})
