import { live } from '../../preload/contract/moment.ts'
import { wallEntity, type Place } from '../../preload/contract/place.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { Chance } from './chance.ts'
import type { StoryClock } from './clock.ts'
import type { Draft } from './metrics.ts'
import { officerEntity, type Officer } from './officers.ts'
import { circleAround, rounded, type Position } from './path.ts'
import { renumbered } from './renumber.ts'
import { countdownBody } from './countdown.ts'
import type { Scenario, Step } from './scenario.ts'
import { bothOf, translated, type Both } from './words.ts'

export type Script = {
  /** all that is told in a cycle, in order of time; cycle 0 includes the hours before the start */
  cycle(number: number): Draft[]
}

const note = 'vigie.note.v1' as const
const feature = 'vigie.feature.v1' as const
const logOf = (domain: string): ProductName => `${domain}.log`
const weight = { Unknown: 3, Minor: 4, Moderate: 1.6, Severe: 0.35, Extreme: 0 } as const

/**
 * What is told: incidents, the log of each domain, the situation's why, decisions and cordons. Later cycles tell
 * the same with new numbers. Cycles must be asked for in order: the log's lines are numbered through.
 *
 * @param epoch the start, ms since 1970: some bodies name times
 * @param place whose wall acts are about
 */
export const createScript = (
  scenario: Scenario,
  clock: StoryClock,
  chance: Chance,
  officers: readonly Officer[],
  epoch: number,
  place: Pick<Place, 'organisation' | 'wall'>,
): Script => {
  const { script } = scenario
  const { log } = script
  let line: number | null = null
  const iso = (ms: number) => new Date(epoch + ms).toISOString()
  /** What a line says that was entered for somebody. */
  const addressedTo = (to: string, from: string, time: number) => ({
    ...{ from, to, domain: null, entered: iso(time), corrects: null },
    by: { person: null, function: null, node: 'exercice', automation: 'exercice' },
  })
  const isEntity = (reference: string) => /^[a-z0-9-]+$/.test(reference)
  const entityOf = (reference: string) =>
    reference
      .toLowerCase()
      .normalize('NFD')
      .replace(/[^a-z0-9-]/g, '')

  const point = (at: Position) => ({ type: 'Point' as const, coordinates: rounded(at) })

  const filler = (minute: number, cycle: number, index: number): Draft => {
    const total = log.filler.reduce((sum, one) => sum + weight[one.severity], 0)
    let left = chance.of('filler', cycle, index) * total
    const one = log.filler.find(({ severity }) => (left -= weight[severity]) < 0) ?? log.filler[0]!
    const place = bothOf(chance.pick(log.places, 'filler place', cycle, index))
    const text: Both = {
      fr: one.text.fr.replace('{place}', place.fr),
      en: one.text.en.replace('{place}', place.en),
    }
    return {
      product: logOf(one.domain),
      entity: '',
      type: note,
      time: clock.msAt(minute),
      body: { ...translated({ text }), category: 'log', severity: one.severity, refs: [] },
    }
  }

  const told = (step: Step, cycle: number): Draft[] => {
    const time = clock.msAt(step.at + cycle * clock.period)
    const numbered = (text: string) => renumbered(text, script.cycle, cycle)
    const named = (reference: string) => entityOf(numbered(reference))
    const both = ({ fr, en }: Both): Both => ({ fr: numbered(fr), en: numbered(en) })
    switch (step.do) {
      case 'incident': {
        const opened = script.steps.find((one) => one.do === 'incident' && one.incident === step.incident)
        return [
          {
            product: `${step.domain}.incidents`,
            entity: entityOf(numbered(step.incident)),
            type: feature,
            time,
            body: {
              type: 'Feature',
              geometry: point(step.position),
              properties: {
                ...translated({
                  name: step.name,
                  place: step.place,
                  text: both(step.text),
                  engaged: step.engaged,
                }),
                category: 'incident',
                ref: numbered(step.incident),
                severity: step.severity,
                status: step.status,
                opened: iso(clock.msAt((opened ?? step).at + cycle * clock.period)),
                units: step.units,
                sources: step.sources,
                // what can be looked up comes from entities: officers' observations, earlier incidents
                refs: [...step.sources.filter(isEntity), ...step.refs.map(named)],
              },
            },
          },
        ]
      }
      case 'end':
        return [{ product: step.product, entity: numbered(step.entity), type: feature, time, body: null }]
      case 'log':
        return [
          {
            product: logOf(step.domain),
            entity: '',
            type: note,
            time,
            body: {
              ...translated({ text: both(step.text), author: step.author }),
              category: 'log',
              severity: step.severity,
              refs: step.refs.map(named),
              ...(step.to === undefined ? {} : { line: addressedTo(step.to, step.author?.fr ?? '', time) }),
            },
          },
        ]
      case 'situation':
        return [
          {
            product: logOf(step.domain),
            entity: 'situation',
            type: note,
            time,
            body: {
              ...translated({ text: both(step.text) }),
              category: 'situation',
              severity: step.severity,
            },
          },
        ]
      case 'decision':
        return [
          {
            product: script.decisions,
            entity: entityOf(numbered(step.number)),
            type: note,
            time,
            body: {
              ...translated({ text: step.text }),
              category: 'decision',
              number: numbered(step.number),
              status: step.status,
              due: iso(clock.msAt(step.due + cycle * clock.period)),
              refs: step.refs.map(named),
            },
          },
        ]
      case 'observation': {
        const officer = officers[step.officer - 1]
        return officer === undefined || scenario.officers === null
          ? []
          : [
              {
                product: scenario.officers.product,
                entity: officerEntity(scenario.officers, step.officer),
                type: feature,
                time,
                body: officer.at(step.at + cycle * clock.period),
              },
            ]
      }
      case 'perimeter': {
        const incident = script.steps.find((one) => one.do === 'incident' && one.incident === step.incident)
        if (incident?.do !== 'incident' || scenario.zones === null) return []
        const { product } = scenario.zones
        const entity = `cordon-${entityOf(numbered(step.incident))}`
        return [
          {
            product,
            entity,
            type: feature,
            time,
            body: {
              type: 'Feature',
              geometry: {
                type: 'Polygon',
                coordinates: [circleAround(incident.position, step.radius).map(rounded)],
              },
              properties: {
                ...translated({ name: both(step.name), text: step.text }),
                category: 'zone',
                zone: 'cordon',
                severity: 'Extreme',
                refs: [named(step.incident)],
              },
            },
          },
          {
            product,
            entity,
            type: feature,
            time: clock.msAt(step.until + cycle * clock.period),
            body: null,
          },
        ]
      }
      case 'act': {
        const ofCycle = (text: string) => text.replaceAll('%', String(cycle + 1))
        return [
          {
            product: step.product,
            entity: `${wallEntity({ ...place, node: step.by.node }, step.about)}.${ofCycle(step.part)}`,
            type: 'vigie.act.v1',
            time,
            body: {
              act: step.act,
              input: Object.fromEntries(
                Object.entries(step.input).map(([key, value]) => [
                  key,
                  typeof value === 'string' ? ofCycle(value) : value,
                ]),
              ),
              by: { ...step.by, automation: null },
              moment: live,
              after: null,
            },
          },
        ]
      }
      case 'countdown':
        return [
          {
            product: step.product,
            entity: step.entity,
            type: feature,
            time,
            body: countdownBody(step, (minute) => iso(clock.msAt(minute + cycle * clock.period))),
          },
        ]
      case 'dispatch':
        return [] // the units themselves move: see movement.ts
    }
  }

  const closed = (): Draft[] =>
    script.closedIncidents.flatMap((one): Draft[] => {
      const common = {
        product: `${one.domain}.incidents`,
        entity: entityOf(one.incident),
        type: feature,
      } as const
      const body = (status: string) => ({
        type: 'Feature' as const,
        geometry: point(one.position),
        properties: {
          ...translated({ name: one.name, place: one.place, text: one.text }),
          category: 'incident',
          ref: one.incident,
          severity: one.severity,
          status,
          opened: iso(clock.msAt(one.from)),
        },
      })
      return [
        { ...common, time: clock.msAt(one.from), body: body('confirmed') },
        { ...common, time: clock.msAt(one.to - 10), body: body('resolved') },
        { ...common, time: clock.msAt(one.to), body: null },
      ]
    })

  /** The hours before: so many lines an hour, the last hour's shared with what the script tells itself. */
  const before = (): Draft[] => {
    const hours = log.perHourBefore
    return hours.flatMap((count, hour) =>
      Array.from({ length: count }, (_, index) => {
        const share = (index + chance.of('before', hour, index)) / count
        return filler(-60 * (hours.length - hour) + 60 * share - 0.5, 0, hour * 100 + index)
      }),
    )
  }

  const later = (cycle: number): Draft[] => {
    const from = cycle === 0 ? 0.8 : script.cycle.from
    const count = Math.round(((script.cycle.to - from) / 60) * log.perHourLive)
    return Array.from({ length: count }, (_, index) => {
      const share = (index + chance.of('later', cycle, index)) / count
      const minute = from + (script.cycle.to - from) * share + cycle * clock.period
      return filler(minute, cycle, 10_000 + index)
    })
  }

  const intelligence = (cycle: number): Draft[] =>
    script.intelligence.notes.map((text, index) => ({
      product: script.intelligence.product,
      entity: `note-${cycle}-${index}`,
      type: note,
      time: clock.msAt(script.cycle.from + 20 + index * 45 + cycle * clock.period),
      body: { ...translated({ text }), category: 'log' },
    }))

  return {
    cycle(number) {
      const drafts = [
        ...(number === 0 ? [...closed(), ...before()] : []),
        ...script.steps.flatMap((step) => told(step, number)),
        ...later(number),
        ...intelligence(number),
      ].sort((a, b) => a.time - b.time)
      const lines = drafts.filter(({ entity }) => entity === '')
      line ??= log.lastNumberAtStart - lines.filter(({ time }) => time < 0).length
      for (const draft of lines) {
        const counted = String(++line).padStart(4, '0')
        draft.entity = `line-${counted}`
        draft.body = { ...(draft.body as { text: string }), number: counted }
      }
      return drafts
    },
  }
}
