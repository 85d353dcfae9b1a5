import { ok, type Result } from '../../preload/contract/result.ts'
import { openCache, type Cache } from '../engine/cache/cache.ts'
import { databaseFile } from '../engine/cache/database-file.ts'
import { openVault } from '../identity/vault/vault.ts'
import { profileOf } from './node.ts'
import { withSigner } from './signer.ts'

/** The cache as it is, and left so. Vigie may run on the same profile meanwhile. */
export async function readCache<T>(
  values: Parameters<typeof withSigner>[0],
  read: (cache: Cache) => Promise<T>,
): Promise<Result<T>> {
  const profile = profileOf(values)
  const vault = await withSigner(values, 'the cache opens with its certificate', (signer) =>
    openVault(profile, signer, { cache: databaseFile(profile), make: false }),
  )
  if (!vault.ok) return vault
  const { secret: cacheKey, next, mark } = vault.value
  const unlocked = { cacheKey, ...(next === null ? {} : { nextKey: next }), vault: mark }
  const cache = await openCache(profile, unlocked, { readOnly: true })
  cacheKey.fill(0)
  next?.fill(0)
  if (!cache.ok) return cache
  try {
    return ok(await read(cache.value))
  } finally {
    await cache.value.close()
  }
}
