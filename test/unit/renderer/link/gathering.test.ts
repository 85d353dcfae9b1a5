import { describe, expect, it } from 'vitest'
import { createGathering } from '../../../../renderer/link/gathering.ts'

describe('many messages', () => {
  it('are one change a frame', () => {
    const frames: (() => void)[] = []
    const told: string[][] = []
    const gathering = createGathering(
      (run) => {
        frames.push(run)
        return () => undefined
      },
      (keys) => told.push([...keys]),
    )
    gathering.add(['a', 'b'])
    gathering.add(['b'])
    expect(frames).toHaveLength(1)
    frames.shift()?.()
    gathering.add(['c'])
    frames.shift()?.()
    expect(told).toEqual([['a', 'b'], ['c']])
  })
  it('that are still gathered are called off with the window', () => {
    let off = 0
    const gathering = createGathering(
      () => () => off++,
      () => undefined,
    )
    gathering.add(['a'])
    gathering.dispose()
    expect(off).toBe(1)
  })
})
