import { createPath, moved, type Path, type Position } from './path.ts'
import type { Scenario } from './scenario.ts'

export type River = {
  path: Path
  /** metres along, of a bridge */
  bridge(name: string): number
  /** the ceremony's stretch, metres along */
  route: { from: number; to: number }
  /** a strip beside the water between two bridges; bank as seen downstream */
  quay(bank: 'left' | 'right', from: string, to: string, near: number, far: number): Position[]
}

/** @returns null where the story has no river */
export const createRiver = (scenario: Scenario): River | null => {
  if (scenario.river === null) return null
  const { points, from, to } = scenario.river
  const path = createPath(points.map(([, lon, lat]) => [lon, lat] as const))
  const bridge = (name: string): number => {
    const at = points.findIndex(([point]) => point === name)
    if (at < 0) throw new Error(`river.json: no bridge is called ${name}`)
    return path.marks[at] ?? 0
  }
  return {
    path,
    bridge,
    route: { from: bridge(from), to: bridge(to) },
    quay(bank, start, end, near, far) {
      const side = bank === 'right' ? 1 : -1
      const a = bridge(start) + 40
      const b = bridge(end) - 40
      const steps = Math.max(2, Math.round((b - a) / 120))
      // averaged over two hundred metres, or the strip would fold over itself where the river bends
      const beside = (metres: number, right: number): Position => {
        const here = path.at(metres)
        const behind = path.at(metres - 100)
        const ahead = path.at(metres + 100)
        const east = (ahead.lon - behind.lon) * Math.cos((here.lat * Math.PI) / 180)
        const north = ahead.lat - behind.lat
        const length = Math.hypot(east, north) || 1
        return moved([here.lon, here.lat], (north / length) * right, (-east / length) * right)
      }
      const line = (right: number) =>
        Array.from({ length: steps + 1 }, (_, i) => beside(a + ((b - a) * i) / steps, right))
      const ring = [...line(side * near), ...line(side * far).reverse()]
      return [...ring, ring[0]!]
    },
  }
}
