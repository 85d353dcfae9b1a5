/**
 * The slot that opens where nobody is: its private key is kept by the operating system, for who runs this process. It
 * opens the cache and no more: it signs no vault, so it adds nobody and removes nobody. Only where the policy says so.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { Secret } from '../secret.ts'
import { signerWith, type Signer } from '../signer.ts'
import { changeSlots, slotIn } from './change-slots.ts'
import { giveTrust, keyOf, maySign, trustOf, type Slot } from './slot.ts'
import { ofVault, parseVault, readVault, vaultFile } from './vault-file.ts'
import type { OpenVault } from './vault.ts'

/** What we use of Electron's `safeStorage`. */
export interface SafeStorage {
  isEncryptionAvailable(): boolean
  /** Linux only */
  getSelectedStorageBackend?(): string
  encryptString(text: string): Buffer
  decryptString(encrypted: Buffer): string
}

/** With these anybody who can read the profile reads the key. */
const noProtection = ['basic_text', 'unknown']

/** @returns `vault.keystore-refused` where it protects nothing */
export function usable(keystore: SafeStorage): Result<undefined> {
  const refused = (why: string) => fail<undefined>('vault.keystore-refused', why, 'keystore')
  try {
    if (!keystore.isEncryptionAvailable()) return refused('the operating system has no keystore here')
    const backend = keystore.getSelectedStorageBackend?.() ?? 'system'
    return noProtection.includes(backend)
      ? refused(`the keystore is “${backend}”, which protects nothing`)
      : ok(undefined)
  } catch (error) {
    return refused(String(error))
  }
}

/** Whoever has used the signer erases the key. */
const signerOfKept = (kept: string, keystore: SafeStorage): { signer: Signer; key: Secret } => {
  const pem = keystore.decryptString(Buffer.from(kept, 'base64'))
  const publicKey = createPublicKey(createPrivateKey(pem))
  const key = new Secret(pem)
  return { signer: signerWith({ certificate: '', publicKey, key }), key }
}

/** Opens what a keystore's slot opens; makes nothing. */
export async function openWithKeystore(profile: string, keystore: SafeStorage): Promise<Result<OpenVault>> {
  const file = vaultFile(profile)
  const safe = usable(keystore)
  if (!safe.ok) return safe
  const parsed = await parseVault(profile)
  if (!parsed.ok) return parsed
  const slot =
    parsed.value.version === 3 ? parsed.value.slots.find(({ kind }) => kind === 'keystore') : undefined
  if (slot?.kept === undefined) return fail('cache.key-refused', 'the vault has no slot of a keystore', file)
  let own: ReturnType<typeof signerOfKept>
  try {
    own = signerOfKept(slot.kept, keystore)
  } catch (error) {
    return fail('vault.keystore-refused', `the keystore does not open what it kept: ${String(error)}`, file)
  }
  const read = await readVault(profile, own.signer, { name: '' }).finally(() => own.key.erase())
  if (!read.ok) return read
  const { secret, next, mark } = read.value
  return ok({ secret, next, mark })
}

/** Whether it is as it should be: it trusts all who may write the vault now. */
const isCurrent = (vault: string, slot: Slot, slots: readonly Slot[], keystore: SafeStorage): boolean => {
  try {
    const trusted = trustOf(vault, slot) ?? []
    keystore.decryptString(Buffer.from(slot.kept ?? '', 'base64'))
    return slots.filter(maySign).every(({ publicKey }) => trusted.includes(publicKey))
  } catch {
    return false
  }
}

/**
 * The vault has a slot of this keystore, or of none, as the policy says; whoever has opened it with an identity sees to it.
 *
 * @param keystore null: the policy wants none
 * @returns whether the vault was written anew
 */
export async function settleKeystore(
  profile: string,
  signer: Signer,
  keystore: SafeStorage | null,
): Promise<Result<boolean>> {
  const file = vaultFile(profile)
  const parsed = await parseVault(profile)
  if (!parsed.ok) return parsed
  if (parsed.value.version !== 3) return ok(false)
  const { id, slots } = parsed.value
  const kept = slots.filter(({ kind }) => kind === 'keystore')
  if (keystore === null && kept.length === 0) return ok(false)
  const safe = keystore === null ? ok(undefined) : usable(keystore)
  if (!safe.ok && kept.length === 0) return safe
  if (keystore !== null && safe.ok && kept.length === 1 && kept[0] && isCurrent(id, kept[0], slots, keystore))
    return ok(false)
  const changed = await changeSlots(profile, signer, async (opened) => {
    const others = opened.vault.slots.filter(({ kind }) => kind !== 'keystore')
    if (keystore === null || !safe.ok) return ok(others)
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const backend = keystore.getSelectedStorageBackend?.() ?? 'system'
    const slot = slotIn(opened, { kind: 'keystore', name: backend, publicKey })
    if (!slot.ok) return ofVault(slot.error, file)
    const key = new Secret(pem)
    const trusts = await giveTrust(
      opened.vault.id,
      signerWith({ certificate: '', publicKey: keyOf(slot.value.key), key }),
      others,
    ).finally(() => key.erase())
    if (!trusts.ok) return trusts
    const sealed = keystore.encryptString(pem).toString('base64')
    return ok([...others, { ...slot.value, kept: sealed, trusts: trusts.value }])
  })
  if (!changed.ok) return changed
  return safe.ok ? ok(true) : safe
}
