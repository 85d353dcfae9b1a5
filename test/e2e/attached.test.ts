/** What the desk showed, attached to a line by one key: whoever reads the line looks at it. */
import { expect, test } from '@playwright/test'
import { jetstreamManager } from '@nats-io/jetstream'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { streamOf } from '../../preload/contract/product.ts'
import { actsProduct, product } from '../platform/product.ts'
import { tells } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const documents = 'ops.documents'
let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo

test.beforeAll(async () => {
  two = await startTwoNodes({
    products: [
      ...stageProducts,
      actsProduct(),
      product('ops.log', 'note', { freshness: 'P30D', marking: 'np' }),
      product(documents, 'document', { freshness: 'P30D', marking: 'np' }),
    ],
  })
  ;({ left, right } = two)
  for (const node of [left, right]) {
    await tells(node, (state) => state.log.access).toBe('open')
    await tells(
      node,
      ({ deliveries }) => deliveries.find(({ type }) => type === 'vigie.document.v1')?.access,
    ).toBe('open')
  }
})
test.afterAll(async () => {
  await two?.dispose()
})

test('one key begins a line about what is chosen, with what the desk shows; at the other desk its picture is one press away', async () => {
  const desk = await left.desk()
  // an incident on the map
  await desk.locator('body').press('c')
  await desk.locator('body').press('Control+k')
  await desk.keyboard.type('Colis suspect')
  await expect(desk.getByRole('option', { name: 'Colis suspect' }).first()).toBeVisible()
  await desk.keyboard.press('Enter')
  await desk.locator('body').press('Shift+J')
  const text = desk.getByRole('combobox', { name: words['desk.line.text'] })
  await expect(text).toBeFocused()
  await expect(desk.locator('.chip')).toContainText([/Colis suspect|INC-1/, /DOC-/])
  await desk.keyboard.type('Vu sur la carte du poste')
  await desk.keyboard.press('Enter')

  const other = await right.desk()
  await other.locator('body').press('l')
  const row = other.locator('.rows li', { hasText: 'Vu sur la carte du poste' })
  await expect(row).toContainText('DOC-')
  await row.getByRole('button', { name: /^DOC-/ }).click()
  await expect(other.locator('main img, main canvas').first()).toBeVisible()
  await expect(other.locator('main')).toContainText('Image du poste')

  const manager = await jetstreamManager(two.platform.feeder)
  await expect.poll(async () => (await manager.streams.info(streamOf(documents))).state.messages).toBe(1)
  const message = await manager.streams.getMessage(streamOf(documents), { seq: 1 })
  expect(message?.header.get('ce-marking')).toBe('np')
  expect(message?.json()).toMatchObject({ mediaType: 'image/jpeg', owner: 'CNCS' })
})
