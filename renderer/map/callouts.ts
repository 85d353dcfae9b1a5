/** Where callouts stand. Pixels of the map's box, y down. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** Something on the map that is to be named, most important first. */
export interface Target {
  id: string
  x: number
  y: number
  /** of the ring around it, which nothing may cover */
  radius: number
  /** of its callout */
  width: number
  height: number
}

export interface Obstacle extends Box {
  /** Infinity: never covered (a place that people steer by, the scale bar); else how much it matters, 0 to 1 */
  weight: number
}

export interface Callout {
  id: string
  /** null: folded to a number beside its ring, for want of room */
  box: Box | null
  /** the leader line, from the box to the ring; null when folded */
  leader: { x1: number; y1: number; x2: number; y2: number } | null
}

export interface Surface {
  width: number
  height: number
  obstacles: readonly Obstacle[]
  /** how much is drawn under a box, 0 (nothing) to 1 (crowded) */
  crowd?: (box: Box) => number
}

const margin = 14
/** Between a callout and anything that it must not touch. */
const gap = 8
const reaches = [60, 100, 150, 210, 280, 360]
const directions = 16

/**
 * Places each callout so that it covers neither what it points to, another callout, another target's ring nor a
 * place that matters, and so that no leader crosses a box, a ring or another leader. Where that can't be had, it
 * folds. `before` keeps callouts where they were as long as that place is still good: a wall that rearranges
 * itself can't be read.
 */
export function placeCallouts(
  targets: readonly Target[],
  surface: Surface,
  before: ReadonlyMap<string, Callout> = new Map(),
): Callout[] {
  const placed: Callout[] = []
  for (const target of targets) placed.push(placeOne(target, targets, placed, surface, before.get(target.id)))
  return placed
}

function placeOne(
  target: Target,
  targets: readonly Target[],
  placed: readonly Callout[],
  surface: Surface,
  before: Callout | undefined,
): Callout {
  const folded: Callout = { id: target.id, box: null, leader: null }
  const outside = target.x < 0 || target.y < 0 || target.x > surface.width || target.y > surface.height
  if (outside) return folded
  let best = folded
  let least = Infinity
  for (const box of candidates(target, before?.box ?? null, surface)) {
    const leader = leaderOf(box, target)
    if (!allowed(box, leader, target, targets, placed, surface)) continue
    const cost = costOf(box, target, surface, before?.box ?? null)
    if (cost < least) {
      least = cost
      best = { id: target.id, box, leader }
    }
  }
  return best
}

function* candidates(target: Target, before: Box | null, surface: Surface): Generator<Box> {
  const { width, height } = target
  if (before !== null) yield { x: before.x, y: before.y, width, height }
  for (const reach of reaches) {
    for (let d = 0; d < directions; d++) {
      const angle = (d / directions) * 2 * Math.PI
      const cos = Math.cos(angle)
      const sin = Math.sin(angle)
      // the box's nearest point is `reach` away from the ring
      const x = target.x + cos * (target.radius + reach) - (width / 2) * (1 - cos)
      const y = target.y + sin * (target.radius + reach) - (height / 2) * (1 - sin)
      yield { x: Math.round(x), y: Math.round(y), width, height }
    }
  }
  // near an edge the circle has no room: along the edges there may be
  for (const x of [margin, surface.width - width - margin]) {
    for (let y = margin; y + height + margin <= surface.height; y += height + gap)
      yield { x, y, width, height }
  }
}

function allowed(
  box: Box,
  leader: NonNullable<Callout['leader']>,
  target: Target,
  targets: readonly Target[],
  placed: readonly Callout[],
  surface: Surface,
): boolean {
  if (box.x < margin || box.y < margin) return false
  if (box.x + box.width + margin > surface.width || box.y + box.height + margin > surface.height) return false
  for (const other of targets) {
    if (circleMeets(other, box)) return false
    if (other !== target && fromSegment(other.x, other.y, leader) < other.radius + gap / 2) return false
  }
  for (const { box: taken, leader: line } of placed) {
    if (taken === null || line === null) continue
    if (boxesMeet(box, taken, gap)) return false
    if (segmentMeetsBox(leader, taken) || segmentMeetsBox(line, box)) return false
    if (segmentsCross(leader, line)) return false
  }
  return surface.obstacles.every((o) => o.weight !== Infinity || !boxesMeet(box, o, gap / 2))
}

function costOf(box: Box, target: Target, surface: Surface, before: Box | null): number {
  const away = Math.max(0, fromBox(target.x, target.y, box) - target.radius)
  let cost = away / 200
  for (const o of surface.obstacles) {
    if (o.weight !== Infinity && boxesMeet(box, o, 2)) cost += o.weight
  }
  cost += 1.2 * (surface.crowd?.(box) ?? 0)
  // straight up, down or sideways leaders run along the box; slanted ones are easier to follow
  const slant = Math.abs(box.x + box.width / 2 - target.x) < box.width / 2 ? 0.1 : 0
  const stay = before !== null && before.x === box.x && before.y === box.y ? 0.8 : 0
  return cost + slant - stay
}

/** From the box's nearest point to the ring's edge. */
function leaderOf(box: Box, target: Target): NonNullable<Callout['leader']> {
  const x1 = Math.min(Math.max(target.x, box.x), box.x + box.width)
  const y1 = Math.min(Math.max(target.y, box.y), box.y + box.height)
  const length = Math.hypot(target.x - x1, target.y - y1) || 1
  const share = Math.max(0, length - target.radius) / length
  return { x1, y1, x2: x1 + (target.x - x1) * share, y2: y1 + (target.y - y1) * share }
}

export const boxesMeet = (a: Box, b: Box, space = 0): boolean =>
  a.x < b.x + b.width + space &&
  b.x < a.x + a.width + space &&
  a.y < b.y + b.height + space &&
  b.y < a.y + a.height + space

const fromBox = (x: number, y: number, box: Box): number =>
  Math.hypot(Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - box.height))

const circleMeets = (target: Target, box: Box): boolean =>
  fromBox(target.x, target.y, box) < target.radius + gap

type Segment = NonNullable<Callout['leader']>

function fromSegment(x: number, y: number, { x1, y1, x2, y2 }: Segment): number {
  const dx = x2 - x1
  const dy = y2 - y1
  const t = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(x - x1 - t * dx, y - y1 - t * dy)
}

function segmentsCross(a: Segment, b: Segment): boolean {
  const side = (s: Segment, x: number, y: number): number =>
    Math.sign((s.x2 - s.x1) * (y - s.y1) - (s.y2 - s.y1) * (x - s.x1))
  return side(a, b.x1, b.y1) !== side(a, b.x2, b.y2) && side(b, a.x1, a.y1) !== side(b, a.x2, a.y2)
}

function segmentMeetsBox(s: Segment, box: Box): boolean {
  const within = (x: number, y: number): boolean =>
    x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height
  if (within(s.x1, s.y1) || within(s.x2, s.y2)) return true
  const right = box.x + box.width
  const bottom = box.y + box.height
  return (
    segmentsCross(s, { x1: box.x, y1: box.y, x2: right, y2: bottom }) ||
    segmentsCross(s, { x1: right, y1: box.y, x2: box.x, y2: bottom })
  )
}
