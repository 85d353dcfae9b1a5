/** The engine's own entry under plain Node, with little room for its picture. */
import { ordinaryBudget } from '../../../../main/engine/picture/budget.ts'

const MiB = 2 ** 20
Object.assign(ordinaryBudget, { perProduct: 8 * MiB, all: 32 * MiB })
Object.assign(process, {
  parentPort: {
    postMessage: (message: object) => process.send?.(message),
    on: (_: 'message', heard: (event: object) => void) =>
      process.on('message', (data) => heard({ data, ports: [] })),
  },
})
await import('../../../../main/engine/index.ts')
