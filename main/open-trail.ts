import { deriveKey, type OpenVault } from './identity/vault/vault.ts'
import type { OpenedNode } from './open-node.ts'
import type { TrailSigner } from './trail/trail.ts'

/** The vault is open, and so is the trail. Nothing waits for it: the wall is there with or without. */
export function openTrail(
  { trail, problems }: Pick<OpenedNode, 'trail' | 'problems'>,
  { secret, next }: Pick<OpenVault, 'secret' | 'next'>,
  by: TrailSigner,
): void {
  const keys = [secret, ...(next === null ? [] : [next])].map((each) => deriveKey(each, 'Vigie trail'))
  trail
    .open(keys, by)
    .catch((error: unknown) => problems('trail', { code: 'trail.unwritable', message: String(error) }))
    .finally(() => {
      for (const key of keys) key.fill(0)
    })
}
