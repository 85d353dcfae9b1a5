import { deriveKey, type OpenVault } from './identity/vault/vault.ts'
import type { OpenedNode } from './open-node.ts'
import { keptPurpose } from './report/desk/kept.ts'
import { trailPurpose } from './trail/ledger.ts'
import type { TrailSigner } from './trail/trail.ts'

/**
 * The vault is open, and so is what else it seals: the trail, and what this node released. Nothing waits for it: the wall is
 * there with or without.
 */
export function openSealed(
  { trail, kept, problems }: Pick<OpenedNode, 'trail' | 'kept' | 'problems'>,
  { secret, next }: Pick<OpenVault, 'secret' | 'next'>,
  by: TrailSigner,
): void {
  const derived = (purpose: string): Buffer[] =>
    [secret, ...(next === null ? [] : [next])].map((each) => deriveKey(each, purpose))
  const cleared = (keys: readonly Buffer[]) => (): void => {
    for (const key of keys) key.fill(0)
  }
  const ofTrail = derived(trailPurpose)
  trail
    .open(ofTrail, by)
    .catch((error: unknown) => problems('trail', { code: 'trail.unwritable', message: String(error) }))
    .finally(cleared(ofTrail))
  const ofReleased = derived(keptPurpose)
  void kept
    .open(ofReleased)
    .then((opened) => problems('reports', opened.ok ? null : opened.error))
    .finally(cleared(ofReleased))
}
