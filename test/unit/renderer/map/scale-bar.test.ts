import { expect, test } from 'vitest'
import { distanceInWords, roundMetres } from '../../../../renderer/map/scale-bar.ts'

test('the scale bar has a length that people measure with', () => {
  expect([1, 3.9, 7, 23, 4999, 5001].map(roundMetres)).toEqual([1, 2, 5, 20, 2000, 5000])
  expect(distanceInWords(500, 'fr')).toBe('500 m')
  expect(distanceInWords(2000, 'fr')).toBe('2 km')
})
