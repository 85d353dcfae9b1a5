/** The log at two desks, by keyboard: entered, on the wall, waited for over a kill, numbered once, corrected. */
import { mkdir } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { jetstreamManager } from '@nats-io/jetstream'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { streamOf } from '../../preload/contract/product.ts'
import { actsProduct, product } from '../platform/product.ts'
import { stateOf, tells } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const log = 'ops.log'
let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo

test.beforeAll(async () => {
  two = await startTwoNodes({
    products: [...stageProducts, actsProduct(), product(log, 'note', { freshness: 'P30D', marking: 'np' })],
  })
  ;({ left, right } = two)
  for (const node of [left, right]) await tells(node, (state) => state.log.access).toBe('open')
})
test.afterAll(async () => {
  await two?.dispose()
})

/** Pictures for who looks at them, where they are asked for. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['VIGIE_SHOTS']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png` })
}
const row = (desk: Page, text: string) => desk.locator('.rows li', { hasText: text })
const say = (key: keyof typeof words, number: string): string => words[key].replace('{number}', number)

/** Ids of the log, as the platform has them. */
async function onPlatform(): Promise<string[]> {
  const manager = await jetstreamManager(two.platform.feeder)
  const { state } = await manager.streams.info(streamOf(log))
  const ids: string[] = []
  for (let seq = state.first_seq; seq <= state.last_seq; seq++)
    ids.push((await manager.streams.getMessage(streamOf(log), { seq }))?.header.get('ce-id') ?? '')
  return ids
}

test('one key, one line typed, Enter: it is on the wall’s log, with its number, time, severity and link', async () => {
  const desk = await left.desk()
  await desk.locator('body').press('j')
  const text = desk.getByRole('combobox', { name: words['desk.line.text'] })
  await expect(text).toBeFocused()
  await desk.keyboard.type('-5 min !grave Robot au contact du sac #INC-1')
  await expect(desk.getByRole('listbox', { name: words['desk.line.meant'] })).toContainText('Colis suspect')
  await picture(desk, '1-meant')
  await desk.keyboard.press('Tab')
  await expect(text).toHaveValue('-5 min !grave Robot au contact du sac ')
  await desk.keyboard.press('Enter')
  await expect(row(desk, 'Robot au contact du sac')).toContainText('CNCS-0001')
  await expect(row(desk, 'Robot au contact du sac')).toContainText('INC-1')
  await expect(text).toHaveValue('')
  const wall = await right.screen(4)
  await expect(wall.getByText('Robot au contact du sac')).toBeVisible()
  await expect(wall.getByText('CNCS-0001')).toBeVisible()
  await picture(desk, '2-entered')
})

test('entered while cut it is there at once, without a number, over a kill, and once when the platform is back', async () => {
  left.line.cut()
  await tells(left, (state) => state.log.access).toBe('cut')
  const desk = await left.desk()
  // the next line is open already
  await desk.keyboard.type('Démineurs sur place')
  await desk.keyboard.press('Enter')
  await expect(row(desk, 'Démineurs sur place')).toContainText(words['desk.line.state.waiting'])
  await picture(desk, '3-waiting')
  await left.vigie().kill()
  // meanwhile somebody else writes
  const other = await right.desk()
  await other.locator('body').press('j')
  await other.keyboard.type('Périmètre de 150 m')
  await other.keyboard.press('Enter')
  await expect(row(other, 'Périmètre de 150 m')).toContainText('CNCS-0002')

  await left.start()
  await tells(left, (state) => state.log.waiting.map(({ state: word }) => word)).toEqual(['waiting'])
  left.line.mend()
  await tells(left, (state) => state.log.waiting.length).toBe(0)
  await expect(row(other, 'Démineurs sur place')).toContainText('CNCS-0003')
  const ids = await onPlatform()
  expect(ids.length).toBe(3)
  expect(new Set(ids).size).toBe(3)
})

test('corrected with C on the chosen line: both stay, the old one struck, at both desks and on the wall', async () => {
  const desk = await right.desk()
  await row(desk, 'Périmètre de 150 m').locator('[data-line]').focus()
  await desk.keyboard.press('c')
  await desk.keyboard.type('Périmètre de 200 m, et non de 150')
  await desk.keyboard.press('Enter')
  const old = row(desk, 'Périmètre de 150 m')
  await expect(old.locator('del')).toHaveText('Périmètre de 150 m')
  await expect(old).toContainText(say('log.correctedBy', 'CNCS-0004'))
  await expect(row(desk, 'Périmètre de 200 m')).toContainText(say('log.corrects', 'CNCS-0002'))
  // … and back
  await row(desk, 'Périmètre de 200 m').getByRole('button', { name: 'CNCS-0002' }).click()
  await expect(old.locator('[data-line]')).toBeFocused()
  await picture(desk, '4-corrected')
  const wall = await right.screen(4)
  await expect(wall.locator('del', { hasText: 'Périmètre de 150 m' })).toBeVisible()
  await expect(wall.getByText(say('log.correctedBy', 'CNCS-0004'))).toBeVisible()
  await picture(wall, '5-wall')
})

test('what is begun stays as a draft over another view, and from what is chosen one key begins a line with its link', async () => {
  const desk = await right.desk()
  await desk.locator('body').press('n')
  await desk.locator('body').press('w')
  await desk.locator('body').press('j')
  await desk.keyboard.type('Renfort demandé')
  const form = desk.getByRole('form', { name: words['desk.line.label'] })
  await expect(form).toContainText('INC-1')
  await desk.keyboard.press('Escape')
  await tells(right, (state) => state.log.draft?.typed).toBe('Renfort demandé')
  await desk.locator('body').press('w')
  await desk.locator('body').press('l')
  await expect(form.getByRole('combobox').first()).toHaveValue('Renfort demandé')
})

test('found as it is typed; and the trail has that lines were entered and corrected, not what they say', async () => {
  const desk = await right.desk()
  await desk.locator('body').press('Control+f')
  await desk.keyboard.type('demineurs')
  await expect(desk.locator('.rows li')).toHaveCount(1)
  await desk.keyboard.press('Escape')
  const { value } = (await desk.evaluate(() =>
    (
      globalThis as never as { vigie: { desk: { trail: (asked: unknown) => Promise<unknown> } } }
    ).vigie.desk.trail({ words: [], screen: null, from: null, until: null, before: null, limit: 200 }),
  )) as { value: unknown }
  const told = JSON.stringify(value)
  expect(told).toContain('call.desk.enterLine')
  expect(told).not.toContain('Périmètre')
  expect((await stateOf(right)).log.draft).not.toBe(null)
})
