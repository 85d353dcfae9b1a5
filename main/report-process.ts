/**
 * The process that drafts and sets syntheses, as main has it: there while somebody needs it and a little longer. What it
 * was about when it ended is told as failed, and the next that is asked for begins another.
 */
import { fail, type Problem, type Result } from '../preload/contract/result.ts'
import type { Synthesis } from '../preload/contract/report.ts'
import { talkWith, type ChildProcess, type Talk } from './child-process.ts'
import {
  ReportAnswerSchema,
  type ReportAnswer,
  type ReportOrder,
  type SetPaper,
  type NamedVerdict,
} from './report/orders.ts'
import type { OpenVault } from './identity/vault/vault.ts'

type Order<O extends ReportOrder['order']> = Extract<ReportOrder, { order: O }>
type Asked<O extends ReportOrder['order']> = Omit<Order<O>, 'order' | 'id'>

export interface ReportProcess {
  /** @param vault its keys are cleared once they are handed over */
  draft(cache: string, vault: OpenVault, asked: Order<'draft'>['asked']): Promise<Result<Synthesis>>
  set(asked: Asked<'set'>): Promise<Result<SetPaper>>
  write(asked: Asked<'write'>): Promise<Result<Uint8Array>>
  verify(asked: Asked<'verify'>): Promise<Result<NamedVerdict>>
  /** ends what goes on, at once: whoever waits for it is told `report.cancelled` */
  cancel(): void
  dispose(): Promise<void>
}

const stopWithin = 3_000
/** ms: whoever looks at a draft asks again soon */
const idleFor = 120_000

export function keepReportProcess({
  fork,
  idle = idleFor,
}: {
  fork(): ChildProcess
  idle?: number
}): ReportProcess {
  let running: Talk<ReportOrder, ReportAnswer, never> | null = null
  const waiting = new Map<number, (answer: ReportAnswer | Problem) => void>()
  let asked = 0
  let leaving: NodeJS.Timeout | undefined
  let disposed = false

  const failAll = (problem: Problem): void => {
    for (const answered of [...waiting.values()]) answered(problem)
  }
  const leave = (): void => {
    const ending = running
    running = null
    void ending?.end()
  }
  const begin = (): Talk<ReportOrder, ReportAnswer, never> => {
    let stood: number | null = null
    const talk: Talk<ReportOrder, ReportAnswer, never> = talkWith<ReportOrder, ReportAnswer>(fork(), {
      answers: ReportAnswerSchema,
      beat: { order: 'beat' },
      stop: { order: 'stop' },
      stopWithin,
      heard(answer) {
        if ('id' in answer) waiting.get(answer.id)?.(answer)
      },
      stoodStill: (seconds) => (stood = seconds),
      gone(code) {
        if (running !== talk) return
        running = null
        failAll({
          code: 'report.stopped',
          message: stood === null ? `it ended with ${code}` : `it said nothing for ${stood} s and was ended`,
        })
      },
    })
    return talk
  }

  const ask = async (
    order: (id: number) => ReportOrder,
    handedOver: () => void = () => undefined,
  ): Promise<ReportAnswer | Problem> => {
    clearTimeout(leaving)
    if (disposed) {
      handedOver()
      return { code: 'report.stopped', message: 'Vigie is closing' }
    }
    const id = ++asked
    try {
      return await new Promise<ReportAnswer | Problem>((resolve) => {
        waiting.set(id, resolve)
        running ??= begin()
        running.send(order(id))
        handedOver()
      })
    } catch (error) {
      // it can't be started
      handedOver()
      return { code: 'report.stopped', message: String(error) }
    } finally {
      waiting.delete(id)
      if (waiting.size === 0) {
        leaving = setTimeout(leave, idle)
        leaving.unref()
      }
    }
  }
  const isProblem = (answer: ReportAnswer | Problem): answer is Problem => 'code' in answer
  const otherwise = (): Result<never> => fail('report.stopped', 'it answers otherwise')

  return {
    async draft(cache, { secret, next, mark }, draft) {
      const answer = await ask(
        (id) => ({
          ...{ order: 'draft', id, cache, cacheKey: secret, vault: mark, asked: draft },
          ...(next === null ? {} : { nextKey: next }),
        }),
        () => {
          for (const key of [secret, next]) key?.fill(0)
        },
      )
      if (isProblem(answer)) return { ok: false, error: answer }
      return answer.answer === 'drafted' ? answer.result : otherwise()
    },
    async set(paper) {
      const answer = await ask((id) => ({ order: 'set', id, ...paper }))
      if (isProblem(answer)) return { ok: false, error: answer }
      return answer.answer === 'set' ? answer.result : otherwise()
    },
    async write(asked) {
      const answer = await ask((id) => ({ order: 'write', id, ...asked }))
      if (isProblem(answer)) return { ok: false, error: answer }
      return answer.answer === 'written' ? answer.result : otherwise()
    },
    async verify(file) {
      const answer = await ask((id) => ({ order: 'verify', id, ...file }))
      if (isProblem(answer)) return { ok: false, error: answer }
      return answer.answer === 'verified' ? answer.result : otherwise()
    },
    cancel() {
      const ending = running
      running = null
      failAll({ code: 'report.cancelled', message: 'it was left' })
      ending?.kill()
    },
    async dispose() {
      disposed = true
      clearTimeout(leaving)
      failAll({ code: 'report.stopped', message: 'Vigie is closing' })
      const ending = running
      running = null
      await ending?.end()
    },
  }
}
