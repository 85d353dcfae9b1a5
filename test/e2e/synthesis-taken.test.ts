/** Two who release one draft at the same moment: the platform says who was first, and nothing is released twice. */
import { expect, test } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import type { Reports } from '../../preload/contract/reports.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import { actsProduct, product } from '../platform/product.ts'
import { tells } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

let two: TwoNodes
let both: NodeOfTwo[]

test.beforeAll(async () => {
  two = await startTwoNodes({
    products: [...stageProducts, actsProduct(), product('command.reports', 'report', { marking: 'np' })],
  })
  both = [two.left, two.right]
  for (const node of both) {
    await tells(node, ({ together }) => together).toBe('together')
    await tells(node, ({ shared }) => shared.access).toBe('permitted')
  }
})
test.afterAll(async () => {
  await two?.dispose()
})

const reports = async (node: NodeOfTwo): Promise<Reports> =>
  (await node.desk()).evaluate(async () => {
    const answer = await (globalThis as never as { vigie: Bridge<'desk'> }).vigie.reports.state()
    if (!answer.ok) throw new Error(answer.error.message)
    return answer.value
  })

test('one of them signs, the other is told that it is taken, and both list the same one', async () => {
  const desks = await Promise.all(both.map((node) => node.desk()))
  const [first, second] = desks
  if (first === undefined || second === undefined) throw new Error('there are two')
  for (const node of both)
    await node.vigie().app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })
    })
  await first.locator('body').press('y')
  await first.keyboard.press('Control+n')
  await first.keyboard.press('Enter')
  await expect(first.locator('.sheet')).toBeVisible()
  await second.locator('body').press('y')
  await expect(second.locator('.sheet')).toBeVisible()
  for (const desk of desks) {
    await desk.keyboard.press('Control+Enter')
    await expect(desk.locator('button.sign')).toBeFocused()
  }
  await Promise.all(desks.map((desk) => desk.keyboard.press('Enter')))
  const cause = words['problem.report.taken.cause'].split('{')[0]!.trim()
  const became = (desk: typeof first) =>
    desk
      .locator('.made', { hasText: 'SYN-001' })
      .or(desk.locator('#release-refused', { hasText: cause }))
      .or(desk.getByRole('status').filter({ hasText: cause }))
  for (const desk of desks) await expect(became(desk).first()).toBeVisible()
  await expect
    .poll(async () =>
      (await Promise.all(both.map(reports))).map(({ reports: all }) =>
        all.map(({ key, state }) => `${key} ${state}`),
      ),
    )
    .toEqual([['SYN-001-v1 released'], ['SYN-001-v1 released']])
  const elsewhere = (await Promise.all(both.map(reports))).map(
    ({ reports: all }) => all[0]?.problem?.code ?? 'here',
  )
  expect(elsewhere.sort()).toEqual(['here', 'report.elsewhere'])
})
