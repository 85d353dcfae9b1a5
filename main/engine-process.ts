import type { MessagePortMain, UtilityProcess } from 'electron'
import type { Rank } from '../preload/contract/marking.ts'
import type { OutboxEntry, Outgoing, SettledAct, Togetherness } from '../preload/contract/outbox.ts'
import type { DeliveriesTold, Delivery } from '../preload/contract/document.ts'
import type { LogTold, OutgoingLine } from '../preload/contract/line.ts'
import type { AskedLook, Look } from '../preload/contract/look.ts'
import type { Link } from '../preload/contract/picture.ts'
import type { ProductName } from '../preload/contract/product.ts'
import { fail, type Problem, type Result } from '../preload/contract/result.ts'
import type { PictureRole } from '../preload/contract/role.ts'
import type {
  EraseOutcome,
  SaveOutcome,
  SharedErasure,
  SharedSave,
  SharedThing,
  SharedTold,
  WaitingSave,
} from '../preload/contract/shared.ts'
import type { TrailPlace, TrailToForward } from '../preload/contract/trail.ts'
import type { AddressedTold } from '../preload/contract/told.ts'
import type { ServerFacts } from '../preload/contract/trust.ts'
import type { TrustTerms } from './identity/trust/terms.ts'
import { talkWith, type Talk } from './child-process.ts'
import type { SomeRows } from './engine/windows/some-rows.ts'
import { AnswerSchema, clearKeys, type Answer, type Order, type Report } from './engine/orders.ts'

export type Start = Extract<Order, { order: 'start' }>
type MakeStart = () => Promise<Result<Start>>

export interface EngineProcess {
  /**
   * Starts with this order, or ends what runs and starts again. It is made anew for each engine and not kept; its keys
   * are cleared once they are handed over. Where there is none, that is told, and it is asked for again.
   */
  start(order: MakeStart): void
  /** how the platform is judged from now on; said again in the order that starts the next engine */
  trust(terms: TrustTerms): void
  /** false while no engine is ready: the window is served once it is */
  connect(window: { id: number; role: PictureRole; ceiling: Rank }, port: MessagePortMain): boolean
  /** the port to the card's window. @returns false while no engine is ready */
  line(port: MessagePortMain): boolean
  /** ends the engine in order, and starts none until it is told with what */
  stop(): Promise<void>
  /** @returns false: no engine is ready, so it is to be said again once one is. Answered with `kept` or `notKept` */
  act(outgoing: Outgoing): boolean
  /** @returns false: no engine is ready */
  withdraw(id: string): boolean
  readonly shared: {
    /** @returns what became of it so far */
    save(save: SharedSave): Promise<Result<SaveOutcome>>
    /** @returns false: it may be there already, or no engine says that it is gone */
    withdraw(id: string): Promise<boolean>
    /** for everybody, against the revision that was read, now or not at all */
    erase(erasure: SharedErasure): Promise<Result<EraseOutcome>>
    /** every version that the platform still has, newest first */
    history(key: string): Promise<Result<SharedThing[]>>
  }
  /** rows of a product for a file that leaves, some from one on */
  rows(product: ProductName, ceiling: Rank, from: number): Promise<Result<SomeRows>>
  readonly lines: {
    /** @returns once it is kept */
    enter(line: OutgoingLine): Promise<Result<null>>
    /** @returns false: it may be there already, or no engine says that it is gone */
    withdraw(id: string): Promise<boolean>
  }
  readonly deliveries: {
    /** @returns once it is kept */
    deliver(delivery: Delivery): Promise<Result<null>>
    /** @returns false: it may be there already, or no engine says that it is gone */
    withdraw(id: string): Promise<boolean>
  }
  /** this node's trail, by its token, on the platform */
  readonly trail: {
    last(node: string): Promise<Result<{ place: TrailPlace; body: string } | null>>
    append(
      node: string,
      records: readonly TrailToForward[],
      after: TrailPlace,
    ): Promise<Result<{ taken: number; place: TrailPlace }>>
  }
  /** asks another node for a picture of one of its screens */
  look(node: string, asked: AskedLook): Promise<Result<Look>>
  /** null where no engine answers in time */
  report(): Promise<Report | null>
  dispose(): Promise<void>
}

export interface EngineEvents {
  fork(): UtilityProcess
  /** every window needs a port again, and what was not `kept` is to be said again */
  ready(): void
  problem(problem: Problem | null): void
  linked(link: Link): void
  /** a server was taken: what it proved of itself */
  secured?(server: ServerFacts): void
  /** this act is in the outbox, and survives whatever ends: it need not be said again */
  kept(id: string): void
  /** this one is not, and why */
  notKept(id: string, problem: Problem): void
  /** what waits in the outbox, in the order in which it was done */
  outbox(outbox: { entries: readonly OutboxEntry[]; full: boolean }): void
  /** in the order of their sequence. @param anew they are all that is in force: what was told before is replaced */
  acts(acts: readonly SettledAct[], anew: boolean): void
  /** @param refused first tokens of entities that this node may not write */
  together(together: Togetherness, refused: readonly string[]): void
  /** the log that lines are entered into, and those that wait */
  log(told: LogTold): void
  /** one product that files leave for, and those that wait */
  deliveries(told: DeliveriesTold): void
  /** lines that are addressed to somebody */
  addressed(told: AddressedTold): void
  /** what people share has changed: first all that is kept of it */
  shared(told: SharedTold): void
  /** what this node saved and is not there yet, or was refused */
  saves(saves: WaitingSave[]): void
  /** somebody at the desk searches for this, as they type it */
  searched?(text: string): void
  /** another node asks for a picture of a screen of this one; null: there is none for it */
  asked(asked: AskedLook): Promise<Look | null>
}

