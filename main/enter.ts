/** Somebody signs in, and the engine starts with what that opened; again whenever it is another. */
import { join } from 'node:path'
import { keepSigningIn, nobodyYet, type SignIn, type SignInFiles } from './identity/sign-in.ts'
import { keepTrust } from './identity/trust/trust.ts'
import { ok, type Result } from '../preload/contract/result.ts'
import { databaseFile } from './engine/cache/database-file.ts'
import type { EngineProcess, Start } from './engine-process.ts'
import { inboxOf } from './identity/inbox.ts'
import { signerOf } from './identity/signer.ts'
import { deriveKey, openVault, type OpenVault } from './identity/vault/vault.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import type { Trail, TrailSigner } from './trail/trail.ts'
import { renewHere, rewrapped, withTyped, type RenewedHere } from './renew.ts'
import type { Policy } from './policy/policy.ts'
import { startOrder } from './start-order.ts'
import { steadyClock } from './steady-clock.ts'
import { openUnattended } from './unattended.ts'

/** Where one signs in, with what, and where what comes from there is kept. */
export interface Entrance {
  /** of the platform's servers */
  addresses: readonly string[]
  tlsFirst: boolean
  files: SignInFiles
  cache: string
}

function recordSignIn({ record }: Pick<Trail, 'record'>, { identity, problem, wanted }: SignIn): void {
  if (identity !== null) record({ kind: 'sign-in', subject: identity.facts.subject })
  if (problem !== null && wanted === null)
    record({
      ...{ kind: 'sign-in.refused', refused: problem.code, subject: problem.subject ?? null },
      detail: { message: problem.message },
    })
}

export async function enter(
  { options, profile, parts, end }: Begun,
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
  /** Nothing waits for it: the wall is there with or without. */
  const openTrail = ({ secret, next }: Pick<OpenVault, 'secret' | 'next'>, by: TrailSigner): void => {
    const keys = [secret, ...(next === null ? [] : [next])].map((each) => deriveKey(each, 'Vigie trail'))
    node.trail
      .open(keys, by)
      .catch((error: unknown) => problems('trail', { code: 'trail.unwritable', message: String(error) }))
      .finally(() => {
        for (const key of keys) key.fill(0)
      })
  }
  // set, the machine's clock ends no session, nor makes a list fresh again; wrong at the start, it is put right before one
  let steady: (() => number) | null = null
  const clock = () => (steady ?? Date.now)()
  let signedIn = nobodyYet
  /** what the engine was last started for */
  let entrance = nobodyYet
  let revoked = false
  const told = new Map<string, string>()
  const trust = parts.add(
    keepTrust({
      policy: about.policy.trust,
      folder: join(profile, 'trust'),
      now: clock,
      changed() {
        const facts = trust.facts()
        state.found({ trust: facts })
        for (const { source, problem } of facts.crls) {
          const line = problem === null ? '' : say(problem)
          if (line !== '' && line !== told.get(source)) log(line)
          told.set(source, line)
        }
        problems('identity', signedIn.problem ?? signedIn.change ?? trust.problem())
        // a certificate that is revoked signs in nowhere; nor does it wait for the platform to say so
        if (facts.revoked === revoked) return engine.trust(trust.terms())
        revoked = facts.revoked
        startEngine(signedIn)
      },
    }),
  )
  node.trust = trust
  const unattended = openUnattended(cache, () => about.policy, engine, problems)
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
      openTrail(vault.value, { ...signer, chain: identity.chain })
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
  // an engine is told at its start what it keeps, and whose acts count
  const stop = node.policy.listen((next, before) => {
    const told = ({ scheme, cache: keeping, nodes, keystore }: Policy) =>
      JSON.stringify([scheme, keeping, nodes, keystore])
    if (told(next) !== told(before)) startEngine(signedIn)
  })
  parts.add({ dispose: stop })
  let renewing: RenewedHere | null = null
  const signing = await keepSigningIn({
    files,
    now: clock,
    async fits(identity) {
      const vault = await openVault(cache, signerOf(identity), { cache: databaseFile(cache) })
      if (vault.ok) for (const key of [vault.value.secret, vault.value.next]) key?.fill(0)
      return vault
    },
    changed(now, anew) {
      signedIn = now
      const { identity, authority, wanted, problem, change } = now
      if (identity !== null && problem === null) steady ??= steadyClock()
      recordSignIn(node.trail, now)
      state.found({ identity: identity?.facts ?? null, passphraseWanted: wanted })
      const tell = () => problems('identity', problem ?? change ?? trust.problem())
      if (!anew) return tell()
      entrance = now
      const pinned = identity && authority !== null ? { ...identity, authority, file: files.identity } : null
      // what is known of revoked certificates is there before anybody is connected to
      void trust.pin(pinned).then(() => {
        if (entrance !== now) return
        tell()
        revoked = trust.facts().revoked
        startEngine(now)
        renewing?.look()
      })
    },
  })
  renewing = renewHere({
    ...{ files, signing, problems, now: clock },
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
