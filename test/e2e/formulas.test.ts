/** A figure that is written at one desk, by keyboard alone, and stands on the wall of another node. */
import { expect, test, type Locator, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { message } from '../platform/product.ts'
import { act, sceneOf, tells } from './at-desk.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 180_000 })

const observations = 'security.observations'
const figure = 'derived.cncs--observations-recues'
const board = `scene: chiffres
title: { fr: Chiffres, en: Figures }
grid: { columns: 2, rows: 1 }
widgets:
  - widget: figures
    at: [0, 0, 1, 1]
    large: true
    series: [{ product: ${figure}, series: value }]
  - widget: text
    at: [1, 0, 1, 1]
    title: { fr: En bref, en: In brief }
    text: { fr: 'Reçues : {{${figure}:value}}', en: 'Received: {{${figure}:value}}' }
`

let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo
let desk: Page
let wall: Page

test.beforeAll(async () => {
  two = await startTwoNodes({ scenes: { 'poste-08': { 'chiffres.yaml': board } } })
  ;({ left, right } = two)
  for (const node of [left, right]) {
    await tells(node, ({ together }) => together).toBe('together')
    await tells(node, ({ shared }) => shared.access).toBe('permitted')
  }
  desk = await left.desk()
  const [screen] = right.screens
  await act(right, { act: 'show-scene', screen: screen!, scene: 'chiffres' })
  await tells(left, sceneOf(screen!)).toBe('chiffres')
  wall = await right.screen(screen!)
})
test.afterAll(async () => {
  await two?.dispose()
})

/** What has the focus of the desk's page; another node's window has that of the machine. */
const focused = (): Promise<string | undefined> => desk.evaluate(() => document.activeElement?.tagName)
const rowAt = (page: Page): Locator => page.locator('.formulas li').filter({ hasText: 'Observations reçues' })
const said = (): Locator => desk.locator('.formula .said')
const onWall = (): Locator => wall.locator('section.figures [data-series=value] strong')
/** To the next field, and there what is typed takes the place of what stood. */
async function type(text: string): Promise<void> {
  await desk.keyboard.press('ControlOrMeta+a')
  await desk.keyboard.type(text)
}
let index = 100
const observed = async (count: number): Promise<void> => {
  await two.platform.publish(Array.from({ length: count }, () => message(observations, 'feature', ++index)))
}

test('it is checked as it is typed, with its result beside it, and saved for everybody', async () => {
  await expect(wall.locator('section.figures footer')).toHaveClass(/absent/)
  await desk.keyboard.press('Control+i')
  await desk.getByRole('button', { name: words['desk.formula.new'] }).focus()
  await desk.keyboard.press('Enter')
  await expect.poll(focused).toBe('INPUT')
  await desk.keyboard.type('Observations reçues')
  await desk.keyboard.press('Tab')
  expect(await focused()).toBe('TEXTAREA')
  await desk.keyboard.type(`cuont(${observations}, 1 h)`)
  await expect(said()).toContainText(words['desk.formula.fault.unknown-function'].replace('{what}', 'cuont'))
  await desk.keyboard.press('Enter')
  await expect(said()).toBeVisible()
  await type(`count(${observations}, 1 h)`)
  await expect(said()).toContainText(/✓ 1,0/)
  // what is abnormal of it, and how it is written: checked as it is typed, with a comma
  const bounds = desk.locator('form .bounds-fields')
  const enter = async (label: string, text: string): Promise<void> => {
    await bounds.getByLabel(label, { exact: true }).focus()
    await type(text)
  }
  await enter(words['desk.bounds.unit'], 'obs')
  await enter(words['desk.bounds.precision'], '1')
  await enter(words['desk.bounds.severe'], '4,5')
  await enter(words['desk.bounds.min'], '0')
  await expect(desk.locator('form .fault')).toContainText(words['desk.bounds.fault.pair'])
  await expect(desk.getByRole('button', { name: words['desk.formula.save'] })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  await enter(words['desk.bounds.max'], '1000')
  await expect(desk.locator('form .fault')).toHaveText('')
  await desk.screenshot({ path: test.info().outputPath('formula-typed.png') })
  await desk.getByRole('button', { name: words['desk.formula.save'] }).focus()
  await desk.keyboard.press('Enter')
  await expect(desk.getByText(words['desk.shared.outcome.confirmed'])).toBeVisible()
})

test('the other node’s wall shows it, with the value that the first desk has, and both follow what comes', async () => {
  await expect(onWall()).toHaveText(/^1,0/)
  const card = wall.locator('section.figures [data-series=value]')
  await expect(card).toContainText('obs')
  await expect(card.locator('.line .severe')).toHaveCount(0)
  await observed(4)
  await expect(onWall()).toHaveText(/^5,0/)
  await expect(card.locator('.line .severe').first()).toBeVisible()
  await expect(wall.locator('section.text')).toContainText(/Reçues :\s+5/)
  await expect(rowAt(desk)).toContainText('5,0')
  const foot = wall.locator('section.figures footer')
  await expect(foot).toContainText('Observations reçues')
  await expect(foot.locator('.marking')).toHaveText('NP')
})

test('a version that is changed reaches both', async () => {
  await desk.locator('[data-formula]').focus()
  await desk.keyboard.press('Enter')
  await desk.keyboard.press('Tab')
  await type(`count(${observations}, 1 h) * 10`)
  await expect(said()).toContainText(/✓ 50,0/)
  await desk.getByRole('button', { name: words['desk.formula.save'] }).focus()
  await desk.keyboard.press('Enter')
  await expect(onWall()).toHaveText(/^50\b/)
  await expect(rowAt(desk)).toContainText('50,0')
  const there = await right.desk()
  await there.keyboard.press('Control+i')
  const row = rowAt(there)
  await expect(row).toContainText('50,0')
  await expect(row).toContainText('version 2')
  const uses = words['desk.formula.use.scene'].replace('{title}', 'Chiffres')
  await expect(row).toContainText(words['desk.formula.uses'].replace('{uses}', uses))
  await wall.screenshot({ path: test.info().outputPath('formula-wall.png') })
})

test('who changes it is told before what that changes, and that it can’t be made of itself', async () => {
  const there = await right.desk()
  await there.locator('[data-formula]').focus()
  await there.keyboard.press('Enter')
  await expect(there.locator('form .warns')).toContainText('Chiffres')
  await there.keyboard.press('Tab')
  await there.keyboard.press('ControlOrMeta+a')
  await there.keyboard.type(`count(${observations}, 1 h) by severity`)
  const broken = there.locator('form .breaks')
  await expect(broken).toContainText(words['desk.formula.value'])
  await expect(broken).toContainText('Chiffres')
  await there.screenshot({ path: test.info().outputPath('formula-breaks.png') })
  await there.keyboard.press('ControlOrMeta+a')
  await there.keyboard.type(`latest(${figure}, 1 h) + 1`)
  await expect(there.locator('.formula .said')).toContainText(
    words['desk.formula.fault.circular'].replace('{what}', figure),
  )
  await expect(there.getByRole('button', { name: words['desk.formula.save'] })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  await there.keyboard.press('Escape')
  await expect(there.locator('.formula')).toHaveCount(0)
})

/** Its row at the left desk, by keyboard; what is asked about it. */
const asked = (): Locator => desk.locator('.formulas .erase')
async function eraseAtLeft(): Promise<void> {
  await desk.locator('[data-formula]').focus()
  await desk.keyboard.press('Delete')
  // the board is the other station's own
  await expect(asked()).toContainText(words['desk.formula.eraseUnused'])
}

test('it is erased for everybody by its key, who shows it is told so, and it is put back', async () => {
  const other = await right.desk()
  await other.locator('[data-formula]').focus()
  await other.keyboard.press('Delete')
  await expect(other.locator('.formulas .erase')).toContainText('Chiffres')
  await other.keyboard.press('Escape')
  await eraseAtLeft()
  await desk.screenshot({ path: test.info().outputPath('formula-erase.png') })
  await desk.keyboard.press('Escape')
  await expect(asked()).toHaveCount(0)
  expect(await desk.evaluate(() => document.activeElement?.hasAttribute('data-formula'))).toBe(true)
  await eraseAtLeft()
  await desk.keyboard.press('Tab')
  await desk.keyboard.press('Enter')
  await expect(asked().getByRole('status')).toContainText(
    words['desk.erase.done'].replace('{title}', 'Observations reçues'),
  )
  await expect(rowAt(desk)).toHaveCount(0)
  const there = await right.desk()
  await expect(rowAt(there)).toHaveCount(0)
  await expect(wall.locator('section.figures footer')).toHaveClass(/absent/)
  // what is harmless has the focus: to put it back
  await expect(asked().getByRole('button', { name: words['desk.erase.restore'] })).toBeFocused()
  await desk.keyboard.press('Enter')
  await expect(asked()).toContainText(words['desk.erase.isBack'].replace('{title}', 'Observations reçues'))
  await expect(onWall()).toHaveText(/^50,0/)
  await expect(rowAt(there)).toContainText('version 3')
  await desk.keyboard.press('Escape')
})

test('whoever erases what somebody changed since is shown both, and nothing is erased', async () => {
  await expect(rowAt(desk)).toContainText('version 3')
  await eraseAtLeft()
  const there = await right.desk()
  await there.locator('[data-formula]').focus()
  await there.keyboard.press('Enter')
  await there.keyboard.press('Tab')
  await there.keyboard.press('ControlOrMeta+a')
  await there.keyboard.type(`count(${observations}, 1 h) * 100`)
  await expect(there.locator('.formula .said')).toContainText(/✓ 500,0/)
  await there.getByRole('button', { name: words['desk.formula.save'] }).focus()
  await there.keyboard.press('Enter')
  await expect(rowAt(there)).toContainText('version 4')
  await desk.keyboard.press('Tab')
  await desk.keyboard.press('Enter')
  await expect(asked()).toContainText(words['desk.erase.notDone'])
  await expect(asked()).toContainText('* 10')
  await expect(asked()).toContainText('* 100')
  await desk.screenshot({ path: test.info().outputPath('formula-both.png') })
  await desk.keyboard.press('Escape')
  await expect(rowAt(desk)).toContainText('version 4')
})

test('its bounds for this organisation’s walls are typed at its product, checked, and hold there', async () => {
  const card = wall.locator('section.figures [data-series=value]')
  await expect(card.locator('.line .severe').first()).toBeVisible()
  await rowAt(desk).locator('button.value').focus()
  await desk.keyboard.press('Enter')
  const bounds = desk.locator('details.bounds')
  await bounds.locator('summary').focus()
  await desk.keyboard.press('Enter')
  await bounds.getByLabel(words['desk.bounds.series']).selectOption('value')
  const severe = bounds.getByLabel(words['desk.bounds.severe'], { exact: true })
  await expect(severe).toHaveValue('4,5')
  await bounds.getByLabel(words['desk.bounds.extreme'], { exact: true }).focus()
  await type('4')
  await expect(bounds.locator('.fault')).toContainText(words['desk.bounds.fault.steps'])
  await type('450,5')
  await expect(bounds.locator('.fault')).toHaveText('')
  await desk.keyboard.press('Enter')
  await expect(card.locator('.line .extreme').first()).toBeVisible()
})
