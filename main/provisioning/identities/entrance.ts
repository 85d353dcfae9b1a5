/** How this node signs in at its platform. */
import { ok, type Result } from '../../../preload/contract/result.ts'
import { readNodeFile } from '../../identity/node-file.ts'

export interface Entrance {
  /** null: where the policy says */
  platform: readonly string[] | null
  /** files, absolute */
  identity: string
  authority: string
  tlsFirst: boolean
}

/** As it was provisioned. @returns null: it was not */
export async function provisionedEntrance(profile: string): Promise<Result<Entrance | null>> {
  const node = await readNodeFile(profile)
  if (!node.ok) return node
  if (node.value === null) return ok(null)
  const { platform, identity, authority, tlsFirst } = node.value
  return ok({ platform, identity, authority, tlsFirst })
}
