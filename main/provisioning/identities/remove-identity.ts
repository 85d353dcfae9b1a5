/** An identity goes, key and all: never by a slip of the hand the one that this node signs in with, or that alone opens its vault. */
import { fail, type Result } from '../../../preload/contract/result.ts'
import { readIdentityNamed, removeIdentity } from '../../identity/identities.ts'
import type { Entrance } from './entrance.ts'
import { isInUse } from './tell-identities.ts'
import { keysOf, opensAlone, slotsInFile } from './vault-slots.ts'

/** @param entrance how this node signs in; null: it does not; where nobody can say, nothing goes @param keystore as the policy has it @returns the file that is gone */
export async function removeUnused(
  profile: string,
  name: string,
  entrance: Result<Pick<Entrance, 'identity'> | null>,
  { evenInUse, keystore }: { evenInUse: boolean; keystore: boolean },
): Promise<Result<string>> {
  if (evenInUse) return removeIdentity(profile, name)
  if (!entrance.ok) return entrance
  if (isInUse(profile, name, entrance.value)) return fail('identity.in-use', 'nothing was removed', name)
  const vault = await slotsInFile(profile, keystore)
  if (vault.problem !== null) return { ok: false, error: vault.problem }
  const read = await readIdentityNamed(profile, name)
  if (opensAlone(vault.slots ?? [], read.ok ? keysOf(read.value) : []))
    return fail('identity.opens-alone', 'nothing was removed', name)
  return removeIdentity(profile, name)
}
