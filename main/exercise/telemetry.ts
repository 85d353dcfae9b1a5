import * as v from 'valibot'
import {
  ProductNameSchema,
  SeriesDescriptorSchema,
  type SeriesDescriptor,
} from '../../preload/contract/product.ts'
import type { Chance } from './chance.ts'
import type { StoryClock } from './clock.ts'
import type { Draft } from './metrics.ts'
import { along } from './path.ts'

const Curve = v.array(v.strictTuple([v.number(), v.number()]))
const Token = v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/))

/** Machines that all measure the same, several times a second, each of them on its own a little. */
export const TelemetrySchema = v.array(
  v.strictObject({
    product: ProductNameSchema,
    /** each an entity, with the name that people call it by */
    machines: v.array(v.strictObject({ machine: Token, name: v.string() })),
    measures: v.array(
      v.strictObject({
        measure: Token,
        ...SeriesDescriptorSchema.entries,
        /** what it is where nothing is the matter */
        value: v.number(),
        /** … and how far a machine's own may lie from it */
        spread: v.number(),
        noise: v.number(),
        /** values are multiples of it */
        step: v.number(),
        /** values a second */
        hertz: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)),
      }),
    ),
    /** what does not go as it should: value (`is`), or what is added to it (`adds`), at minutes of the story */
    courses: v.array(
      v.strictObject({
        machine: Token,
        measure: Token,
        is: v.optional(Curve),
        adds: v.optional(Curve),
        /** for this one, how much it trembles */
        noise: v.optional(v.number()),
      }),
    ),
  }),
)
export type Machines = v.InferOutput<typeof TelemetrySchema>[number]
type Measure = Machines['measures'][number]

/** ms from one value to the next before the start */
const usualStep = 300_000
const closeStep = 20_000

const nameOf = (machine: string, measure: string): string => `${machine}.${measure}`

/** What the catalog says of each series. */
export const seriesOfMachines = ({ machines, measures }: Machines): [string, SeriesDescriptor][] =>
  machines.flatMap(({ machine, name }) =>
    measures.map(
      ({
        measure,
        value: _,
        spread: __,
        noise: ___,
        step: ____,
        hertz: _____,
        ...described
      }): [string, SeriesDescriptor] => {
        const { title } = described
        const named =
          typeof title === 'string'
            ? `${name}, ${title}`
            : Object.fromEntries(
                Object.entries(title).map(([language, text]) => [language, `${name}, ${text}`]),
              )
        return [nameOf(machine, measure), { ...described, title: named as SeriesDescriptor['title'] }]
      },
    ),
  )

export type Telemetry = {
  /** one second of it: whose turn it is, each as often as it measures a second, evenly spread */
  turns: readonly ((time: number) => Draft)[]
  /** each in [from, to): closely where something is the matter, else now and then */
  history(from: number, to: number): Draft[]
}

type Line = {
  product: string
  machine: string
  series: string
  measure: Measure
  course: Machines['courses'][number] | undefined
  /** where this machine's own lies */
  own: number
}

export const createTelemetry = (all: readonly Machines[], clock: StoryClock, chance: Chance): Telemetry => {
  const lines: Line[] = all.flatMap(({ product, machines, measures, courses }) =>
    machines.flatMap(({ machine }) =>
      measures.map((measure) => ({
        ...{ product, machine, measure, series: nameOf(machine, measure.measure) },
        course: courses.find((one) => one.machine === machine && one.measure === measure.measure),
        own: measure.value + chance.between(-measure.spread, measure.spread, 'own', machine, measure.measure),
      })),
    ),
  )

  const draft = ({ product, machine, series, measure, course, own }: Line, time: number): Draft => {
    const { minute } = clock.cycleAt(clock.minuteAt(time))
    const drawn = course?.is === undefined ? own : along(course.is, minute)
    const added = course?.adds === undefined ? 0 : along(course.adds, minute)
    const sample = Math.floor(time / 100)
    // two neighbours' mean, as of metrics: it trembles and does not jump
    const tremble = chance.of('tremble', series, sample) + chance.of('tremble', series, sample - 1) - 1
    const value = drawn + added + tremble * (course?.noise ?? measure.noise)
    const stepped = Math.round(value / measure.step) * measure.step
    return {
      product,
      entity: machine,
      type: 'vigie.metric.v1',
      time,
      body: {
        series,
        value: Number(stepped.toFixed(6)),
        ...(measure.unit === undefined ? {} : { unit: measure.unit }),
      },
    }
  }

  const turns = lines
    .flatMap((line, index) =>
      Array.from({ length: line.measure.hertz }, (_, turn) => ({
        line,
        index,
        at: (turn + chance.of('turn', line.series)) / line.measure.hertz,
      })),
    )
    .sort((a, b) => a.at - b.at || a.index - b.index)
    .map(
      ({ line }) =>
        (time: number) =>
          draft(line, time),
    )

  return {
    turns,
    history(from, to) {
      const drafts: Draft[] = []
      for (const [index, line] of lines.entries()) {
        const step = line.course === undefined ? usualStep : closeStep
        const phase = Math.floor((index / lines.length) * step)
        for (let at = from + phase; at < to; at += step) drafts.push(draft(line, at))
      }
      return drafts
    },
  }
}
