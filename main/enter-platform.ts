import { addressesOf } from './addresses.ts'
import type { CommandLine } from './command-line.ts'
import type { EngineProcess } from './engine-process.ts'
import { enter } from './enter.ts'
import { findPassphrase } from './identity/passphrase.ts'
import { log, type Begun } from './life.ts'
import type { OpenedNode } from './open-node.ts'
import { swapInClear } from './trust/swap.ts'

/** Signs in at the platform that the command line or else the policy names, with this node's own certificate. */
export async function enterPlatform(
  begun: Begun,
  { addresses: given, tlsFirst, identity, authority, ...sources }: NonNullable<CommandLine['platform']>,
  node: OpenedNode,
  engine: EngineProcess,
): Promise<void> {
  const addresses = addressesOf(given, node.about.policy)
  if (!addresses.ok) {
    node.problems('identity', addresses.error)
    if (begun.options.headless !== null) begun.end(1)
    return
  }
  const swap = await swapInClear()
  if (swap.length > 0)
    log(node.say({ code: 'node.swap-in-clear', message: 'swap is on', subject: swap.join(', ') }))
  const passphrase = await findPassphrase(sources, process.env)
  const files = { identity, passphrase, authority }
  await enter(begun, { addresses: addresses.value, tlsFirst, files, cache: begun.profile }, node, engine)
}
