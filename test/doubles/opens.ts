import { ok } from '../../preload/contract/result.ts'
import type { Rewrapped } from '../../main/identity/renewal.ts'

/** What several certificates open, and which do. */
export const opensWith = (...certificates: string[]): Rewrapped & { certificates: Set<string> } => {
  const opens = new Set(certificates)
  return {
    certificates: opens,
    add: ({ certificate }) => Promise.resolve(ok(opens.add(certificate))),
    drop: (certificate) => Promise.resolve(ok(opens.delete(certificate))),
  }
}
