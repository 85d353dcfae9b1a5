/** Whether a signed policy counts here: its signature first, then what it says. */
import { createHash } from 'node:crypto'
import { ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { mostText } from '../../preload/contract/yaml-text.ts'
import { readGuarded } from '../identity/guarded-file.ts'
import { readPolicy, type Policy } from './policy.ts'
import { mostSignature, verifyPolicySignature, type PolicySignature } from './signature.ts'

/** A policy and the signature beside it, as they lie there. */
export interface SignedText {
  text: Buffer
  signature: Buffer
}

export interface SoundPolicy {
  policy: Policy
  version: number
  /** ms since 1970: the policy's own end, or that of its signer's chain where that is before */
  until: number
  signature: PolicySignature
  /** SHA-256 of the text, hex */
  digest: string
}

export interface Demands {
  /** certificates whose word counts, PEM */
  authority: string
  /** this node's name; null: it has none yet, and the policy gives it one */
  node: string | null
  /** ms since 1970 */
  now: number
  /** what is in force; null: nothing was yet */
  inForce: { version: number; digest: string | null; signers: readonly string[] | null } | null
}

/** What is refused, with what could be made out of it. */
export interface Refused {
  ok: false
  error: Problem
  version: number | null
  signer: string | null
  /** one that is sound but for its time; null: it is not */
  over: Policy | null
}
export type Judged = { ok: true; value: SoundPolicy } | Refused

export const signatureOf = (file: string): string => `${file}.p7s`
export const digestOf = (text: Uint8Array): string => createHash('sha256').update(text).digest('hex')

/** @returns both files; who else may change one, or `policy.unsigned` where there is no signature */
export async function readSigned(file: string): Promise<Result<SignedText>> {
  const text = await readGuarded(file, {
    ...{ guard: 'public', most: mostText, unreadable: 'policy.invalid' },
    what: 'the policy',
  })
  if (!text.ok) return text
  const signature = await readGuarded(signatureOf(file), {
    ...{ guard: 'public', most: mostSignature, unreadable: 'policy.unsigned' },
    what: 'its signature',
  })
  return signature.ok ? ok({ text: text.value, signature: signature.value }) : signature
}

const isHex = (text: string): boolean => /^[0-9a-f:\s]+$/i.test(text)
/** @param signers names, or fingerprints as `openssl x509 -fingerprint -sha256` and we write them; null: whoever it is */
export const admits = (
  signers: readonly string[] | null,
  { signer, fingerprint }: Pick<PolicySignature, 'signer' | 'fingerprint'>,
): boolean =>
  signers === null ||
  signers.some(
    (each) => each === signer || (isHex(each) && each.replaceAll(/[:\s]/g, '').toLowerCase() === fingerprint),
  )

const day = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`

export const overSince = (end: number, file: string): Problem => ({
  code: 'policy.expired',
  message: `it was valid until ${day(end)}`,
  subject: file,
})

/** Nothing of the text is read before its signature has proved whose it is. */
export function judgePolicy(
  { text, signature: bytes }: SignedText,
  file: string,
  { authority, node, now, inForce }: Demands,
): Judged {
  const signature = verifyPolicySignature(text, bytes, authority, now, file)
  if (!signature.ok) return { ...signature, version: null, signer: null, over: null }
  const { signer, until } = signature.value
  let version: number | null = null
  const no = (error: Problem): Refused => ({ ok: false, error, version, signer, over: null })
  const because = (code: Problem['code'], message: string): Refused => no({ code, message, subject: file })
  if (!admits(inForce?.signers ?? null, signature.value))
    return because('policy.signer-not-admitted', `${signer} is not among the signers of the policy in force`)
  const read = readPolicy(text.toString('utf8'), file, node)
  if (!read.ok) return no(read.error)
  const policy = read.value
  version = policy.version
  if (version === null) return because('policy.invalid', '“version” is missing: a signed policy has one')
  if (!admits(policy.signers, signature.value))
    return because('policy.signer-not-admitted', `${signer} is not among the signers that it names itself`)
  const end = Math.min(until, policy.expires ?? Infinity)
  if (end <= now) return { ...no(overSince(end, file)), over: policy }
  const digest = digestOf(text)
  if (inForce !== null && version < inForce.version)
    return because(
      'policy.rolled-back',
      `it is version ${version}, and version ${inForce.version} was in force here`,
    )
  if (inForce !== null && version === inForce.version && digest !== (inForce.digest ?? digest))
    return because('policy.rolled-back', `version ${version} was in force here already, with other rules`)
  return { ok: true, value: { policy, version, until: end, signature: signature.value, digest } }
}
