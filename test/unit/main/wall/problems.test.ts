import { expect, it } from 'vitest'
import { gatherProblems } from '../../../../main/wall/problems.ts'
import type { Problem } from '../../../../preload/contract/result.ts'

const damaged: Problem = { code: 'settings.damaged', message: 'they are a list' }
const stopped: Problem = { code: 'engine.stopped', message: 'the engine ended with 1; it starts again' }

const gathered = () => {
  const told: string[] = []
  const shown: (string | undefined)[] = []
  const problems = gatherProblems(
    ({ code }) => told.push(code),
    (first) => shown.push(first?.code),
  )
  return { problems, told, shown }
}

it('of several problems the most telling one is shown, whichever was found first, and the next once it is gone', () => {
  const { problems, shown } = gathered()
  problems('settings', damaged)
  problems('engine', stopped)
  problems('engine', null)
  problems('settings', null)
  expect(shown).toEqual(['settings.damaged', 'engine.stopped', 'settings.damaged', undefined])
})

it('one that is found again and again is told once, until it was gone or says something else', () => {
  const { problems, told } = gathered()
  problems('engine', stopped)
  problems('engine', stopped)
  expect(told).toHaveLength(1)
  problems('engine', { ...stopped, message: 'the engine ended with 2; it starts again' })
  problems('engine', null)
  problems('engine', stopped)
  expect(told).toHaveLength(3)
})
