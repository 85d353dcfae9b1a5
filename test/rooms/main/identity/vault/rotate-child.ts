/** A rotation in a process of its own, which kills itself at the step that it is told; says each step on stdout. */
import { text } from 'node:stream/consumers'
import { encryptedIn } from '../../../../../main/commands/vault.ts'
import { rotate } from '../../../../../main/identity/vault/rotate.ts'
import { signerWith, type Keys } from '../../../../platform/unlocked.ts'

const [profile = '', last = ''] = process.argv.slice(2)
const keys = JSON.parse(await text(process.stdin)) as Keys
let step = 0
const rotated = await rotate(profile, signerWith(keys), {
  all: encryptedIn(profile),
  tell(line) {
    process.stdout.write(`${line}\n`)
    step++
    if (String(step) === last) process.kill(process.pid, 'SIGKILL')
  },
})
if (!rotated.ok) throw new Error(rotated.error.message)
