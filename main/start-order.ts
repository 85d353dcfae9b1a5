import type { Start } from './engine-process.ts'
import type { OpenVault } from './identity/vault/vault.ts'
import type { HeldPolicy } from './policy/hold-policy.ts'
import { placeOf, type Policy } from './policy/policy.ts'

/** What the engine is started with, once the vault is open: the keys are the order's from then on. */
export function startOrder(
  profile: string,
  { secret, next, mark }: OpenVault,
  policy: Policy,
  intakes: Start['intakes'],
): Start {
  const { scheme, cache: keeping, acts, log, documents, reports, nodes } = policy
  return {
    ...{ order: 'start', profile, scheme, keeping, acts, log, intakes, place: placeOf(policy) },
    ...{ documents, reports },
    nodes: nodes && [...nodes],
    cacheKey: secret,
    ...(next === null ? {} : { nextKey: next }),
    vault: mark,
  }
}

const toldOf = ({ scheme, cache: keeping, nodes, keystore }: Policy): string =>
  JSON.stringify([scheme, keeping, nodes, keystore])

/** An engine is told at its start what it keeps, and whose acts count: where the policy changes that, it starts again. */
export const startAgainWith = (
  policy: Pick<HeldPolicy, 'listen'>,
  start: () => void,
): { dispose(): void } => ({
  dispose: policy.listen((next, before) => {
    if (toldOf(next) !== toldOf(before)) start()
  }),
})
