/** A scene is shown with what of it could be loaded. */
import { afterEach, expect, it, vi } from 'vitest'
import type { Scene } from '../../../../preload/contract/scene.ts'

const map = '../../../../renderer/board/map/MapWidget.svelte'
const scene = { widgets: [{ widget: 'map', at: [0, 0, 12, 12] }] } as unknown as Scene

afterEach(() => {
  vi.useRealTimers()
  vi.doUnmock(map)
  vi.resetModules()
})

const load = async (): Promise<void> => {
  const { loadWidgets } = await import('../../../../renderer/board/widgets.ts')
  await loadWidgets(scene)
}

it('a part that cannot be loaded keeps no other away', async () => {
  vi.doMock(map, () => {
    throw new Error('no such file')
  })
  await expect(load()).resolves.toBeUndefined()
})

it('one that never comes is not waited for without end', async () => {
  const { loadWidgets } = await import('../../../../renderer/board/widgets.ts')
  vi.doMock(map, () => new Promise(() => undefined))
  vi.useFakeTimers()
  let shown = false
  void loadWidgets(scene).then(() => (shown = true))
  await vi.advanceTimersByTimeAsync(4900)
  expect(shown).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  expect(shown).toBe(true)
})