/** First try again at once, then less and less often, ms. */
const patience = [500, 1_000, 2_000, 5_000, 10_000, 30_000]
const stopWithin = 8_000

const unanswered = (about: string): Result<never> =>
  fail('engine.stopped', 'the engine did not answer in time', about)

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

/**
 * Keeps one engine's process alive: when it ends unasked or stands still, another takes its place and every window gets
 * a new port. There is never a second one on the same cache. The first process is there at once: it has its code when
 * somebody has signed in.
 */
export function keepEngine(events: EngineEvents): EngineProcess {
  /** was told nothing yet */
  let ahead: UtilityProcess | null = events.fork()
  ahead.on('exit', () => (ahead = null))
  let order: MakeStart | null = null
  /** an order is being made */
  let making = false
  let engine: Talk<Order, Answer, MessagePortMain> | null = null
  let ready = false
  let failures = 0
  let again: NodeJS.Timeout | undefined
  let disposed = false
  /** an end that is under way, and the start after it */
  let turn: Promise<void> | null = null
  let counted = nothing
  let last = nothing
  /** as the engine said last; null: not yet */
  let together: Parameters<EngineEvents['together']> | null = null

  const heard = (answer: Answer) => {
    switch (answer.answer) {
      case 'ready':
        ready = true
        failures = 0
        events.problem(null)
        events.ready()
        break
      case 'link':
        events.linked(answer.link)
        break
      case 'server':
        events.secured?.(answer.server)
        break
      case 'log':
        events.log(answer)
        break
      case 'deliveries':
        events.deliveries(answer)
        break
      case 'addressed':
        events.addressed({ lines: answer.lines, left: answer.left })
        break
      case 'shared':
        events.shared(answer)
        break
      case 'saves':
        events.saves(answer.saves)
        break
      case 'searched':
        events.searched?.(answer.text)
        break
      case 'recovered':
        events.problem(null)
        break
      case 'failed':
        events.problem(answer.problem)
        break
      case 'not-started':
        events.problem(answer.problem)
        // it has nothing to commit; the exit starts the next try
        engine?.kill()
        break
      case 'kept':
        events.kept(answer.act)
        break
      case 'not-kept':
        events.notKept(answer.act, answer.problem)
        break
      case 'outbox':
        events.outbox(answer)
        break
      case 'acts':
        events.acts(answer.acts, answer.anew)
        break
      case 'together':
        together = [answer.together, answer.refused]
        events.together(...together)
        break
      case 'asked': {
        const to = engine
        const { look } = answer
        void events.asked(answer.asked).then((picture) => to?.send({ order: 'seen', look, picture }))
        break
      }
      case 'delivery-kept':
      case 'delivery-withdrawn':
      case 'line-entered':
      case 'line-withdrawn':
      case 'shared-saved':
      case 'shared-erased':
      case 'shared-withdrawn':
      case 'shared-history':
      case 'rows':
      case 'trail-last':
      case 'trail-taken':
      case 'report':
      case 'looked':
      case 'beat':
    }
  }

  /** Nothing goes to the others, and nothing comes from them, until it is back; whoever has no others is alone as before. */
  const cut = () => {
    if (together?.[0] !== 'alone') events.together('cut', together?.[1] ?? [])
  }

  const later = () => {
    const wait = patience[Math.min(failures, patience.length - 1)] ?? 30_000
    failures += 1
    again = setTimeout(() => void launch(), wait)
  }

  const launch = async (): Promise<void> => {
    if (order === null || disposed || engine !== null || making) return
    const asked = order
    making = true
    const start = await asked().catch((error: unknown) => fail<Start>('internal', String(error)))
    making = false
    if (disposed || order !== asked) {
      clearKeys(start)
      return launch()
    }
    if (start.ok) return run(start.value)
    events.problem(start.error)
    later()
  }

  const run = (start: Start) => {
    let told = false
    const child = ahead ?? events.fork()
    ahead = null
    const own = talkWith<Order, Answer, MessagePortMain>(child, {
      answers: AnswerSchema,
      beat: { order: 'beat' },
      stop: { order: 'stop' },
      stopWithin,
      heard(answer) {
        if (engine !== own) return
        told ||= answer.answer === 'not-started'
        heard(answer)
      },
      stoodStill(seconds) {
        if (engine !== own) return
        told = true
        const message = `the engine said nothing for ${seconds} s and was ended; it starts again`
        events.problem({ code: 'engine.stands-still', message })
        cut()
      },
      gone(code) {
        if (engine !== own) return
        engine = null
        ready = false
        cut()
        counted = add(counted, last)
        last = nothing
        if (!told)
          events.problem({
            code: 'engine.stopped',
            message: `the engine ended with ${code}; it starts again`,
          })
        later()
      },
    })
    engine = own
    own.send(start)
    clearKeys(start)
  }

  /** Ends the engine in order, with force where it does not listen. */
  const end = async () => {
    clearTimeout(again)
    const ending = engine
    engine = null
    ready = false
    if (ending === null) return
    counted = add(counted, last)
    last = nothing
    await ending.end()
  }

  const say = (said: Order): boolean => {
    if (engine === null || !ready) return false
    engine.send(said)
    return true
  }

  return {
    start(next) {
      order = next
      failures = 0
      together = null
      // the one that is under way starts with the newest order
      turn ??= end().then(() => {
        turn = null
        return launch()
      })
    },
    connect(window, port) {
      if (engine === null || !ready) return false
      engine.send({ order: 'window', ...window }, [port])
      return true
    },
    line(port) {
      if (engine === null || !ready) return false
      engine.send({ order: 'line' }, [port])
      return true
    },
    stop() {
      order = null
      cut()
      // launches what is ordered meanwhile
      turn ??= end().then(() => {
        turn = null
        return launch()
      })
      return turn
    },
    shared: {
      async save(save) {
        const answer = ready ? await engine?.ask((id) => ({ order: 'shared-save', id, save })) : null
        return answer?.answer === 'shared-saved' ? answer.result : unanswered(save.key)
      },
      async withdraw(save) {
        const answer = ready ? await engine?.ask((id) => ({ order: 'shared-withdraw', id, save })) : null
        return answer?.answer === 'shared-withdrawn' && answer.gone
      },
      async erase(erasure) {
        const answer = ready ? await engine?.ask((id) => ({ order: 'shared-erase', id, erasure })) : null
        return answer?.answer === 'shared-erased' ? answer.result : unanswered(erasure.key)
      },
      async history(key) {
        const answer = ready ? await engine?.ask((id) => ({ order: 'shared-history', id, key })) : null
        return answer?.answer === 'shared-history' ? answer.result : unanswered(key)
      },
    },
    async rows(product, ceiling, from) {
      const answer = ready ? await engine?.ask((id) => ({ order: 'rows', id, product, ceiling, from })) : null
      return answer?.answer === 'rows' ? answer.result : unanswered(product)
    },
    lines: {
      async enter(line) {
        const answer = ready ? await engine?.ask((id) => ({ order: 'line-enter', id, line })) : null
        return answer?.answer === 'line-entered' ? answer.result : unanswered(line.entity)
      },
      async withdraw(line) {
        const answer = ready ? await engine?.ask((id) => ({ order: 'line-withdraw', id, line })) : null
        return answer?.answer === 'line-withdrawn' && answer.gone
      },
    },
    deliveries: {
      async deliver(delivery) {
        const answer = ready ? await engine?.ask((id) => ({ order: 'deliver', id, delivery })) : null
        return answer?.answer === 'delivery-kept' ? answer.result : unanswered(delivery.entity)
      },
      async withdraw(delivery) {
        const answer = ready
          ? await engine?.ask((id) => ({ order: 'delivery-withdraw', id, delivery }))
          : null
        return answer?.answer === 'delivery-withdrawn' && answer.gone
      },
    },
    trail: {
      async last(node) {
        const answer = ready ? await engine?.ask((id) => ({ order: 'trail-last', id, node })) : null
        return answer?.answer === 'trail-last' ? answer.last : unanswered(node)
      },
      async append(node, records, after) {
        const answer = ready
          ? await engine?.ask((id) => ({ order: 'trail', id, node, records: [...records], after }))
          : null
        return answer?.answer === 'trail-taken' ? answer.result : unanswered(node)
      },
    },
    trust(terms) {
      engine?.send({ order: 'trust', terms })
    },
    act: (outgoing) => say({ order: 'act', act: outgoing }),
    withdraw: (id) => say({ order: 'withdraw', act: id }),
    async look(node, asked) {
      const answer = ready ? await engine?.ask((id) => ({ order: 'look', id, node, ...asked })) : null
      return answer?.answer === 'looked'
        ? answer.looked
        : fail('wall.unanswered', 'the engine does not answer', node)
    },
    async report() {
      if (engine === null || !ready) return counted === nothing ? null : counted
      const asked = engine
      const answer = await asked.ask((id) => ({ order: 'report', id }))
      if (answer?.answer !== 'report') return null
      if (engine === asked) last = answer.report
      return engine === asked ? add(counted, last) : null
    },
    async dispose() {
      disposed = true
      ahead?.kill()
      await turn
      await end()
    },
  }
}
