/** Somebody signs in with a smart card: TLS is Chromium's, which can use it, and all else is as with a file. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannelMain, app, type Certificate } from 'electron'
import { automationOf } from '../preload/contract/author.ts'
import { fail, ok, type Problem, type Result } from '../preload/contract/result.ts'
import { readServerAddress } from '../preload/contract/server-address.ts'
import { keepCards } from './card-process.ts'
import type { CommandLine } from './command-line.ts'
import { databaseFile } from './engine/cache/database-file.ts'
import type { EngineProcess, Start } from './engine-process.ts'
import { addressesOf } from './addresses.ts'
import { forkPart } from './fork-part.ts'
import { holdTrust } from './hold-trust.ts'
import type { CardCertificate } from './identity/card/card.ts'
import { whyNotPinned } from './identity/card/pinned.ts'
import { keepCardSignIn, type CardSignIn, type CardSigningIn } from './identity/card/sign-in.ts'
import { cardSigner } from './identity/card/signer.ts'
import { inboxOf } from './identity/inbox.ts'
import type { Secret } from './identity/secret.ts'
import { signatoryOfCard } from './identity/signatory.ts'
import type { Signer } from './identity/signer.ts'
import { openVault } from './identity/vault/vault.ts'
import { isReleased, log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { openSealed } from './open-sealed.ts'
import { readPolicyText, type Policy } from './policy/policy.ts'
import { recordRefused, recordSignIn } from './record-sign-in.ts'
import { sessionClock } from './steady-clock.ts'
import { startAgainWith, startOrder } from './start-order.ts'
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
  begun: Begun,
  given: Given,
  node: OpenedNode,
  engine: EngineProcess,
  bundle: Bundle,
): Promise<void> {
  const { options, profile, out, parts, end } = begun
  const { about, acting, state, say, problems } = node
  // with other addresses or another driver the whole node starts again
  const addresses = addressesOf(given.addresses, about.policy, true)
  const module = given.module ?? about.policy.card?.module ?? null
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
  /** whose it is, and whom it trusts: another engine goes on with the same one, and no PIN is asked for */
  let servesOnly: string | null = null
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
    servesOnly = null
  }
  function openWindow(on: CardCertificate, authority: string): void {
    const serves = `${on.fingerprint} ${authority}`
    if (servesOnly === serves) return
    closeWindow()
    servesOnly = serves
    const { fingerprint256 } = new X509Certificate(on.certificate)
    const isChosen = ({ data }: Certificate): boolean =>
      new X509Certificate(data).fingerprint256 === fingerprint256
    // of its own each time: Chromium remembers in a session what was chosen, and whom it trusted
    const session = openSession(`card-${++windows}`, bundle, cardReach(given, about.policy))
    pin(session, (host, sent) => {
      const why = whyNotPinned(host, sent, authority, clock.now(), trust.terms())
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
  /** what the engine was last started for */
  let entrance: CardSignIn | null = null
  const tell = (): void => {
    const now = node.card?.now()
    if (now) problems('identity', now.problem ?? now.change ?? trust.problem())
  }
  const restart = (): void => {
    if (entrance !== null) start(entrance)
  }
  const clock = sessionClock()
  const trust = holdTrust(begun, node, engine, { now: clock.now, tell, restart })

  function start(signIn: CardSignIn): void {
    const { opened, authority, problem: own } = signIn
    if (opened === null) return
    const problem = own ?? trust.problem()
    const { on } = opened
    const signer = cardSigner(cards, on)
    if (authority !== null && problem === null) openWindow(on, authority)
    else closeWindow()
    engine.start(async (): Promise<Result<Start>> => {
      const vault = await openVault(profile, signer, { cache: databaseFile(profile) })
      if (!vault.ok) return vault
      if (entrance?.opened?.on !== on) {
        for (const key of [vault.value.secret, vault.value.next]) key?.fill(0)
        return fail('card.removed', 'the card was pulled meanwhile', on.card)
      }
      openSealed(node, vault.value, { ...signer, chain: [] })
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
      return ok(startOrder(profile, vault.value, about.policy, intakes))
    })
  }
  const vaultThatIs = (signer: Signer) =>
    openVault(profile, signer, { cache: databaseFile(profile), make: false })
  parts.add(startAgainWith(node.policy, restart))
  let signedIn = false
  node.card = parts.add(
    await keepCardSignIn({
      cards,
      authorityFile: given.authority,
      certificate: given.certificate,
      now: clock.now,
      entered(typed, card) {
        forget()
        kept = { pin: typed, card: card.label }
        setTimeout(forget, pinKept).unref()
      },
      refused: (problem, on) => recordRefused(node.trail, problem, on.subject),
      changed(now, anew) {
        const { opened, authority, problem, wanted } = now
        const prove: CardSigningIn['prove'] = (typed, on) =>
          node.card?.prove(typed, on) ?? Promise.resolve(fail('card.removed', 'there is no card', on.card))
        node.signatory = signatoryOfCard(now, { prove }, (on) => cardSigner(cards, on), {
          ...{ cache: profile, vault: vaultThatIs },
        })
        state.found({ identity: opened?.facts ?? null, cardsWanted: wanted })
        problems('identity', problem ?? now.change ?? trust.problem())
        if (!anew) return
        if (opened !== null && problem === null) clock.hold()
        entrance = now
        recordSignIn(node.trail, { subject: opened?.facts.subject ?? null, problem, wanted })
        if (opened === null && signedIn) lock()
        signedIn = opened !== null
        const pinned =
          opened !== null && authority !== null
            ? { certificate: opened.on.certificate, chain: [], authority, file: opened.on.label }
            : null
        // what is known of revoked certificates is there before anybody is connected to
        void trust.pin(pinned).then(() => {
          if (entrance !== now) return
          tell()
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
    if ((about.policy.card?.removed ?? 'blank') === 'blank')
      acting.perform({ act: 'blank' }, automationOf(about.policy.node, 'card'))
    forget()
    closeWindow()
    void engine.stop()
    node.kept.close()
    void node.trail.close()
  }
}
