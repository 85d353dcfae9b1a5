/** Who relieves whom, as it concerns the person at this desk. */
import { heldBy, isSamePerson, isSameSeat, seatOf, type Relief } from '../../../preload/contract/person.ts'
import type { DeskState } from '../../../preload/contract/state.ts'

type Here = Pick<DeskState, 'sitting' | 'node' | 'reliefs'>

/** Somebody asks whoever sits here to relieve them. */
export const askedHere = ({ sitting: { person }, reliefs }: Here): Relief | null =>
  person === null ? null : (reliefs.find(({ to }) => isSamePerson(to, person)) ?? null)

/** Whoever sits here asked somebody. */
export function offeredHere({ sitting: { person }, node, reliefs }: Here): Relief | null {
  if (person === null) return null
  const seat = { person, node: node.name }
  const isTheirs = ({ by }: Relief): boolean => {
    const other = seatOf(by)
    return other !== null && isSameSeat(other, seat)
  }
  return reliefs.find(isTheirs) ?? null
}

/** The functions that pass with whoever sits here. */
export const passing = ({ sitting, node }: Here): string[] => heldBy(sitting, node.name).map(({ id }) => id)
