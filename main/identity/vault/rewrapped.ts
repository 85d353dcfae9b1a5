import { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { Identity } from '../open-identity.ts'
import type { Rewrapped } from '../renewal.ts'
import { signerOf, type Signer } from '../signer.ts'
import { fingerprintOf } from '../wrapping.ts'
import { addSigner, removeSlot } from './change-slots.ts'

/** The vault of a cache, by whoever signs in now. @param cache the folder that it lies in */
export function rewrapped(cache: string, identity: () => Identity | null): Rewrapped {
  const bySigner = async (act: (signer: Signer) => Promise<Result<unknown>>): Promise<Result<unknown>> => {
    const own = identity()
    return own === null ? fail('cache.key-refused', 'nobody has signed in', cache) : act(signerOf(own))
  }
  return {
    add: (next) => bySigner((signer) => addSigner(cache, signer, signerOf(next))),
    drop: (certificate) =>
      bySigner(async (signer) => {
        const slot = fingerprintOf(new X509Certificate(certificate).publicKey)
        const removed = await removeSlot(cache, signer, slot)
        return removed.ok || removed.error.code === 'vault.slot-unknown' ? ok(undefined) : removed
      }),
  }
}
