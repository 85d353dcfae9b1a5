/** One formula at work: its groups, each with a window per aggregate. Batches in, values out. */
import { mostGroups, type NoValue } from '../../../preload/contract/formula.ts'
import type { Formula, Made } from '../../../preload/contract/formula-text.ts'
import type { Rank } from '../../../preload/contract/marking.ts'
import type { ProductName } from '../../../preload/contract/product.ts'
import { oneLine } from '../../../preload/contract/text.ts'
import { unmarked } from '../event/batch.ts'
import { readCaveats } from '../event/record.ts'
import { readOf } from './condition.ts'
import { bucketsOf, createRing, ringWeight, type Ring } from './ring.ts'
import { groupOf, type Read, type Rows } from './rows.ts'

export interface GroupNow {
  /** '': without groups */
  group: string
  /** NaN: none, and `why` */
  value: number
  why: NoValue | null
  /** the highest own rank of what it is made of; 0: none has one */
  rank: Rank
  /** … and the lowest of what was ever in it: it has its name of that */
  named: Rank
  /** of all that it is made of, comma separated; one that is gone stays for another window */
  caveats: string
}

export interface Figure {
  readonly products: ReadonlySet<ProductName>
  readonly groups: number
  /** events that were left out, as there are as many groups as there may be */
  readonly leftOut: number
  /** @param skip whether the batch's row is not to be in it, or is already */
  take(product: ProductName, rows: Rows, now: number, skip?: (i: number) => boolean): void
  /** what may have changed since it was last asked, so many at a time */
  changed(now: number, most: number): GroupNow[]
  /** every group there is */
  all(now: number): GroupNow[]
}

/** Bytes that an event has for its caveats. */
const mostCaveats = 200

/** What bears a caveat bears it in whatever is made of it: those of this window and of the one before. */
interface Caveats {
  add(caveats: string, now: number): void
  /** null: more than can be told */
  now(now: number): string | null
}
function createCaveats(window: number): Caveats {
  let current = new Set<string>()
  let before = new Set<string>()
  let since = Number.NEGATIVE_INFINITY
  const turn = (now: number): void => {
    const gone = now - since
    if (gone >= 0 && gone < window) return
    // a clock that was set back forgets nothing
    before = gone >= 2 * window ? new Set() : new Set([...current, ...(gone < 0 ? before : [])])
    current = new Set()
    since = now
  }
  const told = (): string => [...new Set([...current, ...before])].sort().join(',')
  return {
    add(caveats, now) {
      turn(now)
      // so many are not told, however many more there are
      if (told().length > mostCaveats) return
      for (const one of caveats.split(',')) if (one.trim() !== '') current.add(one.trim())
    },
    now(now) {
      turn(now)
      const all = told()
      return Buffer.byteLength(all) > mostCaveats ? null : all
    },
  }
}

interface Group {
  name: string
  rings: Ring[]
  dirty: boolean
  /** the bucket in which it was computed last */
  at: number
  /** how long there has been nothing in it, ms since 1970; null: there is something */
  empty: number | null
  named: Rank
  /** null: nothing in it ever had one */
  caveats: Caveats | null
}

/** Groups of all formulas together: what they hold is bounded, whatever a platform sends. */
export interface Room {
  take(rings: number): boolean
  give(rings: number): void
}
export function createGroupRoom(most = 20_000): Room {
  let used = 0
  return {
    take(rings) {
      if (used + rings > most) return false
      used += rings
      return true
    },
    give(rings) {
      used -= rings
    },
  }
}

