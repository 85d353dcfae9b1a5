import type { ProductName } from '../../preload/contract/product.ts'
import type { Chance } from './chance.ts'
import type { StoryClock } from './clock.ts'
import { along, createPath, metresBetween, moved, type Path, type Place, type Position } from './path.ts'
import type { River } from './river.ts'
import type { Roads } from './roads.ts'
import type { Group, Scenario } from './scenario.ts'
import { bothOf, named, translated, type Name } from './words.ts'

/** Where a mover is and how it goes. Speed in m/s, altitude in m. */
export type Motion = Place & { speed: number; altitude?: number }

export type Mover = {
  product: ProductName
  entity: string
  sidc: string
  category: string
  /** ms that this feed's news is old when it comes */
  behind: number
  /** the feed said nothing after this, ms from the start; null: it still speaks */
  lostAt: number | null
  textsAt(minute: number): Texts
  /** @param minute of the story; the motion is a pure function of it */
  at(minute: number): Motion
}

/** What a unit is called and is doing, in both languages. */
type Texts = ReturnType<typeof translated<{ name: Name; status: Name }>>

/** Motion as a function of seconds on the mover's own clock. */
type Way = (seconds: number) => Motion

const whole = (value: number, period: number) => ((value % period) + period) % period

/** There and back again, with a rest at each end. */
const toAndFro = (path: Path, pace: number, rest: number, phase: number, right: number): Way => {
  const leg = path.length / pace
  const period = 2 * (leg + rest)
  return (seconds) => {
    const t = whole(seconds + phase * period, period)
    const back = t >= leg + rest
    const gone = Math.min((back ? t - leg - rest : t) / leg, 1)
    const moving = gone < 1
    const place = path.at(path.length * (back ? 1 - gone : gone), back ? -right : right)
    return {
      ...place,
      course: back ? (place.course + 180) % 360 : place.course,
      speed: moving ? pace : 0,
    }
  }
}

/** A train: from station to station with a stop at each, turning at the ends. */
const shuttle = (path: Path, pace: number, phase: number): Way => {
  const stop = 22
  const halts = path.marks
  const leg = path.length / pace + (halts.length - 1) * stop
  const period = 2 * leg
  const starts = halts.map((mark, index) => mark / pace + index * stop)
  return (seconds) => {
    const t = whole(seconds + phase * period, period)
    const back = t >= leg
    const run = back ? period - t : t
    let at = starts.length - 1
    while (at > 0 && starts[at]! > run) at--
    const since = run - starts[at]!
    const piece = (halts[at + 1] ?? path.length) - halts[at]!
    const metres = halts[at]! + Math.min(since * pace, piece)
    const place = path.at(metres, back ? -4 : 4)
    return {
      ...place,
      course: back ? (place.course + 180) % 360 : place.course,
      speed: since * pace < piece ? pace : 0,
    }
  }
}

const circle = (centre: Position, radius: number, pace: number, phase: number, altitude: number): Way => {
  return (seconds) => {
    const angle = phase * 2 * Math.PI + (seconds * pace) / radius
    const [lon, lat] = moved(centre, radius * Math.sin(angle), radius * Math.cos(angle))
    return { lon, lat, course: whole((angle * 180) / Math.PI + 90, 360), speed: pace, altitude }
  }
}

/** Straight overhead, from one horizon to the other and round again. */
const flight = (
  over: Position,
  bearing: number,
  reach: number,
  pace: number,
  phase: number,
  altitude: number,
): Way => {
  const angle = (bearing * Math.PI) / 180
  return (seconds) => {
    const metres = whole(seconds * pace + phase * 2 * reach, 2 * reach) - reach
    const [lon, lat] = moved(over, metres * Math.sin(angle), metres * Math.cos(angle))
    return { lon, lat, course: bearing, speed: pace, altitude }
  }
}

/** A call: when in the cycle it starts and ends, the way there, and what is said of the unit meanwhile. */
type Call = { start: number; until: number; path: Path; pace: number; texts: Texts }

/**
 * The usual way, interrupted by calls in every cycle: drive there, stay, drive back, and go on as if the time
 * in between had not been.
 */
