import type { Map as MapLibre } from 'maplibre-gl'
import type { Box } from '../callouts.ts'
import { isWhole, type Name } from './names.ts'

/** Which of the ground's names are not drawn, though there is room for them. */
export interface Hiding {
  /** @param covers what stands above the ground */
  hide(names: readonly Name[], covers: readonly Box[]): void
}

export function createHiding(
  map: Pick<MapLibre, 'setFeatureState' | 'removeFeatureState'>,
  size: () => { width: number; height: number },
): Hiding {
  let hidden = new Map<string, { source: string; id: number }>()
  return {
    hide(names, covers) {
      const next: typeof hidden = new Map()
      for (const { own } of names)
        if (own !== null && !isWhole(own.box, size(), covers)) next.set(`${own.source} ${own.id}`, own)
      // each change draws the ground anew: only what changed is told
      for (const [key, { source, id }] of hidden)
        if (!next.has(key)) map.removeFeatureState({ source, id }, 'hidden')
      for (const [key, { source, id }] of next)
        if (!hidden.has(key)) map.setFeatureState({ source, id }, { hidden: true })
      hidden = next
    },
  }
}
