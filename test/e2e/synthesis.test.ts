/** A synthesis at the desk, by keyboard, as a chief of staff makes it: from New to a file that anybody verifies. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import type { Reports } from '../../preload/contract/reports.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { startVigie, until, type Vigie } from './vigie.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

let vigie: Vigie
let desk: Page
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-synthesis-'))
  vigie = await startVigie({ walls: 1, args: ['--lang', 'fr', '--speed', '60'] })
  desk = await vigie.desk()
  await until('somebody to be signed in, and the first events', async () => {
    const told = await reports()
    return (told.mayNot === null && (await desk.locator('.timeline .tick').count()) > 2) || undefined
  })
})
test.afterAll(async () => {
  await vigie?.dispose()
  await rm(folder, { recursive: true, force: true })
})

const reports = (): Promise<Reports> =>
  desk.evaluate(async () => {
    const answer = await (globalThis as never as { vigie: Bridge<'desk'> }).vigie.reports.state()
    if (!answer.ok) throw new Error(answer.error.message)
    return answer.value
  })

/** Pictures for who looks at them, where they are asked for. */
async function picture(name: string): Promise<void> {
  const shots = process.env['VIGIE_SHOTS']
  if (shots === undefined) return
  await mkdir(shots, { recursive: true })
  await desk.screenshot({ path: join(shots, `${name}.png`) })
}

/** What the system's dialogs are answered: yes or no, and where a file goes or comes from. */
const answers = (yes: boolean, file: string) =>
  vigie.app.evaluate(
    ({ dialog }, { yes, file }) => {
      const asked: string[] = ((globalThis as { asked?: string[] }).asked ??= [])
      dialog.showMessageBox = (...given: unknown[]) => {
        asked.push(JSON.stringify(given.at(-1)))
        return Promise.resolve({ response: yes ? 1 : 0, checkboxChecked: false })
      }
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file })
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] })
      return asked
    },
    { yes, file },
  )

test('from New to a released one in five acts, and a person says yes to it', async () => {
  await answers(true, join(folder, 'SYN.pdf'))
  await desk.locator('body').press('y')
  await expect(desk.getByRole('navigation', { name: words['desk.report.list'] })).toBeVisible()
  await picture('1-empty')
  await desk.keyboard.press('Control+n')
  await picture('2-new')
  await desk.keyboard.press('Enter')
  await expect(desk.locator('.sheet')).toBeVisible({ timeout: 60_000 })
  await picture('3-draft')
  await desk.keyboard.press('Control+Enter')
  await expect(desk.locator('button.sign')).toBeFocused({ timeout: 60_000 })
  await picture('4-release')
  await desk.keyboard.press('Enter')
  await expect(desk.locator('.made')).toContainText('SYN-001', { timeout: 60_000 })
  await picture('5-released')
  expect((await answers(true, join(folder, 'SYN.pdf'))).join()).toContain('CN=')
})

test('what was released is taken out as it was signed, and verified; altered, it is refused', async () => {
  const made = desk.locator('.made')
  await made.getByRole('button', { name: words['desk.report.export.pdf'] }).click()
  const file = join(folder, 'SYN.pdf')
  const pdf = await until('the file', () => readFile(file).catch(() => undefined))
  await made.getByRole('button', { name: words['desk.report.verify'] }).click()
  const verdict = desk.locator('[data-verdict]')
  await expect(verdict).toHaveAttribute('data-verdict', 'sound')
  await expect(verdict).toContainText('SYN-001-v1')
  await picture('6-verified')
  await desk.keyboard.press('Escape')
  const altered = Buffer.from(pdf)
  altered[Math.floor(altered.length / 2)]! ^= 1
  await writeFile(file, altered)
  await desk.keyboard.press('Control+k')
  await desk.keyboard.type(words['desk.key.report.verify'])
  await desk.keyboard.press('Enter')
  await expect(verdict).toHaveAttribute('data-verdict', 'wrong')
  await picture('7-altered')
  await desk.keyboard.press('Escape')
})

test('it goes to the platform, and is read where it was signed', async () => {
  await desk.keyboard.press('Escape')
  await expect
    .poll(async () => (await reports()).reports.map(({ key, state, waits }) => ({ key, state, waits })))
    .toEqual([{ key: 'SYN-001-v1', state: 'released', waits: false }])
  await expect(desk.locator('main .pages img').first()).toBeVisible()
  await picture('8-read')
})

test('the next one goes on from it and says what differs; it leaves for a word processor and as data', async () => {
  await desk.keyboard.press('Control+n')
  await desk.keyboard.press('Enter')
  await expect(desk.locator('.sheet')).toBeVisible({ timeout: 60_000 })
  await expect(desk.locator('.sheet')).toContainText('nº 1, diffusé')
  await picture('9-next')
  await desk.keyboard.press('Control+Enter')
  await expect(desk.locator('button.sign')).toBeFocused({ timeout: 60_000 })
  await desk.keyboard.press('Enter')
  const made = desk.locator('.made')
  await expect(made).toContainText('SYN-002', { timeout: 60_000 })
  for (const form of ['docx', 'edxl'] as const) {
    const file = join(folder, `SYN.${form}`)
    await answers(true, file)
    await made.getByRole('button', { name: words[`desk.report.export.${form}`] }).click()
    const bytes = await until(`the ${form}`, () => readFile(file).catch(() => undefined))
    expect(bytes.subarray(0, 2).toString()).toBe(form === 'docx' ? 'PK' : '<?')
  }
})

test('nobody says yes: nothing is released, and no number is lost', async () => {
  await desk.keyboard.press('Escape')
  await desk.keyboard.press('Control+n')
  await desk.keyboard.press('Enter')
  await expect(desk.locator('.sheet')).toBeVisible({ timeout: 60_000 })
  await answers(false, join(folder, 'no.pdf'))
  await desk.keyboard.press('Control+Enter')
  await expect(desk.locator('button.sign')).toBeFocused({ timeout: 60_000 })
  await desk.keyboard.press('Enter')
  await expect(desk.locator('#release-refused')).toContainText(words['problem.report.cancelled.cause'])
  expect((await reports()).reports.map(({ key }) => key)).toContain('SYN-002-v1')
  expect((await reports()).reports.map(({ key }) => key)).not.toContain('SYN-003-v1')
})

test('a correction is the next version of the same one, and says so', async () => {
  await desk.keyboard.press('Escape')
  await answers(true, join(folder, 'v2.pdf'))
  await desk.locator('.list .one', { hasText: 'SYN-001' }).click()
  await expect(desk.locator('main .pages img').first()).toBeVisible()
  await desk
    .getByRole('button', { name: words['desk.report.newVersion'].replace('{version}', '2'), exact: true })
    .click()
  await expect(desk.locator('.sheet')).toBeVisible({ timeout: 60_000 })
  await desk.keyboard.press('Control+Enter')
  await expect(desk.locator('button.sign')).toBeFocused({ timeout: 60_000 })
  await desk.keyboard.press('Enter')
  await expect(desk.locator('.made')).toContainText('SYN-001', { timeout: 60_000 })
  const all = (await reports()).reports
  expect(all.map(({ key, version }) => `${key} ${version}`)).toContain('SYN-001-v2 2')
  expect(all.map(({ key }) => key)).toContain('SYN-001-v1')
})
