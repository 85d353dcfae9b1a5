/** Who opens this node's vault, as far as its file says so without a key. */
import { stat } from 'node:fs/promises'
import type { IdentitiesState, VaultSlot } from '../../../preload/contract/identities.ts'
import type { IdentityFile } from '../../identity/identities.ts'
import { maySign, trustOf, type Slot } from '../../identity/vault/slot.ts'
import { parseVault, vaultFile } from '../../identity/vault/vault-file.ts'

export interface SlotsInFile extends Omit<IdentitiesState['vault'], 'slots'> {
  slots: (VaultSlot & { publicKey: string })[] | null
}

const nothing: SlotsInFile = { slots: null, written: null, rotating: false, problem: null }

/** Its word is there and is its owner's, or it is none, or it is not. */
function stateOf(vault: string, slot: Slot, keystore: boolean): Pick<VaultSlot, 'state' | 'why'> {
  if (slot.kind === 'keystore' && !keystore) return { state: 'refused', why: 'policy' }
  const trusted = trustOf(vault, slot)
  if (trusted === null) return { state: 'refused', why: 'forged' }
  // a keystore says no word of its own: what it is there for is to open
  return { state: !maySign(slot) || trusted.length > 0 ? 'open' : 'sealed', why: null }
}

/** @param keystore whether the policy lets the operating system's keystore open it */
export async function slotsInFile(profile: string, keystore: boolean): Promise<SlotsInFile> {
  const found = await stat(vaultFile(profile)).catch(() => null)
  if (found === null) return nothing
  const read = await parseVault(profile)
  if (!read.ok) return { ...nothing, written: found.mtimeMs, problem: read.error }
  const vault = read.value
  const slots =
    vault.version === 3
      ? vault.slots.map((slot) => ({
          ...{ id: slot.publicKey.slice(0, 12), publicKey: slot.publicKey, kind: slot.kind },
          ...{ name: slot.name, algorithm: slot.algorithm, since: null },
          ...stateOf(vault.id, slot, keystore),
        }))
      : vault.slots.map(({ kind, algorithm, publicKey }) => ({
          ...{ id: publicKey.slice(0, 12), publicKey, kind, algorithm, name: '' },
          ...{ state: 'sealed' as const, why: null, since: null },
        }))
  const rotating = vault.version === 3 && vault.nextSeal !== null
  return { slots, written: found.mtimeMs, rotating, problem: null }
}

/** The one in use and the one that is asked for: both go with their file. */
export const keysOf = ({ current, outstanding }: IdentityFile): string[] =>
  [current, outstanding].flatMap((one) => (one === null ? [] : [one.key.publicKey]))

/** Whether the vault opens with these keys, and with no other that it does not refuse. */
export function opensAlone(slots: NonNullable<SlotsInFile['slots']>, keys: readonly string[]): boolean {
  const opening = slots.filter(({ state }) => state !== 'refused')
  return opening.length > 0 && opening.every(({ publicKey }) => keys.includes(publicKey))
}
