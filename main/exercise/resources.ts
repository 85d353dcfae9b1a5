import * as v from 'valibot'
import { severities } from '../../preload/contract/event.ts'
import { ProductNameSchema } from '../../preload/contract/product.ts'
import type { StoryClock } from './clock.ts'
import type { Draft } from './metrics.ts'
import { createPath, rounded, type Position } from './path.ts'
import { BothSchema, NameSchema, translated } from './words.ts'

const Position = v.strictTuple([v.number(), v.number()])

/** From a minute of the story on, until the next. */
const StageSchema = v.strictObject({
  at: v.number(),
  /** a word of its product's own, or words for people */
  status: NameSchema,
  severity: v.optional(v.picklist(severities), 'Unknown'),
  /** where it stays */
  position: v.optional(Position),
  /** … or the way that it goes, from `at` to `until` */
  along: v.optional(v.pipe(v.array(Position), v.minLength(2))),
  /** when it is to be done, or there */
  until: v.optional(v.number()),
  text: v.optional(BothSchema),
})

/** What can be counted on: who, what, where, in which state, until when. */
export const ResourcesSchema = v.array(
  v.strictObject({
    product: ProductNameSchema,
    entity: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
    name: NameSchema,
    category: v.string(),
    sidc: v.optional(v.pipe(v.string(), v.regex(/^\d{20}$/))),
    /** seconds from one word of it to the next, where nothing changes */
    every: v.number(),
    stages: v.pipe(v.array(StageSchema), v.minLength(1)),
  }),
)
export type Resource = v.InferOutput<typeof ResourcesSchema>[number]
type Stage = Resource['stages'][number]

export type Resources = {
  /** what falls due in [from, to) */
  due(from: number, to: number): Draft[]
  /** each change of state in [from, to), and where all stand at its end */
  history(from: number, to: number): Draft[]
}

const seconds = 1000

/** @param epoch the start, ms since 1970: some bodies name times */
export const createResources = (all: readonly Resource[], clock: StoryClock, epoch: number): Resources => {
  const iso = (ms: number) => new Date(epoch + ms).toISOString()

  const placed = (stages: readonly Stage[], index: number, minute: number): Position => {
    const stage = stages[index]!
    if (stage.position !== undefined) return stage.position
    if (stage.along !== undefined) {
      const path = createPath(stage.along)
      const until = stage.until ?? stages[index + 1]?.at ?? stage.at
      const share = until > stage.at ? (minute - stage.at) / (until - stage.at) : 1
      const { lon, lat } = path.at(path.length * Math.min(Math.max(share, 0), 1))
      return [lon, lat]
    }
    // it stays where it came to
    return index === 0 ? [0, 0] : placed(stages, index - 1, stage.at)
  }

  const draft = (one: Resource, time: number): Draft => {
    const { cycle, minute } = clock.cycleAt(clock.minuteAt(time))
    const later = one.stages.findIndex(({ at }) => at > minute)
    const index = Math.max(0, (later < 0 ? one.stages.length : later) - 1)
    const stage = one.stages[index]!
    const { name, category, sidc } = one
    const { status, text, until, severity } = stage
    return {
      product: one.product,
      entity: one.entity,
      type: 'vigie.feature.v1',
      time,
      body: {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: rounded(placed(one.stages, index, minute)) },
        properties: {
          ...translated({ name, status, text }),
          category,
          severity,
          ...(sidc === undefined ? {} : { sidc }),
          since: iso(clock.msAt(stage.at + cycle * clock.period)),
          ...(until === undefined ? {} : { until: iso(clock.msAt(until + cycle * clock.period)) }),
        },
      },
    }
  }

  /** When its state changes, ms from the start. */
  const changes = (one: Resource, from: number, to: number): number[] => {
    const first = clock.cycleAt(clock.minuteAt(from)).cycle
    const last = clock.cycleAt(clock.minuteAt(to)).cycle
    const times: number[] = []
    for (let cycle = first; cycle <= last; cycle++)
      for (const { at } of one.stages) times.push(Math.ceil(clock.msAt(at + cycle * clock.period)))
    return times.filter((at) => at >= from && at < to)
  }

  return {
    due: (from, to) =>
      all.flatMap((one, index) => {
        const step = one.every * seconds
        const phase = Math.round((index / all.length) * step)
        const drafts = changes(one, from, to).map((at) => draft(one, at))
        for (let at = Math.ceil((from - phase) / step) * step + phase; at < to; at += step)
          drafts.push(draft(one, at))
        return drafts
      }),
    history: (from, to) =>
      all.flatMap((one, index) => [...changes(one, from, to), to - 1 - index].map((at) => draft(one, at))),
  }
}
