/** What of an identity may leave this node: its certificate with those above it, and the request that is out. */
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import type { IdentityFile } from '../../identity/identities.ts'

/** @returns PEM, never a key */
export function publicText(
  { current, outstanding }: IdentityFile,
  what: 'request' | 'certificate',
  name: string,
): Result<string> {
  if (what === 'request')
    return outstanding === null
      ? fail('identity.not-asked', 'no request is out', name)
      : ok(outstanding.request)
  if (current === null)
    return fail('identity.no-certificate', 'its request is out: it has no certificate yet', name)
  return ok([current.certificate, ...current.chain].map((pem) => `${pem.trimEnd()}\n`).join(''))
}
