import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { judgePolicy, type SoundPolicy } from './judge-policy.ts'
import { readPolicyText } from './policy.ts'
import { signText, type PolicySigner } from './signature.ts'

/**
 * Signs a policy that a node would take: what none would is not signed.
 *
 * @param chain further certificates that lead to the authority, PEM
 * @param authority whose signatures will count, PEM; null: it is not judged whether this one's does
 * @param now ms since 1970
 * @returns the signature to lie beside the text, DER
 */
export async function signPolicy(
  text: Uint8Array,
  file: string,
  signer: PolicySigner,
  { chain, authority, now }: { chain: readonly string[]; authority: string | null; now: number },
): Promise<Result<{ signature: Buffer; sound: SoundPolicy }>> {
  const read = readPolicyText(Buffer.from(text).toString('utf8'), file)
  if (!read.ok) return read
  const [node] = read.value.for ?? [read.value.node]
  if (node === undefined) return fail('policy.invalid', 'it names no node: neither “node” nor “for”', file)
  const signature = await signText(text, signer, chain, now)
  if (!signature.ok) return signature
  // without an authority the signer's own is taken for it, so that all else is judged
  const judged = judgePolicy({ text: Buffer.from(text), signature: signature.value }, file, {
    authority: authority ?? [signer.certificate, ...chain].join('\n'),
    ...{ node: read.value.node ?? node, now, inForce: null },
  })
  return judged.ok
    ? ok({ signature: signature.value, sound: judged.value })
    : { ok: false, error: judged.error }
}
