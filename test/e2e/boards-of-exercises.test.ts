/** Boards on both exercises, at a desk of 1280 × 800 and one of 1920 × 1080: from a template to the wall, and room for all. */
import { expect, test, type Locator } from '@playwright/test'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import en from '../../resources/translations/en.json' with { type: 'json' }
import fr from '../../resources/translations/fr.json' with { type: 'json' }
import { cutOn } from './cut.ts'
import { startVigie } from './vigie.ts'

const exercises = [
  {
    ...{ exercise: 'paris', language: 'fr', words: fr, width: 1280, height: 800 },
    ...{ has: 'Sécurité', lacks: /^Production.*manufacturing\.parts/ },
  },
  {
    ...{ exercise: 'kourou', language: 'en', words: en, width: 1920, height: 1080 },
    ...{ has: 'Manufacturing', lacks: /^Health.*health\.beds/ },
  },
] as const

const sideOf = async (one: Locator): Promise<{ left: number; right: number }> => {
  const box = await one.boundingBox()
  return { left: box?.x ?? NaN, right: (box?.x ?? NaN) + (box?.width ?? NaN) }
}

for (const { exercise, language, words, width, height, has, lacks } of exercises)
  test(`${exercise}: from a template to the wall in three acts, at ${width} px`, async () => {
    test.setTimeout(300_000)
    const screens = await startVirtualScreens({ screens: 2, width, height })
    const vigie = await startVigie({
      ...{ walls: 1, screens },
      args: ['--exercise', exercise, '--lang', language],
    })
    try {
      const desk = await vigie.desk()
      // a key that comes before the page is there is lost
      await expect(desk.getByRole('button', { name: words['desk.nav.boards'], exact: true })).toBeVisible()
      await desk.locator('body').press('Control+b')
      // what a template names and this platform has not is told before anybody begins
      await expect(desk.getByRole('button', { name: lacks })).toBeVisible({ timeout: 60_000 })
      const template = desk.getByRole('button', { name: new RegExp(`^${has}`) })
      await expect(template).toContainText(words['desk.boards.lacksNothing'])
      await template.click()
      await expect(desk.locator('[data-element]').first()).toBeVisible()
      await desk.keyboard.press('e')
      const [wall] = await vigie.walls()
      await expect(wall!.getByRole('heading', { level: 1, name: has })).toBeVisible()
      await expect(wall!.getByText(/⊘/)).toHaveCount(0)
      await expect.poll(() => cutOn(wall!)).toEqual([])

      await desk.locator('[data-element]').nth(1).focus()
      await desk.keyboard.press('Shift+ArrowLeft')
      const middle = await sideOf(desk.locator('main'))
      for (const what of [words['desk.boards.save'], words['desk.nav.boards']]) {
        const { left, right } = await sideOf(
          desk.locator('main').getByRole('button', { name: new RegExp(what) }),
        )
        expect(left, what).toBeGreaterThanOrEqual(middle.left)
        expect(right, what).toBeLessThanOrEqual(middle.right)
      }
      const help = await sideOf(desk.getByRole('button', { name: words['desk.key.help'] }).last())
      expect(help.right).toBeLessThanOrEqual(width)
      const folder = process.env['PICTURES']
      if (folder !== undefined) await desk.screenshot({ path: `${folder}/boards-${exercise}.png` })
      expect(vigie.complaints).toEqual([])
    } finally {
      await vigie.dispose()
      await screens.dispose()
    }
  })
