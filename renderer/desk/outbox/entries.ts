import { acts, readAct, rowOf, type ActId, type ActInput, type Said } from '../../../preload/contract/act.ts'
import type { Author } from '../../../preload/contract/author.ts'
import { inLanguage } from '../../../preload/contract/words.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import type { DeskAct } from '../acts.ts'

/** An act that was done here and is not confirmed yet, or was refused. */
export type Entry = DeskState['outbox']['entries'][number]
/** What somebody did, as it is told. */
export type Done = Pick<Entry, 'act' | 'input'>

const ownOf = ({ act: _, ...own }: ActInput): Record<string, never> => own as Record<string, never>

/** What it did, in its row's words; one that this version does not know is called by its name. */
export function doneInWords({ act, input }: Done, state: DeskState): Said {
  const known = readAct(act, input)
  return (known && rowOf(known.act).desk?.done(ownOf(known), state)) ?? { words: act }
}

/** What it is, whether it is done already or not: one that counts only once it is confirmed may never be. */
export const askedInWords = (done: Done, state: DeskState): Said => {
  const known = readAct(done.act, done.input)
  return (known && rowOf(known.act).desk?.asked) ?? doneInWords(done, state)
}

/** What it is about; null: nobody here can say. */
export function aboutOf({ act, input }: Done, { node, wall }: DeskState): string | null {
  const known = readAct(act, input)
  const place = { organisation: node.organisation, wall, node: node.name }
  return known && rowOf(known.act).about(ownOf(known), place)
}

/** The same act, to be done once more; null: it must not come back by taking something else back. */
export function againOf({ act, input }: Done): DeskAct | null {
  const known = readAct(act, input)
  if (known === null) return null
  const { roles, shared } = rowOf(known.act)
  return roles.includes('desk') && shared?.guarded !== true ? (known as DeskAct) : null
}

/** Nobody but this node has it, or will take it. */
export const mayWithdraw = ({ state }: Entry): boolean => state === 'waiting' || state === 'refused'

/** The platform has not said that it has it. */
export const isOnItsWay = ({ state }: Entry): boolean => state === 'waiting' || state === 'sent'

const tokenOfAct = (act: string): string | null => (act in acts ? rowOf(act as ActId).about.token : null)

/**
 * One of the same is on its way, the last about its entity, and counts only once the platform has confirmed it: once more
 * helps nobody.
 */
export function isAsked(act: ActId, entries: readonly Entry[]): boolean {
  const { shared, about } = rowOf(act)
  if (shared?.guarded !== true) return false
  return entries.findLast((each) => isOnItsWay(each) && tokenOfAct(each.act) === about.token)?.act === act
}

/** `S. Morel, chef de salle, poste-08` */
export const authorInWords = ({ person, function: of, node }: Author): string =>
  [person, of, node].filter((part) => part !== null).join(', ')

/** What holds instead of what was done here, then who did it and when. */
export const lostInWords = (
  { act, input, by }: NonNullable<DeskState['lost']>,
  state: DeskState,
  time: string,
): [Said, Said] => {
  const named = state.sitting.functions.find(({ id }) => id === by.function)
  const of = named ? inLanguage(named.name, state.node.language) : by.function
  return [
    doneInWords({ act, input }, state),
    { key: 'desk.notice.lost', values: { who: authorInWords({ ...by, function: of }), time } },
  ]
}
