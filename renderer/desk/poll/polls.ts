/** Readiness polls, as this desk's person may answer them. */
import { heldBy } from '../../../preload/contract/person.ts'
import { answersTo, currentOf, type AskedFunction, type Poll } from '../../../preload/contract/poll.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import { inLanguage } from '../../../preload/contract/words.ts'
import type { DeskAct } from '../acts.ts'

type Here = Pick<DeskState, 'sitting' | 'node'>

export const currentAt = ({ node }: Pick<DeskState, 'node'>): Poll | null => currentOf(node.polls ?? [])

/** What the person at this desk is asked in that poll. */
export function ownIn({ functions }: Poll, { sitting, node }: Here): AskedFunction[] {
  const held = heldBy(sitting, node.name).map(({ id }) => id)
  return functions.filter(({ id }) => held.includes(id))
}

/** Polls that wait for whoever sits here, the last asked first, with the functions that have not answered. */
export const waitingHere = (state: Here): { poll: Poll; own: AskedFunction[] }[] =>
  (state.node.polls ?? [])
    .filter(({ closed }) => closed === null)
    .map((poll) => ({ poll, own: ownIn(poll, state).filter(({ answered }) => answered === null) }))
    .filter(({ own }) => own.length > 0)
    .reverse()

export const answering = (
  poll: Poll,
  id: string,
  answer: Extract<DeskAct, { act: 'answer-poll' }>['answer'],
  reason = '',
): DeskAct => ({ act: 'answer-poll', poll: poll.id, function: id, answer, reason })

/** The good answer, for each function that has not answered here. */
export const goes = (state: Here): { poll: Poll; asked: AskedFunction; act: DeskAct }[] =>
  waitingHere(state).flatMap(({ poll, own }) =>
    own.map((asked) => ({
      ...{ poll, asked },
      act: answering(poll, asked.id, answersTo(poll.kind)[0] ?? 'present'),
    })),
  )

/** What a poll is asked as, of a kind, when somebody begins one: as the last of that kind was. */
export function begun(state: Here, kind: Poll['kind']): { title: string; functions: string[] } {
  const last = (state.node.polls ?? []).findLast((poll) => poll.kind === kind)
  const known = state.sitting.functions.map(({ id }) => id)
  const asked = last?.functions.map(({ id }) => id).filter((id) => known.includes(id)) ?? []
  return {
    title: inLanguage(last?.title ?? '', state.node.language),
    functions: asked.length === 0 ? known : asked,
  }
}
