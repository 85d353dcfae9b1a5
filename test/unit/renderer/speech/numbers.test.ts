import { describe, expect, it } from 'vitest'
import { change, compact, figure, number, percent } from '../../../../renderer/speech/numbers.ts'

describe('numbers', () => {
  it('are written as each language does', () => {
    expect(number(1.4, 'fr', 1)).toBe('1,4')
    expect(number(1.4, 'en', 1)).toBe('1.4')
    expect(number(1.62, 'fr', 2)).toBe('1,62')
  })
  it('of ten thousand and more are read in thousands', () => {
    expect(figure(38_200, 'fr', 0)).toEqual({ figure: '38,2', scale: 'k' })
    expect(compact(312_000, 'fr', 0)).toBe('312\u00a0k')
    expect(compact(1_400_000, 'en', 0)).toBe('1.4\u00a0M')
    expect(compact(999_700, 'en', 0)).toBe('1\u00a0M')
    expect(compact(9_999, 'en', 0)).toBe('9,999')
  })
  it('that changed carry their sign, a true minus, and never part', () => {
    expect(change(9, 'fr', 0)).toBe('+\u00a09')
    expect(change(-0.3, 'fr', 1)).toBe('\u2212\u00a00,3')
    expect(change(2100, 'fr', 0)).toBe('+\u00a02\u202f100')
  })
  it('that did not change at the precision shown say so', () => {
    expect(change(0, 'fr', 0)).toBe('=')
    expect(change(-0.04, 'en', 1)).toBe('=')
  })
  it('have a space before the percent sign in French only', () => {
    expect(percent(61.4, 'fr')).toBe('61\u202f%')
    expect(percent(61.4, 'en')).toBe('61%')
  })
})
