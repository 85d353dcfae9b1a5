import type {
  FromEngine,
  Question,
  Questions,
  Subscription,
  ToEngine,
} from '../../preload/contract/picture.ts'
import { fail, type Result } from '../../preload/contract/result.ts'

/** What the engine tells unasked. */
export type Told = Exclude<FromEngine, { kind: 'answer' }>

/** The window's end of its engine port: one at a time, another after each of the engine's restarts. */
export interface Line {
  /** Replaces all that was subscribed; said again to every next engine. */
  subscribe: (subscriptions: Subscription[]) => void
  ask: <Q extends Question>(question: Q, ask: Questions[Q]['ask']) => Promise<Result<Questions[Q]['answer']>>
  take: (port: MessagePort) => void
  dispose: () => void
}

interface Given {
  /** has applied the message when it returns: that is when its credit goes back */
  hear: (message: Told) => void
  /** the engine's end is gone */
  onCut: () => void
}

type Answer = (result: Result<Questions[Question]['answer']>) => void

export function createLine({ hear, onCut }: Given): Line {
  const answers = new Map<number, Answer>()
  let asked = 0
  let port: MessagePort | null = null
  let subscriptions: Subscription[] | null = null

  const send = (message: ToEngine): void => port?.postMessage(message)

  function receive(message: FromEngine): void {
    if (message.kind === 'answer') {
      answers.get(message.id)?.(message.result)
      answers.delete(message.id)
      return
    }
    hear(message)
    if (message.kind !== 'catalog' && message.kind !== 'health') send({ kind: 'credit' })
  }

  function letGo(): void {
    for (const answer of answers.values()) answer(fail('engine.stopped', 'the engine went away'))
    answers.clear()
    if (port === null) return
    port.onmessage = null
    port.close()
    port = null
  }

  return {
    subscribe(wanted) {
      subscriptions = wanted
      send({ kind: 'subscribe', subscriptions: wanted })
    },
    ask(question, ask) {
      if (port === null) return Promise.resolve(fail('engine.stopped', 'no engine to ask'))
      const id = ++asked
      send({ kind: 'ask', id, question, ask } as ToEngine)
      // the engine answers a question with that question's answer; the port can't tell types
      return new Promise((resolve) => answers.set(id, resolve))
    },
    take(next) {
      letGo()
      port = next
      next.onmessage = ({ data }: MessageEvent<FromEngine>) => receive(data)
      next.addEventListener('close', () => {
        if (port === next) onCut()
      })
      next.start()
      if (subscriptions !== null) send({ kind: 'subscribe', subscriptions })
    },
    dispose: letGo,
  }
}
