import type { DeskState } from '../../../preload/contract/state.ts'
import type { Banner } from './banners.ts'

/** What of the other nodes of the wall, and of what was done here for them, somebody must know. */
export function togetherBanners(
  { nodes, together, outbox, shared }: DeskState,
  refused: number,
  when: (at: number) => string,
): Banner[] {
  const banner = (id: string, about: Banner['about']): Banner => ({
    id,
    grade: 'warning',
    about,
    problem: null,
  })
  const banners: Banner[] = []
  if (nodes.length > 0 && (together === 'cut' || together === 'refused'))
    banners.push(banner('together', { key: `desk.together.${together}`, values: {} }))
  // cut off, nobody is heard: that is said once
  else
    for (const { node, at, heard } of nodes)
      if (!heard)
        banners.push(
          banner(`node ${node}`, { key: 'desk.together.silent', values: { node, time: when(at) } }),
        )
  if (outbox.full)
    banners.push({ ...banner('outbox full', { key: 'desk.outbox.full', values: {} }), view: 'outbox' })
  if (refused > 0)
    banners.push({
      ...banner('outbox refused', { key: 'desk.outbox.refusals', values: { count: refused } }),
      view: 'outbox',
    })
  const undecided = shared.saves.filter(({ state }) => state === 'refused').length
  if (undecided > 0)
    banners.push({
      ...banner('saves refused', { key: 'desk.shared.refusals', values: { count: undecided } }),
      view: 'outbox',
    })
  return banners
}
