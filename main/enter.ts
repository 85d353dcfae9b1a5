/** Somebody signs in, and the engine starts with what that opened; again whenever it is another. */
import { ok, type Result } from '../preload/contract/result.ts'
import { databaseFile } from './engine/cache/database-file.ts'
import type { EngineProcess, Start } from './engine-process.ts'
import { inboxOf } from './identity/inbox.ts'
import { keepSigningIn, type SignIn, type SignInFiles } from './identity/sign-in.ts'
import { signerOf } from './identity/signer.ts'
import { openVault } from './identity/vault/vault.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { placeOf } from './policy/policy.ts'

/** Where one signs in, with what, and where what comes from there is kept. */
export interface Entrance {
  /** of the platform's servers */
  addresses: readonly string[]
  tlsFirst: boolean
  files: SignInFiles
  cache: string
}

export async function enter(
  { options, parts, end }: Begun,
  { addresses, tlsFirst, files, cache }: Entrance,
  node: OpenedNode,
  engine: EngineProcess,
): Promise<void> {
  const { about, state, say, problems } = node
  if (files.passphrase.from === 'prompt' && options.headless !== null) {
    const message = 'nobody is at a headless desk to type the passphrase'
    log(say({ code: 'identity.passphrase-missing', message, subject: files.identity }))
    return end(1)
  }
  const startEngine = ({ identity, authority, problem }: SignIn) => {
    if (identity === null) return
    const certificate = [identity.certificate, ...identity.chain].join('\n')
    const signer = signerOf(identity)
    engine.start(async (): Promise<Result<Start>> => {
      // anew for each engine: between two of them nobody holds the key
      const vault = await openVault(cache, signer, { cache: databaseFile(cache) })
      if (!vault.ok) return vault
      const intakes: Start['intakes'] =
        authority === null || problem !== null
          ? []
          : [
              {
                protocol: 'nats',
                intake: 'platform',
                servers: addresses,
                inbox: inboxOf(identity.certificate),
                tls: { certificate, key: identity.key.copy(), authority },
                tlsFirst,
              },
            ]
      const { scheme, cache: keeping, acts, nodes } = about.policy
      const place = placeOf(about.policy)
      return ok({
        order: 'start',
        profile: cache,
        scheme,
        keeping,
        cacheKey: vault.value.secret,
        vault: vault.value.mark,
        acts,
        place,
        nodes: nodes && [...nodes],
        intakes,
      })
    })
  }
  node.signing = await keepSigningIn({
    files,
    now: () => Date.now(),
    changed(signedIn) {
      state.found({ identity: signedIn.identity?.facts ?? null, passphraseWanted: signedIn.wanted })
      problems('identity', signedIn.problem)
      startEngine(signedIn)
    },
  })
  parts.add(node.signing)
}
