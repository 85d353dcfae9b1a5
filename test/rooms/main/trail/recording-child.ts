/** A node that records in a process of its own, to be killed. Says on stdout what was recorded: `<id>`, a line each. */
import { writeSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { signerOf } from '../../../../main/identity/signer.ts'
import { Secret } from '../../../../main/identity/secret.ts'
import { createTrail } from '../../../../main/trail/trail.ts'

const [folder = '', round = '', opens = ''] = process.argv.slice(2)
const { certificate, key } = JSON.parse(await text(process.stdin)) as { certificate: string; key: string }
const trail = createTrail({
  ...{ folder, node: 'poste 1', token: 'poste-1', now: () => Date.now() },
  problem: (problem) => problem && process.stderr.write(`${problem.message}\n`),
  ...{ log: () => undefined, stamp: () => null, outlet: () => null },
  sealAfter: { records: 7, ms: 60_000 },
})
let number = 0
const record = (): void => {
  const id = `${round}-${String(++number).padStart(4, '0')}`
  trail.record({ kind: 'act.show-scene', subject: id })
  // at once: whoever reads it may kill us before anything else happens
  writeSync(1, `${id}\n`)
}
record()
if (opens === 'opens') {
  void trail.open([Buffer.alloc(32, 7)], {
    ...signerOf({ certificate, key: new Secret(key) }),
    chain: [],
  })
}
setInterval(record, 1)
