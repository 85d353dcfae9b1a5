/** The little geometry that preparing the basemap needs. Positions are [longitude, latitude] in degrees. */

export type Position = [number, number]

/** @param tolerance degrees, may differ by place */
export function simplify(line: Position[], tolerance: (p: Position) => number): Position[] {
  if (line.length < 3) return line
  const keep = new Uint8Array(line.length)
  keep[0] = keep[line.length - 1] = 1
  const spans: [number, number][] = [[0, line.length - 1]]
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span
    const [ax, ay] = line[from]!
    const [bx, by] = line[to]!
    let worst = 0
    let index = -1
    for (let i = from + 1; i < to; i++) {
      const [x, y] = line[i]!
      const squeeze = Math.cos((y * Math.PI) / 180)
      const dx = (bx - ax) * squeeze
      const dy = by - ay
      const length = dx * dx + dy * dy
      const px = (x - ax) * squeeze
      const py = y - ay
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length))
      const off = Math.hypot(px - along * dx, py - along * dy) / tolerance(line[i]!)
      if (off > worst) {
        worst = off
        index = i
      }
    }
    if (worst > 1) {
      keep[index] = 1
      spans.push([from, index], [index, to])
    }
  }
  return line.filter((_, i) => keep[i] === 1)
}

/** A curve through all the points (centripetal Catmull-Rom), so that a few known places make a river. */
export function smooth(line: Position[], steps = 4): Position[] {
  if (line.length < 3) return line
  const closed = same(line[0]!, line[line.length - 1]!)
  const last = line.length - 1
  const out: Position[] = []
  for (let i = 0; i < last; i++) {
    const p0 = line[i - 1] ?? line[closed ? last - 1 : i]!
    const p3 = line[i + 2] ?? line[closed ? 1 : i + 1]!
    for (let s = 0; s < steps; s++) out.push(between(p0, line[i]!, line[i + 1]!, p3, s / steps))
  }
  out.push(line[last]!)
  return out
}

function between(p0: Position, p1: Position, p2: Position, p3: Position, s: number): Position {
  const knot = (a: Position, b: Position): number =>
    Math.max(1e-9, Math.hypot(a[0] - b[0], a[1] - b[1]) ** 0.5)
  const t1 = knot(p0, p1)
  const t2 = t1 + knot(p1, p2)
  const t3 = t2 + knot(p2, p3)
  const t = t1 + s * (t2 - t1)
  const mix = (a: Position, b: Position, from: number, to: number): Position => {
    if (to === from) return a
    const at = (k: 0 | 1): number => (a[k] * (to - t) + b[k] * (t - from)) / (to - from)
    return [at(0), at(1)]
  }
  const a1 = same(p0, p1) ? p1 : mix(p0, p1, 0, t1)
  const a2 = mix(p1, p2, t1, t2)
  const a3 = same(p2, p3) ? p2 : mix(p2, p3, t2, t3)
  const b1 = mix(a1, a2, 0, t2)
  const b2 = mix(a2, a3, t1, t3)
  return mix(b1, b2, t1, t2)
}

const same = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1]

/** @returns the cell of `seats[index]` inside `ring`: what is nearer to it than to any other seat */
export function cell(seats: Position[], index: number, ring: Position[]): Position[] {
  const squeeze = Math.cos((seats[index]![1] * Math.PI) / 180)
  const flat = (p: Position): Position => [p[0] * squeeze, p[1]]
  const own = flat(seats[index]!)
  let shape = ring.map(flat)
  seats.forEach((seat, other) => {
    if (other === index) return
    const far = flat(seat)
    const middle: Position = [(own[0] + far[0]) / 2, (own[1] + far[1]) / 2]
    const side = (p: Position): number =>
      (p[0] - middle[0]) * (own[0] - far[0]) + (p[1] - middle[1]) * (own[1] - far[1])
    shape = clip(shape, side)
  })
  return shape.map(([x, y]) => [x / squeeze, y])
}

/** Sutherland-Hodgman against one edge: keeps where `side` is not negative. */
function clip(shape: Position[], side: (p: Position) => number): Position[] {
  const out: Position[] = []
  shape.forEach((point, i) => {
    const next = shape[(i + 1) % shape.length]!
    const a = side(point)
    const b = side(next)
    if (a >= 0) out.push(point)
    if (a >= 0 !== b >= 0) {
      const t = a / (a - b)
      out.push([point[0] + t * (next[0] - point[0]), point[1] + t * (next[1] - point[1])])
    }
  })
  return out
}

/** @returns the runs of the line that are inside */
export function runs(line: Position[], inside: (p: Position) => boolean): Position[][] {
  const out: Position[][] = []
  let run: Position[] = []
  for (const point of line) {
    if (inside(point)) run.push(point)
    else if (run.length > 0) {
      if (run.length > 1) out.push(run)
      run = []
    }
  }
  if (run.length > 1) out.push(run)
  return out
}

export const area = (ring: Position[]): number =>
  Math.abs(
    ring.reduce((sum, [x, y], i) => {
      const [nx, ny] = ring[(i + 1) % ring.length]!
      return sum + x * ny - nx * y
    }, 0) / 2,
  )

export const round = (line: Position[], digits: number): Position[] => {
  const unit = 10 ** digits
  const out = line.map(([x, y]): Position => [Math.round(x * unit) / unit, Math.round(y * unit) / unit])
  return out.filter((p, i) => i === 0 || !same(p, out[i - 1]!))
}
