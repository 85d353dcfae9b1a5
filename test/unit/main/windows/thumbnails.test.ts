import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { takeThumbnails, type Shown } from '../../../../main/windows/thumbnails.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** One screen, whose pictures are ready when the test says so. */
function watch({ deskCeiling = 0, wanted = true } = {}) {
  const sent: { screen: number; picture: string; marking: number }[] = []
  const ready: (() => void)[] = []
  let taken = 0
  const capturePage = () =>
    new Promise((resolve) => {
      const name = `picture ${++taken}`
      const picture = { isEmpty: () => false, resize: () => picture, toJPEG: () => Buffer.from(name) }
      ready.push(() => resolve(picture))
    })
  const shown = { screen: 1, window: { webContents: { capturePage } } } as unknown as Shown
  const thumbnails = takeThumbnails({
    walls: () => [shown],
    wanted: () => wanted,
    deskCeiling: () => deskCeiling,
    send: (screen, { jpeg, marking }) =>
      sent.push({ screen, picture: Buffer.from(jpeg).toString(), marking }),
  })
  const settle = async () => {
    ready.shift()?.()
    await vi.advanceTimersByTimeAsync(0)
  }
  const nextRound = () => vi.advanceTimersByTimeAsync(8_000)
  return { thumbnails, sent, settle, nextRound, taken: () => taken }
}

describe('a screen’s picture for the desk', () => {
  it('is passed on with the highest marking around it, once the banner was told twice after it', async () => {
    const { thumbnails, sent, settle, nextRound } = watch({ deskCeiling: 1 })
    thumbnails.marked(1, 1)
    await nextRound()
    await settle()
    // what was under way when the picture was taken may be older than it
    thumbnails.marked(1, 0)
    expect(sent).toEqual([])
    thumbnails.marked(1, 0)
    expect(sent).toEqual([{ screen: 1, picture: 'picture 1', marking: 1 }])
  })

  it('is not even taken before the banner is known, or while it is above the desk’s ceiling', async () => {
    const { thumbnails, nextRound, taken } = watch()
    await nextRound()
    expect(taken()).toBe(0)
    thumbnails.marked(1, 1)
    await nextRound()
    expect(taken()).toBe(0)
    thumbnails.marked(1, 0)
    await nextRound()
    expect(taken()).toBe(1)
  })

  it.each([
    ['while it was being taken', [1], [0, 0]],
    ['right after it', [], [1, 0]],
    ['with the second report after it', [], [0, 1]],
  ])('is thrown away when the marking was above the ceiling %s', async (_when, during, after) => {
    const { thumbnails, sent, settle, nextRound } = watch()
    thumbnails.marked(1, 0)
    await nextRound()
    for (const marking of during) thumbnails.marked(1, marking)
    await settle()
    for (const marking of after) thumbnails.marked(1, marking)
    thumbnails.marked(1, 0)
    thumbnails.marked(1, 0)
    expect(sent).toEqual([])
  })

  it('goes with its screen: what was being taken or held when it went or was blanked is never passed on', async () => {
    const { thumbnails, sent, settle, nextRound } = watch()
    thumbnails.marked(1, 0)
    await nextRound()
    thumbnails.forget(1)
    await settle()
    for (let told = 0; told < 3; told++) thumbnails.marked(1, 0)
    await nextRound()
    await settle()
    thumbnails.forget()
    for (let told = 0; told < 3; told++) thumbnails.marked(1, 0)
    expect(sent).toEqual([])
  })

  it('does not pile up while its window says nothing', async () => {
    const { thumbnails, settle, nextRound, taken } = watch({ deskCeiling: 1 })
    thumbnails.marked(1, 0)
    for (let round = 0; round < 20; round++) {
      await nextRound()
      await settle()
    }
    expect(taken()).toBeLessThan(6)
  })
})

describe('a picture for somebody else', () => {
  const twice = (thumbnails: ReturnType<typeof watch>['thumbnails'], marking: number) => {
    thumbnails.marked(1, marking)
    thumbnails.marked(1, marking)
  }

  it('is taken once, whether or not this desk wants any, and is not this desk’s', async () => {
    const { thumbnails, sent, settle, nextRound, taken } = watch({ wanted: false })
    thumbnails.marked(1, 0)
    const all = Promise.all([thumbnails.glance(1, 1), thumbnails.glance(1, 1)])
    await settle()
    twice(thumbnails, 1)
    const [one, other] = await all
    expect(one).toMatchObject({ marking: 1 })
    expect(other).toBe(one)
    await nextRound()
    expect(taken()).toBe(1)
    expect(sent).toEqual([])
  })

  it.each([
    ['before', [1], [], [0, 0]],
    ['while', [0], [1], [0, 0]],
    ['after', [0], [], [0, 1]],
  ])(
    'is none where the marking was above the asked ceiling %s it was taken',
    async (_when, before, during, after) => {
      const { thumbnails, settle } = watch({ deskCeiling: 1, wanted: false })
      for (const marking of before) thumbnails.marked(1, marking)
      const glance = thumbnails.glance(1, 0)
      for (const marking of during) thumbnails.marked(1, marking)
      await settle()
      for (const marking of after) thumbnails.marked(1, marking)
      expect(await glance).toBeNull()
    },
  )

  it.each(['while it was taken', 'after it was taken'])(
    'is none of a wall that was blanked %s',
    async (when) => {
      const { thumbnails, settle } = watch({ wanted: false })
      thumbnails.marked(1, 0)
      const glance = thumbnails.glance(1, 0)
      if (when === 'after it was taken') await settle()
      thumbnails.forget()
      await settle()
      twice(thumbnails, 0)
      expect(await glance).toBeNull()
    },
  )

  it('is none of a screen that is not this node’s, and none once all ends', async () => {
    const { thumbnails, settle } = watch({ wanted: false })
    thumbnails.marked(1, 0)
    expect(await thumbnails.glance(2, 1)).toBeNull()
    const glance = thumbnails.glance(1, 1)
    await settle()
    await thumbnails.dispose()
    expect(await glance).toBeNull()
  })
})
