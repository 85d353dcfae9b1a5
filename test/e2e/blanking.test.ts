/** Blanking fails closed: what visitors must not see, they don't see after a crash, a restart or a damaged file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import type { Platform } from '../platform/platform.ts'
import { signIn, startStage } from './node.ts'
import { startVigie, until, type Vigie } from './vigie.ts'

let platform: Platform
let screens: VirtualScreens
let folder: string
let vigie: Vigie | undefined

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-blanking-'))
  screens = await startVirtualScreens({ screens: 2 })
  platform = await startStage()
})
test.afterEach(async () => {
  await vigie?.dispose()
  vigie = undefined
})
test.afterAll(async () => {
  await platform?.dispose()
  await screens?.dispose()
  await rm(folder, { recursive: true, force: true })
})

const profile = () => join(folder, 'profile')
const start = async (): Promise<{ vigie: Vigie; wall: Page; desk: Page }> => {
  const started = await startVigie({
    walls: 1,
    screens,
    profile: profile(),
    args: [...signIn(platform), '--lang', 'fr'],
  })
  vigie = started
  const wall = await until('a wall', async () => (await started.walls())[0])
  return { vigie: started, wall, desk: await started.desk() }
}
const masked = (wall: Page) => wall.getByText(words['wall.blanked'])
const picture = (wall: Page) => wall.getByText('Colis suspect').first()

/** Whether anything of the picture could be seen in any frame since the page was loaded. */
const watch = (page: Page) =>
  page.addInitScript(() => {
    const seen = { frames: 0, picture: false }
    Object.assign(globalThis, { seen })
    const look = () => {
      seen.frames += 1
      for (const element of document.querySelectorAll('.picture, .picture *'))
        if (element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) seen.picture = true
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
const seen = (page: Page) =>
  page.evaluate(() => (globalThis as never as { seen: { frames: number; picture: boolean } }).seen)

test('a first start is not blank; a wall may blank, and only the desk gives the picture back', async () => {
  const { wall, desk } = await start()
  await expect(picture(wall)).toBeVisible()
  await wall.keyboard.press('Escape')
  await wall.keyboard.press('Escape')
  await expect(masked(wall)).toBeVisible()
  // what helps is said where somebody stands and wonders
  await expect(wall.getByText(words['wall.blankedHow'])).toBeVisible()
  // once more, as somebody would who looks for the picture: two pairs, so that any toggle would show
  for (let presses = 0; presses < 4; presses++) await wall.keyboard.press('Escape')
  // a compromised page says what it likes
  const answer = await wall.evaluate(() =>
    (
      globalThis as never as { vigie: { window: { act(input: object): Promise<{ ok: boolean }> } } }
    ).vigie.window.act({ act: 'unblank' }),
  )
  expect(answer.ok).toBe(false)
  await expect(desk.getByText(words['desk.wall.blanked']).first()).toBeVisible()
  await expect(masked(wall)).toBeVisible()
  await desk.locator('body').press('b')
  await expect(masked(wall)).toHaveCount(0)
  await expect(picture(wall)).toBeVisible()
})

test('a wall blanked before the process was killed is blank after it, and a page loaded again never shows the picture', async () => {
  const before = await start()
  await expect(picture(before.wall)).toBeVisible()
  await before.desk.locator('body').press('b')
  await expect(masked(before.wall)).toBeVisible()
  await before.vigie.kill()
  await before.vigie.dispose()

  const { wall, desk } = await start()
  await expect(masked(wall)).toBeVisible()
  await expect(desk.getByText(words['desk.wall.blanked']).first()).toBeVisible()
  await expect(wall.locator('.picture', { hasText: 'Colis suspect' })).toBeAttached()
  await expect(picture(wall)).toBeHidden()
  await watch(wall)
  await wall.reload().catch(() => undefined)
  await expect(wall.locator('.picture', { hasText: 'Colis suspect' })).toBeAttached()
  await expect(masked(wall)).toBeVisible()
  const told = await seen(wall)
  expect(told.frames).toBeGreaterThan(0)
  expect(told.picture).toBe(false)
})

test('settings that can’t be read start blank, and the desk says why', async () => {
  await writeFile(join(profile(), 'settings.json'), '{ "blanked": fal')
  const { vigie: started, wall, desk } = await start()
  await expect(masked(wall)).toBeVisible()
  await expect(desk.locator('body')).toContainText(words['problem.settings.damaged.next'])
  // what the person at the desk decides is written again, and holds
  await desk.locator('body').press('b')
  await expect(picture(wall)).toBeVisible()
  await expect(desk.locator('body')).not.toContainText(words['problem.settings.damaged.next'])
  await started.dispose()
  const again = await start()
  await expect(picture(again.wall)).toBeVisible()
})
