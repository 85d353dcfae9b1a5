/** Whether an act counts, as far as every node that knows its name can say: what does not takes the place of none that does. */
import { readAct, rowOf } from '../../../preload/contract/act.ts'
import type { SettledAct } from '../../../preload/contract/outbox.ts'
import { countsHere, type Place } from '../../../preload/contract/place.ts'

/** By what an act is judged here. */
export interface Here {
  /** of this node; null: not known, and what an act is about is taken as it is said */
  place: Place | null
  /** whose acts count; null: those of whoever may write */
  nodes: readonly string[] | null
}

export function isCounting(
  { entity, body }: Pick<SettledAct, 'entity' | 'body'>,
  { place, nodes }: Here,
): boolean {
  if (!countsHere(nodes, body.by.node)) return false
  const input = readAct(body.act, body.input)
  if (input === null) return false
  const { about, shared, mayBe } = rowOf(input.act)
  if (shared === null || mayBe?.(input, body.by) === false) return false
  return place === null || about(input, { ...place, node: body.by.node }) === entity
}
