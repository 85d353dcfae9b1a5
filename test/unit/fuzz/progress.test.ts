import { expect, it } from 'vitest'
import { progressInWords } from '../../fuzz/progress.ts'

const run = { tries: 1200, of: 10_000, seconds: 60, ofSeconds: Infinity, found: 0 }

it.each([
  [run, '1,200 of 10,000 tries, 0 found, 20.0 a second, 7 min left'],
  [{ ...run, of: Infinity, ofSeconds: 120, found: 2 }, '1,200 tries, 2 found, 20.0 a second, 60 s left'],
  // whichever comes first
  [{ ...run, ofSeconds: 70 }, '1,200 of 10,000 tries, 0 found, 20.0 a second, 10 s left'],
  [{ ...run, of: Infinity }, '1,200 tries, 0 found, 20.0 a second'],
  [{ ...run, tries: 0, seconds: 0 }, '0 of 10,000 tries, 0 found, 0.0 a second'],
  [{ ...run, tries: 10_400 }, '10,400 of 10,000 tries, 0 found, 173.3 a second, 0 s left'],
])('a long run says how far it is: %o', (progress, words) => {
  expect(progressInWords(progress)).toBe(words)
})
