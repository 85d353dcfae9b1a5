/** A profile's vault opened as main opens it, for who stands in the engine's place. */
import { openCache, type Cache } from '../../main/engine/cache/cache.ts'
import { databaseFile } from '../../main/engine/cache/database-file.ts'
import type { Unlocked } from '../../main/engine/cache/vault-mark.ts'
import { createEngine, type Engine, type EngineOptions } from '../../main/engine/engine.ts'
import { Secret } from '../../main/identity/secret.ts'
import { signerOf, type Signer } from '../../main/identity/signer.ts'
import { openVault } from '../../main/identity/vault/vault.ts'
import { ok, type Result } from '../../preload/contract/result.ts'

/** PEM of a certificate and its key. */
export interface Keys {
  certificate: string
  key: string
}

export const signerWith = ({ certificate, key }: Keys): Signer =>
  signerOf({ certificate, key: new Secret(key) })

export async function unlock(profile: string, keys: Keys, make = true): Promise<Result<Unlocked>> {
  const vault = await openVault(profile, signerWith(keys), { cache: databaseFile(profile), make })
  if (!vault.ok) return vault
  const { secret, next, mark } = vault.value
  return ok({ cacheKey: secret, ...(next === null ? {} : { nextKey: next }), vault: mark })
}

export async function openCacheAs(
  keys: Keys,
  profile: string,
  options: { readOnly?: boolean } = {},
): Promise<Result<Cache>> {
  const unlocked = await unlock(profile, keys, options.readOnly !== true)
  if (!unlocked.ok) return unlocked
  const cache = await openCache(profile, unlocked.value, options)
  unlocked.value.cacheKey.fill(0)
  return cache
}

export async function createEngineAs(
  keys: Keys,
  options: Omit<EngineOptions, keyof Unlocked>,
): Promise<Result<Engine>> {
  const unlocked = await unlock(options.profile, keys)
  if (!unlocked.ok) return unlocked
  const created = await createEngine({ ...options, ...unlocked.value })
  unlocked.value.cacheKey.fill(0)
  return created
}
