/** Whether an act counts, as far as every node that knows its name can say: what does not takes the place of none that does. */
import { readAct, rowOf } from '../../../preload/contract/act.ts'
import type { SettledAct } from '../../../preload/contract/outbox.ts'
import type { Place } from '../../../preload/contract/place.ts'

/** @param place of this node; null: not known, and what it is about is taken as it is said */
export function isCounting(
  { entity, body }: Pick<SettledAct, 'entity' | 'body'>,
  place: Place | null,
): boolean {
  const input = readAct(body.act, body.input)
  if (input === null) return false
  const { about, shared } = rowOf(input.act)
  if (shared === null) return false
  return place === null || about(input, { ...place, node: body.by.node }) === entity
}
