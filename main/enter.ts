/** Somebody signs in, and the engine starts with what that opened; again whenever it is another. */
import { keepSigningIn, nobodyYet, type SignIn, type SignInFiles } from './identity/sign-in.ts'
import { ok, type Result } from '../preload/contract/result.ts'
import { databaseFile } from './engine/cache/database-file.ts'
import type { EngineProcess, Start } from './engine-process.ts'
import { holdTrust } from './hold-trust.ts'
import { inboxOf } from './identity/inbox.ts'
import { signatoryOfFile } from './identity/signatory.ts'
import { signerOf, type Signer } from './identity/signer.ts'
import { openVault } from './identity/vault/vault.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { openSealed } from './open-sealed.ts'
import { recordSignIn } from './record-sign-in.ts'
import { rewrapped } from './identity/vault/rewrapped.ts'
import { renewHere, withTyped, type RenewedHere } from './renew.ts'
import { startAgainWith, startOrder } from './start-order.ts'
import { sessionClock } from './steady-clock.ts'
import { openUnattended } from './unattended.ts'

/** Where one signs in, with what, and where what comes from there is kept. */
export interface Entrance {
  /** of the platform's servers */
  addresses: readonly string[]
  tlsFirst: boolean
  files: SignInFiles
  cache: string
}

export async function enter(
  begun: Begun,
  { addresses, tlsFirst, files, cache }: Entrance,
  node: OpenedNode,
  engine: EngineProcess,
): Promise<void> {
  const { options, parts, end } = begun
  const { about, state, say, problems } = node
  if (files.passphrase.from === 'prompt' && options.headless !== null) {
    const message = 'nobody is at a headless desk to type the passphrase'
    log(say({ code: 'identity.passphrase-missing', message, subject: files.identity }))
    return end(1)
  }
  const clock = sessionClock()
  let signedIn = nobodyYet
  /** what the engine was last started for */
  let entrance = nobodyYet
  const tell = () => problems('identity', signedIn.problem ?? signedIn.change ?? trust.problem())
  const trust = holdTrust(begun, node, engine, {
    now: clock.now,
    tell,
    restart: () => startEngine(signedIn),
  })
  const unattended = openUnattended(cache, () => about.policy, engine, problems)
  const vaultThatIs = (signer: Signer) =>
    openVault(cache, signer, { cache: databaseFile(cache), make: false })
  let starts = 0
  const startEngine = ({ identity, authority, problem: own }: SignIn) => {
    const mine = ++starts
    if (identity === null) {
      void unattended.start(() => mine === starts)
      return
    }
    const problem = own ?? trust.problem()
    const certificate = [identity.certificate, ...identity.chain].join('\n')
    const signer = signerOf(identity)
    engine.start(async (): Promise<Result<Start>> => {
      // anew for each engine: between two of them nobody holds the key
      const vault = await openVault(cache, signer, { cache: databaseFile(cache) })
      if (!vault.ok) return vault
      openSealed(node, vault.value, { ...signer, chain: identity.chain })
      await unattended.settle(signer)
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
                trust: trust.terms(),
              },
            ]
      return ok(startOrder(cache, vault.value, about.policy, intakes))
    })
  }
  parts.add(startAgainWith(node.policy, () => startEngine(signedIn)))
  let renewing: RenewedHere | null = null
  const signing = await keepSigningIn({
    files,
    now: clock.now,
    async fits(identity) {
      const vault = await openVault(cache, signerOf(identity), { cache: databaseFile(cache) })
      if (vault.ok) for (const key of [vault.value.secret, vault.value.next]) key?.fill(0)
      return vault
    },
    changed(now, anew) {
      signedIn = now
      node.signatory = signatoryOfFile(now, files, { cache, vault: vaultThatIs })
      const { identity, authority, wanted, problem } = now
      if (identity !== null && problem === null) clock.hold()
      recordSignIn(node.trail, { subject: identity?.facts.subject ?? null, problem, wanted })
      state.found({ identity: identity?.facts ?? null, passphraseWanted: wanted })
      if (!anew) return tell()
      entrance = now
      const pinned = identity && authority !== null ? { ...identity, authority, file: files.identity } : null
      // what is known of revoked certificates is there before anybody is connected to
      void trust.pin(pinned).then(() => {
        if (entrance !== now) return
        tell()
        startEngine(now)
        renewing?.look()
      })
    },
  })
  renewing = renewHere({
    ...{ files, signing, problems, now: clock.now },
    enrol: () => (about.exercise ? null : about.policy.enrol),
    vault: rewrapped(cache, () => signing.now().identity),
    did: (step) => log(`the certificate in ${files.identity} is renewed: ${step}`),
  })
  node.signing = withTyped(signing, renewing)
  parts.add(signing)
  parts.add(renewing)
  // while there is a key to seal it with
  parts.add({ dispose: node.trail.end })
}