const answering = (usual: Way, calls: readonly Call[], clock: StoryClock): Way => {
  if (calls.length === 0) return usual
  const spent = calls.map((call) => (call.until - call.start) * 60 + call.path.length / call.pace)
  const each = spent.reduce((sum, seconds) => sum + seconds, 0)
  return (seconds) => {
    const { cycle, minute } = clock.cycleAt(seconds / 60)
    let away = cycle * each
    for (const [index, call] of calls.entries()) {
      const since = (minute - call.start) * 60
      if (since < 0) break
      if (since >= spent[index]!) {
        away += spent[index]!
        continue
      }
      const drive = call.path.length / call.pace
      const leaves = (call.until - call.start) * 60
      const home = since > leaves
      const metres = home ? call.path.length - (since - leaves) * call.pace : since * call.pace
      const place = call.path.at(metres, home ? -5 : 5)
      const moving = home || since < drive
      return {
        ...place,
        course: home ? (place.course + 180) % 360 : place.course,
        speed: moving ? call.pace : 0,
      }
    }
    return usual(seconds - away)
  }
}

const pad = (n: number, digits = 4) => String(n).padStart(digits, '0')

export const createMovers = (
  scenario: Scenario,
  clock: StoryClock,
  chance: Chance,
  roads: Roads,
  water: River | null,
): Mover[] => {
  if (scenario.forces.groups.length === 0) return []
  if (water === null) throw new Error('forces.json: who moves does so along and about river.json')
  const river = water
  const routeNodes = new Set(
    roads.nodes.filter((node) => {
      for (let metres = river.route.from - 300; metres <= river.route.to + 600; metres += 150) {
        const { lon, lat } = river.path.at(metres)
        if (metresBetween([lon, lat], roads.position(node)) < 700) return true
      }
      return false
    }),
  )
  const cityNodes = new Set(roads.nodes)
  const onRoute = [...routeNodes]
  const { steps } = scenario.script
  const siteOf = (incident: string): Position => {
    for (const step of steps) if (step.do === 'incident' && step.incident === incident) return step.position
    throw new Error(`script.json: units are sent to ${incident}, which never happens`)
  }

  const callsOf = (entity: string, name: Name, usual: Way): Call[] =>
    steps.flatMap((step) => {
      if (step.do !== 'dispatch' || !step.units.includes(entity)) return []
      const from = usual(step.at * 60)
      const home: Position = [from.lon, from.lat]
      const site = siteOf(step.incident)
      const spread = chance.between(0, 2 * Math.PI, 'parking', entity)
      const goal = moved(site, 60 * Math.sin(spread), 60 * Math.cos(spread))
      const path = createPath([home, ...roads.way(roads.nearest(home), roads.nearest(site)), goal])
      return [
        {
          start: step.at,
          until: step.until,
          path,
          pace: 13,
          texts: translated({ name, status: step.status }),
        },
      ]
    })

  const made: Mover[] = []
  const add = (group: Group, index: number, usual: Way) => {
    const entity = `${group.prefix}-${pad(index)}`
    const name = named(group.name, String(index))
    const calls = callsOf(entity, name, usual)
    const texts = translated({ name, status: group.status })
    const way = answering(usual, calls, clock)
    made.push({
      product: group.product,
      entity,
      sidc: group.sidc,
      category: group.category,
      behind: group.behind * 1000,
      lostAt: group.lostBefore === undefined ? null : -group.lostBefore * 1000,
      textsAt(minute) {
        if (calls.length === 0) return texts
        const at = clock.cycleAt(minute).minute
        return calls.find((call) => at >= call.start && at < call.until)?.texts ?? texts
      },
      at: (minute) => way(minute * 60),
    })
  }

  for (const group of scenario.forces.groups) {
    const ask = (what: string, index: number) => [group.prefix, what, index] as const
    switch (group.way) {
      case 'roads':
        for (let i = 1; i <= group.count; i++) {
          const near = group.near === 'route' && chance.of(...ask('near', i)) < 0.85
          const allowed = near ? routeNodes : cityNodes
          const from = chance.pick(near ? onRoute : roads.nodes, ...ask('home', i))
          const drive = roads.wander(from, near ? 1500 : 4000, allowed, chance, `${group.prefix}-${i}`)
          const pace = chance.between(group.pace[0], group.pace[1], ...ask('pace', i))
          add(
            group,
            i,
            toAndFro(
              createPath(drive),
              pace,
              chance.between(20, 240, ...ask('rest', i)),
              chance.of(...ask('phase', i)),
              chance.between(3, 14, ...ask('lane', i)),
            ),
          )
        }
        break
      case 'river':
        for (let i = 1; i <= group.count; i++) {
          const middle = chance.between(group.spread[0], group.spread[1], ...ask('middle', i))
          const half = chance.between(200, 700, ...ask('half', i))
          const steps = 24
          const reach = Array.from({ length: steps + 1 }, (_, step) => {
            const { lon, lat } = river.path.at(middle - half + (2 * half * step) / steps)
            return [lon, lat] as const
          })
          add(
            group,
            i,
            toAndFro(
              createPath(reach),
              chance.between(group.pace[0], group.pace[1], ...ask('pace', i)),
              chance.between(30, 300, ...ask('rest', i)),
              chance.of(...ask('phase', i)),
              chance.between(8, 28, ...ask('lane', i)),
            ),
          )
        }
        break
      case 'circle':
        for (let i = 1; i <= group.count; i++) {
          const over = river.path.at(chance.between(river.route.from, river.route.to, ...ask('over', i)))
          add(
            group,
            i,
            circle(
              moved(
                [over.lon, over.lat],
                chance.between(-900, 900, ...ask('east', i)),
                chance.between(-900, 900, ...ask('north', i)),
              ),
              chance.between(450, 1100, ...ask('radius', i)),
              chance.between(group.pace[0], group.pace[1], ...ask('pace', i)),
              chance.of(...ask('phase', i)),
              Math.round(chance.between(group.altitude[0], group.altitude[1], ...ask('altitude', i))),
            ),
          )
        }
        break
      case 'flight':
        for (let i = 1; i <= group.count; i++)
          add(
            group,
            i,
            flight(
              [chance.between(1.9, 2.8, ...ask('lon', i)), chance.between(48.6, 49.1, ...ask('lat', i))],
              Math.round(chance.between(0, 359, ...ask('bearing', i))),
              60_000,
              chance.between(group.pace[0], group.pace[1], ...ask('pace', i)),
              chance.of(...ask('phase', i)),
              Math.round(chance.between(group.altitude[0], group.altitude[1], ...ask('altitude', i))),
            ),
          )
        break
      case 'parade': {
        const { head, spacing } = scenario.forces.parade
        for (let i = 1; i <= group.count; i++)
          add(group, i, (seconds) => {
            const { minute } = clock.cycleAt(seconds / 60)
            const metres = along(head, minute) - (i - 1) * spacing
            // the slope of the keyframes: where the procession rests it is none
            const speed = (along(head, minute + 0.05) - along(head, minute - 0.05)) / 6
            const upstream = speed < -0.01
            const place = river.path.at(metres, upstream ? -18 : i % 2 === 0 ? 9 : -3)
            return {
              ...place,
              course: upstream ? (place.course + 180) % 360 : place.course,
              speed: Math.abs(speed) < 0.01 ? 0 : Math.abs(speed),
            }
          })
        break
      }
      case 'lines': {
        let index = 0
        for (const line of scenario.lines[group.lines]) {
          const path = createPath(line.stations.map(([, lon, lat]) => [lon, lat] as const))
          const closure = scenario.forces.closures.find(
            (one) => one.lines === group.lines && one.line === line.line,
          )
          const pace = chance.between(group.pace[0], group.pace[1], group.prefix, line.line)
          for (let i = 0; i < line.trains; i++) {
            const run = shuttle(path, pace, i / line.trains)
            add(
              { ...group, name: { fr: `${bothOf(line.title).fr}, %`, en: `${bothOf(line.title).en}, %` } },
              ++index,
              closure === undefined ? run : standing(run, closure, clock),
            )
          }
        }
      }
    }
  }
  return made
}

/** A line that stands still in part of every cycle, and goes on from where it stood. */
const standing = (run: Way, closure: { from: number; to: number }, clock: StoryClock): Way => {
  const each = (closure.to - closure.from) * 60
  return (seconds) => {
    const { cycle, minute } = clock.cycleAt(seconds / 60)
    const since = (minute - closure.from) * 60
    const stood = Math.min(Math.max(since, 0), each)
    const motion = run(seconds - cycle * each - stood)
    return stood > 0 && stood < each ? { ...motion, speed: 0 } : motion
  }
}
