/**
 * Where the policy says so (`keystore: true`) the operating system's keystore opens the cache, so that a wall shows what it
 * had before anybody has typed a passphrase. It signs in nowhere: for that somebody has to.
 */
import { safeStorage } from 'electron'
import { fail, ok, type Result } from '../preload/contract/result.ts'
import type { EngineProcess, Start } from './engine-process.ts'
import type { Signer } from './identity/signer.ts'
import { openWithKeystore, settleKeystore } from './identity/vault/keystore.ts'
import type { Policy } from './policy/policy.ts'
import { startOrder } from './start-order.ts'
import type { TellProblem } from './wall/problems.ts'

export interface Unattended {
  /** with what the cache holds, where the vault has a slot of this keystore; `still`: nobody has signed in meanwhile */
  start(still: () => boolean): Promise<void>
  /** somebody has opened the vault: it has a slot of the keystore from now on, or none any more */
  settle(signer: Signer): Promise<void>
}

export function openUnattended(
  cache: string,
  policy: () => Policy,
  engine: Pick<EngineProcess, 'start'>,
  problems: TellProblem,
): Unattended {
  const told = (result: Result<unknown>): void => problems('vault', result.ok ? null : result.error)
  let started = false
  /** Anew for each engine, as the policy may be another by then. */
  const order = async (): Promise<Result<Start>> => {
    if (!policy().keystore)
      return fail('vault.keystore-refused', 'the policy lets no keystore open the cache any more', 'keystore')
    const vault = await openWithKeystore(cache, safeStorage)
    return vault.ok ? ok(startOrder(cache, vault.value, policy(), [])) : vault
  }
  return {
    async start(still) {
      if (!policy().keystore) {
        // ends the one that runs
        if (started) engine.start(order)
        return
      }
      const tried = await openWithKeystore(cache, safeStorage)
      if (!tried.ok) {
        // no slot of a keystore yet is nobody's fault: whoever signs in makes one
        if (tried.error.code === 'vault.keystore-refused') told(tried)
        return
      }
      for (const key of [tried.value.secret, tried.value.next]) key?.fill(0)
      if (!still()) return
      started = true
      engine.start(order)
    },
    async settle(signer) {
      started = false
      told(await settleKeystore(cache, signer, policy().keystore ? safeStorage : null))
    },
  }
}
