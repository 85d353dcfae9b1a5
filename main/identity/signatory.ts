/** Who signs what leaves this node, and how they prove once more that it is them: to be signed in signs nothing by itself. */
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { CardSignIn, CardSigningIn } from './card/sign-in.ts'
import { openIdentity, readIdentity } from './open-identity.ts'
import type { Secret } from './secret.ts'
import type { SignIn, SignInFiles } from './sign-in.ts'
import { signerOf, type Signer } from './signer.ts'
import type { OpenVault } from './vault/vault.ts'

/** Who signs, once they have proven that it is them; `end` forgets the key. */
export interface Proven {
  signer: Signer
  /** PEM: what came with the certificate */
  chain: readonly string[]
  end(): void
}

export interface Signatory {
  /** the folder of the cache, and of what was released */
  cache: string
  /** `node`: nobody typed anything to sign in, so a person says yes in a dialog of the system */
  by: 'passphrase' | 'pin' | 'node'
  subject: string
  issuer: string
  /** ms since 1970 */
  until: number
  /** PEM; null: nobody's word counts */
  authority: string | null
  /** why it signs nothing now; null: nothing is wrong with it */
  problem: Problem | null
  vault(): Promise<Result<OpenVault>>
  /** @param typed erased by the caller; null where nothing is typed */
  prove(typed: Secret | null): Promise<Result<Proven>>
}

interface Where {
  cache: string
  /** opens it and makes nothing that is not there */
  vault(signer: Signer): Promise<Result<OpenVault>>
}

const nothingTyped = (): Result<never> =>
  fail('ipc.input-invalid', 'what proves who signs is to be typed', 'reports.release')

/** Signed in with a file. @returns null: nobody is */
export function signatoryOfFile(
  { identity, authority, problem }: SignIn,
  files: SignInFiles,
  { cache, vault }: Where,
): Signatory | null {
  if (identity === null) return null
  const { subject, issuer, notAfter: until } = identity.facts
  const isTyped = files.passphrase.from === 'prompt'
  return {
    ...{ cache, subject, issuer, until, authority, problem },
    by: isTyped ? 'passphrase' : 'node',
    vault: () => vault(signerOf(identity)),
    async prove(typed) {
      if (!isTyped) return ok({ signer: signerOf(identity), chain: identity.chain, end: () => undefined })
      if (typed === null) return nothingTyped()
      const bytes = await readIdentity(files.identity)
      if (!bytes.ok) return bytes
      const again = openIdentity(bytes.value, typed, files.identity)
      if (!again.ok) return again
      const { key, certificate, chain } = again.value
      if (certificate !== identity.certificate) {
        key.erase()
        return fail('identity.key-refused', 'another certificate lies there than is signed in with', subject)
      }
      return ok({ signer: signerOf({ certificate, key }), chain, end: () => key.erase() })
    },
  }
}

/** Signed in with a card: its PIN once more. @returns null: nobody is */
export function signatoryOfCard(
  { opened, authority, problem }: CardSignIn,
  card: Pick<CardSigningIn, 'prove'>,
  signer: (on: NonNullable<CardSignIn['opened']>['on']) => Signer,
  { cache, vault }: Where,
): Signatory | null {
  if (opened === null) return null
  const { facts, on } = opened
  return {
    ...{ cache, authority, problem, by: 'pin', subject: facts.subject, issuer: facts.issuer },
    until: facts.notAfter,
    vault: () => vault(signer(on)),
    async prove(typed) {
      if (typed === null) return nothingTyped()
      const proven = await card.prove(typed, on)
      return proven.ok ? ok({ signer: signer(on), chain: [], end: () => undefined }) : proven
    },
  }
}
