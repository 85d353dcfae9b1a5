/** A try at the platform, step by step, as this node would sign in. One at a time. */
import type { Trial } from '../../../preload/contract/identities.ts'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import { addressForm, hostAndPort, readServerAddress } from '../../../preload/contract/server-address.ts'
import { openIdentity, readIdentity } from '../../identity/open-identity.ts'
import type { Secret } from '../../identity/secret.ts'
import { tryPlatform } from '../try-platform.ts'

export interface TrialAsked {
  /** in the store; null: wherever it lies */
  name: string | null
  file: string
  /** as they are typed or written */
  addresses: readonly string[]
  tlsFirst: boolean
  /** PEM */
  authority: string
  /** erased once it has opened the identity, or not */
  passphrase: Secret
}

export interface HeldTrial {
  now(): Trial | null
  /** @returns once it has begun; `ended` when it has, with what was wrong */
  begin(asked: TrialAsked): Promise<Result<{ ended: Promise<Problem | null> }>>
  putAway(): void
}

export function holdTrial(now: () => number, changed: () => void): HeldTrial {
  let trial: Trial | null = null
  const becomes = (next: Trial): void => {
    trial = next
    changed()
  }
  return {
    now: () => trial,
    putAway() {
      if (trial?.running === true) return
      trial = null
      changed()
    },
    async begin({ name, file, addresses, tlsFirst, authority, passphrase }) {
      try {
        if (trial?.running === true) return fail('ipc.refused', 'another try is under way')
        const read = addresses.map((one) => readServerAddress(one.trim()))
        const wrong = addresses.find((_, at) => (read[at] ?? null) === null)
        if (wrong !== undefined)
          return fail('command.invalid', `${wrong}: an address as ${addressForm}`, wrong)
        const bytes = await readIdentity(file)
        if (!bytes.ok) return bytes
        const identity = openIdentity(bytes.value, passphrase, name ?? file)
        if (!identity.ok) return identity
        const servers: Trial['servers'] = []
        let told: Trial = {
          ...{ name, subject: identity.value.facts.subject, begun: now(), running: true, servers: [] },
        }
        const tell = (more: Partial<Trial> = {}) => {
          told = { ...told, servers: [...servers], ...more }
          becomes(told)
        }
        tell()
        const run = async (): Promise<Problem | null> => {
          let first: Problem | null = null
          try {
            for (const address of read) {
              if (address === null) continue
              const at = servers.push({ server: hostAndPort(address), steps: [], problem: null }) - 1
              const { server, problem } = await tryPlatform({
                ...{ address, tlsFirst, identity: identity.value, authority, now: now() },
                told({ step, passed, found, ms }) {
                  const { server, steps } = servers[at] ?? { server: '', steps: [] }
                  servers[at] = { server, steps: [...steps, { step, passed, found, ms }], problem: null }
                  tell()
                },
              })
              servers[at] = { server, steps: servers[at]?.steps ?? [], problem }
              first ??= problem
              tell()
            }
          } catch (error) {
            first = { code: 'internal', message: String(error) }
          } finally {
            identity.value.key.erase()
            tell({ running: false })
          }
          return first
        }
        return ok({ ended: run() })
      } finally {
        passphrase.erase()
      }
    },
  }
}
