/** What a node remembers of its policies, over a start. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openKeptPolicies } from '../../../../main/policy/kept-policies.ts'

let profile: string
beforeEach(async () => void (profile = await mkdtemp(join(tmpdir(), 'vigie-kept-'))))
afterEach(() => rm(profile, { recursive: true }))

it('a refusal in very many words is remembered, and those before it', async () => {
  const kept = await openKeptPolicies(profile)
  const refusal = { at: 1, code: 'policy.invalid', version: 3, signer: 'CN=A' } as const
  expect(await kept.refuse({ ...refusal, message: 'short' })).toBeNull()
  expect(await kept.refuse({ ...refusal, message: 'é'.repeat(5_000), signer: 'x'.repeat(5_000) })).toBeNull()
  const { refused } = (await openKeptPolicies(profile)).record()
  expect(refused.map(({ message }) => message.slice(0, 5))).toEqual(['ééééé', 'short'])
})

it('a long refusal that comes again is told once', async () => {
  const kept = await openKeptPolicies(profile)
  const refusal = { at: 1, code: 'policy.invalid', version: 3, signer: null } as const
  for (let times = 0; times < 3; times++) await kept.refuse({ ...refusal, message: 'é'.repeat(5_000) })
  expect(kept.record().refused).toHaveLength(1)
})
