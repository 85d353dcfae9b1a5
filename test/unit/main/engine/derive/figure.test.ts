import { describe, expect, it } from 'vitest'
import { batchOf, type Said } from './a-batch.ts'
import { createFigure, createGroupRoom, type GroupNow } from '../../../../../main/engine/derive/figure.ts'
import { bucketsOf } from '../../../../../main/engine/derive/ring.ts'
import { rowsOf } from '../../../../../main/engine/derive/rows.ts'
import { unmarked } from '../../../../../main/engine/event/batch.ts'
import { aggregates } from '../../../../../preload/contract/formula.ts'
import { readFormula } from '../../../../../preload/contract/formula-text.ts'

const metric = (time: number, value: number, series = 's', rank = unmarked): Said => ({
  ...{ time, rank },
  body: { series, value },
})
const feature = (time: number, properties: { [name: string]: unknown }, rank = unmarked): Said => ({
  ...{ time, rank },
  body: { type: 'Feature', geometry: { type: 'Point', coordinates: [2, 48] }, properties },
})

const figureOf = (line: string) => {
  const read = readFormula(line)
  if (!('formula' in read)) throw new Error(JSON.stringify(read.fault))
  return createFigure(read.formula, createGroupRoom())
}
const one = (line: string, said: readonly Said[], now: number): GroupNow => {
  const figure = figureOf(line)
  figure.take('a.b', rowsOf(batchOf(said)), now)
  return figure.all(now)[0]!
}
const groups = (line: string, said: readonly Said[], now: number): { [group: string]: number } => {
  const figure = figureOf(line)
  figure.take('a.b', rowsOf(batchOf(said)), now)
  return Object.fromEntries(figure.all(now).map(({ group, value }) => [group, value]))
}

function seeded(seed: number): () => number {
  return () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
}

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Anew from all that ever was. */
function naive(name: string, all: { time: number; value: number }[], window: number, now: number): number {
  const { width, count } = bucketsOf(window)
  const inside = all
    .filter(({ time }) => Math.floor(time / width) > Math.floor(now / width) - count)
    .sort((a, b) => a.time - b.time)
  const values = inside.map(({ value }) => value)
  const sum = values.reduce((total, value) => total + value, 0)
  const byBucket = new Map<number, number[]>()
  for (const { time, value } of inside) {
    const bucket = Math.floor(time / width)
    byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), value])
  }
  const means = [...byBucket]
    .sort(([a], [b]) => a - b)
    .map(([, some]) => some.reduce((total, value) => total + value, 0) / some.length)
  switch (name) {
    case 'count':
      return values.length
    case 'rate':
      return (values.length * 3_600_000) / window
    case 'sum':
      return sum
    case 'mean':
      return sum / values.length
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
    case 'latest':
      return values.at(-1) ?? Number.NaN
    case 'change':
      return (values.at(-1) ?? Number.NaN) - (values[0] ?? Number.NaN)
    case 'percentile':
      return [...values].sort((a, b) => a - b)[Math.max(1, Math.ceil(0.9 * values.length)) - 1] ?? Number.NaN
    case 'zscore': {
      if (means.length < 8) return Number.NaN
      const before = means.slice(0, -1)
      const spread = 1.4826 * median(before.map((mean) => Math.abs(mean - median(before))))
      return (means.at(-1)! - median(before)) / spread
    }
    default: {
      if (means.length < 8) return Number.NaN
      const first = means.slice(0, means.length >> 1)
      const mean = first.reduce((total, value) => total + value, 0) / first.length
      const variance = first.reduce((total, value) => total + (value - mean) ** 2, 0) / (first.length - 1)
      const moving = means.slice(first.length).reduce((was, value) => was + 0.2 * (value - was), mean)
      return (moving - mean) / Math.sqrt((variance * 0.2) / 1.8)
    }
  }
}

