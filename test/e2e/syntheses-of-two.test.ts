/** One synthesis at two desks: written by both at once, approved by the second, released while cut off, delivered after. */
import { createHash } from 'node:crypto'
import { jetstreamManager } from '@nats-io/jetstream'
import { Objm } from '@nats-io/obj'
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { verifyPdf } from '../../main/report/verify.ts'
import type { Reports } from '../../preload/contract/reports.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import { streamOf } from '../../preload/contract/product.ts'
import { actsProduct, product } from '../platform/product.ts'
import { act, tells } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'
import { until } from './vigie.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const published = 'command.reports'
let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo

test.beforeAll(async () => {
  two = await startTwoNodes({
    products: [...stageProducts, actsProduct(), product(published, 'report', { marking: 'np' })],
    also: 'persons: { list: [A. Martin, L. Petit] }\nfourEyes: [release-report]\n',
  })
  ;({ left, right } = two)
  for (const node of [left, right]) {
    await tells(node, ({ together }) => together).toBe('together')
    await tells(node, ({ shared }) => shared.access).toBe('permitted')
  }
  await act(left, { act: 'change-person', person: 'A. Martin' })
  await act(right, { act: 'change-person', person: 'L. Petit' })
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
const sheet = (desk: Page) => desk.locator('.sheet')
const statement = (desk: Page, text: string) => sheet(desk).locator('.statement', { hasText: text })
/** A statement of its own at the end of a section, as a person types it. */
async function add(desk: Page, section: string, text: string): Promise<void> {
  await sheet(desk).locator(`[data-section="${section}"] .statement`).last().focus()
  await desk.keyboard.press('Insert')
  await desk.keyboard.type(text)
  await desk.keyboard.press('Enter')
  await desk.keyboard.press('Escape')
}

test('what one begins the other opens, and each sees who else is in it', async () => {
  const desk = await left.desk()
  await desk.locator('body').press('y')
  await desk.keyboard.press('Control+n')
  await desk.keyboard.press('Enter')
  await expect(sheet(desk)).toBeVisible()
  const other = await right.desk()
  await other.locator('body').press('y')
  await expect(sheet(other)).toBeVisible()
  await expect
    .poll(async () => (await reports(left)).reports[0]?.others.map(({ person }) => person))
    .toEqual(['L. Petit'])
})

test('two who write in different sections at once both have what both wrote', async () => {
  const [desk, other] = [await left.desk(), await right.desk()]
  await add(desk, 'brief', 'Écrit au poste 07.')
  await add(other, 'domain.security', 'Écrit au poste 08.')
  for (const page of [desk, other]) {
    await expect(statement(page, 'Écrit au poste 07.').first()).toBeVisible()
    await expect(statement(page, 'Écrit au poste 08.').first()).toBeVisible()
  }
})

test('where two are asked for, nobody releases what a second has not read as it is; who wrote it last is no second', async () => {
  const desk = await left.desk()
  await add(desk, 'brief', 'Dernier mot du 07.')
  await expect(statement(await right.desk(), 'Dernier mot du 07.').first()).toBeVisible()
  await desk.keyboard.press('Control+Enter')
  await expect(desk.locator('[data-check="stop"]')).toContainText(words['desk.report.check.second'])
  await expect(desk.locator('button.sign')).toHaveAttribute('aria-disabled', 'true')
  await desk.getByRole('button', { name: words['desk.report.approve'] }).click()
  await expect(desk.locator('dialog[open]')).toContainText(
    words['problem.report.same-person.cause'].split('{')[0]!.trim(),
  )
  const other = await right.desk()
  await other.keyboard.press('Control+Enter')
  await other.getByRole('button', { name: words['desk.report.approve'] }).click()
  await expect(desk.locator('dialog[open]')).toContainText('L. Petit')
  await expect(desk.locator('button.sign')).toHaveAttribute('aria-disabled', 'false')
  await other.keyboard.press('Escape')
})

test('released while the platform is away it is signed, and says that it waits; back, it is there once, whole', async () => {
  const desk = await left.desk()
  await left.vigie().app.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })
  })
  left.line.cut()
  await tells(left, ({ together }) => together).not.toBe('together')
  await desk.locator('button.sign').focus()
  await desk.keyboard.press('Enter')
  await expect(desk.locator('.made')).toContainText('SYN-001')
  await expect(desk.locator('.made')).toContainText(words['desk.report.waitsLong'])
  left.line.mend()
  await expect
    .poll(async () => (await reports(left)).reports.find(({ key }) => key === 'SYN-001-v1')?.waits)
    .toBe(false)
  const stream = streamOf(published)
  const manager = await jetstreamManager(two.platform.feeder)
  await expect.poll(async () => (await manager.streams.info(stream)).state.messages).toBe(1)
  const message = await manager.streams.getMessage(stream, { seq: 1 })
  const body = message!.json<{ number: string; files: { object: string; digest: string }[] }>()
  expect(body.number).toBe('SYN-001')
  const [file] = body.files
  const bucket = await new Objm(two.platform.feeder).open('documents')
  const pdf = await until('the file', async () => (await bucket.getBlob(file!.object)) ?? undefined)
  expect(file!.digest).toContain(createHash('sha256').update(pdf).digest('base64url'))
  const verdict = await verifyPdf(Buffer.from(pdf), [two.platform.authority.certificate], null, Date.now())
  expect([verdict.wrong, verdict.signer]).toEqual([null, 'CN=poste-07, OU=Vigie'])
})

test('at the other desk it is no draft any more: it was released elsewhere', async () => {
  await expect
    .poll(async () => (await reports(right)).reports.map(({ key, problem }) => [key, problem?.code]))
    .toEqual([['SYN-001-v1', 'report.elsewhere']])
  await expect(sheet(await right.desk())).toBeHidden()
})
