import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRecovery } from '../../../../renderer/map/recovery.ts'

const reported = vi.fn<(error: unknown) => void>()
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('reportError', reported)
  reported.mockClear()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function drawing(fails: () => boolean = () => false) {
  const made: { gone: () => void; disposed: boolean }[] = []
  const said: string[] = []
  const recovery = createRecovery({
    make(gone) {
      if (fails()) throw new Error('no context')
      const one = { gone, disposed: false, dispose: () => (one.disposed = true) }
      made.push(one)
      return one
    },
    onLost: () => said.push('lost'),
    onBack: () => said.push('back'),
  })
  recovery.start()
  return { recovery, made, said }
}

test('what was lost is taken down and made anew, and both are said', () => {
  const { recovery, made, said } = drawing()
  made[0]!.gone()
  expect(recovery.now).toBeNull()
  vi.runAllTimers()
  expect(made[0]!.disposed).toBe(true)
  expect(recovery.now).toBe(made[1])
  expect(said).toEqual(['lost', 'back'])
})

test('one that has two contexts breaks once, also when taking it down loses the second', () => {
  const { recovery, made, said } = drawing()
  made[0]!.gone()
  made[0]!.gone()
  vi.runAllTimers()
  made[0]!.gone()
  vi.runAllTimers()
  expect(said).toEqual(['lost', 'back'])
  expect(recovery.lost).toBe(1)
})

test('a driver that stays down is tried again until it is there', () => {
  let down = false
  const { recovery, made, said } = drawing(() => down)
  down = true
  made[0]!.gone()
  for (let i = 0; i < 5; i++) vi.runOnlyPendingTimers()
  expect(recovery.now).toBeNull()
  expect(reported).toHaveBeenCalledTimes(5)
  down = false
  vi.runAllTimers()
  expect(recovery.now).toBe(made[1])
  expect(said).toEqual(['lost', 'back'])
})

test('what cannot be made the first time is the caller’s to hear of', () => {
  expect(() => drawing(() => true)).toThrow('no context')
})

test('after the end nothing is made any more', () => {
  const { recovery, made } = drawing()
  made[0]!.gone()
  recovery.dispose()
  vi.runAllTimers()
  expect(made).toHaveLength(1)
  expect(recovery.now).toBeNull()
})

test('one that can’t be taken down in order is told, and keeps no other from being made', () => {
  const { recovery, made, said } = drawing()
  made[0]!.gone()
  const first = made[0] as { dispose?: () => void }
  first.dispose = () => {
    throw new Error('it is half gone')
  }
  vi.runAllTimers()
  expect(reported).toHaveBeenCalledOnce()
  expect(recovery.now).toBe(made[1])
  expect(said).toEqual(['lost', 'back'])
})
