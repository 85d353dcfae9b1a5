/** A profile as a node leaves it that was provisioned and has run: its identity, its vault and a trail of five records. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseFile } from '../../main/engine/cache/database-file.ts'
import { toPkcs12 } from '../../main/exercise/authority.ts'
import { writeNodeFile } from '../../main/identity/node-file.ts'
import { Secret } from '../../main/identity/secret.ts'
import { signerOf } from '../../main/identity/signer.ts'
import { deriveKey, openVault } from '../../main/identity/vault/vault.ts'
import { createTrail } from '../../main/trail/trail.ts'
import { make, type Made } from './certificates.ts'

export const passphrase = 'correct horse'

/** @param root who issues the node's certificate. @returns the profile */
export async function aProvisionedProfile(profile: string, root: Made): Promise<string> {
  await mkdir(profile, { recursive: true, mode: 0o700 })
  const { certificate, key } = make({ name: 'poste-07', by: root, purposes: ['clientAuth'] })
  const issued = { certificate, key, user: '' }
  const signer = signerOf({ certificate, key: new Secret(key) })
  const vault = await openVault(profile, signer, { cache: databaseFile(profile) })
  if (!vault.ok) throw new Error(vault.error.message)
  const trail = createTrail({
    ...{ folder: profile, node: 'poste-07', token: 'poste-07', now: () => Date.now() },
    ...{ problem: () => undefined, log: () => undefined, stamp: () => null, outlet: () => null },
  })
  trail.record({ kind: 'start' })
  await trail.open([deriveKey(vault.value.secret, 'Vigie trail')], { ...signer, chain: [] })
  trail.record({ kind: 'act.show-scene', person: 'A. Martin', screen: 3, subject: 'domains' })
  trail.record({ kind: 'refused', refused: 'ipc.refused', subject: 'vigie:desk.act' })
  await trail.settled(5000)
  await trail.dispose()
  const file = (name: string): string => join(profile, name)
  await writeFile(file('ca.pem'), root.certificate)
  await writeFile(file('wall.p12'), toPkcs12(issued, passphrase), { mode: 0o600 })
  const written = await writeNodeFile(profile, {
    ...{ vigie: 'node', version: 1, platform: ['tls://localhost:4222'], tlsFirst: false },
    ...{ identity: 'wall.p12', authority: 'ca.pem', policy: null, policyAuthority: null, node: null },
    passphrase: { from: 'prompt' },
  })
  if (!written.ok) throw new Error(written.error.message)
  return profile
}
