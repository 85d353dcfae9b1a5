/** The engine's process: Electron's messages on one side, the engine on the other, nothing between. */
import * as v from 'valibot'
import type { Told } from './acts/acts.ts'
import type { Delivery } from '../../preload/contract/document.ts'
import { observationsProduct } from '../../preload/contract/form.ts'
import type { Look } from '../../preload/contract/look.ts'
import { fail } from '../../preload/contract/result.ts'
import { createEngine, type Engine } from './engine.ts'
import { createCardLine } from './intake/nats/card-line.ts'
import { clearKeys, OrderSchema, type Answer, type Order } from './orders.ts'
import type { Port } from './windows/port.ts'

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
  on(event: 'message', listener: (event: { data: unknown; ports: MessagePortMain[] }) => void): void
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
const line = createCardLine()
let begun = false
const early: ((engine: Engine) => void)[] = []
/**
 * What was found while the cache was opened, what acts are in force, what is shared and what waits in the outbox: told behind `ready`,
 * which clears what an engine before had to say.
 */
const found: Answer[] = []
const dismiss = new Map<number, () => void>()

/** Now, or once the cache is open. */
const whenOpen = (act: (engine: Engine) => void): void => {
  if (engine) act(engine)
  else early.push(act)
}

const actsTold = (tell: (answer: Answer) => void): Told => ({
  kept: (act) => tell({ answer: 'kept', act }),
  notKept: (act, problem) => tell({ answer: 'not-kept', act, problem }),
  outbox: (entries, full) => tell({ answer: 'outbox', entries, full }),
  acts: (acts, anew) => tell({ answer: 'acts', acts: [...acts], anew }),
  together: (together, refused) => tell({ answer: 'together', together, refused }),
})
/** what other nodes ask and main has not answered yet */
const asking = new Map<number, (picture: Look | null) => void>()
let looks = 0

async function start(order: Order & { order: 'start' }, answer: (answer: Answer) => void): Promise<void> {
  const tell = (told: Answer): void => {
    if (engine) answer(told)
    else found.push(told)
  }
  const created = await createEngine({
    profile: order.profile,
    cacheKey: order.cacheKey,
    nextKey: order.nextKey,
    vault: order.vault,
    scheme: order.scheme,
    keeping: order.keeping,
    acts: { product: order.acts, nodes: order.nodes, told: actsTold(tell) },
    lines: { product: order.log, told: (told) => tell({ answer: 'log', ...told }) },
    deliveries: {
      products: {
        'vigie.document.v1': order.documents,
        'vigie.report.v1': order.reports,
        'vigie.feature.v1': observationsProduct,
      },
      told: (told) => tell({ answer: 'deliveries', ...told }),
    },
    addressed: (told) => tell({ answer: 'addressed', ...told }),
    clock: Date,
    line,
    shared: {
      told: (told) => tell({ answer: 'shared', ...told }),
      saves: (saves) => tell({ answer: 'saves', saves }),
    },
    linked: (link) => answer({ answer: 'link', link }),
    secured: (server) => answer({ answer: 'server', server }),
    looks: {
      place: order.place,
      answer: (look) =>
        new Promise((resolve) => {
          asking.set(++looks, resolve)
          answer({ answer: 'asked', look: looks, asked: look })
        }),
    },
    searched: (text) => answer({ answer: 'searched', text }),
    log: (line) => process.stderr.write(`vigie: ${line}\n`),
    problem(problem) {
      tell(problem ? { answer: 'failed', problem } : { answer: 'recovered' })
    },
  })
  if (!created.ok) {
    answer({ answer: 'not-started', problem: created.error })
    return
  }
  engine = created.value
  answer({ answer: 'ready' })
  for (const told of found.splice(0)) answer(told)
  for (const act of early.splice(0)) act(engine)
  await engine.connect(...order.intakes)
}

