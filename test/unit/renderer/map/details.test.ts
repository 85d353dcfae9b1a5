import { expect, test } from 'vitest'
import { detailOf } from '../../../../renderer/map/details.ts'

test('what is rare is drawn in full, what is many as marks', () => {
  expect(detailOf(3, 'mark')).toBe('full')
  expect(detailOf(20, 'mark')).toBe('small')
  expect(detailOf(500, 'full')).toBe('mark')
})

test('one more or less does not make a symbol flicker', () => {
  expect(detailOf(13, 'full')).toBe('full')
  expect(detailOf(13, 'small')).toBe('small')
  expect(detailOf(30, 'small')).toBe('small')
  expect(detailOf(30, 'mark')).toBe('mark')
})
