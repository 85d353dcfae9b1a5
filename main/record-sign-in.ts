import type { Problem } from '../preload/contract/result.ts'
import type { Trail } from './trail/trail.ts'

/** Who has signed in, and what kept somebody from it; nobody has yet whom a passphrase or a PIN is asked of. */
export function recordSignIn(
  { record }: Pick<Trail, 'record'>,
  { subject, problem, wanted }: { subject: string | null; problem: Problem | null; wanted: unknown },
): void {
  if (subject !== null) record({ kind: 'sign-in', subject })
  if (problem !== null && wanted === null) recordRefused({ record }, problem, problem.subject ?? null)
}

export function recordRefused(
  { record }: Pick<Trail, 'record'>,
  { code, message }: Problem,
  subject: string | null,
): void {
  record({ kind: 'sign-in.refused', refused: code, subject, detail: { message } })
}
