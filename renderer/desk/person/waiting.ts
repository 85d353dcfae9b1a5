/** What of persons and functions somebody at this desk must know, or may answer. */
import { readAct } from '../../../preload/contract/act.ts'
import type { Author } from '../../../preload/contract/author.ts'
import {
  heldBy,
  isHeldAt,
  isSamePerson,
  isSameSeat,
  type RoomFunction,
  type Seat,
} from '../../../preload/contract/person.ts'
import type { DeskState } from '../../../preload/contract/state.ts'
import type { Speech } from '../../speech/speech.ts'
import type { DeskAct } from '../acts.ts'
import { authorInWords } from '../outbox/entries.ts'

export type Proposal = DeskState['proposals'][number]
type Here = Pick<DeskState, 'sitting' | 'node'>

/** What was proposed, as it would be done; null: this version of Vigie can't say. */
export const didOf = ({ act, input }: Pick<Proposal, 'act' | 'input'>): DeskAct | null =>
  readAct(act, input) as DeskAct | null

/** This desk's person proposed it. */
export const isOwn = ({ by }: Proposal, { sitting: { person } }: Here): boolean =>
  person !== null && by.person !== null && isSamePerson(person, by.person)

/** It can be agreed to at this desk, by another than who proposed it. */
export const isHere = ({ own, by }: Proposal, { node }: Here): boolean => !own || by.node === node.name

/** What the person at this desk may agree to, the oldest first. */
export const answerable = (state: DeskState): Proposal[] =>
  state.sitting.person === null
    ? []
    : state.proposals.filter((each) => each.declined === null && isHere(each, state) && !isOwn(each, state))

/** What they proposed themselves, and may do alone where policy lets them. */
export const doneAlone = (state: DeskState): Proposal[] =>
  state.sitting.breakGlass
    ? state.proposals.filter((each) => each.declined === null && isHere(each, state) && isOwn(each, state))
    : []

/** Whoever has it does not sit where they took it. */
export function isAway({ sitting, node }: Here, holder: Seat): boolean {
  const seats = [
    ...sitting.elsewhere,
    ...(sitting.person === null ? [] : [{ person: sitting.person, node: node.name }]),
  ]
  return !seats.some((seat) => isSameSeat(seat, holder))
}

/** Functions that this desk's person had, and somebody took. */
export const takenFromHere = ({ sitting, node }: Here): RoomFunction[] =>
  sitting.functions.filter(({ held }) => {
    const before = held?.takenFrom ?? null
    return (
      before !== null &&
      sitting.person !== null &&
      isSameSeat(before, { person: sitting.person, node: node.name })
    )
  })

/** … or that whom they offered it would not take. */
export const declinedHere = ({ sitting, node }: Here): RoomFunction[] =>
  sitting.functions.filter(
    ({ held }) =>
      held !== null &&
      held.declined !== null &&
      sitting.person !== null &&
      isHeldAt(held, { person: sitting.person, node: node.name }),
  )

/** `A. Durand · Chef de salle` */
export const rolesHere = ({ sitting, node }: Here, speech: Pick<Speech, 'words'>): string =>
  heldBy(sitting, node.name)
    .map(({ name }) => speech.words(name))
    .join(', ')

/** A function by its name where this desk's policy has one. */
export const whoInWords = (
  author: Author,
  { sitting }: Pick<DeskState, 'sitting'>,
  speech: Pick<Speech, 'words'>,
): string => {
  const named = sitting.functions.find(({ id }) => id === author.function)
  return authorInWords(named ? { ...author, function: speech.words(named.name) } : author)
}
