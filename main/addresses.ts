import { fail, ok, type Result } from '../preload/contract/result.ts'
import { readServerAddress } from '../preload/contract/server-address.ts'
import type { Policy } from './policy/policy.ts'

/**
 * Where to sign in: what the command line says counts, and what the policy says where that says nothing.
 * @param web those of WebSocket listeners, for a card
 */
export function addressesOf(
  given: readonly string[] | null,
  policy: Pick<Policy, 'platform'>,
  web = false,
): Result<readonly string[]> {
  const named = policy.platform?.filter((one) => readServerAddress(one)?.web === web) ?? []
  const addresses = given ?? (named.length === 0 ? null : named)
  return addresses === null
    ? fail('command.invalid', '--platform is missing: the policy names no platform either', '--platform')
    : ok(addresses)
}
