/**
 * The card's process: a driver's calls wait for the card, and a driver is somebody else's code; neither may hold up the
 * wall. Forked by main as a utility process, or by a test under plain Node.
 */
import * as v from 'valibot'
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { openModule, type CardModule } from './module.ts'
import { CardOrderSchema, type CardAnswer, type CardOrder } from './orders.ts'

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}
const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort }

const tell = (answer: CardAnswer): void => {
  if (parentPort !== undefined) parentPort.postMessage(answer)
  else if (process.connected) process.send?.(answer)
}

/** ms: a person who pulls a card and turns away is not to be waited for */
const lookEvery = 500

let module: Result<CardModule> = fail('card.failed', 'the driver is not open yet')
let inside = false

setInterval(() => {
  if (!inside || !module.ok || module.value.present()) return
  inside = false
  tell({ answer: 'removed' })
}, lookEvery)

async function follow(order: CardOrder): Promise<void> {
  switch (order.order) {
    case 'open':
      module = await openModule(order.module)
      tell({ answer: 'opened', id: order.id, result: module.ok ? ok(undefined) : module })
      break
    case 'list':
      tell({ answer: 'listed', id: order.id, result: module.ok ? await module.value.list() : module })
      break
    case 'log-in': {
      const result = module.ok ? await module.value.logIn(order.serial, order.pin) : module
      order.pin.fill(0)
      inside = result.ok
      tell({ answer: 'entered', id: order.id, result })
      break
    }
    case 'log-out':
      inside = false
      if (module.ok) await module.value.logOut()
      break
    case 'use': {
      const result = module.ok ? await module.value[order.use](order.certificate, order.data) : module
      tell({ answer: 'used', id: order.id, result })
      if (result.ok) result.value.fill(0)
      break
    }
    case 'beat':
      tell({ answer: 'beat' })
      break
    case 'stop':
      end()
  }
}

const end = (): void => {
  if (module.ok) module.value.close()
  process.exit(0)
}
const hear = (data: unknown): void => {
  const read = v.safeParse(CardOrderSchema, data)
  if (read.success) void follow(read.output)
}

if (parentPort !== undefined) parentPort.on('message', ({ data }) => hear(data))
else {
  process.on('message', hear)
  // the parent is gone, whatever took it
  process.on('disconnect', end)
}
