import { rowOf, type ActInput } from '../../preload/contract/act.ts'
import type { SettledAct } from '../../preload/contract/outbox.ts'
import type { Place } from '../../preload/contract/place.ts'

export const here: Place = { organisation: 'CNCS', wall: 'Salle A', node: 'poste-07' }
export const there: Place = { ...here, node: 'poste-08' }
export const at = 1_700_000_000_000

/** An act as the platform has it. */
export const settledOf = (
  input: ActInput,
  sequence: number,
  changes: Partial<SettledAct> & { place?: Place; after?: number | null } = {},
): SettledAct => {
  const { place = there, after = null, ...others } = changes
  const { act, ...own } = input
  const by = { person: null, function: null, node: place.node, automation: null }
  return {
    id: `id-${place.node}-${sequence}`,
    entity: rowOf(act).about(own, place),
    body: { act, input: own, by, moment: { live: true }, after },
    sequence,
    published: at + sequence * 1000,
    at: at + sequence * 1000,
    ...others,
  }
}
