/** An engine in a process of its own, to be killed. Says on stdout how many events it has persisted. */
import { text } from 'node:stream/consumers'
import type { Address } from '../../../../main/engine/intake/addresses.ts'
import { keeping } from './an-engine.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { createEngineAs, type Keys } from '../../../platform/unlocked.ts'

const [profile = ''] = process.argv.slice(2)
const { keys, address } = JSON.parse(await text(process.stdin)) as { keys: Keys; address: Address }
const created = await createEngineAs(keys, { profile, scheme: defaultScheme, keeping, clock: Date })
if (!created.ok) throw new Error(created.error.message)
await created.value.connect(address)
setInterval(() => process.stdout.write(`${created.value.report().persisted}\n`), 5)
