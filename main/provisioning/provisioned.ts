/** What a profile has of its node: who signs in, and whom it trusts. Read anew each time, as somebody is just setting it up. */
import type { Problem, Result } from '../../preload/contract/result.ts'
import { ok } from '../../preload/contract/result.ts'
import { readAuthority } from '../identity/authority.ts'
import { looksSealed, parseIdentityFile } from '../identity/identity-file.ts'
import { readNodeFile, type NodeFile } from '../identity/node-file.ts'
import { readIdentity } from '../identity/open-identity.ts'

export interface ProvisionedProfile {
  /** null: it was never provisioned */
  node: NodeFile | null
  /** PEM; null: there is none, or it is closed and says nothing of itself */
  identity: { certificate: string; chain: readonly string[] } | null
  /** PEM; null: none is pinned, or it can't be read */
  authority: string | null
  authorityProblem: Problem | null
}

/** What a sealed identity of this node says of itself without its key. */
async function certificateIn(file: string): Promise<ProvisionedProfile['identity']> {
  const bytes = await readIdentity(file)
  if (!bytes.ok || !looksSealed(bytes.value)) return null
  const read = parseIdentityFile(bytes.value, file)
  return read.ok ? read.value.current : null
}

export async function readProvisioned(profile: string): Promise<Result<ProvisionedProfile>> {
  const read = await readNodeFile(profile)
  if (!read.ok) return read
  const node = read.value
  if (node === null) return ok({ node, identity: null, authority: null, authorityProblem: null })
  const [identity, authority] = await Promise.all([
    node.identity === null ? null : certificateIn(node.identity),
    readAuthority(node.authority),
  ])
  return ok({
    node,
    identity: identity && { certificate: identity.certificate, chain: identity.chain },
    authority: authority.ok ? authority.value : null,
    authorityProblem: authority.ok ? null : authority.error,
  })
}
