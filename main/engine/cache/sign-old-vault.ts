/**
 * Signs a vault of before vaults were signed. Never done unasked: whoever can write the profile can forge such a vault
 * and a cache that opens with it, so somebody has to say that this one is theirs.
 */
import { access } from 'node:fs/promises'
import * as v from 'valibot'
import { fail, type Result } from '../../../preload/contract/result.ts'
import { openDatabase } from './database.ts'
import { lastVault } from './last-vault.ts'
import {
  OldVaultSchema,
  openSlot,
  openerOf,
  readVaultFile,
  vaultFile,
  writeVault,
  type Keys,
  type VaultMark,
} from './vault.ts'

/** @param cache the database's file */
export async function signOldVault(profile: string, cache: string, keys: Keys): Promise<Result<VaultMark>> {
  const file = vaultFile(profile)
  const opener = openerOf(keys, file)
  if (!opener.ok) return opener
  const text = await readVaultFile(profile)
  if (!text.ok) return text
  const old = v.safeParse(OldVaultSchema, text.value)
  if (!old.success) return fail('cache.vault-signed', 'only a vault without a signature can be signed', file)
  const { slots } = old.output
  const secret = openSlot(slots, opener.value, file)
  if (!secret.ok) return secret
  try {
    const there = await access(cache).then(
      () => true,
      () => false,
    )
    if (!there) return fail('cache.damaged', 'there is no cache in this profile', cache)
    const database = await openDatabase(cache, { key: secret.value, readOnly: true })
    if (!database.ok) return database
    try {
      if ((await lastVault(database.value)) !== null)
        return fail('cache.vault-forged', 'the cache was opened with a signed vault before', file)
    } finally {
      await database.value.close()
    }
    return await writeVault(profile, opener.value, secret.value, 1, slots)
  } finally {
    secret.value.fill(0)
  }
}
