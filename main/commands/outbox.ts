import type { ActBody } from '../../preload/contract/event.ts'
import { outboxStateOf } from '../../preload/contract/outbox.ts'
import { ok } from '../../preload/contract/result.ts'
import { printable } from '../../preload/contract/text.ts'
import { readOutbox } from '../engine/cache/outbox.ts'
import { command } from './command.ts'
import { jsonOption } from './node.ts'
import { readCache } from './read-cache.ts'
import { signerOptions } from './signer.ts'
import { asTable } from './table.ts'

const columns = ['state', 'act', 'entity', 'at', 'reason'] as const

const list = command({
  name: 'outbox list',
  options: { ...jsonOption, ...signerOptions },
  synopsis: '[--json] [--profile DIR] --identity FILE.p12',
  help: [
    'what was done at this node and has not come back from the platform yet, in order: its state',
    '(waiting, sent, confirmed, refused), the act, what it is about, when it was done, and',
    'why it was refused. Vigie may run on the same profile meanwhile.',
  ],
  async run({ values }) {
    const entries = await readCache(values, ({ reader }) => readOutbox(reader))
    if (!entries.ok) return entries
    const waiting = entries.value.map((entry) => {
      const { act, by } = JSON.parse(entry.body) as ActBody
      return {
        ...{ id: entry.id, state: outboxStateOf(entry), act, entity: entry.address, by },
        at: new Date(entry.at).toISOString(),
        problem: entry.problem,
      }
    })
    if (values.json === true) return ok(JSON.stringify(waiting, null, 2))
    if (waiting.length === 0) return ok('nothing waits')
    const lines = waiting.map(({ problem, ...row }) => ({
      ...row,
      act: printable(row.act, 64),
      reason: problem === null ? '' : `${problem.code}: ${printable(problem.message, 200)}`,
    }))
    return ok(asTable(columns, lines, () => true))
  },
})

export const outboxCommands = [list]
