/**
 * What main does with each of its child processes: orders and answers with a schema, questions with a number, a
 * heartbeat, and an end that comes. Electron's utility process and Node's own have this shape.
 */
import { fork } from 'node:child_process'
import * as v from 'valibot'

/** A child process as main needs it. */
export interface ChildProcess<Port = never> {
  readonly pid?: number | undefined
  postMessage(message: object, ports?: Port[]): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'exit', listener: (code: number | null) => void): unknown
  kill(): unknown
}

export interface Talk<Order, Answer, Port> {
  send(order: Order, ports?: Port[]): void
  /** @returns null where nothing with this number comes back in time */
  ask(order: (id: number) => Order): Promise<Answer | null>
  /** at once, also where the process does not listen to signals any more */
  kill(): void
  /** asks it to end, with force where it does not; resolves once it is gone */
  end(): Promise<void>
}

export interface TalkOptions<Order, Answer> {
  /** what is not one of these is not heard */
  answers: v.GenericSchema<unknown, Answer>
  /** answered by anything, at once */
  beat: Order
  stop: Order
  /** ms from `stop` to force */
  stopWithin: number
  heard(answer: Answer): void
  /** it has said nothing for so long that it is being ended, for `seconds` */
  stoodStill(seconds: number): void
  gone(code: number | null): void
}

const beatEvery = 2000
/**
 * So many heartbeats without a word: a machine that is too busy, or a query that is too large, must not count. They are
 * counted, not timed: where main itself stood still (a machine that slept), the child had no chance to answer.
 */
const mostMissed = 10
const answerWithin = 5000

/** Begins when the child has been forked; whoever forks it tells it what to start with. */
export function talkWith<Order extends object, Answer extends object, Port = never>(
  child: ChildProcess<Port>,
  options: TalkOptions<Order, Answer>,
): Talk<Order, Answer, Port> {
  let alive = true
  let missed = 0
  let asked = 0
  const asking = new Map<number, (answer: Answer | null) => void>()
  let exited!: () => void
  const exit = new Promise<void>((resolve) => (exited = resolve))

  const send = (order: Order, ports?: Port[]): void => {
    if (!alive) return
    if (ports === undefined) child.postMessage(order)
    else child.postMessage(order, ports)
  }

  const kill = (): void => {
    if (!alive) return
    // a process that was stopped hears no SIGTERM, which is what Electron's own `kill` sends
    if (child.pid === undefined) child.kill()
    else
      try {
        process.kill(child.pid, 'SIGKILL')
      } catch {
        // it has just ended
      }
  }

  const beating = setInterval(() => {
    if (missed < mostMissed) {
      missed++
      send(options.beat)
      return
    }
    clearInterval(beating)
    options.stoodStill((mostMissed * beatEvery) / 1000)
    kill()
  }, beatEvery)

  child.on('message', (message) => {
    const read = v.safeParse(options.answers, message)
    if (!read.success) return
    missed = 0
    const id = 'id' in read.output ? read.output.id : undefined
    const answered = typeof id === 'number' ? asking.get(id) : undefined
    if (answered) answered(read.output)
    else options.heard(read.output)
  })
  child.on('exit', (code) => {
    if (!alive) return
    alive = false
    clearInterval(beating)
    for (const answered of [...asking.values()]) answered(null)
    exited()
    options.gone(code)
  })

  return {
    send,
    ask: (order) =>
      new Promise((resolve) => {
        const id = ++asked
        const answered = (answer: Answer | null): void => {
          clearTimeout(late)
          asking.delete(id)
          resolve(answer)
        }
        const late = setTimeout(() => answered(null), answerWithin)
        asking.set(id, answered)
        send(order(id))
        if (!alive) answered(null)
      }),
    kill,
    async end() {
      clearInterval(beating)
      send(options.stop)
      const force = setTimeout(kill, options.stopWithin)
      await exit
      clearTimeout(force)
    },
  }
}

/** A child under plain Node, for tests; the app passes what `utilityProcess.fork` returns. */
export const forkWithNode = (entry: string): ChildProcess => {
  const child = fork(entry, [], { execArgv: [], serialization: 'advanced' })
  return {
    get pid() {
      return child.pid
    },
    postMessage: (message) => void child.send(message),
    on: (event, listener) => child.on(event, listener as (value: unknown) => void),
    kill: () => child.kill('SIGKILL'),
  }
}
