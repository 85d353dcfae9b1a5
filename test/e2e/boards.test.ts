/** Boards at two desks: composed by pointer and by keys alone, shown, saved for everybody, and by two at once. */
import { expect, test, type Locator, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { dragged, dragOn, element, elements, middle, places, type Point } from './at-board.ts'
import { act, tells } from './at-desk.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo

test.beforeAll(async () => {
  two = await startTwoNodes()
  ;({ left, right } = two)
  for (const node of [left, right]) {
    await tells(node, ({ together }) => together).toBe('together')
    await tells(node, ({ shared }) => shared.access).toBe('permitted')
  }
})
test.afterAll(async () => {
  await two?.dispose()
})

/** What a person did, key by key and press by press. */
let acts = 0
const press = async (page: Page, key: string): Promise<void> => {
  acts++
  await page.keyboard.press(key)
}
const click = async (one: Locator): Promise<void> => {
  acts++
  await one.click()
}
const version = (node: NodeOfTwo, name: string) =>
  tells(node, ({ scenes }) => scenes.find(({ scene }) => scene === name)?.version ?? null)

async function openBoards(desk: Page): Promise<void> {
  await desk.locator('body').press('Control+b')
  acts++
  await expect(desk.getByRole('heading', { name: words['desk.boards.new'] })).toBeVisible()
}

test('from a template to the wall in five acts', async () => {
  const desk = await left.desk()
  acts = 0
  await openBoards(desk)
  await click(desk.getByRole('button', { name: /^Vue d’ensemble/ }))
  await expect(elements(desk)).toHaveCount(6)
  await press(desk, 'e')
  const [first] = left.screens
  await expect((await left.screen(first!)).locator('[data-scene="vue-d-ensemble"]')).toBeVisible()
  await expect((await left.screen(first!)).getByRole('heading', { name: 'Vue d’ensemble' })).toBeVisible()
  expect(acts).toBeLessThanOrEqual(5)
})

test('a board from nothing by pointer: dragged on, moved, resized, set, saved', async () => {
  const desk = await left.desk()
  await click(desk.getByRole('button', { name: `← ${words['desk.nav.boards']}` }))
  await desk.getByLabel(words['desk.boards.title']).fill('Zone 12')
  await click(desk.getByRole('button', { name: /^Tableau vide/ }))
  const board = desk.getByRole('group', { name: words['desk.boards.board'] })
  const box = (await board.boundingBox())!
  const drag = (from: Point, to: Point): Promise<void> => dragged(desk, from, to)
  await dragOn(desk, words, /Main courante/)
  await expect(elements(desk)).toHaveCount(1)
  const before = await places(desk)
  const log = element(desk, 'Main courante')
  const at = await middle(log)
  await drag(at, { x: at.x + box.width / 8, y: at.y })
  await expect.poll(() => places(desk)).not.toEqual(before)
  const side = (await log.boundingBox())!
  await drag({ x: side.x + side.width - 1, y: at.y }, { x: side.x + side.width + box.width / 12, y: at.y })
  await expect(desk.getByText(/^\d+ × \d+ était 20 × 10$/)).toBeVisible()
  await desk.getByRole('spinbutton', { name: words['desk.boards.setting.limit'] }).fill('7')
  await expect(
    desk.getByRole('region', { name: words['desk.boards.file'] }).getByText('limit: 7'),
  ).toBeVisible()
  await desk.getByRole('button', { name: new RegExp(`^${words['desk.boards.save']}`) }).click()
  await version(left, 'zone-12').toBe(1)
  await version(right, 'zone-12').toBe(1)
})

test('a board from nothing by keys alone, with undo and the size it had; a window made anew has it as it was', async () => {
  const desk = await left.desk()
  await press(desk, 'Control+k')
  await desk.keyboard.type(words['desk.key.board.close'])
  await press(desk, 'Enter')
  await expect(desk.getByRole('heading', { name: words['desk.boards.new'] })).toBeVisible()
  await desk.getByRole('button', { name: /^Tableau vide/ }).focus()
  await press(desk, 'Enter')
  await press(desk, 'Control+e')
  await press(desk, 'Enter')
  await expect(elements(desk)).toHaveCount(1)
  await expect(elements(desk)).toBeFocused()
  const first = await places(desk)
  await press(desk, 'ArrowRight')
  await press(desk, 'ArrowDown')
  await press(desk, 'Shift+ArrowRight')
  expect(await places(desk)).not.toEqual(first)
  await press(desk, 'Escape')
  expect(await places(desk)).toEqual(first)
  await press(desk, 'Control+d')
  await expect(elements(desk)).toHaveCount(2)
  await press(desk, 'Delete')
  await expect(elements(desk)).toHaveCount(1)
  await press(desk, 'Control+z')
  await expect(elements(desk)).toHaveCount(2)
  await press(desk, 'Control+Shift+z')
  await expect(elements(desk)).toHaveCount(1)
  await press(desk, 'Shift+ArrowLeft')
  const kept = await places(desk)
  expect(kept).not.toEqual(first)

  // at once: what was done in the last half second is there too
  await desk.reload()
  const again = await left.desk()
  await openBoards(again)
  await again.getByRole('button', { name: /^Sans titre/ }).click()
  await expect.poll(() => places(again)).toEqual(kept)
  await tells(left, ({ shared }) => shared.access).toBe('permitted')
  await elements(again).first().focus()
  await again.keyboard.press('Control+s')
  await version(right, 'sans-titre').toBe(1)
})

test('two who compose one board at once: the second is told, sees both, and merges', async () => {
  const [mine, theirs] = [await left.desk(), await right.desk()]
  for (const desk of [mine, theirs]) {
    if (desk === mine) {
      await desk.getByRole('button', { name: `← ${words['desk.nav.boards']}` }).click()
    } else await openBoards(desk)
    await desk.getByRole('button', { name: /^Zone 12/ }).click()
    await expect(elements(desk)).toHaveCount(1)
  }
  const add = async (desk: Page, kind: string): Promise<void> => {
    await desk.keyboard.press('Control+e')
    await desk.getByRole('button', { name: kind }).last().click()
    await expect(elements(desk)).toHaveCount(2)
  }
  await add(mine, words['desk.boards.widget.legend'])
  await add(theirs, words['desk.boards.widget.decisions'])
  await theirs.keyboard.press('Control+s')
  await version(left, 'zone-12').toBe(2)
  const told = mine.getByRole('alert').filter({ hasText: 'poste-08' })
  await expect(told).toContainText('version 2')
  // saved over it all the same, it is overtaken and waits for somebody: the merge is that
  await mine.keyboard.press('Control+s')
  await tells(left, ({ shared: { saves } }) => saves.map(({ problem }) => problem?.code)).toEqual([
    'shared.overtaken',
  ])
  await mine.keyboard.press('F7')
  const dialog = mine.getByRole('dialog', { name: words['desk.boards.compareHead'] })
  await expect(dialog.getByText(/Version 2/)).toBeVisible()
  await dialog.getByRole('button', { name: words['desk.boards.merge'] }).click()
  await expect(elements(mine)).toHaveCount(3)
  await tells(left, ({ shared: { saves } }) => saves).toEqual([])
  await mine.keyboard.press('Control+s')
  await version(right, 'zone-12').toBe(3)
  // who did nothing meanwhile has it at once
  await expect(elements(theirs)).toHaveCount(3)
})

test('a board is erased for everybody by its key: where it shows is said before, that screen is not blank, and it is restored', async () => {
  const [mine, theirs] = [await left.desk(), await right.desk()]
  const [, , third] = [...left.screens, ...right.screens]
  await theirs.getByRole('button', { name: `← ${words['desk.nav.boards']}` }).click()
  await act(right, { act: 'show-scene', screen: third!, scene: 'zone-12' })
  await tells(left, ({ screens }) => screens.find(({ screen }) => screen === third)?.scene).toBe('zone-12')
  await mine.getByRole('button', { name: `← ${words['desk.nav.boards']}` }).click()
  const row = mine.getByRole('button', { name: /^Zone 12/ })
  await row.focus()
  await mine.keyboard.press('Delete')
  const asked = mine.locator('.erase')
  await expect(asked).toContainText(`Affiché maintenant : écran ${third}`)
  await mine.screenshot({ path: test.info().outputPath('board-erase.png') })
  // the harmless has the focus
  await mine.keyboard.press('Escape')
  await expect(row).toBeFocused()
  await mine.keyboard.press('Delete')
  await asked.getByRole('button', { name: words['desk.erase.forAll'] }).press('Enter')
  await expect(asked.getByRole('status')).toContainText('n’est plus là')
  for (const node of [left, right])
    await tells(node, ({ scenes }) => scenes.some(({ scene }) => scene === 'zone-12')).toBe(false)
  const wall = await right.screen(third!)
  await expect(wall.locator('[data-scene="zone-12"]')).toHaveCount(0)
  await expect(wall.locator('[data-scene]')).toHaveCount(1)
  await asked.getByRole('button', { name: words['desk.erase.restore'] }).press('Enter')
  await version(right, 'zone-12').toBe(4)
  await expect(wall.locator('[data-scene="zone-12"]')).toBeVisible()
  await expect(asked.getByRole('status')).toContainText('de nouveau là')
  await mine.keyboard.press('Escape')
  await expect(row).toBeFocused()
})
