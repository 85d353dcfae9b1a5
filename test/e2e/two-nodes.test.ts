/** Two machines are one wall: what is done at either desk is on both, cut apart each goes on, and together they agree. */
import { expect, test } from '@playwright/test'
import { linkOf } from './node.ts'
import { startTwoNodes, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

let two: TwoNodes

test.beforeAll(async () => {
  two = await startTwoNodes()
})
test.afterAll(async () => {
  await two?.dispose()
})

test('both nodes follow the platform, each over its own line', async () => {
  for (const node of [two.left, two.right])
    for (const screen of node.screens) {
      const page = await node.screen(screen)
      await expect.poll(() => linkOf(page)).toBe('live')
    }
})
