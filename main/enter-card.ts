/** Somebody signs in with a smart card: TLS is Chromium's, which can use it, and all else is as with a file. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannelMain, app, type Certificate } from 'electron'
import { automationOf } from '../preload/contract/author.ts'
import { ok, type Problem, type Result } from '../preload/contract/result.ts'
import { readServerAddress } from '../preload/contract/server-address.ts'
import { keepCards } from './card-process.ts'
import type { CommandLine } from './command-line.ts'
import { databaseFile } from './engine/cache/database-file.ts'
import type { EngineProcess, Start } from './engine-process.ts'
import { addressesOf } from './enter-platform.ts'
import { forkPart } from './fork-part.ts'
import type { CardCertificate } from './identity/card/card.ts'
import { whyNotPinned } from './identity/card/pinned.ts'
import { keepCardSignIn, type CardSignIn } from './identity/card/sign-in.ts'
import { cardSigner } from './identity/card/signer.ts'
import { inboxOf } from './identity/inbox.ts'
import type { Secret } from './identity/secret.ts'
import { keepTrust } from './identity/trust/trust.ts'
import { deriveKey, openVault } from './identity/vault/vault.ts'
import { isReleased, log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { placeOf, readPolicyText, type Policy } from './policy/policy.ts'
import type { Bundle } from './trust/app-protocol.ts'
import { openCardStore } from './trust/card-store.ts'
import { openSession } from './trust/hardening.ts'
import { reachOf, type Reach } from './trust/reach.ts'
import { swapInClear } from './trust/swap.ts'
import { openCardWindow, pin, type CardWindow } from './windows/card-window.ts'

type Given = NonNullable<CommandLine['card']>

/** Where the card's window may go, and nobody else. */
function cardReach(given: Given, policy: Pick<Policy, 'platform'>): Reach {
  const addresses = addressesOf(given.addresses, policy, true)
  return reachOf(addresses.ok ? addresses.value.map(readServerAddress).filter((each) => each !== null) : [])
}

/**
 * The same as far as the command line and the policy's file say it: which names Chromium resolves is settled before
 * Electron is ready, and so before the policy is judged. What is asked for there is the judged one's to say.
 */
export function namedReach(given: Given, file: string | null): Reach {
  if (given.addresses !== null || file === null) return cardReach(given, { platform: null })
  try {
    // whichever node it is for: the name may come from elsewhere
    const policy = readPolicyText(readFileSync(file, 'utf8'), file)
    return cardReach(given, { platform: policy.ok ? (policy.value.platform?.addresses ?? null) : null })
  } catch {
    // that it can't be read is told where it is judged
    return cardReach(given, { platform: null })
  }
}

/** Until TLS has asked for it, and no longer. */
const pinKept = 30_000

