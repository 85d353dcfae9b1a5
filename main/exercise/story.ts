import { mostSpeed } from '../../preload/contract/event.ts'
import type { Place } from '../../preload/contract/place.ts'
import { createChance, shuffled } from './chance.ts'
import { createStoryClock } from './clock.ts'
import type { ScenarioDocument } from './documents.ts'
import type { Message } from './message.ts'
import { createMetrics, type Draft } from './metrics.ts'
import { createMovers, type Mover } from './movement.ts'
import { createOfficers, type Officer } from './officers.ts'
import { rounded } from './path.ts'
import { createRiver } from './river.ts'
import type { RosterAct } from './roster.ts'
import { createRoads } from './roads.ts'
import { createResources } from './resources.ts'
import type { Scenario } from './scenario.ts'
import { createScript } from './script.ts'
import { standingDrafts, stationDrafts } from './sites.ts'
import { createTelemetry } from './telemetry.ts'

export type StoryOptions = {
  scenario: Scenario
  documents: readonly ScenarioDocument[]
  seed: number
  /** messages a second, all products together */
  rate: number
  /** story minutes a minute */
  speed: number
  /** the start, ms since 1970 */
  epoch: number
  /** of this node: at whose wall others act too */
  place?: Pick<Place, 'organisation' | 'wall'> | null
  /** by whom functions are taken; their times are of the clock, whatever the story's speed */
  duties?: readonly RosterAct[]
}

export type Story = {
  /** what happened before the start, oldest first */
  history(): Message[]
  /** the next live message; its nominal time is its number divided by the rate */
  next(): Message
  /** tracks that move */
  tracks: number
}

const minute = 60_000
const anyPlace = { organisation: 'exercice', wall: 'exercice' }
/** one message in so many is an officer's, the others are positions and what machines measure */
const officersTurn = 8
/** trails before the start: how far back and how far apart */
const trail = { from: -30 * minute, step: 6 * minute }

/**
 * The whole exercise as one sequence of messages. The same options give the same sequence, to the byte but for
 * the times, which are the start plus the same offsets.
 */
