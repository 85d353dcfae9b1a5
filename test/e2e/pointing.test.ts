/** Anything that is somewhere can be pointed out: it is marked where it is, and who did it knows who sees it. */
import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { signPolicyIn } from '../platform/policy-authority.ts'
import type { Platform } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'
import { incidents, log, signIn, startStage } from './node.ts'
import { startVigie, until, type Vigie } from './vigie.ts'

const units = 'security.units'
let platform: Platform
let vigie: Vigie
let desk: Page

test.describe.configure({ mode: 'serial' })

/** Where the boat is, one message each. */
let index = 0
const boat = (lon: number, lat: number) =>
  message(units, 'track', ++index, {
    entity: 'FLU-12',
    body: {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { name: 'Vedette Corail', speed: 4 },
    },
  })

test.beforeAll(async () => {
  platform = await startStage({
    products: [
      product(incidents, 'feature', { freshness: 'PT10M' }),
      product('security.observations', 'feature'),
      product(log, 'note', { freshness: 'PT10M' }),
      product('health.incidents', 'feature', { marking: 'dr' }),
      product(units, 'track', { freshness: 'PT10M' }),
    ],
  })
  await platform.publish([boat(2.31, 48.862)])
  // a map that stays where its policy wants it, whatever moves where
  const given = await readFile('resources/policy.yaml', 'utf8')
  const policy = await signPolicyIn(platform.directory, `${given}\narea: [2.2, 48.8, 2.45, 48.92]\n`)
  vigie = await startVigie({ args: [...signIn(platform), '--lang', 'fr', ...policy.args] })
  desk = await vigie.desk()
  await expect(desk.getByText('Colis suspect').first()).toBeVisible()
})
test.afterAll(async () => {
  await vigie?.dispose()
  await platform?.dispose()
})

const wall = (number: number): Promise<Page> =>
  until(`screen ${number}`, async () => (await vigie.walls())[number - 1])
const ring = (page: Page) => page.locator(`circle[data-mark="${units} FLU-12"]`)
const label = (page: Page) => page.locator(`.map-callout[data-mark="${units} FLU-12"]`)

async function select(): Promise<void> {
  await desk.keyboard.press('Control+k')
  await desk.getByRole('combobox').fill('Vedette')
  await desk.getByRole('option', { name: /Vedette Corail/ }).click()
  await expect(desk.getByRole('heading', { name: 'Vedette Corail' })).toBeVisible()
}
/** Whole, and on the screen. */
const isSeen = async (page: Page): Promise<boolean> => {
  const box = await ring(page).boundingBox()
  const size =
    page.viewportSize() ?? (await page.evaluate(() => ({ width: innerWidth, height: innerHeight })))
  if (box === null) return false
  return box.x > 0 && box.y > 0 && box.x + box.width < size.width && box.y + box.height < size.height
}

test('a track that is pointed out is marked on the wall, and the desk says on which screens', async () => {
  await select()
  await desk.keyboard.press('m')
  const one = await wall(1)
  await expect(label(one)).toContainText('Vedette Corail')
  await expect.poll(() => isSeen(one)).toBe(true)
  await expect(desk.getByRole('status').filter({ hasText: 'FLU-12 : montré sur l’écran 1.' })).toBeVisible()
  // where it can be seen stays to be read
  await expect(desk.getByRole('region', { name: 'Vedette Corail' })).toContainText('l’écran 1')
})

test('the map goes to where it is out of view, and home again when it is no longer pointed out', async () => {
  const one = await wall(1)
  const incident = one.locator(`circle[data-key="${incidents} INC-1"]`)
  await expect(incident).toBeVisible()
  await platform.publish([boat(3.6, 49.6)])
  await expect(incident).toHaveCount(0)
  await expect.poll(() => isSeen(one)).toBe(true)
  await desk.keyboard.press('m')
  await expect(ring(one)).toHaveCount(0)
  await expect(incident).toBeVisible()
})

test('taking that back points it out again, and a page of the desk that is loaded anew knows it', async () => {
  const one = await wall(1)
  await desk.keyboard.press('Control+z')
  await expect(label(one)).toBeVisible()
  await desk.reload().catch(() => undefined)
  await expect(desk.getByText('Colis suspect').first()).toBeVisible()
  await select()
  await expect(desk.getByRole('button', { name: /Ne plus montrer/ })).toHaveAttribute('aria-pressed', 'true')
  await expect(label(one)).toBeVisible()
})

test('what is chosen is marked on the desk’s own map, which goes to it', async () => {
  await desk.keyboard.press('c')
  await expect(label(desk)).toContainText('Vedette Corail')
  await expect.poll(() => isSeen(desk)).toBe(true)
  await desk.keyboard.press('w')
})

const show = (scene: string) =>
  desk.evaluate(
    (chosen) =>
      (
        globalThis as never as { vigie: { window: { act(input: object): Promise<unknown> } } }
      ).vigie.window.act({ act: 'show-scene', screen: 1, scene: chosen }),
    scene,
  )

test('where no screen has a map, the desk says so; one that comes again stands on the ground that was kept, without what was drawn above it', async () => {
  const page = await wall(1)
  await page.evaluate(() => {
    for (const canvas of document.querySelectorAll('.maplibregl-canvas, .map-readback'))
      canvas.setAttribute('data-before', '')
  })
  await show('log')
  await expect(page.locator('.vigie-map')).toHaveCount(0)
  await expect(desk.getByRole('region', { name: 'Vedette Corail' })).toContainText(
    'Aucun écran ne montre FLU-12',
  )
  await show('situation')
  await expect(page.locator('.maplibregl-canvas')).toHaveCount(1)
  await expect(page.locator('.maplibregl-canvas[data-before]')).toHaveCount(1)
  await expect(label(page)).toContainText('Vedette Corail')
  // here the processor draws: the pictures of ground and symbols are canvases of their own, and only the ground's stays
  const pictures = page.locator('.vigie-map .map-readback')
  await expect(pictures).toHaveCount(2)
  await expect(page.locator('.map-readback[data-before]')).toHaveCount(1)
  await expect(page.locator('.maplibregl-control-container > * > *')).toHaveCount(1)
  const drawn = () =>
    pictures.evaluateAll((all) =>
      (all as HTMLCanvasElement[]).map((canvas) => {
        if (canvas.width === 0 || canvas.clientWidth === 0) return false
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
        return new Uint32Array(data.buffer).some((pixel) => pixel !== 0)
      }),
    )
  await expect.poll(drawn).toEqual([true, true])
})