export async function enterCard(
  { options, profile, out, parts, end }: Begun,
  given: Given,
  node: OpenedNode,
  engine: EngineProcess,
  bundle: Bundle,
): Promise<void> {
  const { about, acting, state, say, problems } = node
  const { policy } = about
  const addresses = addressesOf(given.addresses, policy, true)
  const module = given.module ?? policy.card?.module ?? null
  const wrong: Problem | null = !addresses.ok
    ? addresses.error
    : module === null
      ? {
          code: 'card.module-unreadable',
          message: 'neither the policy nor --card-module names a driver',
          subject: '–',
        }
      : options.headless !== null
        ? { code: 'card.wanted', message: 'nobody is at a headless desk to type the PIN' }
        : null
  if (wrong !== null || !addresses.ok || module === null) {
    problems('identity', wrong)
    if (options.headless !== null) end(1)
    return
  }
  const swap = await swapInClear()
  if (swap.length > 0)
    log(say({ code: 'node.swap-in-clear', message: 'swap is on', subject: swap.join(', ') }))

  let kept: { pin: Secret; card: string } | null = null
  const forget = (): void => {
    kept?.pin.erase()
    kept = null
  }
  openCardStore(app, profile, module, (card) => {
    const typed = kept?.card === card ? kept.pin.reveal() : null
    if (typed !== null) forget()
    return typed
  })

  let window: CardWindow | null = null
  let windows = 0
  const link = (): void => {
    if (window?.takes !== true) return
    const { port1, port2 } = new MessageChannelMain()
    if (engine.line(port1)) window.give(port2)
  }
  node.line = link
  const closeWindow = (): void => {
    window?.dispose()
    window = null
  }
  function openWindow(on: CardCertificate, authority: string): void {
    closeWindow()
    const { fingerprint256 } = new X509Certificate(on.certificate)
    const isChosen = ({ data }: Certificate): boolean =>
      new X509Certificate(data).fingerprint256 === fingerprint256
    // of its own each time: Chromium remembers in a session what was chosen, and whom it trusted
    const session = openSession(`card-${++windows}`, bundle, cardReach(given, policy))
    pin(session, (host, sent) => {
      const why = whyNotPinned(host, sent, authority, Date.now())
      if (why !== null) log(`${host}: ${why}`)
      return why
    })
    window = openCardWindow({
      preload: join(out, 'preload', 'card.cjs'),
      session,
      developing: !isReleased(app) && process.env['VIGIE_DEVTOOLS'] === '1',
      choose: (offered) => offered.find(isChosen),
      ready: link,
      gone: (why) => log(`the card's window: ${why}`),
    })
  }

  const cards = parts.add(
    keepCards({ fork: () => forkPart(out, 'card'), module, removed: () => node.card?.removed() }),
  )
  let revoked = false
  const trust = parts.add(
    keepTrust({
      policy: policy.trust,
      folder: join(profile, 'trust'),
      now: () => Date.now(),
      changed() {
        const facts = trust.facts()
        state.found({ trust: facts })
        if (node.card) tell(node.card.now())
        // a certificate that is revoked signs in nowhere; nor does it wait for the platform to say so
        if (facts.revoked === revoked) return engine.trust(trust.terms())
        revoked = facts.revoked
        if (node.card) start(node.card.now())
      },
    }),
  )
  node.trust = trust
  const tell = ({ problem }: CardSignIn): void => problems('identity', problem ?? trust.problem())

  function start({ opened, authority, problem: own }: CardSignIn): void {
    if (opened === null) return
    const problem = own ?? trust.problem()
    const { on } = opened
    const signer = cardSigner(cards, on)
    if (authority !== null && problem === null) openWindow(on, authority)
    engine.start(async (): Promise<Result<Start>> => {
      const vault = await openVault(profile, signer, { cache: databaseFile(profile) })
      if (!vault.ok) return vault
      const { secret, next } = vault.value
      const keys = [secret, ...(next === null ? [] : [next])].map((each) => deriveKey(each, 'Vigie trail'))
      // nothing waits for it: the wall is there with or without
      void node.trail
        .open(keys, { ...signer, chain: [] })
        .catch((error: unknown) => problems('trail', { code: 'trail.unwritable', message: String(error) }))
        .finally(() => {
          for (const key of keys) key.fill(0)
        })
      const intakes: Start['intakes'] =
        authority === null || problem !== null
          ? []
          : [
              {
                protocol: 'nats',
                intake: 'platform',
                servers: addresses.ok ? addresses.value : [],
                inbox: inboxOf(on.certificate),
                tls: { line: 'card', authority },
                tlsFirst: true,
                trust: trust.terms(),
              },
            ]
      const { scheme, cache: keeping, acts, nodes } = policy
      return ok({
        order: 'start',
        profile,
        scheme,
        keeping,
        cacheKey: vault.value.secret,
        ...(vault.value.next === null ? {} : { nextKey: vault.value.next }),
        vault: vault.value.mark,
        acts,
        place: placeOf(policy),
        nodes: nodes && [...nodes],
        intakes,
      })
    })
  }
  let signedIn = false
  node.card = parts.add(
    await keepCardSignIn({
      cards,
      authorityFile: given.authority,
      certificate: given.certificate,
      now: () => Date.now(),
      entered(typed, card) {
        forget()
        kept = { pin: typed, card: card.label }
        setTimeout(forget, pinKept).unref()
      },
      changed(now) {
        state.found({ identity: now.opened?.facts ?? null, cardsWanted: now.wanted })
        tell(now)
        if (now.opened !== null) node.trail.record({ kind: 'sign-in', subject: now.opened.facts.subject })
        if (now.opened === null && signedIn) lock()
        signedIn = now.opened !== null
        const { opened, authority } = now
        const pinned =
          opened !== null && authority !== null
            ? { certificate: opened.on.certificate, chain: [], authority, file: opened.on.label }
            : null
        // what is known of revoked certificates is there before anybody is connected to
        void trust.pin(pinned).then(() => {
          if (node.card?.now() !== now) return
          tell(now)
          revoked = trust.facts().revoked
          start(now)
        })
      },
    }),
  )
  parts.add({ dispose: closeWindow })
  // while there is a card to seal it with
  parts.add({ dispose: node.trail.end })

  /** The card was pulled: nothing of what it opened stays open. */
  function lock(): void {
    if ((policy.card?.removed ?? 'blank') === 'blank')
      acting.perform({ act: 'blank' }, automationOf(policy.node, 'card'))
    forget()
    closeWindow()
    void engine.stop()
  }
}
