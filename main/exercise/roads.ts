import type { Chance } from './chance.ts'
import { metresBetween, type Position } from './path.ts'
import type { Scenario } from './scenario.ts'

/** The net of main axes as a graph: crossroads by name, and who is next to whom. */
export type Roads = {
  nodes: readonly string[]
  position(node: string): Position
  nearest(to: Position): string
  /** a drive of about so many metres from a crossroads, never straight back if it can be helped */
  wander(from: string, metres: number, allowed: ReadonlySet<string>, chance: Chance, name: string): Position[]
  /** the shortest way, both ends included */
  way(from: string, to: string): Position[]
}

export const createRoads = (scenario: Scenario): Roads => {
  const { places, axes } = scenario.roads
  const next = new Map<string, Set<string>>()
  const join = (a: string, b: string) => {
    if (!next.has(a)) next.set(a, new Set())
    next.get(a)!.add(b)
  }
  for (const { along } of axes)
    for (let i = 1; i < along.length; i++) {
      join(along[i - 1]!, along[i]!)
      join(along[i]!, along[i - 1]!)
    }
  const nodes = [...next.keys()]
  const position = (node: string): Position => {
    const found = places[node]
    if (found === undefined) throw new Error(`roads.json: no place is called ${node}`)
    return found
  }

  return {
    nodes,
    position,
    nearest: (to) =>
      nodes.reduce((best, node) =>
        metresBetween(position(node), to) < metresBetween(position(best), to) ? node : best,
      ),
    wander(from, metres, allowed, chance, name) {
      const way = [position(from)]
      let here = from
      let before = ''
      for (let gone = 0, turn = 0; gone < metres && turn < 40; turn++) {
        const neighbours = [...(next.get(here) ?? [])].filter((node) => allowed.has(node))
        const ahead = neighbours.filter((node) => node !== before)
        const choice = ahead.length > 0 ? ahead : neighbours
        if (choice.length === 0) break
        const then = chance.pick(choice, name, turn)
        gone += metresBetween(position(here), position(then))
        before = here
        here = then
        way.push(position(here))
      }
      return way
    },
    way(from, to) {
      // Dijkstra over a hundred crossroads: no heap needed
      const cost = new Map<string, number>([[from, 0]])
      const back = new Map<string, string>()
      const open = new Set([from])
      while (open.size > 0) {
        const here = [...open].reduce((a, b) => (cost.get(a)! <= cost.get(b)! ? a : b))
        if (here === to) break
        open.delete(here)
        for (const node of next.get(here) ?? []) {
          const there = cost.get(here)! + metresBetween(position(here), position(node))
          if (there >= (cost.get(node) ?? Infinity)) continue
          cost.set(node, there)
          back.set(node, here)
          open.add(node)
        }
      }
      const way = [position(to)]
      for (let here = to; here !== from;) {
        const previous = back.get(here)
        if (previous === undefined) break
        way.unshift(position(previous))
        here = previous
      }
      return way
    },
  }
}
