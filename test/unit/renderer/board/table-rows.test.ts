import { describe, expect, it } from 'vitest'
import { chooseColumns, filtered, nextSort, sorted } from '../../../../renderer/board/table/rows.ts'

const { compare } = new Intl.Collator('fr', { numeric: true, sensitivity: 'base' })
const all = (count: number) => Uint32Array.from({ length: count }, (_, row) => row)
const names = { numbers: [], texts: ['zone 12', 'Zone 2', '', 'état', 'zone 12'] }
const values = { numbers: [3, Number.NaN, -1, 3, 10], texts: [] }

describe('rows', () => {
  it('are sorted as people count and spell; what has no value is last, whichever way', () => {
    expect([...sorted(all(5), names, false, compare)]).toEqual([3, 1, 0, 4, 2])
    expect([...sorted(all(5), names, true, compare)]).toEqual([0, 4, 1, 3, 2])
    expect([...sorted(all(5), values, false, compare)]).toEqual([2, 0, 3, 4, 1])
    expect([...sorted(all(5), values, true, compare)]).toEqual([4, 0, 3, 2, 1])
  })
  it('stay as they are where nothing is to be sorted by', () => {
    expect([...sorted(all(3), undefined, true, compare)]).toEqual([0, 1, 2])
  })
  it('are as any sort of them, a hundred thousand of them', () => {
    const numbers = Float64Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 100_003)
    const order = sorted(all(100_000), { numbers, texts: [] }, false, compare)
    const naive = [...all(100_000)].sort((a, b) => numbers[a]! - numbers[b]! || a - b)
    expect(order).toEqual(Uint32Array.from(naive))
  })
  it('are found by every word, without accents and capitals', () => {
    const rows = { count: 5, columns: [names, values] }
    const found = (filter: string) => [...filtered(rows, filter, (row) => `e-${row}`)]
    expect(found('ETAT')).toEqual([3])
    expect(found('zone 12')).toEqual([0, 4])
    expect(found('12 e-4')).toEqual([4])
    expect(found('')).toHaveLength(5)
    expect(found('nowhere')).toEqual([])
  })
})

it('a column that is pressed is sorted up, down, and not', () => {
  const up = nextSort(null, 'a')
  const down = nextSort(up, 'a')
  expect([up, down, nextSort(down, 'a')]).toEqual([
    { property: 'a', descending: false },
    { property: 'a', descending: true },
    null,
  ])
})

it('where nobody chose, what everybody understands comes first', () => {
  expect(chooseColumns(['id', 'speed', 'status', 'name', 'x'], 3)).toEqual(['name', 'status', 'speed'])
})
