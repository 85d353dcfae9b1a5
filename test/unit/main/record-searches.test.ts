/** What somebody searches for, in the trail. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { recordSearches } from '../../../main/record-searches.ts'
import type { Author } from '../../../preload/contract/author.ts'
import type { Recorded } from '../../../preload/contract/trail.ts'

const node = 'poste-07'
const martin: Author = { person: 'A. Martin', function: 'chef', node, automation: null }
const morel: Author = { person: 'B. Morel', function: null, node, automation: null }
let recorded: Recorded[]
let sits: Author
let searches: ReturnType<typeof recordSearches>

beforeEach(() => {
  vi.useFakeTimers()
  recorded = []
  sits = martin
  searches = recordSearches(
    (each) => recorded.push(each),
    () => 'dr',
    () => sits,
  )
})
afterEach(() => void vi.useRealTimers())

it('it is recorded once, as it was typed last, with who typed it and in which function', () => {
  for (const text of ['D', 'Da', 'Dan']) searches.searched(text)
  vi.runAllTimers()
  searches.searched('Dan')
  vi.runAllTimers()
  expect(recorded).toEqual([{ kind: 'search', ...martin, subject: 'Dan', marking: 'dr' }])
})

it('it is who typed it, though another sits there by then, and the same text by another is another search', () => {
  searches.searched('Dan')
  sits = morel
  searches.searched('Dan')
  vi.runAllTimers()
  expect(recorded.map(({ person, subject }) => [person, subject])).toEqual([
    ['A. Martin', 'Dan'],
    ['B. Morel', 'Dan'],
  ])
})

it('the last one before an end is not lost', () => {
  searches.searched('Dan')
  searches.flush()
  expect(recorded).toEqual([{ kind: 'search', ...martin, subject: 'Dan', marking: 'dr' }])
  expect(vi.getTimerCount()).toBe(0)
  searches.flush()
  expect(recorded).toHaveLength(1)
})

it('one that was taken back before it stood is none', () => {
  searches.searched('Dan')
  searches.searched('')
  vi.runAllTimers()
  searches.flush()
  expect(recorded).toEqual([])
})
