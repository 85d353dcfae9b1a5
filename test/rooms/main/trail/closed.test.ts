/** Whoever signed in is out: their card was pulled. */
import { expect, it } from 'vitest'
import type { TrailQuestion } from '../../../../preload/contract/trail.ts'
import { aFolder, anOpenTrail, judge, key, kindsIn, rowsOf, wall } from './a-trail.ts'

const all: TrailQuestion = { words: [], screen: null, from: null, until: null, before: null, limit: 50 }

it('nobody reads the trail any more, and what is recorded meanwhile is in it once somebody is in again', async () => {
  const folder = await aFolder()
  const trail = await anOpenTrail(folder)
  trail.record({ kind: 'start' })
  await trail.settled(5_000)
  expect((await trail.find(all, null)).ok).toBe(true)

  const closing = trail.close()
  trail.record({ kind: 'search' })
  await closing
  trail.record({ kind: 'shown' })
  expect(await trail.find(all, null)).toMatchObject({ ok: false, error: { code: 'trail.closed' } })
  // once closed, closed again is nothing
  await trail.close()

  expect((await trail.open([key], await wall())).ok).toBe(true)
  expect((await trail.find(all, null)).ok).toBe(true)
  trail.record({ kind: 'looked-at' })
  await trail.end()
  await trail.dispose()
  expect(await kindsIn(folder)).toEqual(['start', 'search', 'shown', 'looked-at', 'end'])
  expect((await judge(await rowsOf(folder))).bad).toBeNull()
})
