/** The trail of a profile whose wall may not run: opened by its node's identity, read, and left as it is. */
import { open, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { Identity } from '../identity/open-identity.ts'
import { signerOf, type Signer } from '../identity/signer.ts'
import { deriveKey, openVault } from '../identity/vault/vault.ts'
import { openLedger, trailFile, trailPurpose, type Ledger } from '../trail/ledger.ts'
import { readRecord } from '../trail/record.ts'
import type { Row } from '../trail/verify.ts'

/** Vigie may run on the same profile meanwhile. @param identity its key is cleared */
export async function openTrailOf(profile: string, identity: Identity): Promise<Result<Ledger>> {
  try {
    return await openTrailWith(profile, signerOf(identity))
  } finally {
    identity.key.erase()
  }
}

/** … with what signs as this node. */
export async function openTrailWith(profile: string, signer: Signer): Promise<Result<Ledger>> {
  const vault = await openVault(profile, signer, { cache: trailFile(profile), make: false })
  if (!vault.ok) return vault
  const { secret, next } = vault.value
  let ledger: Result<Ledger> = fail('trail.closed', 'there is no key to open it with', profile)
  // with a rotation under way it answers to the one or the other
  for (const each of next === null ? [secret] : [secret, next]) {
    const key = deriveKey(each, trailPurpose)
    if (!ledger.ok) ledger = await openLedger(profile, key, { readOnly: true })
    key.fill(0)
    each.fill(0)
  }
  return ledger
}

export interface Exporting {
  /** ids of the markings that may leave; null: all */
  seen: readonly string[] | null
  /** each record, as it is written */
  wrote?(records: number): void
  signal?: AbortSignal
}

/** Every record as it is kept, a line each; never over another file, and whole or not at all. @returns how many */
export async function exportTrail(
  rows: AsyncIterable<Row>,
  file: string,
  { seen, wrote, signal }: Exporting,
): Promise<Result<number>> {
  let count = 0
  let above: string | null = null
  async function* lines() {
    for await (const { body } of rows) {
      const marking = readRecord(body)?.marking ?? null
      if (seen !== null && marking !== null && !seen.includes(marking)) {
        above = marking
        throw new Error(`record ${count + 1} is marked ${marking}`)
      }
      count++
      wrote?.(count)
      yield `${body}\n`
    }
  }
  const out = await open(file, 'wx', 0o600).catch((error: unknown) => String(error))
  // a name that is taken, a folder that nobody may write to
  if (typeof out === 'string') return fail('trail.unexported', out, file)
  try {
    const whole = signal === undefined ? [] : [{ signal }]
    await pipeline(Readable.from(lines()), out.createWriteStream(), ...whole)
    return ok(count)
  } catch (error) {
    await rm(file, { force: true })
    if (above !== null) return fail('trail.above-desk', String(error), file)
    return fail('trail.unexported', String(error), file)
  }
}
