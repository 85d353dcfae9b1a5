/** What a scene or a message names twice is odd, and no reason for a wall to lose a part. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { Bridge } from '../../preload/contract/schema.ts'
import { line, log, signIn } from '../e2e/node.ts'
import { startVigie } from '../e2e/vigie.ts'
import { startPlatform } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'

const levels = 'river.levels'
const twice = `[{ product: ${levels}, series: a }, { product: ${levels}, series: a }]`
const scene = `scene: twice
title: Twice
grid: { columns: 2, rows: 2 }
widgets:
  - { widget: figures, at: [0, 0, 1, 1], series: ${twice} }
  - { widget: domain, at: [1, 0, 1, 1], domain: river, series: ${twice} }
  - { widget: domains, at: [0, 1, 1, 1], domains: [river, river] }
  - { widget: log, at: [1, 1, 1, 1] }
`

test('a scene that names a series and a domain twice shows all its parts, and so does a log whose line names another twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-twice-'))
  const scenes = join(folder, 'scenes')
  await mkdir(scenes, { mode: 0o700 })
  await writeFile(join(scenes, 'twice.yaml'), scene, { mode: 0o600 })
  const platform = await startPlatform({
    products: [product(levels, 'metric'), product(log, 'note', { freshness: 'PT10M' })],
  })
  await platform.publish([
    message(levels, 'metric', 1),
    line(1, 'Deux fois', { body: { text: 'Deux fois', category: 'log', number: '1', refs: ['x', 'x'] } }),
  ])
  const vigie = await startVigie({ walls: 1, args: [...signIn(platform), '--scenes', scenes] })
  try {
    const [wall] = await vigie.walls()
    const desk = await vigie.desk()
    const shown = await desk.evaluate(() =>
      (globalThis as never as { vigie: Bridge<'desk'> }).vigie.window.act({
        act: 'show-scene',
        screen: 1,
        scene: 'twice',
      }),
    )
    expect(shown.ok).toBe(true)
    await expect(wall!.getByText('Deux fois')).toBeVisible()
    await expect(wall!.locator('[data-series]').first()).toBeVisible()
    expect(await wall!.locator('.broken').count()).toBe(0)
    expect(vigie.complaints).toEqual([])
  } finally {
    await vigie.dispose()
    await platform.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})
