import { expect, test } from 'vitest'
import { glyphNamed, glyphOfSidc } from '../../../../renderer/map/glyphs.ts'
import { createSymbols } from '../../../../renderer/map/symbols.ts'

/** A pen that draws nowhere: what is asked of the sheet is what matters here. */
const pen = new Proxy({}, { get: () => () => undefined, set: () => true })
const canvas = (side: number): HTMLCanvasElement =>
  ({ width: side, height: side, getContext: () => pen }) as unknown as HTMLCanvasElement
const symbols = () => createSymbols({ canvas })

test('the same symbol is drawn once', () => {
  const all = symbols()
  const first = all.cell('observation', undefined, 0, 'mark', false)
  const { version } = all
  expect(all.cell('observation', undefined, 0, 'mark', false)).toBe(first)
  expect(all.version).toBe(version)
})

test('the descriptor says what a category looks like', () => {
  const all = symbols()
  const boat = all.cell('bateau', { bateau: 'boat' }, 0, 'mark', false)
  expect(boat.turns).toBe(true)
  expect(all.unknown).toBe(0)
})

test('what nobody knows is a plain dot, and is counted once', () => {
  const all = symbols()
  const cell = all.cell('kraken', undefined, 0, 'full', false)
  all.cell('kraken', undefined, 0, 'full', false)
  expect(cell.size).toBeGreaterThan(0)
  expect(all.unknown).toBe(1)
})

test('a SIDC that the standard refuses is a plain dot, not a question mark', () => {
  const all = symbols()
  const dot = all.cell('dot', undefined, 0, 'full', false)
  const refused = all.cell('10039900009999990000', undefined, 0, 'full', false)
  expect(refused).toEqual(dot)
  expect(all.unknown).toBe(1)
})

test('a million different keys from the network cost no more than the bound', () => {
  const all = symbols()
  for (let i = 0; i < 10_000; i++) all.cell(`key ${i}`, undefined, 0, 'full', false)
  expect(all.unknown).toBeLessThanOrEqual(2000)
})

test('words of the language itself are keys like any other', () => {
  const all = symbols()
  for (const key of ['__proto__', 'constructor', 'toString']) all.cell(key, {}, 0, 'full', false)
  expect(all.unknown).toBe(3)
  expect(glyphNamed('constructor')).toBeNull()
})

test('from moderate up the severity is what is seen, whatever the entity is', () => {
  const all = symbols()
  const boat = all.cell('boat', undefined, 4, 'mark', false)
  const officer = all.cell('observation', undefined, 4, 'mark', false)
  expect(boat).toBe(officer)
  expect(all.cell('observation', undefined, 1, 'mark', false)).not.toBe(officer)
})

test('what is drawn from its geometry is not drawn as a point', () => {
  expect(symbols().cell('zone', undefined, 4, 'full', false).size).toBe(0)
})

test('standard symbols have a mark for when they are many', () => {
  expect(glyphOfSidc('10033000001400000000')).toBe('boat')
  expect(glyphOfSidc('10033000001401000000')).toBe('service-boat')
  expect(glyphOfSidc('10030100001102000000')).toBe('helicopter')
  expect(glyphOfSidc('10031500001501000000')).toBe('train')
  expect(glyphOfSidc('10031000112007000000')).toBe('unit')
})
