/** Scenes that people share, at two desks and by keyboard: saved for everybody, waited for, overtaken, taken back. */
import { expect, test, type Locator } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { act, sceneOf, tells } from './at-desk.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const sceneFile = (name: string, title: string): string => `scene: ${name}
title: { fr: "${title}", en: "${title}" }
grid: { columns: 1, rows: 1 }
widgets:
  - { widget: log, at: [0, 0, 1, 1] }
`

let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo

test.beforeAll(async () => {
  two = await startTwoNodes({
    scenes: {
      'poste-07': {
        'garde.yaml': sceneFile('garde', 'Poste de garde'),
        'porte-14.yaml': sceneFile('porte-14', 'Porte 14 vue du 07'),
      },
      'poste-08': { 'porte-14.yaml': sceneFile('porte-14', 'Porte 14 vue du 08') },
    },
  })
  ;({ left, right } = two)
  for (const node of [left, right]) {
    await tells(node, ({ together }) => together).toBe('together')
    await tells(node, ({ shared }) => shared.access).toBe('permitted')
  }
})
test.afterAll(async () => {
  await two?.dispose()
})

/** What the key opens of this scene in the list of the node's first screen. */
async function open(
  { desk: window, screens: [first] }: NodeOfTwo,
  scene: string,
  key: string,
): Promise<Locator> {
  const desk = await window()
  await desk.locator('body').press(String(first))
  await desk.keyboard.press('s')
  await desk.getByRole('option', { name: scene }).focus()
  await desk.keyboard.press(key)
  return desk.locator('dialog[aria-labelledby="sharing-head"]')
}
/** Saved as the dialog proposes it. @returns the dialog, which says what became of it */
async function share(node: NodeOfTwo, scene: string): Promise<Locator> {
  const dialog = await open(node, scene, 'p')
  await expect(dialog).toContainText(words['desk.shared.leaves'])
  await dialog.page().keyboard.press('Enter')
  return dialog
}
async function close(dialog: Locator): Promise<void> {
  await dialog.page().keyboard.press('Escape')
  await expect(dialog).toBeHidden()
}
/** The version of the scene that the platform has, as this node knows. */
const versionAt = (node: NodeOfTwo, name: string) =>
  tells(node, ({ scenes }) => scenes.find(({ scene }) => scene === name)?.version ?? null)

test('a scene that is saved for everybody at one desk is chosen at the other, and is on its screen', async () => {
  const dialog = await share(left, 'Poste de garde')
  await expect(dialog).toContainText(words['desk.shared.outcome.confirmed'])
  await close(dialog)
  const [screen] = right.screens
  await tells(right, ({ scenes }) => scenes.find(({ scene }) => scene === 'garde')).toMatchObject({
    from: 'platform',
    version: 1,
  })
  await act(right, { act: 'show-scene', screen: screen!, scene: 'garde' })
  await tells(left, sceneOf(screen!)).toBe('garde')
  await expect((await right.screen(screen!)).locator('[data-scene="garde"]')).toBeVisible()
})

test('saved while cut it waits, over a kill too; what was saved meanwhile is not replaced, and both are shown', async () => {
  left.line.cut()
  await tells(left, ({ together }) => together).toBe('cut')
  const waiting = await share(left, 'Porte 14 vue du 07')
  await expect(waiting).toContainText(words['desk.shared.outcome.waits'])
  await close(waiting)
  const theirs = await share(right, 'Porte 14 vue du 08')
  await expect(theirs).toContainText(words['desk.shared.outcome.confirmed'])
  await close(theirs)

  await left.vigie().kill()
  await left.start()
  await tells(left, ({ shared }) => shared.saves.map(({ state }) => state)).toEqual(['waiting'])
  left.line.mend()
  await tells(left, ({ shared }) => shared.saves.map(({ state, problem }) => [state, problem?.code])).toEqual(
    [['refused', 'shared.overtaken']],
  )
  await versionAt(left, 'porte-14').toBe(1)
})

test('who was overtaken keeps theirs or ours, having read whose it is', async () => {
  const dialog = await open(left, 'Porte 14 vue du 07', 'p')
  const row = dialog.getByRole('group', { name: 'Porte 14 vue du 07' })
  await expect(row).toContainText('Porte 14 vue du 08')
  await expect(row).toContainText('poste-08')
  await row.getByRole('button', { name: words['desk.shared.keepOurs'] }).press('Enter')
  await expect(row).toHaveCount(0)
  await close(dialog)
  await versionAt(right, 'porte-14').toBe(2)
  await tells(left, ({ shared }) => shared.saves).toEqual([])
})

test('an earlier version is taken back for everybody, asked twice, as the newest', async () => {
  const dialog = await open(right, 'Porte 14 vue du 08', 'h')
  const versions = dialog.getByRole('listitem')
  await expect(versions).toHaveCount(2)
  await expect(versions.nth(0)).toContainText('poste-07')
  await expect(versions.nth(0)).toContainText(words['desk.shared.holds'])
  const restore = versions.nth(1).getByRole('button')
  await restore.press('Enter')
  await versionAt(left, 'porte-14').toBe(2)
  await restore.press('Enter')
  await expect(dialog).toContainText(words['desk.shared.outcome.confirmed'])
  await expect(versions).toHaveCount(3)
  await versionAt(left, 'porte-14').toBe(3)
  await close(dialog)
})
