/** Whether an act that came from the platform counts at this wall: by what every node of it can judge alike. */
import { actIds, readAct, rowOf, type ActInput } from '../../preload/contract/act.ts'
import type { SettledAct } from '../../preload/contract/outbox.ts'
import { countsHere, tokenOf, wallEntity, type Place } from '../../preload/contract/place.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'

/** Whose wall this is. */
export interface Judging {
  place: Pick<Place, 'organisation' | 'wall'>
  /** whose acts count; null: those of whoever may write there */
  nodes: readonly string[] | null
}

const ofWalls = new Set(
  actIds.map((id) => rowOf(id).about).flatMap((each) => (each.ofWall ? [each.token] : [])),
)

/**
 * @returns what it takes, null where it is no affair of this wall, or `act.invalid`, in words that hold nothing of what
 * its author wrote: they may be shown where that may not
 */
export function judge(
  { entity, body }: Pick<SettledAct, 'entity' | 'body'>,
  { place: { organisation, wall }, nodes }: Judging,
): Result<ActInput | null> {
  const node = body.by.node
  const place = { organisation, wall, node }
  const token = entity.slice(0, Math.max(0, entity.indexOf('.')))
  const ofWall = ofWalls.has(token)
  const own = wallEntity(place, token)
  if (ofWall && entity !== own && !entity.startsWith(`${own}.`)) return ok(null)
  const wrong = (why: string) => fail<null>('act.invalid', `an act does not count: ${why}`, tokenOf(node))
  if (!countsHere(nodes, node)) return ofWall ? wrong('its node is none of this wall’s') : ok(null)
  const input = readAct(body.act, body.input)
  if (input === null) return wrong('there is none of that name that takes this')
  const { about, shared, mayBe } = rowOf(input.act)
  if (shared === null) return wrong('it is a node’s own affair')
  if (mayBe?.(input, body.by) === false) return wrong('its author can’t have done it')
  return about(input, place) === entity ? ok(input) : wrong('it is about something else than it says')
}
