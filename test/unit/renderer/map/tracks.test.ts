import { expect, test } from 'vitest'
import type { CatalogEntry } from '../../../../preload/contract/picture.ts'
import { createTracks } from '../../../../renderer/map/tracks.ts'
import type { Cell, Symbols } from '../../../../renderer/map/symbols.ts'
import { columns, device } from '../../../doubles/map.ts'

/** A sheet on which everything is there already, and that says what it was asked for. */
function sheet() {
  const asked: string[] = []
  const cell: Cell = { x: 0, y: 0, width: 8, height: 8, size: 8, turns: false }
  const symbols: Symbols = {
    sheet: { width: 8, height: 8 } as never,
    version: 1,
    unknown: 0,
    standard: () => true,
    cell(key, _symbology, _severity, detail) {
      asked.push(`${key} ${detail}`)
      return cell
    },
  }
  return { symbols, asked }
}

function tracks(now = 0) {
  const { symbols, asked } = sheet()
  const made = createTracks({ symbols, now: () => now })
  const card = device()
  made.bind(card as never)
  return { made, card, asked }
}
const all = Array.from({ length: 10_000 }, (_, row) => row)

test('an update copies what changed to the card, and no more', () => {
  const { made, card } = tracks()
  made.apply(columns(all, { reset: true, symbols: ['boat'] }))
  made.flush(false)
  card.writes.length = 0
  made.apply(columns([5, 9000]))
  expect(made.dirty).toBe(true)
  made.flush(false)
  const bytes = card.writes.reduce((sum, write) => sum + write.bytes, 0)
  expect(card.writes.every(({ buffer }) => buffer.endsWith('motion'))).toBe(true)
  expect(bytes).toBeGreaterThan(0)
  expect(bytes).toBeLessThan(10_000)
  expect(made.dirty).toBe(false)
})

test('deck.gl is given layers when they are others, and not when rows only moved', () => {
  const { made } = tracks()
  made.apply(columns([0, 1], { reset: true, symbols: ['boat'] }))
  expect(made.flush(false)).toHaveLength(1)
  made.apply(columns([0, 1]))
  expect(made.flush(false)).toBeNull()
  made.apply(columns([0], { product: 'transport.boats', reset: true }))
  expect(made.flush(false)).toHaveLength(2)
  made.keep(new Set(['security.units']))
  expect(made.flush(false)).toHaveLength(1)
})

test('a card that comes after a lost one gets everything again, and the lost one’s is given back', () => {
  const { made, card } = tracks()
  made.apply(columns(all, { reset: true, symbols: ['boat'] }))
  made.flush(false)
  const next = device()
  made.bind(next as never)
  expect(card.alive).toBe(0)
  expect(made.flush(false)).toHaveLength(1)
  // three numbers of motion and nine of looks, four bytes each, to the end of a block of rows
  const whole = all.length * (3 + 9) * 4
  const bytes = next.writes.reduce((sum, write) => sum + write.bytes, 0)
  expect(bytes).toBeGreaterThanOrEqual(whole)
  expect(bytes).toBeLessThan(whole * 1.01)
})

test('without a card nothing is flushed, and nothing is forgotten', () => {
  const { made } = tracks()
  made.bind(null)
  made.apply(columns([0], { reset: true }))
  expect(made.flush(false)).toBeNull()
  expect(made.dirty).toBe(true)
})

test('a tick over what did not change asks for nothing and draws nothing', () => {
  const { made, asked } = tracks()
  made.apply(columns([0, 1], { reset: true, symbols: ['boat'] }))
  made.tick([-180, -90, 180, 90])
  made.flush(false)
  asked.length = 0
  made.tick([-180, -90, 180, 90])
  expect(made.dirty).toBe(false)
  expect(asked).toEqual([])
})

test('a few in view are drawn in full, and as marks when the view holds many', () => {
  const { made, asked } = tracks()
  made.apply(columns(all, { reset: true, symbols: ['boat'] }))
  made.tick([-0.01, 39, 0.5, 41])
  expect(asked.at(-1)).toBe('boat full')
  made.tick([-180, -90, 180, 90])
  expect(asked.at(-1)).toBe('boat mark')
})

test('the crowd is that of the view, as of the last tick', () => {
  const { made } = tracks()
  made.apply(columns([0, 1, 2, 3], { reset: true }))
  expect(made.countIn([-1, 39, 1, 42])).toBe(0)
  made.tick([-1, 39, 1, 42])
  expect(made.countIn([-1, 39, 1, 42])).toBe(4)
  made.apply(columns([3], { shown: Uint8Array.of(0) }))
  made.tick([-1, 39, 1, 42])
  expect(made.countIn([-1, 39, 1, 42])).toBe(3)
})

test('where entities are is asked again when they moved or went', () => {
  const { made } = tracks()
  expect(made.extent()).toBeNull()
  made.apply(columns([0, 1], { reset: true }))
  const before = made.extent()
  expect(made.extent()).toBe(before)
  made.apply(columns([1], { lon: Float32Array.of(50) }))
  expect(made.extent()![2]).toBeGreaterThan(40)
  made.keep(new Set())
  expect(made.extent()).toBeNull()
})

test('what stands is drawn below what moves, whichever came first', () => {
  const { made } = tracks()
  made.apply(columns([0], { product: 'transport.boats', reset: true }))
  made.apply(columns([0], { product: 'transport.stations', reset: true }))
  const entry = (product: string, kind: string): CatalogEntry =>
    ({ product, descriptor: { kind, freshness: 'PT1M' } }) as CatalogEntry
  made.describe([entry('transport.boats', 'track'), entry('transport.stations', 'feature')])
  expect(made.flush(false)!.map(({ id }) => made.productOf(id))).toEqual([
    'transport.stations',
    'transport.boats',
  ])
})
