/** What every command on syntheses asks first: which policy holds here, where what is set comes from, whom one trusts. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Problem, type Result } from '../../preload/contract/result.ts'
import { readAuthority } from '../identity/authority.ts'
import { readCertificates } from '../identity/trust/certificate.ts'
import { holdPolicy } from '../policy/hold-policy.ts'
import type { Policy } from '../policy/policy.ts'
import { profileOf, type profileOptions } from './node.ts'

export type Typed<O> = { [K in keyof O]?: string | undefined }

/** From its sources and where it was bundled alike. */
const resources = (): string =>
  ['../resources', '../../resources']
    .map((path) => join(import.meta.dirname, path))
    .find((path) => existsSync(join(path, 'policy.yaml'))) ?? join(import.meta.dirname, '../resources')

/** The template of a synthesis and its fonts. */
export const reportFolder = (): string => join(resources(), 'report')

export const policyOptions = {
  policy: { type: 'string' },
  'policy-authority': { type: 'string' },
  node: { type: 'string' },
} as const
/**
 * What this node may show, and who it is: the policy that is in force here, or the one that is named, which is judged and
 * not kept: a report changes no node's policy. The problem: why it is not the one that was asked for.
 */
export async function policyOf(
  values: Typed<typeof policyOptions & typeof profileOptions>,
): Promise<{ policy: Policy; problem: Problem | null }> {
  const told: Problem[] = []
  const held = await holdPolicy({
    order: {
      file: values.policy ?? null,
      authority: values['policy-authority'] ?? null,
      node: values.node ?? null,
    },
    builtIn: join(resources(), 'policy.yaml'),
    profile: profileOf(values),
    ...{ exercise: false, keep: false },
    localTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: () => Date.now(),
    problem: (problem) => {
      if (problem !== null) told.push(problem)
    },
  })
  const policy = held.now()
  const { from } = held.standing()
  held.dispose()
  const closed: Problem = { code: 'policy.invalid', message: 'no policy is in force', subject: '' }
  return { policy, problem: told[0] ?? (from === 'closed' ? closed : null) }
}

/** @returns PEM: those in a file */
export async function authoritiesIn(file: string): Promise<Result<string[]>> {
  const read = await readAuthority(file)
  return read.ok ? ok(readCertificates(read.value).map(({ x509 }) => x509.toString())) : read
}
