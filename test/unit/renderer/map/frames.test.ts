import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFrames } from '../../../../renderer/map/frames.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A card that draws when it is told to. */
function card() {
  const state = { dirty: false, updates: 0, shown: [] as ((() => void) | undefined)[], drawn: 0 }
  const frames = createFrames({
    software: false,
    update() {
      state.updates++
      const was = state.dirty
      state.dirty = false
      return was
    },
    dirty: () => state.dirty,
    onDrawn: () => state.drawn++,
  })
  const change = (): void => {
    state.dirty = true
    frames.soon()
    vi.runAllTimers()
  }
  const tell = (): void => frames.told((shown) => state.shown.push(shown))
  return { frames, state, change, tell }
}

test('many changes are one frame', () => {
  const { frames, state } = card()
  state.dirty = true
  for (let i = 0; i < 50; i++) frames.soon()
  vi.runAllTimers()
  expect(state.updates).toBe(1)
})

test('a frame counts when it is on the screen, not when it was told', () => {
  const { frames, state, change, tell } = card()
  change()
  tell()
  expect(frames.cost.drawn).toBe(0)
  state.shown[0]!()
  expect(frames.cost.drawn).toBe(1)
  expect(state.drawn).toBe(1)
})

test('what changes while a frame is drawn is told after it, in one frame more', () => {
  const { state, change, tell } = card()
  change()
  tell()
  change()
  change()
  expect(state.updates).toBe(1)
  state.shown[0]!()
  vi.runAllTimers()
  expect(state.updates).toBe(2)
})

test('a frame that deck.gl draws of itself is shown, and counts as none of ours', () => {
  const { frames, state, tell } = card()
  tell()
  expect(state.shown).toEqual([undefined])
  expect(frames.cost.drawn).toBe(0)
})

test('where nothing changed nothing waits for a frame', () => {
  const { frames, state, tell } = card()
  frames.soon()
  vi.runAllTimers()
  expect(state.updates).toBe(1)
  tell()
  expect(state.shown).toEqual([undefined])
})

test('another device does not wait for the last one’s frame, which never comes', () => {
  const { frames, state, change } = card()
  change()
  state.dirty = true
  frames.restart()
  vi.runAllTimers()
  expect(state.updates).toBe(2)
})

test('what was disposed of asks for nothing more', () => {
  const { frames, state } = card()
  frames.soon()
  frames.dispose()
  frames.soon()
  vi.runAllTimers()
  expect(state.updates).toBe(0)
})
