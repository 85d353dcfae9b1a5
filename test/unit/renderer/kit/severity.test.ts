import { expect, it } from 'vitest'
import { isWorse, worstFirst, worstOf } from '../../../../renderer/kit/severity.ts'

it('levels have one order, the worst first; where there is none, it is the ordinary', () => {
  worstFirst.forEach((one, at) =>
    worstFirst.forEach((other, below) => expect(isWorse(one, other)).toBe(at < below)),
  )
  expect(worstFirst[0]).toBe('extreme')
  expect(worstOf(['moderate', 'severe', 'minor'])).toBe('severe')
  expect(worstOf([])).toBe('minor')
})
