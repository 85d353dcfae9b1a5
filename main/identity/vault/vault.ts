/**
 * The key of the cache: random, made once, kept only wrapped, in slots as LUKS does (security.md, "The vault"). Whoever
 * has the private key of one slot opens it; why it is sealed and signed, and by whom, says the README of this folder.
 */
import { randomBytes, X509Certificate } from 'node:crypto'
import { access, chmod, mkdir } from 'node:fs/promises'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { lineOf } from '../certificate-facts.ts'
import type { Signer } from '../signer.ts'
import { inTurn } from './in-turn.ts'
import { makeSlot, maySign, type Slot } from './slot.ts'
import {
  clear,
  keyBytes,
  markOf,
  ofVault,
  readVault,
  vaultFile,
  writeVault,
  type Opened,
  type VaultMark,
} from './vault-file.ts'

export { deriveKey } from './vault-file.ts'

export interface OpenVault {
  /** the raw key, 32 bytes; the caller clears it after use */
  secret: Buffer<ArrayBuffer>
  /** while a rotation is under way, which somebody has to finish: what does not open with `secret` opens with this */
  next: Buffer<ArrayBuffer> | null
  mark: VaultMark
}

export interface VaultOptions {
  /** the database's file: a cache without its vault is lost, and must not be overwritten unseen */
  cache: string
  /** false: who only reads makes nothing that is not there, and writes nothing anew */
  make?: boolean
  random?: (bytes: number) => Buffer<ArrayBuffer>
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

/** Whose slot it is, for people. */
export const nameOf = (certificate: string): string => {
  try {
    return lineOf(new X509Certificate(certificate).subject)
  } catch {
    return ''
  }
}

/** Opens the profile's vault, or makes it when there is neither vault nor cache yet. */
export async function openVault(
  profile: string,
  signer: Signer,
  { cache, make = true, random = randomBytes }: VaultOptions,
): Promise<Result<OpenVault>> {
  const file = vaultFile(profile)
  try {
    if (!make) {
      if (!(await exists(cache))) return fail('cache.damaged', 'there is no cache in this profile', cache)
    } else {
      await mkdir(profile, { recursive: true, mode: 0o700 })
      await chmod(profile, 0o700)
    }
    if (!(await exists(file))) {
      if (await exists(cache)) return fail('cache.damaged', 'the key slots of the cache are missing', file)
      const made = await makeVault(profile, signer, random)
      // somebody made it just now
      if (made.ok || !(await exists(file))) return made
    }
  } catch (error) {
    return fail('cache.unwritable', String(error), profile)
  }
  const read = await readVault(profile, signer, { name: nameOf(signer.certificate) })
  if (!read.ok) return read
  const { secret, next } = read.value
  return ok({ secret, next, mark: make ? await upToDate(profile, signer, read.value) : read.value.mark })
}

async function makeVault(
  profile: string,
  signer: Signer,
  random: NonNullable<VaultOptions['random']>,
): Promise<Result<OpenVault>> {
  const secret = random(keyBytes)
  const of = {
    kind: signer.kind ?? 'certificate',
    name: nameOf(signer.certificate),
    publicKey: signer.publicKey,
  }
  const slot = makeSlot(of, secret)
  const written = slot.ok
    ? await writeVault(
        profile,
        signer,
        { id: random(16).toString('hex'), generation: 1, slots: [slot.value] },
        { secret },
        { over: false },
      )
    : ofVault(slot.error, vaultFile(profile))
  if (written.ok) return ok({ secret, next: null, mark: written.value })
  secret.fill(0)
  return written
}

/** Whether this key's owner has said of all who may write the vault now that they are trusted. */
const trustsAll = (own: Slot, slots: readonly Slot[]): boolean => {
  const now = slots.filter(maySign).map(({ publicKey }) => publicKey)
  return own.trusts !== null && now.join() === own.trusts.keys.join()
}

/** An old one is written anew, and who opened it trusts from then on who is in it. A disk that takes nothing stops nobody. */
async function upToDate(
  profile: string,
  signer: Signer,
  { vault, secret, next, mark, own, old }: Opened & { own: Slot; old: boolean },
): Promise<VaultMark> {
  if (!maySign(own) || (!old && trustsAll(own, vault.slots))) return mark
  const anew = { ...vault, generation: vault.generation + 1 }
  const written = await inTurn(profile, async () => {
    const now = await readVault(profile, signer, { name: nameOf(signer.certificate) })
    if (!now.ok) return now
    clear(now.value)
    // somebody wrote it anew meanwhile: theirs stands
    return now.value.mark.digest === mark.digest
      ? writeVault(profile, signer, anew, { secret, next })
      : ok(now.value.mark)
  })
  return written.ok ? written.value : mark
}

/**
 * Somebody says that this vault is theirs: it is from before vaults were signed, or their slot was added by another who
 * had no more than their certificate. Never done unasked: whoever can write the profile can forge such a vault, and a
 * cache that opens with it.
 *
 * @param fits whether the cache answers to this key, and has met no later vault; `mark` null: nor any that was signed
 */
export const signVault = (...all: Parameters<typeof signInTurn>): ReturnType<typeof signInTurn> =>
  inTurn(all[0], () => signInTurn(...all))

async function signInTurn(
  profile: string,
  signer: Signer,
  fits: (opened: { secret: Uint8Array; mark: VaultMark | null }) => Promise<Result<unknown>>,
): Promise<Result<VaultMark>> {
  const file = vaultFile(profile)
  const read = await readVault(profile, signer, { name: nameOf(signer.certificate), mine: true })
  if (!read.ok) return read
  const { vault, secret, next, own, old } = read.value
  try {
    const never = old && vault.generation === 0
    if (!never && (old || own.trusts !== null))
      return fail('cache.vault-signed', 'only a vault without a signature can be signed', file)
    const met = never ? null : markOf(vault)
    let fitting = await fits({ secret, mark: met })
    if (!fitting.ok && next !== null) fitting = await fits({ secret: next, mark: met })
    if (!fitting.ok) return fitting
    return await writeVault(profile, signer, { ...vault, generation: vault.generation + 1 }, { secret, next })
  } finally {
    secret.fill(0)
    next?.fill(0)
  }
}
