/** What was done here and is not settled, as the desk is told of it. */
import * as v from 'valibot'
import { readAct, type ActInput } from '../../preload/contract/act.ts'
import type { OutboxEntry, Outgoing } from '../../preload/contract/outbox.ts'
import { DoneSchema, type DeskState } from '../../preload/contract/state.ts'
import type { Known, Own } from './fold.ts'

type Outbox = DeskState['outbox']
type Done = Pick<Outbox['entries'][number], 'act' | 'input'>

/** As many as are listed. */
const mostListed = 200

/** What it takes, where that can be told; an act of another version of Vigie is told by its name alone. */
export function tellDone({ act, ...input }: { act: string } & object): Done {
  const read = v.safeParse(DoneSchema, { act, input })
  return read.success ? read.output : { act, input: {} }
}

const doneOf = ({ body: { act, input } }: Outgoing): Done => tellDone(readAct(act, input) ?? { act })

/** @param own what no outbox has yet waits too */
export function tellOutbox(entries: readonly OutboxEntry[], full: boolean, own: readonly Own[]): Outbox {
  const listed = new Set(entries.map(({ id }) => id))
  const unkept = own.filter(({ kept, out }) => !kept && !listed.has(out.id))
  return {
    entries: [
      ...entries.map((entry) => {
        const { id, at, state, problem } = entry
        return { ...doneOf(entry), id, at, state, problem }
      }),
      ...unkept.map(({ out }) => ({
        ...doneOf(out),
        ...{ id: out.id, at: out.at, state: 'waiting' as const, problem: null },
      })),
    ].slice(0, mostListed),
    count: entries.length + unkept.length,
    full,
  }
}

/** @param lost what was done here @param won what holds now, as it is told */
export const tellLost = (lost: Known, won: Known): NonNullable<DeskState['lost']> => ({
  id: lost.id,
  ...tellDone(won.input satisfies ActInput),
  by: won.by,
  at: won.at,
})
