/** Slots come and go; each change is one writing of the vault, signed by whoever made it. */
import { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Signer } from '../signer.ts'
import { fingerprintOfKey } from '../certificate-facts.ts'
import { wrap } from '../wrapping.ts'
import { inTurn } from './in-turn.ts'
import { giveTrust, makeSlot, maySign, mostSlots, trustOf, type Slot, type SlotKind } from './slot.ts'
import {
  clear,
  ofVault,
  readVault,
  vaultFile,
  writeVault,
  type Opened,
  type VaultMark,
} from './vault-file.ts'
import { nameOf } from './vault.ts'

/** What may be told of a slot. */
export interface SlotFacts {
  /** the first digits of the public key's digest: by them it is removed */
  slot: string
  kind: SlotKind
  name: string
  algorithm: string
  /** its key has opened this vault, and its owner said so */
  proven: boolean
  /** it is the one that opened the vault now */
  used: boolean
}

export interface Slots {
  slots: SlotFacts[]
  generation: number
  /** a rotation was begun and not finished */
  rotating: boolean
}

type Reading = Opened & { own: Slot }

const idOf = ({ publicKey }: Slot): string => publicKey.slice(0, 12)
const isProven = (vault: string, slot: Slot): boolean =>
  maySign(slot) && (trustOf(vault, slot)?.length ?? 0) > 0

const factsOf = (slot: Slot, { vault, own }: Reading): SlotFacts => ({
  ...{ slot: idOf(slot), kind: slot.kind, name: slot.name, algorithm: slot.algorithm },
  ...{ proven: isProven(vault.id, slot), used: slot.publicKey === own.publicKey },
})
const allOf = (opened: Reading): Slots => ({
  slots: opened.vault.slots.map((slot) => factsOf(slot, opened)),
  generation: opened.vault.generation,
  rotating: opened.next !== null,
})

export async function slotsOf(profile: string, signer: Signer): Promise<Result<Slots>> {
  const opened = await readVault(profile, signer, { name: nameOf(signer.certificate) })
  if (!opened.ok) return opened
  clear(opened.value)
  return ok(allOf(opened.value))
}

/** Reads, changes and writes: one generation on. What somebody else wrote between is not undone. */
export const changeSlots = (...all: Parameters<typeof changeInTurn>): ReturnType<typeof changeInTurn> =>
  inTurn(all[0], () => changeInTurn(...all))

async function changeInTurn(
  profile: string,
  signer: Signer,
  change: (opened: Reading) => Promise<Result<Slot[]>> | Result<Slot[]>,
): Promise<Result<{ mark: VaultMark; before: Slots }>> {
  const file = vaultFile(profile)
  const opened = await readVault(profile, signer, { name: nameOf(signer.certificate) })
  if (!opened.ok) return opened
  const { vault, own, secret, next } = opened.value
  try {
    if (!maySign(own))
      return fail('vault.slot-needed', 'the keystore opens the vault, and changes nothing', file)
    const slots = await change(opened.value)
    if (!slots.ok) return slots
    if (slots.value.length > mostSlots)
      return fail('vault.slots-full', `there are ${mostSlots} slots already`, file)
    const anew = { ...vault, generation: vault.generation + 1, slots: slots.value }
    const mark = await writeVault(profile, signer, anew, { secret, next })
    return mark.ok ? ok({ mark: mark.value, before: allOf(opened.value) }) : mark
  } finally {
    clear(opened.value)
  }
}

/** With the key that comes next wrapped in it too, where a rotation is under way. */
export function slotIn(
  { secret, next }: Pick<Opened, 'secret' | 'next'>,
  of: Parameters<typeof makeSlot>[0],
): Result<Slot> {
  const slot = makeSlot(of, secret)
  return slot.ok && next !== null ? withNext(slot.value, of.publicKey, next) : slot
}

export function withNext(slot: Slot, publicKey: Parameters<typeof wrap>[0], next: Uint8Array): Result<Slot> {
  const wrapped = wrap(publicKey, slot.kind, next)
  if (!wrapped.ok) return wrapped
  return ok({ ...slot, next: { ephemeral: wrapped.value.ephemeral, wrapped: wrapped.value.wrapped } })
}

const there = (slots: readonly Slot[], fingerprint: string): boolean =>
  slots.some(({ publicKey }) => publicKey === fingerprint)

/** Its public key is enough; before it opens the vault unasked, its owner has to say that it is theirs (`signVault`). */
export async function addSlot(
  profile: string,
  signer: Signer,
  certificate: string,
  kind: 'certificate' | 'card' | 'recovery',
): Promise<Result<string>> {
  const file = vaultFile(profile)
  const { publicKey } = new X509Certificate(certificate)
  const fingerprint = fingerprintOfKey(publicKey)
  const changed = await changeSlots(profile, signer, (opened) => {
    if (there(opened.vault.slots, fingerprint))
      return fail('vault.slot-there', 'there is a slot of this key already', file)
    const slot = slotIn(opened, { kind, name: nameOf(certificate), publicKey })
    return slot.ok ? ok([...opened.vault.slots, slot.value]) : ofVault(slot.error, file)
  })
  return changed.ok ? ok(fingerprint.slice(0, 12)) : changed
}

/** As a renewed certificate with another key needs it: both keys are there, so nobody has to say anything afterwards. */
export async function addSigner(profile: string, signer: Signer, added: Signer): Promise<Result<VaultMark>> {
  const fingerprint = fingerprintOfKey(added.publicKey)
  const changed = await changeSlots(profile, signer, async (opened) => {
    const { slots, id } = opened.vault
    const of = { kind: added.kind ?? ('certificate' as const), name: nameOf(added.certificate) }
    const slot = slotIn(opened, { ...of, publicKey: added.publicKey })
    if (!slot.ok) return ofVault(slot.error, vaultFile(profile))
    const all = [...slots.filter(({ publicKey }) => publicKey !== fingerprint), slot.value]
    const trusts = await giveTrust(id, added, all)
    if (!trusts.ok) return trusts
    return ok(all.map((one) => (one === slot.value ? { ...one, trusts: trusts.value } : one)))
  })
  return changed.ok ? ok(changed.value.mark) : changed
}

/**
 * At once. Never the last one that opens, nor the one that is used unless another one has opened the vault before. It
 * does not make anybody forget the key who had it: that is what a rotation is for.
 *
 * @param slot the first digits of its digest, eight at least
 */
export async function removeSlot(profile: string, signer: Signer, slot: string): Promise<Result<SlotFacts>> {
  const file = vaultFile(profile)
  let removed: SlotFacts | null = null
  const changed = await changeSlots(profile, signer, (opened) => {
    const { slots, id } = opened.vault
    const [found, ...more] =
      slot.length < 8 ? [] : slots.filter(({ publicKey }) => publicKey.startsWith(slot))
    if (found === undefined || more.length > 0)
      return fail('vault.slot-unknown', `there is no slot ${slot}, or more than one`, file)
    const rest = slots.filter((one) => one !== found)
    if (found.publicKey === opened.own.publicKey && !rest.some((one) => isProven(id, one)))
      return fail('vault.slot-needed', 'no other slot has ever opened this vault', file)
    removed = factsOf(found, opened)
    return ok(rest)
  })
  if (!changed.ok) return changed
  return removed === null ? fail('internal', 'no slot was removed', file) : ok(removed)
}
