/** Two desks of one wall: a line for a function is delivered, read and acted on over there, calls until it is, and a relief passes all. */
import { mkdir } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { actsProduct, product } from '../platform/product.ts'
import { act, stateOf, tells, tryTo } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { actsOnPlatform, startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const chef = 'chef-de-salle'
const officer = 'officier-de-permanence'
const also = `persons: { list: [A. Durand, B. Morel, C. Lefèvre], free: true }
functions:
  - { id: ${officer}, name: { fr: Officier de permanence, en: Duty officer } }
  - { id: ${chef}, name: { fr: Chef de salle, en: Room chief } }
answerWithin: PT1S
`
let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo
let here: Page
let there: Page

test.beforeAll(async () => {
  two = await startTwoNodes({
    also,
    products: [
      ...stageProducts,
      actsProduct(),
      product('ops.log', 'note', { freshness: 'P30D', marking: 'np' }),
    ],
  })
  ;({ left, right } = two)
  ;[here, there] = [await left.desk(), await right.desk()]
  for (const node of [left, right]) {
    await tells(node, ({ together }) => together).toBe('together')
    await tells(node, ({ log }) => log.access).toBe('open')
  }
  await act(left, { act: 'change-person', person: 'A. Durand' })
  await act(right, { act: 'change-person', person: 'B. Morel' })
  await act(right, { act: 'take-function', function: chef })
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
const banners = (desk: Page) => desk.getByRole('region', { name: words['desk.banners.label'] })
const rowOf = (desk: Page, text: string) => desk.locator('.rows li', { hasText: text })
const receiptsAt = (node: NodeOfTwo, at = 0) =>
  tells(node, ({ told }) =>
    told.lines[at]?.receipts.map(({ function: id, delivered, read, acted }) => [
      id,
      delivered?.node ?? null,
      read?.person ?? null,
      acted?.person ?? null,
    ]),
  )

async function enter(desk: Page, to: string, text: string): Promise<void> {
  await desk.locator('body').press('j')
  await desk.getByLabel(words['desk.line.to'], { exact: true }).fill(to)
  await desk.getByRole('combobox', { name: words['desk.line.text'] }).fill(text)
  await desk.keyboard.press('Enter')
  await expect(rowOf(desk, text)).toContainText('CNCS-')
}

test('a line for a function is delivered where its holder sits, and calls there, at its author’s desk and on the wall', async () => {
  await enter(here, 'chef de salle', 'Réduire la vitesse du défilé')
  for (const node of [left, right]) await receiptsAt(node).toEqual([[chef, right.name, null, null]])
  for (const desk of [here, there]) await expect(banners(desk)).toContainText('CNCS-0001')
  await expect((await left.screen(1)).getByText('CNCS-0001')).toBeVisible()
  await expect((await right.screen(3)).getByText('CNCS-0001')).toBeVisible()
  await picture(here, '1-author')
  await picture(there, '2-holder')
  await picture(await right.screen(3), '3-wall')
})

test('two keys where it is for, and it was read: its author sees by whom, and it calls nowhere any more', async () => {
  await there.locator('body').press('r')
  await expect(rowOf(there, 'Réduire la vitesse').locator('[data-line]')).toBeFocused()
  await there.keyboard.press('r')
  for (const node of [left, right]) await receiptsAt(node).toEqual([[chef, right.name, 'B. Morel', null]])
  for (const desk of [here, there]) await expect(banners(desk)).not.toContainText('CNCS-0001')
  await expect((await left.screen(1)).getByText('CNCS-0001')).toHaveCount(0)
  await there.keyboard.press('f')
  await receiptsAt(left).toEqual([[chef, right.name, 'B. Morel', 'B. Morel']])
  await rowOf(here, 'Réduire la vitesse').locator('[data-line]').focus()
  await expect(here.locator('aside')).toContainText(`${words['desk.told.acted']}, B. Morel, ${right.name}`)
  await picture(here, '4-acted')
  // taken back, it was only read
  await there.keyboard.press('Control+z')
  await receiptsAt(left).toEqual([[chef, right.name, 'B. Morel', null]])
  // what is said of it says nothing that it says
  const said = await actsOnPlatform(two.platform)
  expect(said.filter(({ entity }) => entity.startsWith('told.')).length).toBeGreaterThan(0)
  expect(JSON.stringify(said)).not.toContain('vitesse')
})

test('who has not the function, or of no such line, says it in vain: in words', async () => {
  const [line] = (await stateOf(left)).told.lines
  const { product: of, entity } = line!
  const read = { act: 'read-line', product: of, entity, function: chef } as const
  expect(await tryTo(left, read)).toMatchObject({ ok: false, error: { code: 'function.unknown' } })
  const none = { ...read, entity: 'line.cncs.poste-07.none' }
  expect(await tryTo(right, none)).toMatchObject({ ok: false, error: { code: 'line.unknown' } })
  const theirs = { ...read, entity: 'line.autre.poste-01.1' }
  expect(await tryTo(right, theirs)).toMatchObject({ ok: false, error: { code: 'line.unknown' } })
  await receiptsAt(right).toEqual([[chef, right.name, 'B. Morel', null]])
})

test('a relief by keyboard alone: item by item, then all of it at once, with both in it and a line in the log', async () => {
  await enter(here, 'tous', 'Point de situation à 20:00')
  await receiptsAt(right).toEqual([
    [officer, null, null, null],
    [chef, right.name, null, null],
  ])
  await there.keyboard.press('Escape')
  await there.locator('main').press('h')
  const dialog = there.getByRole('dialog', { name: words['desk.handover.title'] })
  await expect(dialog).toContainText('Chef de salle')
  await picture(there, '5-offer')
  await there.keyboard.type('lef')
  await there.keyboard.press('Enter')
  await tells(right, ({ reliefs }) => reliefs.map(({ to, functions }) => [to, ...functions])).toEqual([
    ['C. Lefèvre', chef],
  ])
  // nothing has passed: broken off here, B. Morel holds it still
  const holder = (node: NodeOfTwo) =>
    tells(node, ({ sitting }) => sitting.functions.find(({ id }) => id === chef)?.held?.holder?.person)
  await holder(left).toBe('B. Morel')
  await expect(dialog.getByRole('button', { name: /C\. Lefèvre prend la place/ })).toBeFocused()
  await there.keyboard.press('Enter')
  const items = dialog.getByRole('checkbox')
  await expect(items.first()).toBeFocused()
  const count = await items.count()
  expect(count).toBeGreaterThan(1)
  await picture(there, '6-items')
  const finish = dialog.getByRole('button', { name: words['desk.handover.finish'] })
  for (let taken = 0; taken < count; taken++) {
    await expect(finish).toBeDisabled()
    await there.keyboard.press('Enter')
    await expect(dialog.getByRole('checkbox', { checked: true })).toHaveCount(taken + 1)
  }
  await holder(left).toBe('B. Morel')
  await expect(finish).toBeFocused()
  await there.keyboard.press('Enter')
  for (const node of [left, right]) await holder(node).toBe('C. Lefèvre')
  await expect(dialog).toContainText('C. Lefèvre relève B. Morel')
  await picture(there, '7-done')
  await there.keyboard.press('Enter')
  await expect(rowOf(here, 'C. Lefèvre relève B. Morel')).toContainText('CNCS-0003')
  const relieved = (await actsOnPlatform(two.platform)).filter((each) => each.act === 'relieve')
  expect(relieved).toMatchObject([{ input: { functions: [chef], items: count }, node: right.name }])
  await tells(right, ({ reliefs }) => reliefs).toEqual([])
  // what was delivered and not read is the relief's to read
  await receiptsAt(left, 0).toEqual([
    [officer, null, null, null],
    [chef, right.name, null, null],
  ])
})
