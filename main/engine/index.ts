/** The engine's process: Electron's messages on one side, the engine on the other, nothing between. */
import { createEngine, type Engine } from './engine.ts'
import type { Answer, Order } from './orders.ts'
import type { Port } from './window/port.ts'

/** What we use of Electron's `MessagePortMain`. */
interface MessagePortMain {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  start(): void
  close(): void
}

/** What we use of Electron's `process.parentPort`. */
interface ParentPort {
  postMessage(message: Answer): void
  on(event: 'message', listener: (event: { data: Order; ports: MessagePortMain[] }) => void): void
}

const { parentPort: parent } = process as unknown as { parentPort?: ParentPort }
if (!parent) throw new Error('the engine runs as a utility process of Vigie')

const portOf = (port: MessagePortMain): Port => ({
  send: (message) => port.postMessage(message),
  listen(receive) {
    port.on('message', ({ data }) => receive(data))
    port.start()
  },
  closed: (told) => port.on('close', told),
  close: () => port.close(),
})

let engine: Engine | null = null
/** windows that came before the cache was open */
const early: (() => void)[] = []
const dismiss = new Map<number, () => void>()

async function start(order: Order & { order: 'start' }, answer: (answer: Answer) => void): Promise<void> {
  const created = await createEngine({
    profile: order.profile,
    keys: order.keys,
    scheme: order.scheme,
    keeping: order.keeping,
    clock: Date,
    connection: (connection) => answer({ answer: 'connection', connection }),
    log: (line) => process.stderr.write(`vigie: ${line}\n`),
    problem: (problem) => answer(problem ? { answer: 'failed', problem } : { answer: 'recovered' }),
  })
  if (!created.ok) {
    answer({ answer: 'failed', problem: created.error })
    return
  }
  engine = created.value
  for (const add of early.splice(0)) add()
  answer({ answer: 'ready' })
  if (order.platform) await engine.connect(order.platform)
}

parent.on('message', ({ data: order, ports }) => {
  const answer = (message: Answer): void => parent.postMessage(message)
  switch (order.order) {
    case 'start':
      start(order, answer).catch((error: unknown) =>
        answer({ answer: 'failed', problem: { code: 'internal', message: String(error) } }),
      )
      break
    case 'window': {
      const [port] = ports
      if (!port) break
      const add = (): void => {
        dismiss.get(order.id)?.()
        const gone = engine?.addWindow(portOf(port), order)
        if (gone) dismiss.set(order.id, gone)
      }
      if (engine) add()
      else early.push(add)
      break
    }
    case 'report':
      if (engine) answer({ answer: 'report', report: engine.report() })
      break
    case 'stop':
      void (engine?.dispose() ?? Promise.resolve()).finally(() => process.exit(0))
      break
  }
})
