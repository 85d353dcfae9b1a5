/** What is done at this node, as the trail has it: recorded before it is done, so that nothing is done that is not in it. */
import { rowOf, type Act, type ActInput } from '../preload/contract/act.ts'
import type { Author } from '../preload/contract/author.ts'
import type { Recorded, RecordTrail } from '../preload/contract/trail.ts'
import type { HeldState } from './wall/hold-state.ts'

/** An act's way back to this node alone is no second act: so many of the last are known again. */
const mostKnown = 500

const isText = (value: unknown): value is string => typeof value === 'string'

/**
 * What an act is about in the words of a record.
 * @param level that of this node's desk: what is named there may be of it
 */
export function actRecorded(
  input: ActInput,
  { person, function: role, node, automation }: Author,
  level: string,
): Recorded {
  const { act, ...takes } = input
  const given = takes as Record<string, unknown>
  const entity = (given['entity'] as unknown) ?? null
  const ref = typeof entity === 'object' && entity !== null ? (entity as Record<string, unknown>) : given
  const named = isText(ref['product']) && isText(ref['entity']) ? `${ref['product']} ${ref['entity']}` : null
  const scene = isText(given['scene']) ? given['scene'] : null
  return {
    kind: `act.${act}`,
    ...{ person, function: role, node, automation },
    screen: typeof given['screen'] === 'number' ? given['screen'] : null,
    subject: named ?? scene,
    marking: named === null ? null : level,
    detail: given,
  }
}

/** The wall's state, with what is done to it recorded. @param level as above */
export function recordActs(state: HeldState, record: RecordTrail, level: () => string): HeldState {
  const known = new Set<string>()
  const doing = (act: Act): void => {
    const { input, author, at } = act
    if (!rowOf(input.act).audited) return
    const one = JSON.stringify([at, input, author])
    if (known.has(one)) return
    known.add(one)
    const [oldest] = known
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest)
    const recorded = actRecorded(input, author, level())
    // who agreed, or why one did it alone
    const accord = 'accord' in act ? { accord: act.accord } : {}
    record({ ...recorded, at, detail: { ...recorded.detail, ...accord } })
  }
  return {
    ...state,
    take(act, entity) {
      doing(act)
      return state.take(act, entity)
    },
    add(own) {
      const { by } = own.out.body
      const accord = 'accord' in own.out.body ? { accord: own.out.body.accord } : {}
      doing({ input: own.input, author: by, at: own.out.at, ...accord })
      state.add(own)
    },
  }
}
