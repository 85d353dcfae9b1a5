/** Two desks of one wall: who sits there, who has which function, and what neither does without the other. */
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { stateOf, tells, tryTo } from './at-desk.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const also = `persons: { list: [A. Durand, B. Morel, C. Lefèvre] }
functions:
  - { id: officier-de-permanence, name: { fr: Officier de permanence, en: Duty officer } }
  - { id: chef-de-salle, name: { fr: Chef de salle, en: Room chief }, may: [show-scene] }
fourEyes: [unblank]
breakGlass: true
`
let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo
let here: Page
let there: Page

test.beforeAll(async () => {
  two = await startTwoNodes({ also })
  ;({ left, right } = two)
  ;[here, there] = [await left.desk(), await right.desk()]
  for (const node of [left, right]) await tells(node, ({ together }) => together).toBe('together')
})
test.afterAll(async () => {
  await two?.dispose()
})

const banners = (desk: Page) => desk.getByRole('region', { name: words['desk.banners.label'] })
const masked = async (node: NodeOfTwo, blank: boolean): Promise<void> => {
  for (const screen of node.screens)
    await expect((await node.screen(screen)).getByText(words['wall.blanked'])).toHaveCount(blank ? 1 : 0)
}
/** A key, some letters, Enter. */
async function sit(desk: Page, letters: string): Promise<void> {
  await desk.keyboard.press('u')
  await desk.keyboard.type(letters)
  await desk.keyboard.press('Enter')
}
const holderAt = (node: NodeOfTwo) =>
  tells(
    node,
    ({ sitting }) => sitting.functions.find(({ id }) => id === 'chef-de-salle')?.held?.holder ?? null,
  )

test('a person sits down in two acts, the wall goes on, and the other desk knows who sits there', async () => {
  const before = (await stateOf(left)).screens.map(({ scene }) => scene)
  await sit(here, 'dur')
  await sit(there, 'mor')
  await expect(here.locator('header .person')).toContainText('A. Durand')
  expect((await stateOf(left)).screens.map(({ scene }) => scene)).toEqual(before)
  await tells(left, ({ sitting }) => sitting.elsewhere).toEqual([{ person: 'B. Morel', node: right.name }])
})

test('a function is taken at one desk, shown at both, handed over and accepted where the other sits', async () => {
  await here.keyboard.press('u')
  await here.getByRole('listitem').filter({ hasText: 'Chef de salle' }).getByRole('button').click()
  for (const node of [left, right]) await holderAt(node).toEqual({ person: 'A. Durand', node: left.name })
  await here.getByRole('button', { name: words['desk.functions.handOver'] }).click()
  await here.getByRole('button', { name: 'B. Morel', exact: true }).click()
  await here.keyboard.press('Escape')
  await expect(banners(there)).toContainText('A. Durand, poste-07')
  await holderAt(right).toEqual({ person: 'A. Durand', node: left.name })
  await there.keyboard.press('o')
  for (const node of [left, right]) await holderAt(node).toEqual({ person: 'B. Morel', node: right.name })
  await expect(there.locator('header .person')).toContainText('Chef de salle')
  // what is for that function is this desk's alone
  const scene = { act: 'show-scene', screen: 1, scene: 'domains' } as const
  expect(await tryTo(left, scene)).toMatchObject({ ok: false, error: { code: 'function.wanted' } })
  expect(await tryTo(right, scene)).toMatchObject({ ok: true })
})

test('what asks for two waits at both desks and is done once the other has confirmed', async () => {
  await here.keyboard.press('b')
  await masked(left, true)
  await masked(right, true)
  await here.keyboard.press('b')
  await expect(banners(there)).toContainText('A. Durand, poste-07')
  await expect(banners(here)).toContainText(words['desk.fourEyes.own'])
  await masked(left, true)
  await here.keyboard.press('o')
  await masked(left, true)
  await there.keyboard.press('o')
  await masked(right, false)
  await masked(left, false)
  for (const node of [left, right]) await tells(node, ({ proposals }) => proposals).toEqual([])
})

test('… and by one alone only with a reason, which stands at both desks', async () => {
  await there.keyboard.press('b')
  await masked(left, true)
  await there.keyboard.press('b')
  await there.getByRole('button', { name: words['desk.fourEyes.alone'] }).click()
  await there.getByRole('textbox', { name: words['desk.alone.reason'] }).fill('Le préfet attend l’image')
  await there.getByRole('button', { name: words['desk.alone.do'], exact: true }).click()
  await masked(left, false)
  await masked(right, false)
  for (const desk of [here, there]) {
    await expect(banners(desk)).toContainText('Le préfet attend l’image')
    await expect(banners(desk)).toContainText('B. Morel, Chef de salle, poste-08')
  }
})
