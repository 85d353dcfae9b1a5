/**
 * The next key of an identity is in the vault before it takes the place of the one that opens it: else nobody could
 * open what is kept here any more.
 */
import { createPublicKey } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import type { CurrentIdentity } from '../identities.ts'
import { openSealedKey, type SealedKey } from '../sealed.ts'
import type { Secret } from '../secret.ts'
import { signerOf, signerWith } from '../signer.ts'
import { addSigner, removeSlot } from './change-slots.ts'
import { parseVault, vaultFile } from './vault-file.ts'

/** The keys that have a slot, by their digests, as far as the file says so; none where there is no vault. */
export async function keysWithSlot(profile: string): Promise<Result<readonly string[]>> {
  if ((await stat(vaultFile(profile)).catch(() => null)) === null) return ok([])
  const vault = await parseVault(profile)
  return vault.ok ? ok(vault.value.slots.map(({ publicKey }) => publicKey)) : vault
}

const wanted = (why: string, name: string): Result<never> => fail('identity.slot-wanted', why, name)

/** Whether the vault still opens once this key is current; nobody's passphrase is asked for. */
export async function slotIsThere(
  profile: string,
  name: string,
  former: CurrentIdentity | null,
  next: string,
): Promise<Result<undefined>> {
  if (former === null || former.key.publicKey === next) return ok(undefined)
  const keys = await keysWithSlot(profile)
  if (!keys.ok) return keys
  return keys.value.includes(former.key.publicKey) && !keys.value.includes(next)
    ? wanted('the key in use opens the vault, and the one that comes has no slot in it', name)
    : ok(undefined)
}

export interface NextKey {
  key: SealedKey
  /** PEM; null: it is only asked for */
  certificate: string | null
}

/**
 * Where the former key has a slot the next gets one.
 *
 * @param passphrase opens both
 */
export async function giveSlot(
  profile: string,
  name: string,
  former: CurrentIdentity | null,
  next: NextKey,
  passphrase: Secret,
): Promise<Result<undefined>> {
  const needed = await slotIsThere(profile, name, former, next.key.publicKey)
  if (former === null || needed.ok || needed.error.code !== 'identity.slot-wanted') return needed
  const opened = openSealedKey(former.key, passphrase, name)
  if (!opened.ok) return wanted('the passphrase does not open the key that is in use', name)
  const coming = openSealedKey(next.key, passphrase, name)
  try {
    if (!coming.ok) return coming
    const signer = signerOf({ certificate: former.certificate, key: opened.value })
    const added = await addSigner(profile, signer, signerOfNext(coming.value, next, former))
    return added.ok ? ok(undefined) : added
  } finally {
    opened.value.erase()
    if (coming.ok) coming.value.erase()
  }
}

function signerOfNext(key: Secret, { certificate }: NextKey, former: CurrentIdentity) {
  const pem = key.copy()
  try {
    const publicKey = createPublicKey(Buffer.from(pem.buffer))
    // who it is for is who asked
    return signerWith({ certificate: certificate ?? former.certificate, publicKey, key })
  } finally {
    pem.fill(0)
  }
}

/** A key that was asked for and never came into use needs none any more. @returns what went wrong; null: it is gone */
export async function letSlotGo(
  profile: string,
  former: CurrentIdentity,
  gone: string,
  passphrase: Secret,
): Promise<Problem | null> {
  const keys = await keysWithSlot(profile)
  if (!keys.ok) return keys.error
  if (!keys.value.includes(gone) || !keys.value.includes(former.key.publicKey)) return null
  const opened = openSealedKey(former.key, passphrase, profile)
  if (!opened.ok) return opened.error
  const removed = await removeSlot(
    profile,
    signerOf({ certificate: former.certificate, key: opened.value }),
    gone,
  ).finally(() => opened.value.erase())
  return removed.ok ? null : removed.error
}
