/**
 * Somebody signs in with a card: it is put in, one of its certificates is chosen where there are several, and its PIN is
 * typed. Pulled, nobody is signed in any more. Until then its last day and the authority are looked at now and then, as
 * they are where one signs in with a file.
 */
import type { CardChoice, CardsWanted } from '../../../preload/contract/card.ts'
import { fail, ok, type Problem, type Result } from '../../../preload/contract/result.ts'
import type { CertificateFacts } from '../open-identity.ts'
import type { Secret } from '../secret.ts'
import { certificateProblem, readTrusted } from '../sign-in.ts'
import { watchFiles } from '../watch-files.ts'
import type { CardCertificate, CardFacts, Cards } from './card.ts'
import { cardSigner } from './signer.ts'

export interface CardSignIn {
  opened: { facts: CertificateFacts; on: CardCertificate } | null
  /** PEM */
  authority: string | null
  problem: Problem | null
  /** somebody must put a card in or type its PIN, and why the last one did not do; null: nobody must */
  wanted: CardsWanted | null
  /** the authority's file does not do as it is now, and why; what was opened before goes on */
  change: Problem | null
}

export interface CardSigningIn {
  now(): CardSignIn
  /** tries what a person typed, once. @param certificate its fingerprint; null: there is only one */
  unlock(pin: Secret, certificate: string | null): Promise<Result<undefined>>
  /**
   * whoever has signed in types their PIN once more. A wrong one lets them out of the card, though not out of the node: until
   * it is typed nothing is signed, and it is asked for as at the beginning
   */
  prove(pin: Secret, on: CardCertificate): Promise<Result<undefined>>
  /** the card was pulled: who was signed in is out */
  removed(): void
  dispose(): Promise<void>
}

export interface CardSigningInOptions {
  cards: Cards
  authorityFile: string
  /** the only certificate that may sign in: a fingerprint, or its beginning; null: whichever a card has */
  certificate: string | null
  now(): number
  /** @param anew who signs in, or by whose word, is another: what runs with the one before starts again */
  changed(signedIn: CardSignIn, anew: boolean): void
  /** the PIN was right: Chromium's TLS is going to ask for it, too */
  entered(pin: Secret, card: CardFacts): void
  /** what was typed let nobody in: each time, and never what it was */
  refused(problem: Problem, on: CardCertificate): void
  /** ms between two looks: into the readers, or at who has signed in */
  every?: number
}

const choiceOf = ({ fingerprint, subject, notAfter }: CardCertificate, card: CardFacts): CardChoice => ({
  fingerprint,
  subject,
  notAfter,
  card: card.label,
  tries: card.tries,
})

/** ms: a card that is put in is seen at once; a last day is not so urgent */
const [readersEvery, signedInEvery] = [1_500, 10_000]

const nobody: CardSignIn = { opened: null, authority: null, problem: null, wanted: null, change: null }

const sameEntrance = (a: CardSignIn, b: CardSignIn): boolean =>
  a.opened?.on.fingerprint === b.opened?.on.fingerprint &&
  a.authority === b.authority &&
  (a.problem === null) === (b.problem === null)

