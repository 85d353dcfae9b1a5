/** On which screens a document may be shown, and whether one may be added. */
import type { Offer } from '../../../preload/contract/act.ts'
import { isSame } from '../../../preload/contract/entity.ts'
import type { DeskState, Screen } from '../../../preload/contract/state.ts'
import type { Doing } from '../acts.ts'
import type { Reads } from '../choice.svelte.ts'

/** Whether it can be read from here is another matter: what is marked higher is not shown lower. */
export const mayShow = ({ marking }: Pick<Reads, 'marking'>, { ceiling }: Pick<Screen, 'ceiling'>): boolean =>
  marking <= ceiling

const shows = (screen: Pick<Screen, 'document'>, reads: Reads): boolean =>
  isSame(screen.document, reads) && screen.document?.page === reads.page

/** What puts it on each screen that may show it, the chosen one first, or gives that one its scene back. */
export function showingOf(reads: Reads, chosen: number | null, screens: readonly Screen[]): Offer<Doing>[] {
  const { product, entity, page } = reads
  const first = (screen: Screen): number => (screen.screen === chosen ? 0 : 1)
  return screens
    .filter((screen) => mayShow(reads, screen))
    .toSorted((a, b) => first(a) - first(b) || a.screen - b.screen)
    .map((each): Offer<Doing> => {
      const { screen, scene } = each
      return shows(each, reads)
        ? {
            input: { act: 'show-scene', screen, scene },
            words: { key: 'desk.documents.hide', values: { screen } },
            detail: reads.name,
          }
        : {
            input: { act: 'show-scene', screen, scene, document: { product, entity, page } },
            words: { key: 'desk.documents.show', values: { screen } },
            detail: reads.name,
          }
    })
}

const deliveriesOf = ({ deliveries }: Pick<DeskState, 'deliveries'>) =>
  deliveries.find(({ type }) => type === 'vigie.document.v1')

/** ids of the levels that what is added here may have, the lowest first */
export const markingsOf = (state: Pick<DeskState, 'deliveries'>): readonly string[] =>
  deliveriesOf(state)?.markings ?? []

/** The platform has a product for it, and takes it from this node, now or when it is there again. */
export const mayAdd = (state: Pick<DeskState, 'deliveries'>): boolean => {
  const access = deliveriesOf(state)?.access ?? 'absent'
  return access !== 'absent' && access !== 'refused'
}
