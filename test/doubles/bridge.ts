import * as v from 'valibot'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { Role } from '../../preload/contract/role.ts'
import { channelOf, inputFor, rows, type Contract, type Payload } from '../../preload/contract/schema.ts'
import { bridgeOver, type Wire } from '../../preload/bridge.ts'

type Answers = Record<string, (input: unknown) => unknown>

/** What a test answers with where main says no. */
export class Refusal {
  constructor(readonly problem: Problem) {}
}

/** One call that a window made, as main would have got it. */
export interface Called {
  call: string
  input: unknown
}

/**
 * A window's bridge without main behind it, made from the same contract as the real one: what a window sends must fit
 * the schema, and so must what the test answers and tells.
 *
 * @param answers by `group.name`: the value of a call that succeeds, or a `Refusal`; a call without one succeeds with
 * nothing. What it answers later, it promises.
 */
export function bridgeDouble<R extends Role>(role: R, answers: Answers = {}) {
  const calls: Called[] = []
  const listeners = new Map<string, Set<(event: { ports: [] }, payload: unknown) => void>>()
  const rowOf = new Map(
    rows.map(({ group, name, row }) => [channelOf(group, name), { call: `${group}.${name}`, row }]),
  )

  const invoke = (channel: string, input: unknown): Promise<Result<unknown>> => {
    const known = rowOf.get(channel)
    if (known === undefined || known.row.kind !== 'call' || !known.row.roles.includes(role))
      return Promise.resolve(fail('ipc.refused', `no such call for a ${role}`, channel))
    const read = v.safeParse(inputFor(known.row, role), input)
    if (!read.success) return Promise.resolve(fail('ipc.input-invalid', read.issues[0].message, channel))
    calls.push({ call: known.call, input: read.output })
    const said = answers[known.call]?.(read.output)
    const { output } = known.row
    const judge = (answer: unknown): Result<unknown> =>
      answer instanceof Refusal ? { ok: false, error: answer.problem } : ok(v.parse(output, answer))
    return said instanceof Promise ? said.then(judge) : Promise.resolve(judge(said))
  }
  const wire: Wire = {
    invoke,
    on(channel, heard) {
      const set = listeners.get(channel) ?? new Set()
      listeners.set(channel, set.add(heard))
    },
    off: (channel, heard) => listeners.get(channel)?.delete(heard),
  }

  return {
    bridge: bridgeOver(role, wire),
    calls,
    /** as if main told the window */
    tell<G extends keyof Contract, N extends keyof Contract[G] & string>(
      group: G,
      name: N,
      payload: Payload<Contract[G][N]>,
    ): void {
      const known = rowOf.get(channelOf(group, name))
      if (known?.row.kind !== 'notification') throw new Error(`${group}.${name} is no notification`)
      const told = v.parse(known.row.payload, payload)
      for (const heard of listeners.get(channelOf(group, name)) ?? []) heard({ ports: [] }, told)
    },
    /** how many still listen to anything: none, after a window has disposed of what it made */
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  }
}
