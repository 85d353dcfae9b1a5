/** What each screen of this node shows now, and who put it there, by the acts in force. */
import type { ActInput } from '../preload/contract/act.ts'
import type { DocumentPage } from '../preload/contract/document.ts'
import { screenEntity } from '../preload/contract/place.ts'
import type { Author } from '../preload/contract/author.ts'
import { placeOf } from './policy/policy.ts'
import type { Showing } from './trail/shown.ts'
import type { HeldState } from './wall/hold-state.ts'
import { sceneNameOf, type ThisNode } from './wall/told.ts'

const inTrail = ({ product, entity, page }: DocumentPage): string => `${product}/${entity} p. ${page}`

export function showingsOf(about: ThisNode, held: Pick<HeldState, 'now' | 'fold'>): Showing[] {
  const state = held.now()
  const { own, known } = held.fold()
  const place = placeOf(about.policy)
  return state.plan.screens.map(({ screen, attached, known: isOurs }) => {
    const chosen = sceneNameOf(about, state, screen)
    const document = state.documents.get(screen)
    // the trail says which page of which document it was, not what it is called
    const scene = document === undefined ? chosen : inTrail(document)
    const entity = screenEntity(place, screen)
    const isThis = (input: ActInput): boolean =>
      input.act === 'show-scene' &&
      input.scene === chosen &&
      (input.document === undefined ? undefined : inTrail(input.document)) ===
        (document === undefined ? undefined : inTrail(document))
    const mine = own.findLast(({ out, input }) => out.entity === entity && isThis(input))
    const settled = known.get(entity)
    const by: Author | null = mine?.out.body.by ?? (settled && isThis(settled.input) ? settled.by : null)
    return {
      screen,
      scene,
      shows: !attached ? 'not-attached' : !isOurs ? 'not-accepted' : state.blanked ? 'blanked' : 'picture',
      moment: 'live' in state.moment ? null : state.moment.at,
      by,
    }
  })
}
