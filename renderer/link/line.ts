import * as v from 'valibot'
import {
  answeredAs,
  isData,
  toldAs,
  type Question,
  type Questions,
  type QuestionsOf,
  type Told,
  type ToEngine,
} from '../../preload/contract/port.ts'
import { fail, type Result } from '../../preload/contract/result.ts'
import type { PictureRole } from '../../preload/contract/role.ts'

/** A question to the engine; which ones there are depends on the kind of window. */
export type Ask<R extends PictureRole = PictureRole> = <Q extends QuestionsOf<R>>(
  question: Q,
  ask: Questions[Q]['ask'],
) => Promise<Result<Questions[Q]['answer']>>

/** The window's end of its engine port: one at a time, another after each of the engine's restarts. */
export interface Line<R extends PictureRole = PictureRole> {
  /** to the engine that is there; to none when none is */
  send: (message: ToEngine) => void
  ask: Ask<R>
  take: (port: MessagePort) => void
  dispose: () => void
}

interface Given {
  /** has applied the message when it returns: that is when its credit goes back */
  hear: (message: Told) => void
  /** the engine's end is gone */
  onCut: () => void
  /** something came that is none of the contract; it is not used */
  report: (message: string) => void
}

interface Waiting {
  question: Question
  resolve: (result: Result<never>) => void
}

const field = (raw: unknown, name: 'kind' | 'id' | 'result'): unknown =>
  typeof raw === 'object' && raw !== null ? (raw as { [name: string]: unknown })[name] : undefined
const named = (kind: unknown): string => (toldAs.has(kind) ? String(kind) : 'something')

export function createLine<R extends PictureRole = PictureRole>({ hear, onCut, report }: Given): Line<R> {
  const waiting = new Map<unknown, Waiting>()
  let asked = 0
  let port: MessagePort | null = null

  const send = (message: ToEngine): void => port?.postMessage(message)

  function answer(raw: unknown): void {
    const id = field(raw, 'id')
    const own = waiting.get(id)
    if (own === undefined) return
    waiting.delete(id)
    const read = v.safeParse(answeredAs[own.question], field(raw, 'result'))
    if (!read.success) report(`the engine answered ${own.question} with what is none of the contract`)
    own.resolve(
      read.success
        ? (read.output as Result<never>)
        : fail('internal', 'the answer is none of the contract', own.question),
    )
  }

  function receive(raw: unknown): void {
    const kind = field(raw, 'kind')
    if (kind === 'answer') return answer(raw)
    const read = v.safeParse(toldAs.get(kind) ?? v.never(), raw)
    if (read.success) hear(read.output)
    else report(`the engine told ${named(kind)} that is none of the contract`)
    // what is not used has gone its way, too
    if (isData(kind)) send({ kind: 'credit' })
  }

  function letGo(): void {
    for (const { resolve } of waiting.values()) resolve(fail('engine.stopped', 'the engine went away'))
    waiting.clear()
    if (port === null) return
    port.onmessage = null
    port.close()
    port = null
  }

  return {
    send,
    ask(question, ask) {
      if (port === null) return Promise.resolve(fail('engine.stopped', 'no engine to ask'))
      const id = ++asked
      send({ kind: 'ask', id, question, ask } as unknown as ToEngine)
      // an answer is read by its question's row: it is that question's
      return new Promise((resolve) => waiting.set(id, { question, resolve }))
    },
    take(next) {
      letGo()
      port = next
      next.onmessage = ({ data }: MessageEvent<unknown>) => receive(data)
      next.addEventListener('close', () => {
        if (port === next) onCut()
      })
      next.start()
    },
    dispose: letGo,
  }
}