describe('a window that is summed up as events come', () => {
  for (const name of aggregates)
    it(`${name} is what it is when all is counted anew, at any time and in any order`, () => {
      const random = seeded(aggregates.indexOf(name) + 11)
      const window = 600_000
      const figure = figureOf(name === 'percentile' ? 'percentile(a.b, 90, 10 min)' : `${name}(a.b, 10 min)`)
      const all: { time: number; value: number }[] = []
      let now = 1_800_000_000_000
      for (let turn = 0; turn < 300; turn++) {
        now += random() < 0.05 ? 400_000 * random() : 20_000 * random()
        // late ones too, and some that are older than the window
        const some = Array.from({ length: Math.floor(random() * 6) }, () => ({
          time: now - (random() < 0.3 ? 900_000 * random() : 5000 * random()),
          value: Math.round(2000 * (random() - 0.4)) / 10,
        }))
        all.push(...some)
        figure.take('a.b', rowsOf(batchOf(some.map(({ time, value }) => metric(time, value)))), now)
        const { value } = figure.all(now)[0]!
        const wanted = naive(name, all, window, now)
        if (!Number.isFinite(wanted)) expect(Number.isFinite(value), `turn ${turn}`).toBe(name === 'sum')
        else if (name === 'percentile')
          expect(Math.abs(value - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * 0.011)
        else expect(value).toBeCloseTo(wanted, 6)
      }
    })

  it('says why there is no value', () => {
    expect(one('mean(a.b, 1 h)', [], 1e12)).toMatchObject({ value: Number.NaN, why: 'nothing' })
    expect(one('count(a.b, 1 h)', [], 1e12)).toMatchObject({ value: 0, why: null })
    expect(one('ratio(count(a.b, 1 h), count(a.b, 1 h))', [], 1e12)).toMatchObject({ why: 'divided' })
    expect(one('1 / (count(a.b, 1 h) - 1)', [metric(1e12, 1)], 1e12)).toMatchObject({ why: 'divided' })
    expect(one('zscore(a.b, 1 h)', [metric(1e12, 1)], 1e12)).toMatchObject({ why: 'few' })
    const flat = Array.from({ length: 30 }, (_, i) => metric(1e12 - i * 60_000, i === 0 ? 9 : 5))
    expect(one('zscore(a.b, 1 h)', flat, 1e12)).toMatchObject({ value: Number.NaN, why: 'flat' })
  })

  it('finds a robot’s series that leaves its band, and not one that is only noisy', () => {
    const random = seeded(5)
    const now = 1e12
    const quiet = Array.from({ length: 60 }, (_, i) =>
      metric(now - (59 - i) * 60_000, 100 + random(), 'quiet'),
    )
    const off = Array.from({ length: 60 }, (_, i) =>
      metric(now - (59 - i) * 60_000, 100 + random() + Math.max(0, i - 40) * 0.6, 'off'),
    )
    const z = groups('zscore(a.b, 60 min) by series', [...quiet, ...off], now)
    const drift = groups('drift(a.b, 60 min) by series', [...quiet, ...off], now)
    expect(Math.abs(z['quiet']!)).toBeLessThan(3)
    expect(z['off']).toBeGreaterThan(4)
    expect(Math.abs(drift['quiet']!)).toBeLessThan(4)
    expect(drift['off']).toBeGreaterThan(8)
  })
})

describe('what is counted', () => {
  const now = 1e12
  const some = [
    feature(now, { zone: '12', severity: 'Severe', status: 'open', category: 'crowd' }),
    feature(now, { zone: '12', severity: 'Minor', status: 'closed', category: 'crowd' }),
    feature(now, { zone: 13, severity: 'Extreme', drill: true }),
    feature(now, { category: 'fire', sidc: '10031000001211000000' }),
  ]

  it('is what its condition says, by columns and by properties', () => {
    const count = (where: string): number => one(`count(a.b, 1 h) where ${where}`, some, now).value
    expect(count('severity >= Severe')).toBe(2)
    expect(count('severity in [Minor, "Severe"]')).toBe(2)
    expect(count('zone == "12" and status == "open"')).toBe(1)
    expect(count('not drill')).toBe(3)
    expect(count('zone == 13 || category == "fire"')).toBe(2)
    expect(count('status.startsWith("clo") or properties.zone > 12')).toBe(2)
    expect(count('lat > 40 and lon * 2 - 1 == 3')).toBe(4)
    // a name of an object's own making is no property
    expect(count('constructor == "x" or toString == 1 or valueOf')).toBe(0)
  })

  it('is in groups by a field; what has none is in none', () => {
    expect(groups('count(a.b, 1 h) by zone', some, now)).toEqual({ '12': 2, '13': 1 })
    expect(groups('count(a.b, 1 h) by severity', some, now)).toMatchObject({
      Severe: 1,
      Minor: 1,
      Extreme: 1,
    })
  })

  it('has no more than so many groups, and says how much is left out', () => {
    const figure = figureOf('count(a.b, 1 h) by zone')
    const many = Array.from({ length: 1500 }, (_, i) => feature(now, { zone: `z${i}` }))
    figure.take('a.b', rowsOf(batchOf(many)), now)
    expect(figure.groups).toBe(1000)
    expect(figure.leftOut).toBe(500)
    // a day later they are gone, and there is room
    for (let hour = 1; hour < 4; hour++) figure.changed(now + hour * 3_600_000, Infinity)
    expect(figure.groups).toBe(0)
  })

  it('has a group’s name as one line without what could turn it round', () => {
    const [name] = Object.keys(
      groups('count(a.b, 1 h) by zone', [feature(now, { zone: 'a\n\u202eb'.padEnd(300, 'x') })], now),
    )
    expect(name).toMatch(/^a bx+…$/)
  })
})

describe('what is made of events of several markings', () => {
  const now = 1e12
  it('is marked as the highest that is in its window, and so long', () => {
    const figure = figureOf('count(a.b, 10 min)')
    figure.take('a.b', rowsOf(batchOf([metric(now, 1), metric(now, 1, 's', 1)])), now)
    expect(figure.all(now)).toMatchObject([{ value: 2, rank: 1 }])
    figure.take('a.b', rowsOf(batchOf([metric(now + 300_000, 1)])), now + 300_000)
    expect(figure.all(now + 300_000)).toMatchObject([{ value: 3, rank: 1 }])
    expect(figure.all(now + 700_000)).toMatchObject([{ value: 1, rank: 0 }])
  })

  it('has a group that only higher ones have named for nobody below, even when it is empty', () => {
    const figure = figureOf('count(a.b, 10 min) by series')
    figure.take('a.b', rowsOf(batchOf([metric(now, 1, 'open'), metric(now, 1, 'hidden', 1)])), now)
    expect(figure.all(now + 601_000)).toMatchObject([
      { group: 'open', value: 0, rank: 0 },
      { group: 'hidden', value: 0, rank: 1 },
    ])
  })
})

describe('what bears a caveat', () => {
  const minute = 60_000
  const at = 1_700_000_000_000
  it('bears it in what is made of it, and for a window after', () => {
    const figure = figureOf('count(a.b, 10 min)')
    figure.take('a.b', rowsOf(batchOf([{ ...metric(at, 1), caveats: 'sf' }, metric(at, 2)])), at)
    expect(figure.all(at)[0]).toMatchObject({ value: 2, caveats: 'sf' })
    figure.take('a.b', rowsOf(batchOf([metric(at + 12 * minute, 1)])), at + 12 * minute)
    expect(figure.all(at + 12 * minute)[0]).toMatchObject({ value: 1, caveats: 'sf' })
    expect(figure.all(at + 25 * minute)[0]?.caveats).toBe('')
  })
  it('of more caveats than can be told has no value', () => {
    const said = Array.from({ length: 60 }, (_, n) => ({ ...metric(at, 1), caveats: `caveat-${n}` }))
    const figure = figureOf('count(a.b, 10 min)')
    figure.take('a.b', rowsOf(batchOf(said)), at)
    expect(figure.all(at)[0]).toMatchObject({ value: Number.NaN, why: 'caveats' })
  })
})

describe('a figure', () => {
  const at = 1_700_000_000_000
  it('beyond what a number holds is no value', () => {
    expect(one('sum(a.b, 1 h)', [metric(at, 1e308), metric(at, 1e308)], at)).toMatchObject({
      ...{ value: Number.NaN, why: 'divided' },
    })
  })
  it('of more groups than are told at once tells each in its turn', () => {
    const figure = figureOf('count(a.b, 10 s) by series')
    const said = Array.from({ length: 50 }, (_, n) => metric(at, 1, `s-${n}`))
    const told = new Set<string>()
    for (let second = 0; second < 5; second++) {
      figure.take('a.b', rowsOf(batchOf(said)), at)
      for (const { group } of figure.changed(at, 10)) told.add(group)
    }
    expect(told.size).toBe(50)
  })
  it('goes on where the clock was set back', () => {
    const figure = figureOf('count(a.b, 1 min)')
    figure.take('a.b', rowsOf(batchOf([metric(at + 3_600_000, 1)])), at + 3_600_000)
    figure.take('a.b', rowsOf(batchOf([metric(at, 1), metric(at, 1)])), at)
    expect(figure.all(at)[0]?.value).toBe(2)
  })
  it('that keeps a spread takes the room of many that count', () => {
    const room = createGroupRoom(150)
    const read = readFormula('percentile(a.b, 95, 1 h) by series')
    if (!('formula' in read)) throw new Error('no formula')
    const figure = createFigure(read.formula, room)
    figure.take('a.b', rowsOf(batchOf([metric(at, 1, 'one'), metric(at, 1, 'two')])), at)
    expect([figure.groups, figure.leftOut]).toEqual([1, 1])
  })
})
