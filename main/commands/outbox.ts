import type { Author } from '../../preload/contract/author.ts'
import type { ActBody } from '../../preload/contract/event.ts'
import type { OutgoingLine } from '../../preload/contract/line.ts'
import { outboxStateOf } from '../../preload/contract/outbox.ts'
import { ok } from '../../preload/contract/result.ts'
import { printable } from '../../preload/contract/text.ts'
import { readOutbox, type Entry } from '../engine/cache/outbox.ts'
import { command } from './command.ts'
import { jsonOption } from './node.ts'
import { readCache } from './read-cache.ts'
import { signerOptions } from './signer.ts'
import { asTable } from './table.ts'

const columns = ['state', 'act', 'entity', 'at', 'reason'] as const

/** What an entry is called where it is no act, and who did it, where it says so. */
function toldOf({ kind, body }: Entry): { act: string; by: Author | null } {
  if (kind === 'act') {
    const { act, by } = JSON.parse(body) as ActBody
    return { act, by }
  }
  if (kind === 'note')
    return { act: 'line', by: (JSON.parse(body) as Pick<OutgoingLine, 'note'>).note.line.by }
  return { act: kind === 'feature' ? 'observation' : kind, by: null }
}

const list = command({
  name: 'outbox list',
  options: { ...jsonOption, ...signerOptions },
  synopsis: '[--json] [--profile DIR] --identity FILE.p12',
  help: [
    'what was done at this node and has not come back from the platform yet, in order: its state',
    '(waiting, sent, confirmed, refused), the act or what else it is (a line of the log, a document,',
    'a report, an observation), what it is about, when it was done, and why it was refused. Vigie may',
    'run on the same profile meanwhile.',
  ],
  async run({ values }) {
    const entries = await readCache(values, ({ reader }) =>
      readOutbox(reader, 'act', 'note', 'document', 'report', 'feature'),
    )
    if (!entries.ok) return entries
    const waiting = entries.value.map((entry) => {
      return {
        ...{ id: entry.id, state: outboxStateOf(entry), ...toldOf(entry), entity: entry.address },
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
