/** A node in a process of its own, to be killed while files are delivered. Says on stdout which are kept: `<id>`, a line each. */
import { text } from 'node:stream/consumers'
import type { Address } from '../../../../../main/engine/intake/addresses.ts'
import type { Keys } from '../../../../platform/unlocked.ts'
import { bytesOf, document, startNode } from './a-delivering-node.ts'

const [profile = '', round = ''] = process.argv.slice(2)
const { keys, address } = JSON.parse(await text(process.stdin)) as { keys: Keys; address: Address }
const node = await startNode(profile, keys)
await node.engine.connect(address)
for (let number = 1; ; number++) {
  const id = `${round}-${String(number).padStart(4, '0')}`
  const kept = await node.engine.deliveries.deliver(document(id, bytesOf(400_000, number)))
  if (kept.ok) process.stdout.write(`${id}\n`)
  await new Promise((resolve) => setTimeout(resolve, 30))
}
