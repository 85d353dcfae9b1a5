import type { MessagePortMain, UtilityProcess } from 'electron'
import type { Rank } from '../preload/contract/marking.ts'
import type { Problem } from '../preload/contract/result.ts'
import type { Role } from '../preload/contract/schema.ts'
import type { Answer, Order, Report } from './engine/orders.ts'

export type Start = Extract<Order, { order: 'start' }>

export interface EngineProcess {
  /** starts with this order, made when an engine needs it and not kept, or ends what runs and starts again */
  start(order: () => Start): void
  /** false while no engine is ready: the window is served once it is */
  connect(window: { id: number; role: Role; ceiling: Rank }, port: MessagePortMain): boolean
  /** null where no engine answers in time */
  report(): Promise<Report | null>
  dispose(): Promise<void>
}

export interface EngineEvents {
  fork(): UtilityProcess
  /** every window needs a port again */
  ready(): void
  problem(problem: Problem | null): void
  connection(answer: Extract<Answer, { answer: 'connection' }>['connection']): void
}

/** First try again at once, then less and less often, ms. */
const patience = [500, 1_000, 2_000, 5_000, 10_000, 30_000]
const answerWithin = 5_000
const stopWithin = 8_000

const nothing: Report = {
  received: 0,
  rejected: 0,
  persisted: 0,
  gaps: 0,
  products: 0,
  disconnects: 0,
  clockSkewMs: null,
}

/** What engines counted that ended before, so that a night's figures survive an engine's crash. */
const add = (before: Report, now: Report): Report => ({
  received: before.received + now.received,
  rejected: before.rejected + now.rejected,
  persisted: before.persisted + now.persisted,
  gaps: now.gaps,
  products: now.products,
  disconnects: before.disconnects + now.disconnects,
  clockSkewMs: now.clockSkewMs,
})

/** Keeps one engine's process alive: when it ends unasked, another takes its place and every window gets a new port. */
export function keepEngine(events: EngineEvents): EngineProcess {
  let order: (() => Start) | null = null
  let child: UtilityProcess | null = null
  let ready = false
  let failures = 0
  let again: NodeJS.Timeout | undefined
  let disposed = false
  let counted = nothing
  let last = nothing
  let asking: ((report: Report) => void)[] = []

  const send = (to: UtilityProcess, what: Order, ports: MessagePortMain[] = []) => to.postMessage(what, ports)

  const heard = (answer: Answer) => {
    switch (answer.answer) {
      case 'ready':
        ready = true
        failures = 0
        events.problem(null)
        events.ready()
        break
      case 'connection':
        events.connection(answer.connection)
        break
      case 'report':
        last = answer.report
        for (const answered of asking.splice(0)) answered(add(counted, last))
        break
      case 'recovered':
        events.problem(null)
        break
      case 'failed':
        events.problem(answer.problem)
        // one that never got ready has nothing to commit; the exit starts the next try
        if (!ready) child?.kill()
    }
  }

  const launch = () => {
    if (order === null || disposed) return
    const own = events.fork()
    child = own
    let told = false
    own.on('message', (answer: Answer) => {
      if (child !== own) return
      told ||= answer.answer === 'failed'
      heard(answer)
    })
    own.once('exit', (code) => {
      if (child !== own) return
      child = null
      counted = add(counted, last)
      last = nothing
      asking = []
      if (disposed) return
      const wait = patience[Math.min(failures, patience.length - 1)] ?? 30_000
      failures += 1
      if (!told || ready)
        events.problem({ code: 'engine.stopped', message: `the engine ended with ${code}; it starts again` })
      ready = false
      again = setTimeout(launch, wait)
    })
    send(own, order())
  }

  /** Ends the child in order, with force where it does not listen. */
  const end = async () => {
    clearTimeout(again)
    const ending = child
    child = null
    ready = false
    if (ending === null) return
    counted = add(counted, last)
    last = nothing
    const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
    send(ending, { order: 'stop' })
    const forcing = setTimeout(() => ending.kill(), stopWithin)
    await ended
    clearTimeout(forcing)
  }

  return {
    start(next) {
      order = next
      failures = 0
      void end().then(launch)
    },
    connect(window, port) {
      if (child === null || !ready) return false
      send(child, { order: 'window', ...window }, [port])
      return true
    },
    report() {
      const engine = child
      if (engine === null || !ready) return Promise.resolve(counted === nothing ? null : counted)
      return new Promise((resolve) => {
        const late = setTimeout(() => resolve(null), answerWithin)
        asking.push((report) => {
          clearTimeout(late)
          resolve(report)
        })
        send(engine, { order: 'report' })
      })
    },
    async dispose() {
      disposed = true
      await end()
    },
  }
}