export function createFigure(
  { aggregates, made, where, by }: Formula,
  room: Room,
): Figure & { dispose(): void } {
  const groups = new Map<string, Group>()
  const products = new Set(aggregates.map(({ product }) => product))
  const fits: Read | null = where === null ? null : readOf(where)
  const grouping: Read | null = by === null ? null : groupOf(by)
  const conditions = aggregates.map(({ condition }) => (condition === null ? null : readOf(condition)))
  const width = Math.min(...aggregates.map(({ window }) => bucketsOf(window).width))
  const longest = Math.max(...aggregates.map(({ window }) => window))
  /** the places of those that are made of it */
  const placesOf = new Map<ProductName, number[]>()
  aggregates.forEach(({ product }, at) => placesOf.set(product, [...(placesOf.get(product) ?? []), at]))
  const weight = aggregates.reduce((sum, { name }) => sum + ringWeight(name), 0)
  let leftOut = 0

  const groupFor = (name: string): Group | null => {
    const known = groups.get(name)
    if (known) return known
    if (groups.size >= mostGroups || !room.take(weight)) return null
    const rings = aggregates.map(({ name: of, window, percent }) => createRing(of, window, percent))
    const group: Group = {
      ...{ name, rings, dirty: true, at: -1, empty: null, caveats: null },
      named: by === null ? 0 : unmarked,
    }
    groups.set(name, group)
    return group
  }
  if (grouping === null) groupFor('')

  const result = (of: Made, rings: readonly Ring[], now: number): { value: number; why: NoValue | null } => {
    switch (of.is) {
      case 'literal':
        return { value: of.value, why: null }
      case 'aggregate': {
        const ring = rings[of.at]!
        const value = ring.value(now)
        if (Number.isNaN(value)) return { value, why: ring.why }
        // beyond what a number holds is no value
        return Number.isFinite(value) ? { value, why: null } : { value: Number.NaN, why: 'divided' }
      }
      case 'minus':
      case 'abs': {
        const { value, why } = result(of.of, rings, now)
        return { value: of.is === 'abs' ? Math.abs(value) : -value, why }
      }
      default: {
        const a = result(of.a, rings, now)
        const b = result(of.b, rings, now)
        const why = a.why ?? b.why
        if (why !== null) return { value: Number.NaN, why }
        if (of.is === '/' && b.value === 0) return { value: Number.NaN, why: 'divided' }
        const value =
          of.is === '+'
            ? a.value + b.value
            : of.is === '-'
              ? a.value - b.value
              : of.is === '*'
                ? a.value * b.value
                : a.value / b.value
        // beyond what a number holds is no value either
        return Number.isFinite(value) ? { value, why: null } : { value: Number.NaN, why: 'divided' }
      }
    }
  }

  const nowOf = (group: Group, now: number): GroupNow => {
    const { value, why } = result(made, group.rings, now)
    const rank = group.rings.reduce((highest, ring) => Math.max(highest, ring.rank(now)), group.named)
    const caveats = group.caveats === null ? '' : group.caveats.now(now)
    return {
      ...{ group: group.name, rank, named: group.named, caveats: caveats ?? '' },
      ...(caveats === null ? { value: Number.NaN, why: 'caveats' as const } : { value, why }),
    }
  }

  const drop = (group: Group): void => {
    groups.delete(group.name)
    room.give(weight)
  }

  return {
    products,
    get groups() {
      return groups.size
    },
    get leftOut() {
      return leftOut
    },
    take(product, rows, now, skip) {
      const { batch } = rows
      const places = placesOf.get(product)
      if (places === undefined) return
      const { time: times, ended, marking, value: values } = batch
      const oldest = now - longest
      const only = grouping === null ? groupFor('') : undefined
      if (only === null) leftOut += batch.count
      for (let i = 0; i < batch.count; i++) {
        if (ended[i] === 1) continue
        const time = times[i]!
        if (time <= oldest) continue
        if (skip?.(i) === true) continue
        if (fits !== null && fits(rows, i) !== true) continue
        let group: Group | null | undefined = only
        for (let place = 0; place < places.length; place++) {
          const at = places[place]!
          const condition = conditions[at]!
          if (condition !== null && condition(rows, i) !== true) continue
          if (group === undefined) {
            const name = grouping!(rows, i)
            // what has no such property is in no group
            if (name === undefined || name === '') break
            const known = groups.get(name as string)
            // a text of somebody else's: it is cleaned once
            group = known ?? groupFor(oneLine(String(name), 60))
            if (group === null) leftOut++
          }
          if (group === null) break
          const mark = marking[i] === unmarked ? 0 : marking[i]!
          if (mark < group.named) group.named = mark
          group.rings[at]!.add(time, values[i]!, mark, now)
          const caveats = readCaveats(batch.bytes, batch.view, batch.offset[i]!)
          if (caveats !== '') (group.caveats ??= createCaveats(longest)).add(caveats, now)
          group.dirty = true
        }
      }
    },
    changed(now, most) {
      const found: GroupNow[] = []
      const bucket = Math.floor(now / width)
      for (const group of groups.values()) {
        if (found.length >= most) break
        if (!group.dirty && group.at === bucket) continue
        const isEmpty = group.rings.every((ring) => ring.isEmpty(now))
        group.empty = isEmpty ? (group.empty ?? now) : null
        group.dirty = false
        group.at = bucket
        // whoever was not asked now is before it the next time
        groups.delete(group.name)
        groups.set(group.name, group)
        if (grouping !== null && isEmpty && now - group.empty! > longest) drop(group)
        found.push(nowOf(group, now))
      }
      return found
    },
    all: (now) => [...groups.values()].map((group) => nowOf(group, now)),
    dispose() {
      for (const group of [...groups.values()]) drop(group)
    },
  }
}
