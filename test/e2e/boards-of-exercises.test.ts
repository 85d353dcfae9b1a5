/**
 * Boards on both exercises, at a desk of 1280 × 800 and one of 1920 × 1080: from a template to the wall, room for
 * all, and from nothing to the wall by pointer in one and by keys alone in the other.
 */
import { expect, test, type Locator, type Page } from '@playwright/test'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import en from '../../resources/translations/en.json' with { type: 'json' }
import fr from '../../resources/translations/fr.json' with { type: 'json' }
import { dragged, dragOn, elements, middle, places } from './at-board.ts'
import { cutOn } from './cut.ts'
import { startVigie } from './vigie.ts'

type Words = Record<keyof typeof fr, string>

const title = 'Zone 12'

/** An empty board with a log that was moved, on the screen. */
async function byPointer(desk: Page, words: Words): Promise<void> {
  const back = desk.getByRole('button', { name: `← ${words['desk.nav.boards']}` })
  await back.click()
  await desk.getByLabel(words['desk.boards.title']).fill(title)
  await desk.getByRole('button', { name: new RegExp(`^${words['desk.boards.empty']}`) }).click()
  await dragOn(desk, words, new RegExp(words['desk.boards.widget.log']))
  await expect(elements(desk)).toHaveCount(1)
  const before = await places(desk)
  const at = await middle(elements(desk))
  await dragged(desk, at, { x: at.x + 120, y: at.y })
  await expect.poll(() => places(desk)).not.toEqual(before)
  await desk.getByRole('button', { name: words['desk.boards.onScreen'].replace('{screen}', '1') }).click()
}

/** … one with a map, the first of the list, without a pointer. */
async function byKeys(desk: Page, words: Words): Promise<void> {
  const { keyboard } = desk
  await keyboard.press('Control+k')
  await keyboard.type(words['desk.key.board.close'])
  await keyboard.press('Enter')
  await expect(desk.getByRole('heading', { name: words['desk.boards.new'] })).toBeVisible()
  await desk.getByLabel(words['desk.boards.title']).focus()
  await keyboard.press('Control+a')
  await keyboard.type(title)
  await desk.getByRole('button', { name: new RegExp(`^${words['desk.boards.empty']}`) }).focus()
  await keyboard.press('Enter')
  await keyboard.press('Control+e')
  await keyboard.press('Enter')
  await expect(elements(desk)).toHaveCount(1)
  const before = await places(desk)
  await keyboard.press('ArrowRight')
  await expect.poll(() => places(desk)).not.toEqual(before)
  await keyboard.press('e')
}

const exercises = [
  {
    ...{
      exercise: 'paris',
      language: 'fr',
      words: fr,
      width: 1280,
      height: 800,
      fromNothing: byPointer,
      part: 'log',
    },
    ...{ has: 'Sécurité', lacks: /^Production.*manufacturing\.parts/ },
  },
  {
    ...{
      exercise: 'kourou',
      language: 'en',
      words: en,
      width: 1920,
      height: 1080,
      fromNothing: byKeys,
      part: 'map',
    },
    ...{ has: 'Manufacturing', lacks: /^Health.*health\.beds/ },
  },
] as const

const sideOf = async (one: Locator): Promise<{ left: number; right: number }> => {
  const box = await one.boundingBox()
  return { left: box?.x ?? NaN, right: (box?.x ?? NaN) + (box?.width ?? NaN) }
}

for (const { exercise, language, words, width, height, has, lacks, fromNothing, part } of exercises)
  test(`${exercise}: from a template to the wall in three acts, at ${width} px, and one from nothing`, async () => {
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

      await fromNothing(desk, words)
      await expect(wall!.getByRole('heading', { level: 1, name: title })).toBeVisible()
      await expect(wall!.locator(`.board > section.${part}`)).toBeVisible()
      await expect(wall!.locator('.board > section')).toHaveCount(1)
      expect(vigie.complaints).toEqual([])
    } finally {
      await vigie.dispose()
      await screens.dispose()
    }
  })
