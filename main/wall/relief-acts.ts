/** What acts make of who relieves whom. Pure, as `acts.ts` is: until the one act at its end nothing passes. */
import type { Act } from '../../preload/contract/act.ts'
import { isSamePerson, isSameSeat, seatOf, type HeldFunction } from '../../preload/contract/person.ts'
import { held } from './person-acts.ts'
import type { State } from './state.ts'

/** More than any room has under way. */
const mostReliefs = 20

const without = ({ reliefs }: State, id: string): State['reliefs'] => reliefs.filter((each) => each.id !== id)

/** @returns the offer that this relief answers, as its accord says it */
const agreedBy = ({ accord }: Act): Act['author'] | null => (accord?.how === 'agreed' ? accord.by : null)

export const reliefReducers = {
  'offer-relief'(state: State, { input, author, at }: Act<'offer-relief'>): State {
    const seat = seatOf(author)
    if (seat === null || isSamePerson(input.to, seat.person)) return state
    const { relief: id, to, functions } = input
    const isHis = ({ by }: State['reliefs'][number]): boolean => {
      const other = seatOf(by)
      return other !== null && isSameSeat(other, seat)
    }
    // whoever offers it anew offers the one before no longer
    const others = without(state, id).filter((each) => !isHis(each))
    return { ...state, reliefs: [...others, { id, to, functions, by: author, at }].slice(-mostReliefs) }
  },
  'end-relief': (state: State, { input }: Act<'end-relief'>): State => ({
    ...state,
    reliefs: without(state, input.relief),
  }),
  relieve(state: State, act: Act<'relieve'>): State {
    const { input, author, at } = act
    const by = agreedBy(act)
    const [seat, before] = [seatOf(author), by === null ? null : seatOf(by)]
    // both are in it, and they are two
    if (seat === null || before === null || isSamePerson(seat.person, before.person)) return state
    let { functions } = state
    for (const id of input.functions) {
      const holder = functions.get(id)?.holder ?? null
      // somebody else took it meanwhile: it is theirs
      if (holder !== null && !isSameSeat(holder, before)) continue
      const now: HeldFunction = { holder: seat, at, offered: null, declined: null, takenFrom: null }
      functions = held(functions, id, now)
    }
    return { ...state, functions, reliefs: without(state, input.relief) }
  },
}