parent.on('message', ({ data, ports }) => {
  const answer = (message: Answer): void => parent.postMessage(message)
  const failed = (message: string, goesOn: boolean): void =>
    answer({ answer: goesOn ? 'failed' : 'not-started', problem: { code: 'internal', message } })
  const read = v.safeParse(OrderSchema, data)
  if (!read.success) {
    failed(`an order that the engine does not know: ${read.issues[0].message}`, begun)
    return
  }
  const order = read.output
  switch (order.order) {
    case 'start':
      begun = true
      start(order, answer)
        .catch((error: unknown) => failed(String(error), engine !== null))
        .finally(() => {
          // the cache is open and TLS is set up: nothing reads a key from here any more
          clearKeys(order)
        })
      break
    case 'window': {
      const [port] = ports
      if (!port) break
      whenOpen((opened) => {
        dismiss.get(order.id)?.()
        dismiss.set(order.id, opened.addWindow(portOf(port), order))
      })
      break
    }
    case 'line':
      if (ports[0]) line.attach(portOf(ports[0]))
      break
    case 'trust':
      whenOpen((opened) => opened.trust(order.terms))
      break
    case 'act':
      whenOpen((opened) => opened.act(order.act))
      break
    case 'withdraw':
      whenOpen((opened) => opened.withdraw(order.act))
      break
    case 'line-enter':
      whenOpen(({ lines }) => {
        void lines
          .enter(order.line)
          .then((result) => answer({ answer: 'line-entered', id: order.id, result }))
      })
      break
    case 'line-withdraw':
      whenOpen(({ lines }) => {
        void lines
          .withdraw(order.line)
          .then((gone) => answer({ answer: 'line-withdrawn', id: order.id, gone }))
      })
      break
    case 'deliver':
      whenOpen(({ deliveries }) => {
        void deliveries
          // what its body is, is looked at there
          .deliver(order.delivery as Delivery)
          .then((result) => answer({ answer: 'delivery-kept', id: order.id, result }))
      })
      break
    case 'delivery-withdraw':
      whenOpen(({ deliveries }) => {
        void deliveries
          .withdraw(order.delivery)
          .then((gone) => answer({ answer: 'delivery-withdrawn', id: order.id, gone }))
      })
      break
    case 'shared-save':
      whenOpen(({ shared }) => {
        void shared.saving
          .save(order.save)
          .then((result) => answer({ answer: 'shared-saved', id: order.id, result }))
      })
      break
    case 'shared-withdraw':
      whenOpen(({ shared }) => {
        void shared.saving
          .withdraw(order.save)
          .then((gone) => answer({ answer: 'shared-withdrawn', id: order.id, gone }))
      })
      break
    case 'shared-erase':
      whenOpen(({ shared }) => {
        void shared
          .erase(order.erasure)
          .then((result) => answer({ answer: 'shared-erased', id: order.id, result }))
      })
      break
    case 'shared-history':
      whenOpen(({ shared }) => {
        void shared
          .history(order.key)
          .then((result) => answer({ answer: 'shared-history', id: order.id, result }))
      })
      break
    case 'rows':
      whenOpen(({ rows }) => {
        answer({ answer: 'rows', id: order.id, result: rows(order.product, order.ceiling, order.from) })
      })
      break
    case 'trail-last':
      whenOpen(({ trail }) => {
        void trail.last(order.node).then((last) => answer({ answer: 'trail-last', id: order.id, last }))
      })
      break
    case 'trail':
      whenOpen(({ trail }) => {
        void trail
          .append(order.node, order.records, order.after)
          .then((result) => answer({ answer: 'trail-taken', id: order.id, result }))
      })
      break
    case 'report':
      if (engine) answer({ answer: 'report', id: order.id, report: engine.report() })
      break
    case 'look': {
      const { order: _, id, node, ...asked } = order
      const unanswered = fail<Look>('wall.unanswered', 'the engine is not ready', node)
      const look = engine?.look(node, asked) ?? Promise.resolve(unanswered)
      void look.then((looked) => answer({ answer: 'looked', id, looked }))
      break
    }
    case 'seen':
      asking.get(order.look)?.(order.picture)
      asking.delete(order.look)
      break
    case 'beat':
      answer({ answer: 'beat' })
      break
    case 'stop':
      void (engine?.dispose() ?? Promise.resolve()).finally(() => process.exit(0))
      break
  }
})
