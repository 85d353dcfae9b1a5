/** What hangs at a screen's place is its display only once somebody has looked: a recorder gets no picture. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { signIn, startStage } from './node.ts'
import { startVigie, until, type Vigie } from './vigie.ts'

test('another display at the place of one that is missing stays blank until the desk accepts it, a restart included', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-displays-'))
  // the wall's, the desk's, and one that nobody uses yet
  const screens = await startVirtualScreens({ screens: 3 })
  const platform = await startStage()
  const start = () =>
    startVigie({
      walls: 1,
      screens,
      profile: join(folder, 'profile'),
      args: [...signIn(platform), '--lang', 'fr'],
    })
  const firstWall = (from: Vigie) => until('a wall', async () => (await from.walls())[0])
  let vigie = await start()
  try {
    await expect((await firstWall(vigie)).getByText('Colis suspect').first()).toBeVisible()
    const displays = await vigie.app.evaluate(({ screen }) => screen.getAllDisplays().map(({ id }) => id))
    expect(new Set(displays).size).toBe(3)

    screens.unplug(1)
    await until('no wall', async () => ((await vigie.walls()).length === 0 ? true : undefined))
    const places = ['--output', 'DUMMY1', '--pos', '1920x0', '--output', 'DUMMY2', '--pos', '0x0']
    execFileSync('xrandr', places, { env: { ...process.env, ...screens.env } })

    for (const again of [false, true]) {
      if (again) {
        await vigie.kill()
        await vigie.dispose()
        vigie = await start()
      }
      const wall = await firstWall(vigie)
      await expect(wall.getByText(words['wall.unknownDisplay'])).toBeVisible()
      await expect(wall.getByRole('status', { name: 'Écran 1' })).toBeVisible()
      const desk = await vigie.desk()
      await expect(desk.getByText('Colis suspect').first()).toBeVisible()
      await expect(desk.locator('.banners')).toContainText(
        words['desk.display.unknown'].split('}').at(-1) ?? '',
      )
      // not a word of it reached the page: it was never given a way to the engine
      expect(await wall.evaluate(() => document.documentElement.innerHTML)).not.toContain('Colis suspect')
    }

    const desk = await vigie.desk()
    await desk.getByRole('button', { name: words['desk.display.accept'].replace('{screen}', '1') }).click()
    await until('the picture', async () => {
      const [wall] = await vigie.walls()
      const text = await wall
        ?.locator('body')
        .innerText()
        .catch(() => '')
      return text?.includes('Colis suspect') === true ? true : undefined
    })
    await expect(desk.getByText(words['desk.display.accept'].replace('{screen}', '1'))).toHaveCount(0)
  } finally {
    await vigie.dispose()
    await platform.dispose()
    await screens.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})

test('another display that was put in place while Vigie did not run stays blank until the desk accepts it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-displays-'))
  const screens = await startVirtualScreens({ screens: 3 })
  const platform = await startStage()
  const start = () =>
    startVigie({
      walls: 1,
      screens,
      profile: join(folder, 'profile'),
      args: [...signIn(platform), '--lang', 'fr'],
    })
  const firstWall = (from: Vigie) => until('a wall', async () => (await from.walls())[0])
  // the third is a recorder that waits in a bag
  screens.unplug(3)
  let vigie = await start()
  try {
    await expect((await firstWall(vigie)).getByText('Colis suspect').first()).toBeVisible()
    await vigie.dispose()
    screens.unplug(1)
    screens.plug(3)
    const places = ['--output', 'DUMMY1', '--pos', '1920x0', '--output', 'DUMMY2', '--pos', '0x0']
    execFileSync('xrandr', places, { env: { ...process.env, ...screens.env } })

    vigie = await start()
    await expect((await firstWall(vigie)).getByText(words['wall.unknownDisplay'])).toBeVisible()
    const desk = await vigie.desk()
    await expect(desk.getByText('Colis suspect').first()).toBeVisible()
    expect(await (await firstWall(vigie)).evaluate(() => document.documentElement.innerHTML)).not.toContain(
      'Colis suspect',
    )
    await vigie.dispose()

    // the wall's own display is known as before
    screens.unplug(3)
    screens.plug(1)
    execFileSync('xrandr', ['--output', 'DUMMY0', '--pos', '0x0', '--output', 'DUMMY1', '--pos', '1920x0'], {
      env: { ...process.env, ...screens.env },
    })
    vigie = await start()
    await expect((await firstWall(vigie)).getByText('Colis suspect').first()).toBeVisible()
  } finally {
    await vigie.dispose()
    await platform.dispose()
    await screens.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})

test('where the system can’t keep others from copying the screens, the desk says so', async () => {
  test.skip(process.platform !== 'linux', 'elsewhere it can')
  const platform = await startStage()
  const vigie = await startVigie({ walls: 1, args: [...signIn(platform), '--lang', 'fr'] })
  try {
    const desk = await vigie.desk()
    await expect(desk.locator('.banners')).toContainText(words['desk.protection.impossible'])
  } finally {
    await vigie.dispose()
    await platform.dispose()
  }
})
