/**
 * Another raw key: who had the old one, a slot that is removed since, opens nothing that is written from then on. At every
 * step both keys are wrapped in every slot until all that the old one encrypted answers to the new one, so whatever ends
 * this, the vault still opens, and a rotation that is asked for again goes on.
 */
import { randomBytes } from 'node:crypto'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Signer } from '../signer.ts'
import { withNext } from './change-slots.ts'
import { keyOf, maySign, type Slot } from './slot.ts'
import { clear, keyBytes, ofVault, readVault, vaultFile, writeVault, type VaultMark } from './vault-file.ts'
import { nameOf } from './vault.ts'

/** A database that nobody else has open now, nor can open until this is closed. */
export interface Alone {
  /** does nothing where it answers to this key already */
  rekey(key: Uint8Array): Promise<Result<undefined>>
  close(): Promise<void>
}

/** What is encrypted with a key of the vault. */
export interface Encrypted {
  name: string
  /** its own key; the caller clears it */
  keyFrom(secret: Uint8Array): Uint8Array
  /** @returns null where it is not there; `vault.in-use` where somebody has it open */
  openAlone(keys: readonly Uint8Array[]): Promise<Result<Alone | null>>
}

export interface RotateOptions {
  all: readonly Encrypted[]
  /** how far it is */
  tell(step: string): void
  random?: (bytes: number) => Buffer<ArrayBuffer>
}

export async function rotate(
  profile: string,
  signer: Signer,
  { all, tell, random = randomBytes }: RotateOptions,
): Promise<Result<VaultMark>> {
  const file = vaultFile(profile)
  const opened = await readVault(profile, signer, { name: nameOf(signer.certificate) })
  if (!opened.ok) return opened
  const { vault, own, secret } = opened.value
  const goesOn = opened.value.next !== null
  const next = opened.value.next ?? random(keyBytes)
  const alone: { one: Encrypted; database: Alone }[] = []
  try {
    if (!maySign(own))
      return fail('vault.slot-needed', 'the keystore opens the vault, and changes nothing', file)
    for (const one of all) {
      const keys = [secret, next].map((key) => one.keyFrom(key))
      const database = await one.openAlone(keys)
      for (const key of keys) key.fill(0)
      if (!database.ok) return database
      if (database.value !== null) alone.push({ one, database: database.value })
    }

    let { generation } = vault
    let both = vault.slots
    if (goesOn) tell('a rotation that was interrupted goes on')
    else {
      const slots = wrapNext(vault.slots, next, file)
      if (!slots.ok) return slots
      both = slots.value
      generation++
      const begun = await writeVault(profile, signer, { ...vault, generation, slots: both }, { secret, next })
      if (!begun.ok) return begun
      tell(`the new key is in ${both.length} ${both.length === 1 ? 'slot' : 'slots'}, beside the old one`)
    }

    for (const { one, database } of alone) {
      tell(`${one.name}: encrypted anew …`)
      const key = one.keyFrom(next)
      const rekeyed = await database.rekey(key)
      key.fill(0)
      if (!rekeyed.ok) return rekeyed
      tell(`${one.name}: answers to the new key`)
    }

    const slots = both.map(onlyNext)
    const done = await writeVault(
      profile,
      signer,
      { ...vault, generation: generation + 1, slots },
      { secret: next },
    )
    if (done.ok) tell('the old key is in no slot any more')
    return done
  } finally {
    for (const { database } of alone) await database.close()
    clear({ secret, next })
  }
}

function wrapNext(slots: readonly Slot[], next: Uint8Array, file: string): Result<Slot[]> {
  const both: Slot[] = []
  for (const slot of slots) {
    const wrapped = withNext(slot, keyOf(slot.key), next)
    if (!wrapped.ok) return ofVault(wrapped.error, file)
    both.push(wrapped.value)
  }
  return ok(both)
}

const onlyNext = ({ next, ...slot }: Slot): Slot => {
  if (next === undefined) return slot
  const { ephemeral: _, ...rest } = slot
  return { ...rest, ...next }
}
