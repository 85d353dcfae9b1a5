/** A node in a process of its own, to be killed while it acts. Says on stdout which acts are kept: `<id>`, a line each. */
import { text } from 'node:stream/consumers'
import type { Address } from '../../../../../main/engine/intake/addresses.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { keeping } from '../an-engine.ts'
import { act, screen } from './an-acting-node.ts'
import { createEngineAs, type Keys } from '../../../../platform/unlocked.ts'

const [profile = '', round = '', every = '10'] = process.argv.slice(2)
const { keys, address } = JSON.parse(await text(process.stdin)) as { keys: Keys; address: Address }
const nothing = (): undefined => undefined
const created = await createEngineAs(keys, {
  ...{ profile, scheme: defaultScheme, keeping, clock: Date },
  acts: {
    product: 'ops.acts',
    told: {
      kept: (id) => process.stdout.write(`${id}\n`),
      ...{ notKept: nothing, outbox: nothing, acts: nothing, together: nothing },
    },
  },
})
if (!created.ok) throw new Error(created.error.message)
await created.value.connect(address)
let number = 0
setInterval(() => {
  number++
  created.value.act(act(`${round}-${String(number).padStart(4, '0')}`, screen(1 + (number % 3))))
}, Number(every))