export async function keepCardSignIn(options: CardSigningInOptions): Promise<CardSigningIn> {
  const { cards, now, changed } = options
  const asked = options.certificate?.toLowerCase().replaceAll(':', '') ?? null
  let last = nobody
  let found: CardFacts[] = []
  let refused: Problem | null = null
  let busy = false
  let ended = false
  let timer: NodeJS.Timeout | undefined

  const told = (next: CardSignIn): void => {
    const before = last
    last = next
    if (JSON.stringify(next) !== JSON.stringify(before) && !ended) changed(last, !sameEntrance(before, last))
  }

  function waiting(problem: Problem | null): CardSignIn {
    const choices = found.flatMap((card) =>
      card.certificates
        .filter(({ fingerprint }) => asked === null || fingerprint.startsWith(asked))
        .map((certificate) => choiceOf(certificate, card)),
    )
    return {
      ...nobody,
      problem: problem ?? nothingYet(choices),
      wanted: problem === null ? { choices, refused } : null,
    }
  }
  function nothingYet(choices: readonly CardChoice[]): Problem {
    if (choices.length > 0) return { code: 'card.pin-wanted', message: 'the PIN is asked for at the desk' }
    if (found.length > 0 && asked !== null)
      return { code: 'card.certificate-unknown', message: 'no card has the certificate', subject: asked }
    return { code: 'card.wanted', message: 'no card with a certificate is in a reader' }
  }

  /** What is in the readers now. */
  async function look(): Promise<void> {
    const listed = await cards.list()
    if (ended || last.opened !== null) return
    found = listed.ok ? listed.value : []
    // what was said of a card that is gone says nothing of the next
    if (found.length === 0) refused = null
    told(waiting(listed.ok ? null : listed.error))
  }
  /** Whether who has been let in signs in, with all that is there now. */
  async function judge(opened: NonNullable<CardSignIn['opened']>): Promise<CardSignIn> {
    const { facts, on } = opened
    const trusted = await readTrusted(options.authorityFile, last.authority)
    const wrong = certificateProblem({ facts, certificate: on.certificate }, on.label, now())
    return { opened, ...trusted, problem: wrong ?? trusted.problem, wanted: null }
  }
  async function judgeAgain(): Promise<void> {
    const { opened } = last
    if (opened === null || ended) return
    const judged = await judge(opened)
    // it may have been pulled meanwhile
    if (last.opened === opened) told({ ...judged, wanted: last.wanted })
  }
  const keepLooking = async (): Promise<void> => {
    if (last.opened !== null && last.wanted !== null) await stillThere(last.opened.on)
    else if (last.opened !== null) await judgeAgain()
    else if (!busy) await look()
    later()
  }
  const later = (): void => {
    clearTimeout(timer)
    const usual = last.opened === null || last.wanted !== null ? readersEvery : signedInEvery
    if (!ended) timer = setTimeout(() => void keepLooking(), options.every ?? usual)
  }

  /** Nobody is in it any more, so nobody is told that it goes. */
  async function stillThere({ fingerprint }: CardCertificate): Promise<void> {
    const listed = await cards.list()
    if (ended || busy || last.wanted === null) return
    const isThere =
      listed.ok &&
      listed.value.some(({ certificates }) => certificates.some((each) => each.fingerprint === fingerprint))
    if (!isThere) removed()
  }
  function removed(): void {
    if (last.opened === null) return
    found = []
    refused = { code: 'card.removed', message: 'the card was pulled' }
    told({ ...waiting(null), problem: refused })
    later()
  }

  async function enter(typed: Secret, on: CardCertificate, card: CardFacts): Promise<Result<undefined>> {
    // TLS asks for a PIN by the card's name alone: one of two could get the other's, and lock
    if (found.filter(({ label }) => label === card.label).length > 1)
      return fail('card.failed', `two cards are called ${card.label}: pull one`, card.serial)
    const inside = await cards.logIn(on.card, typed.copy())
    if (!inside.ok) return inside
    // it may have the certificate and not its key
    const tried = await cardSigner(cards, on).sign(Buffer.from('Vigie'))
    if (!tried.ok) {
      await cards.logOut()
      return tried
    }
    const { subject, issuer, notBefore, notAfter } = on
    const signedIn = await judge({ facts: { subject, issuer, notBefore, notAfter }, on })
    options.entered(typed, card)
    told(signedIn)
    return ok(undefined)
  }

  // before the first look: what changes after it is seen
  const watched = watchFiles([options.authorityFile], () => void judgeAgain())
  await look()
  later()
  return {
    now: () => last,
    async unlock(typed, fingerprint) {
      if (busy || last.wanted === null) return fail('ipc.refused', 'no PIN is asked for now')
      const { choices } = last.wanted
      const chosen = fingerprint ?? (choices.length === 1 ? choices[0]?.fingerprint : undefined)
      const offered = choices.some((choice) => choice.fingerprint === chosen)
      const card = found.find(({ certificates }) => certificates.some((each) => each.fingerprint === chosen))
      const on = card?.certificates.find((each) => each.fingerprint === chosen)
      if (!offered || card === undefined || on === undefined)
        return fail('card.certificate-unknown', 'no card has the certificate that was chosen', chosen ?? '–')
      busy = true
      try {
        const answer = await enter(typed, on, card)
        refused = answer.ok ? null : answer.error
        if (!answer.ok) {
          typed.erase()
          options.refused(answer.error, on)
          // a wrong one has cost a try: what is left is told with it
          await look()
        }
        return answer
      } finally {
        busy = false
      }
    },
    async prove(typed, on) {
      const { opened } = last
      if (busy || opened?.on !== on) return fail('ipc.refused', 'no PIN is asked for now')
      busy = true
      try {
        const inside = await cards.logIn(on.card, typed.copy())
        if (last.opened !== opened) return fail('card.removed', 'the card was pulled meanwhile', on.card)
        if (inside.ok) {
          refused = null
          if (last.wanted !== null) told({ ...last, wanted: null })
          return inside
        }
        options.refused(inside.error, on)
        refused = inside.error
        // a wrong one has cost a try: what is left is told with it
        const listed = await cards.list()
        if (last.opened !== opened) return inside
        if (listed.ok) found = listed.value
        const card = found.find(({ serial }) => serial === on.card)
        const choices = card === undefined ? [] : [choiceOf(on, card)]
        told({ ...last, wanted: { choices, refused } })
        later()
        return inside
      } finally {
        busy = false
      }
    },
    removed,
    async dispose() {
      ended = true
      clearTimeout(timer)
      watched.dispose()
      await cards.logOut()
    },
  }
}
