import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createNode } from '../../../../renderer/desk/node.svelte.ts'
import { bridgeDouble } from '../../../doubles/bridge.ts'
import { screenOf, stateOf } from '../../../doubles/desk.ts'

const closed: string[] = []
beforeEach(() => {
  closed.length = 0
  vi.stubGlobal('createImageBitmap', async (blob: Blob) => {
    const name = await blob.text()
    return { name, close: () => closed.push(name) }
  })
})
afterEach(() => vi.unstubAllGlobals())

async function open() {
  const { bridge, tell } = bridgeDouble('desk', { 'desk.state': () => stateOf() })
  const node = createNode(bridge)
  await expect.poll(() => node.state).not.toBeNull()
  const show = (screen: number, name: string, marking: number) =>
    tell('desk', 'thumbnail', { screen, jpeg: new TextEncoder().encode(name), marking })
  return { node, tell, show }
}

const blanked = (is: boolean) => stateOf({ node: { ...stateOf().node, blanked: is } })

describe('the desk’s pictures of its screens', () => {
  it('raise its marking to their own while they are there', async () => {
    const { node, tell, show } = await open()
    expect(node.marking).toBe(0)
    show(1, 'one', 0)
    show(2, 'two', 1)
    await expect.poll(() => node.thumbnail(2)).toBeDefined()
    expect(node.marking).toBe(1)
    tell('desk', 'stateChanged', stateOf({ screens: [screenOf(1, 'situation')] }))
    expect(node.thumbnail(2)).toBeUndefined()
    expect(node.marking).toBe(0)
    expect(closed).toEqual(['two'])
  })

  it('go with a screen that is unplugged', async () => {
    const { node, tell, show } = await open()
    show(1, 'one', 1)
    await expect.poll(() => node.thumbnail(1)).toBeDefined()
    tell('desk', 'stateChanged', stateOf({ screens: [screenOf(1, 'situation', { attached: false })] }))
    expect(node.thumbnail(1)).toBeUndefined()
    expect(closed).toEqual(['one'])
  })

  it('go when the wall is blanked, and one from before does not come after', async () => {
    const { node, tell, show } = await open()
    show(1, 'one', 0)
    await expect.poll(() => node.thumbnail(1)).toBeDefined()
    show(2, 'late', 1)
    tell('desk', 'stateChanged', blanked(true))
    await expect.poll(() => closed).toContain('late')
    expect(node.thumbnail(1)).toBeUndefined()
    expect(node.thumbnail(2)).toBeUndefined()
    expect(node.marking).toBe(0)
  })
})