export const createStory = (options: StoryOptions): Story => {
  const { scenario, seed, rate, speed, epoch } = options
  const chance = createChance(seed)
  const clock = createStoryClock({ speed, ...scenario.script.cycle })
  const roads = createRoads(scenario)
  const river = createRiver(scenario)
  const movers = createMovers(scenario, clock, chance, roads, river)
  const officers = createOfficers(scenario, clock, chance, roads, river)
  const metrics = createMetrics(scenario, clock, chance)
  const telemetry = createTelemetry(scenario.telemetry, clock, chance)
  const resources = createResources(scenario.resources, clock, epoch)
  const script = createScript(scenario, clock, chance, officers, epoch, options.place ?? anyPlace)

  const moving = shuffled(
    movers.filter(({ lostAt }) => lostAt === null),
    chance,
    'turn of tracks',
  )
  const reporting = shuffled(officers, chance, 'turn of officers')
  // machines measure the same so often a second however many messages that is: a lower rate stretches their second
  const turns = [...moving.map((mover) => (time: number) => position(mover, time)), ...telemetry.turns]
  if (turns.length === 0 && reporting.length === 0)
    throw new Error(`${scenario.name}: a story needs forces, officers or telemetry to go on`)
  const trackTurn = (turns.length / rate) * (officersTurn / (officersTurn - 1)) * 1000
  const officerTurn = (reporting.length / rate) * officersTurn * 1000
  const trackLife = Math.max(2 * minute, 8 * trackTurn)
  const officerLife = Math.max(10 * minute, 8 * officerTurn)

  const sources = new Map<string, string>()
  const sourceOf = (product: string): string => {
    let source = sources.get(product)
    if (source === undefined) {
      source = `/exercise/${scenario.name}/${product.replace('.', '/')}`
      sources.set(product, source)
    }
    return source
  }
  const counts = new Map<string, number>()
  const numbered = (draft: Draft): Message => {
    const count = (counts.get(draft.product) ?? 0) + 1
    counts.set(draft.product, count)
    // the draft is ours alone: completed in place, since twenty thousand copies a second are not free
    const message = draft as Message
    message.id = `${draft.product}-${count}`
    message.source = sourceOf(draft.product)
    message.time = Math.round(epoch + draft.time)
    if (draft.expires !== undefined) message.expires = Math.round(epoch + draft.expires)
    return message
  }

  const position = (mover: Mover, sent: number): Draft => {
    const time = sent - mover.behind
    const at = clock.minuteAt(time)
    const motion = mover.at(at)
    return {
      product: mover.product,
      entity: mover.entity,
      type: 'vigie.track.v1',
      time,
      expires: time + mover.behind + (mover.lostAt === null ? trackLife : 30 * minute),
      body: {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: rounded([motion.lon, motion.lat]) },
        properties: {
          category: mover.category,
          sidc: mover.sidc,
          course: Math.round(motion.course) % 360,
          // an airliner whose hour is a minute is faster than a message may say
          speed: Math.min(mostSpeed, Math.round(motion.speed * clock.pace(time) * 10) / 10),
          ...(motion.altitude === undefined ? {} : { altitude: motion.altitude }),
          ...mover.textsAt(at),
        },
      },
    }
  }

  const reports = scenario.officers?.product ?? ''
  const observation = (officer: Officer, time: number): Draft => ({
    product: reports,
    entity: officer.entity,
    type: 'vigie.feature.v1',
    time,
    expires: time + officerLife,
    body: officer.at(clock.minuteAt(time)),
  })

  const acts = scenario.products.find(({ descriptor }) => descriptor.kind === 'act')?.product
  const duties: Draft[] =
    acts === undefined
      ? []
      : (options.duties ?? []).map(({ entity, at, body }) => ({
          ...{ product: acts, entity, type: 'vigie.act.v1', time: at - epoch, body },
        }))

  // Cycles are told one after the other; a second may reach into the next.
  let told = -1
  let telling: Draft[] = []
  const tell = (until: number): void => {
    while (clock.minuteAt(until) >= scenario.script.cycle.from + (told + 1) * clock.period) {
      told++
      telling = [...telling, ...script.cycle(told), ...stationDrafts(scenario, clock, told)].sort(
        (a, b) => a.time - b.time,
      )
    }
  }
  const dueOf = (until: number): Draft[] => {
    tell(until)
    const after = telling.findIndex(({ time }) => time >= until)
    return telling.splice(0, after < 0 ? telling.length : after)
  }

  const history = (): Message[] => {
    const drafts: Draft[] = [
      ...standingDrafts(scenario, river, -58 * minute),
      ...metrics.history(-75 * minute, 0),
      ...telemetry.history(clock.msAt(scenario.script.cycle.from), 0),
      ...resources.history(clock.msAt(scenario.script.cycle.from), 0),
      ...[...duties, ...options.documents.map(({ draft }) => ({ ...draft }))].filter(({ time }) => time < 0),
      ...dueOf(0),
    ]
    for (let at = trail.from; at < 0; at += trail.step)
      for (const mover of moving) drafts.push(position(mover, at + chance.between(0, 5000, mover.entity, at)))
    for (const mover of moving) drafts.push(position(mover, -chance.between(1, 4000, mover.entity)))
    for (const mover of movers)
      if (mover.lostAt !== null)
        for (let at = mover.lostAt - 15 * minute; at <= mover.lostAt; at += 15_000)
          drafts.push(position(mover, at))
    for (let at = -60 * minute; at < 0; at += 12 * minute)
      for (const officer of officers)
        drafts.push(observation(officer, at + chance.between(0, 11 * minute, officer.entity, at)))
    return drafts.sort((a, b) => a.time - b.time).map(numbered)
  }

  let sent = 0
  let second = 0
  const queue: Draft[] = []
  let turn = 0
  let officer = 0
  const due = [...duties, ...options.documents.map(({ draft }) => ({ ...draft }))].filter(
    ({ time }) => time >= 0,
  )

  const next = (): Message => {
    const time = (sent * 1000) / rate
    sent++
    if (time >= second * 1000) {
      const from = second * 1000
      const to = from + 1000
      second++
      queue.push(
        ...metrics.due(from, to),
        ...resources.due(from, to),
        ...dueOf(to),
        ...due.filter((draft) => draft.time >= from && draft.time < to),
        ...(second % 3600 === 0 ? standingDrafts(scenario, river, to - 1) : []),
      )
      queue.sort((a, b) => a.time - b.time)
    }
    const first = queue[0]
    if (first !== undefined && first.time <= time) {
      queue.shift()
      return numbered(first)
    }
    if (reporting.length > 0 && (sent % officersTurn === 0 || turns.length === 0))
      return numbered(observation(reporting[officer++ % reporting.length]!, time))
    return numbered(turns[turn++ % turns.length]!(time))
  }

  return { history, next, tracks: moving.length }
}
