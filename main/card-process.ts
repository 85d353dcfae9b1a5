/** The card's process as main has it: one that ends is another's beginning, and whoever was let in is out. */
import { fail, ok, type Result } from '../preload/contract/result.ts'
import { talkWith, type ChildProcess, type Talk } from './child-process.ts'
import type { CardCertificate, Cards } from './identity/card/card.ts'
import { CardAnswerSchema, type CardAnswer, type CardOrder } from './identity/card/orders.ts'

export interface CardProcess extends Cards {
  dispose(): Promise<void>
}

const stopWithin = 3_000

const unanswered = (why: string): Result<never> => fail('card.failed', `the card's driver ${why}`)

/** @param removed the card that we were let in to is gone, or its driver is: nothing can be done with it any more */
export function keepCards(options: { fork(): ChildProcess; module: string; removed(): void }): CardProcess {
  const { fork, module, removed } = options
  type Running = { talk: Talk<CardOrder, CardAnswer, never>; opened: Promise<Result<undefined>> }
  let running: Running | null = null
  let inside = false
  let disposed = false

  const out = (): void => {
    if (!inside) return
    inside = false
    removed()
  }

  function launch(): Running {
    const talk: Running['talk'] = talkWith<CardOrder, CardAnswer>(fork(), {
      answers: CardAnswerSchema,
      beat: { order: 'beat' },
      stop: { order: 'stop' },
      stopWithin,
      heard: ({ answer }) => {
        if (answer === 'removed') out()
      },
      stoodStill: () => undefined,
      gone() {
        if (running?.talk === talk) running = null
        out()
      },
    })
    const opened = talk
      .ask((id) => ({ order: 'open', id, module }))
      .then((answer) => (answer?.answer === 'opened' ? answer.result : unanswered('did not open')))
    return { talk, opened }
  }

  async function ask(order: (id: number) => CardOrder): Promise<Result<CardAnswer>> {
    if (disposed) return unanswered('is closed')
    const { talk, opened } = (running ??= launch())
    const open = await opened
    if (!open.ok) {
      // another try begins anew: a driver may be installed meanwhile
      if (running?.talk === talk) running = null
      void talk.end()
      return open
    }
    const answer = await talk.ask(order)
    return answer === null ? unanswered('does not answer') : ok(answer)
  }

  const use =
    (use: 'sign' | 'decrypt' | 'agree') =>
    async (certificate: CardCertificate, data: Uint8Array): Promise<Result<Uint8Array>> => {
      const answer = await ask((id) => ({ order: 'use', id, use, certificate, data }))
      if (!answer.ok) return answer
      return answer.value.answer === 'used' ? answer.value.result : unanswered('answers otherwise')
    }

  return {
    async list() {
      const answer = await ask((id) => ({ order: 'list', id }))
      if (!answer.ok) return answer
      return answer.value.answer === 'listed' ? answer.value.result : unanswered('answers otherwise')
    },
    async logIn(serial, pin) {
      const answer = await ask((id) => ({ order: 'log-in', id, serial, pin }))
      pin.fill(0)
      if (!answer.ok) return answer
      if (answer.value.answer !== 'entered') return unanswered('answers otherwise')
      inside = answer.value.result.ok
      return answer.value.result
    },
    logOut() {
      inside = false
      running?.talk.send({ order: 'log-out' })
      return Promise.resolve()
    },
    sign: use('sign'),
    decrypt: use('decrypt'),
    agree: use('agree'),
    async dispose() {
      disposed = true
      inside = false
      await running?.talk.end()
    },
  }
}
