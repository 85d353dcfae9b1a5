/**
 * The trail's way out: main keeps it, and orders which records go (`main/trail/forwarding.ts`). Each is taken only behind
 * the one before it, so the platform has them in their order and each once, however often they are said.
 */
import type { Result } from '../../preload/contract/result.ts'
import type { TrailPlace, TrailToForward } from '../../preload/contract/trail.ts'
import type { Links } from './links.ts'

export interface TrailWay {
  /** the last record that the platform has of a node; null: none */
  last(node: string): Promise<Result<{ place: TrailPlace; body: string } | null>>
  /** @param after the last one's place, 0: there is none */
  append(
    node: string,
    records: readonly TrailToForward[],
    after: TrailPlace,
  ): Promise<Result<{ taken: number; place: TrailPlace }>>
}

const eventType = 'vigie.trail.v1'

export function createTrailWay(links: Pick<Links, 'lastOfTrail' | 'publishTrail'>): TrailWay {
  return {
    async last(node) {
      const last = await links.lastOfTrail(node)
      if (!last.ok || last.value === null) return last as Result<null>
      const { place, body } = last.value
      return { ok: true, value: { place, body: new TextDecoder().decode(body) } }
    },
    async append(node, records, after) {
      let place = after
      for (const [taken, { id, at, marking, body }] of records.entries()) {
        const published = await links.publishTrail({
          to: { trail: node },
          type: eventType,
          ...{ id, source: `/vigie/${node}`, time: at, expires: null, marking },
          body: new TextEncoder().encode(body),
          expected: place,
        })
        if (!published.ok && taken === 0) return published
        if (!published.ok) return { ok: true, value: { taken, place } }
        place = published.value.sequence
      }
      return { ok: true, value: { taken: records.length, place } }
    },
  }
}
