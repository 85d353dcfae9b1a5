/** Two desks and a wall: a readiness poll is asked at one, answered at the other, and all of it is seen on the wall. */
import { mkdir } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { actsProduct } from '../platform/product.ts'
import { act, stateOf, tells, tryTo } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const also = `persons: { list: [A. Durand, B. Morel], free: true }
functions:
  - { id: qualite, name: { fr: Qualité, en: Quality } }
  - { id: meteo, name: { fr: Météo, en: Weather } }
`
const readiness = `scene: readiness
title: { fr: Campagne, en: Campaign }
grid: { columns: 2, rows: 2 }
widgets:
  - { widget: poll, at: [0, 0, 1, 2] }
  - { widget: clock, at: [1, 0, 1, 1], zones: [{ zone: America/Cayenne }] }
  - { widget: countdown, at: [1, 1, 1, 1] }
`
let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo
let here: Page
let there: Page

test.beforeAll(async () => {
  two = await startTwoNodes({
    also,
    products: [...stageProducts, actsProduct()],
    scenes: { 'poste-07': { 'readiness.yaml': readiness } },
  })
  ;({ left, right } = two)
  ;[here, there] = [await left.desk(), await right.desk()]
  for (const node of [left, right]) await tells(node, ({ together }) => together).toBe('together')
  await act(left, { act: 'change-person', person: 'A. Durand' })
  await act(right, { act: 'change-person', person: 'B. Morel' })
  await act(right, { act: 'take-function', function: 'qualite' })
  await act(left, { act: 'show-scene', screen: 1, scene: 'readiness' })
})
test.afterAll(async () => {
  await two?.dispose()
})

const banners = (desk: Page) => desk.getByRole('region', { name: words['desk.banners.label'] })
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['VIGIE_SHOTS']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png` })
}

test('asked by keyboard at one desk, a no with its reason and then a go at the other, seen on the wall, closed', async () => {
  const wall = await left.screen(1)
  const poll = wall.locator('section.poll')
  await expect(poll.getByText(words['poll.none'])).toBeVisible()
  await expect(wall.locator('section.clock dt')).toHaveText([words['clock.universal'], 'Cayenne'])

  await here.keyboard.press('g')
  const asking = here.getByRole('dialog')
  await asking.getByRole('textbox').fill('Avant reprise')
  await picture(here, 'poll-ask')
  await here.keyboard.press('Enter')
  await expect(asking.getByRole('heading', { name: 'Avant reprise' })).toBeVisible()
  await expect(poll.locator('.silent .name')).toHaveText(['Qualité', 'Météo'])
  await here.keyboard.press('Escape')

  // whoever does not hold it answers for nobody
  await tells(right, ({ node }) => node.polls?.length).toBe(1)
  const id = (await stateOf(right)).node.polls?.[0]?.id ?? ''
  expect(
    await tryTo(right, { act: 'answer-poll', poll: id, function: 'meteo', answer: 'go', reason: '' }),
  ).toMatchObject({ error: { code: 'function.unknown' } })

  await expect(banners(there)).toContainText('Avant reprise')
  await picture(there, 'poll-banner')
  await there.keyboard.press('Shift+G')
  await there.getByRole('dialog').getByRole('textbox').fill('même lot de fil')
  await there.keyboard.press('Enter')
  await expect(poll.locator('.no .name')).toHaveText('Qualité')
  await expect(poll.locator('.no .reason')).toHaveText('même lot de fil')
  await expect(poll.locator('.silent .name')).toHaveText(['Météo'])
  await picture(wall, 'poll-wall')
  await picture(there, 'poll-dialog')

  // taken back, it waits again; the key then says go
  await there.keyboard.press('Escape')
  await there.keyboard.press('Control+z')
  await expect(poll.locator('.silent .name')).toHaveText(['Qualité', 'Météo'])
  await there.keyboard.press('g')
  await expect(poll.locator('.yes .name')).toHaveText(['Qualité'])
  await expect(banners(there)).not.toContainText('Avant reprise')

  await act(left, { act: 'take-function', function: 'meteo' })
  await here.keyboard.press('g')
  await expect(poll.locator('.all')).toHaveText('2 GO')
  await here.keyboard.press('g')
  await here.getByRole('button', { name: words['desk.poll.close'] }).click()
  await tells(right, ({ node }) => node.polls?.[0]?.closed?.by.person).toBe('A. Durand')
})
