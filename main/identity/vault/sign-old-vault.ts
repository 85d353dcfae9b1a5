/**
 * Signs a vault of before vaults were signed. Never done unasked: whoever can write the profile can forge such a vault
 * and a cache that opens with it, so somebody has to say that this one is theirs.
 */
import * as v from 'valibot'
import { fail, type Result } from '../../../preload/contract/result.ts'
import type { Signer } from '../signer.ts'
import { OldVaultSchema, openSlot, readVaultFile, vaultFile, writeVault, type VaultMark } from './vault.ts'

/** @param fits whether this key opens the cache, and that no signed vault ever has */
export async function signOldVault(
  profile: string,
  signer: Signer,
  fits: (key: Uint8Array) => Promise<Result<unknown>>,
): Promise<Result<VaultMark>> {
  const file = vaultFile(profile)
  const text = await readVaultFile(profile)
  if (!text.ok) return text
  const old = v.safeParse(OldVaultSchema, text.value)
  if (!old.success) return fail('cache.vault-signed', 'only a vault without a signature can be signed', file)
  const { slots } = old.output
  const secret = await openSlot(slots, signer, file)
  if (!secret.ok) return secret
  try {
    const fitting = await fits(secret.value)
    return fitting.ok ? await writeVault(profile, signer, secret.value, 1, slots) : fitting
  } finally {
    secret.value.fill(0)
  }
}
