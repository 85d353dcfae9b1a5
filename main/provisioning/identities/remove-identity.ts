/** An identity goes, key and all: never by a slip of the hand the one that this node signs in with. */
import { fail, type Result } from '../../../preload/contract/result.ts'
import { removeIdentity } from '../../identity/identities.ts'
import type { Entrance } from './entrance.ts'
import { isInUse } from './tell-identities.ts'

/** @param entrance how this node signs in; null: it does not @returns the file that is gone */
export async function removeUnused(
  profile: string,
  name: string,
  entrance: Pick<Entrance, 'identity'> | null,
  { evenInUse }: { evenInUse: boolean },
): Promise<Result<string>> {
  if (!evenInUse && isInUse(profile, name, entrance))
    return fail('identity.in-use', 'nothing was removed', name)
  return removeIdentity(profile, name)
}
