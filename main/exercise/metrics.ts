import type { Chance } from './chance.ts'
import type { StoryClock } from './clock.ts'
import { along } from './path.ts'
import type { Message } from './message.ts'
import type { Scenario, Series } from './scenario.ts'

/** A message without its id: the story numbers them in the order in which they are sent. */
export type Draft = Omit<Message, 'id' | 'source'>

/** Times in ms from the start of the exercise until the story puts them on the clock. */
export type Measured = {
  /** what falls due in [from, to) */
  due(from: number, to: number): Draft[]
  /** one value a minute in [from, to) */
  history(from: number, to: number): Draft[]
}

const valueOf = (
  series: Series,
  clock: StoryClock,
  chance: Chance,
  minute: number,
  sample: number,
): number => {
  const { cycle, minute: within } = clock.cycleAt(minute)
  const first = series.curve[0]?.[1] ?? 0
  const last = series.curve.at(-1)?.[1] ?? first
  const drawn = along(series.curve, within) + (series.total ? cycle * (last - first) : 0)
  // two neighbours' mean: a trend line that trembles, not one that jumps
  const tremble =
    chance.of('tremble', series.series, sample) + chance.of('tremble', series.series, sample - 1) - 1
  const value = drawn + tremble * series.noise
  const bounded = Math.min(Math.max(value, series.range?.min ?? -Infinity), series.range?.max ?? Infinity)
  return Number((Math.round(bounded / series.step) * series.step).toFixed(series.precision ?? 0))
}

export const createMetrics = (scenario: Scenario, clock: StoryClock, chance: Chance): Measured => {
  const all = scenario.metrics.flatMap((product) =>
    product.series.map((series, index) => ({
      series,
      product: product.product,
      behind: product.behind * 1000,
      every: product.every * 1000,
      // spread over the interval, or all of a product's series would come in one burst
      phase: Math.round((index / product.series.length) * product.every * 1000),
    })),
  )
  const draft = (one: (typeof all)[number], ms: number, sample: number): Draft => ({
    product: one.product,
    entity: one.series.series,
    type: 'vigie.metric.v1',
    time: ms - one.behind,
    body: {
      series: one.series.series,
      value: valueOf(one.series, clock, chance, clock.minuteAt(ms - one.behind), sample),
      ...(one.series.unit === undefined ? {} : { unit: one.series.unit }),
    },
  })
  const sampled = (from: number, to: number, every: (one: (typeof all)[number]) => number): Draft[] =>
    all.flatMap((one) => {
      const drafts: Draft[] = []
      const step = every(one)
      for (let at = Math.ceil((from - one.phase) / step) * step + one.phase; at < to; at += step)
        drafts.push(draft(one, at, Math.round((at - one.phase) / 5000)))
      return drafts
    })
  return {
    due: (from, to) => sampled(from, to, (one) => one.every),
    history: (from, to) => sampled(from, to, () => 60_000),
  }
}
