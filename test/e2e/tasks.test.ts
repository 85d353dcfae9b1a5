/** Decisions and tasks by keyboard alone: entered, numbered, overdue on the wall, done, and the list as a file and on paper. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import english from '../../resources/translations/en.json' with { type: 'json' }
import { actsProduct, product } from '../platform/product.ts'
import { tells } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const run = promisify(execFile)
let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo
let folder: string

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-log-'))
  two = await startTwoNodes({
    products: [
      ...stageProducts,
      actsProduct(),
      product('ops.log', 'note', { freshness: 'P30D', marking: 'np' }),
    ],
    policy: { 'poste-07': `${policy(['situation', 'log'])}export: { print: true, files: true }\n` },
    also: [
      'persons: { list: [A. Durand], free: true }',
      'functions:',
      '  - { id: chef-de-salle, name: { fr: Chef de salle, en: Room chief } }',
      '',
    ].join('\n'),
  })
  ;({ left, right } = two)
  for (const node of [left, right]) await tells(node, (state) => state.log.access).toBe('open')
})
test.afterAll(async () => {
  await two?.dispose()
  await rm(folder, { recursive: true, force: true })
})

const policy = (scenes: readonly string[]): string => `node: poste-07
organisation: CNCS
wall: { name: salle de crise, screens: [1, 2] }
timeZone: Europe/Paris
scheme: default
contentProtection: false
screens:
${scenes.map((scene, at) => `  - { screen: ${at + 1}, scene: ${scene}, ceiling: np, distance: 5, diagonal: 55 }`).join('\n')}
others: { scene: situation, ceiling: np, distance: 5, diagonal: 55 }
desk: { ceiling: np }
`

/** Pictures for who looks at them, where they are asked for. */
async function picture(page: Page, name: string): Promise<void> {
  const shots = process.env['VIGIE_SHOTS']
  if (shots === undefined) return
  await mkdir(shots, { recursive: true })
  await page.screenshot({ path: `${shots}/${name}.png` })
}
const row = (desk: Page, text: string) => desk.locator('.rows li', { hasText: text })

test('a decision: “!”, its text, Tab, why, Enter; without a reason it is not one', async () => {
  const desk = await left.desk()
  await desk.locator('body').press('j')
  await desk.keyboard.type('! Défilé à 6 km/h, arrêt au pont Royal si le doute demeure #INC-1')
  // the incident that is meant is taken with Tab
  await expect(desk.getByRole('listbox', { name: words['desk.line.meant'] })).toContainText('Colis suspect')
  await desk.keyboard.press('Tab')
  await desk.keyboard.press('Enter')
  await expect(desk.getByText(words['desk.line.missing.rationale'])).toBeVisible()
  await expect(desk.getByLabel(words['desk.line.rationale'])).toBeFocused()
  await desk.keyboard.type('périmètre tenu, défilé à 1 900 m')
  await desk.keyboard.press('Tab')
  await desk.keyboard.type('arrêt immédiat ; demi-tour')
  await desk.keyboard.press('Tab')
  await desk.keyboard.type('+30 min')
  await picture(desk, '1-decision')
  await desk.keyboard.press('Enter')
  const line = row(desk, 'Défilé à 6 km/h')
  await expect(line).toContainText('CNCS-0001')
  await expect(line).toContainText('DÉC-0001')
  await expect(line).toContainText('périmètre tenu')
})

test('a task: “>”, its text, Tab, whose, by when; past its time it is overdue, at both desks and on the wall', async () => {
  const desk = await left.desk()
  await desk.keyboard.type('> Obtenir l’image radar de secours')
  await desk.keyboard.press('Tab')
  await desk.keyboard.type('chef de s')
  await expect(desk.getByText('→ Chef de salle')).toBeVisible()
  await desk.keyboard.press('Tab')
  await desk.keyboard.type('-12 min')
  await expect(desk.locator('.foot .why')).toContainText(/déjà passée/)
  await picture(desk, '2-task')
  await desk.keyboard.press('Enter')
  // the next line is open already, and takes what is typed
  await expect(row(desk, 'Obtenir l’image radar')).toContainText('TÂC-0002')
  for (const at of [desk, await right.desk()]) {
    await at.locator('body').press('Escape')
    await at.locator('body').press('l')
    const line = row(at, 'Obtenir l’image radar')
    await expect(line).toContainText('TÂC-0002')
    await expect(line).toContainText('Chef de salle')
    await expect(line).toContainText(/en retard 1[2-9]/)
  }
  const wall = await right.screen(4)
  const late = wall.locator('[data-late="true"]', { hasText: 'Obtenir l’image radar' })
  await expect(late).toContainText(/en retard/)
  await picture(wall, '3-wall')
})

test('the chosen decision says what it rests on, as it was known then', async () => {
  const desk = await left.desk()
  await row(desk, 'Défilé à 6 km/h').locator('[data-line]').focus()
  const detail = desk.locator('[data-line-detail]')
  await expect(detail).toContainText('DÉC-0001')
  await expect(detail).toContainText('demi-tour')
  const known = desk.locator('[data-known]')
  await expect(known).toContainText('Colis suspect')
  await picture(desk, '4-chosen')
  await desk.keyboard.press('i')
  await expect(known).toHaveCount(0)
  await desk.keyboard.press('i')
  await expect(known).toBeVisible()
})

test('X and Enter: the task is done, by a line of its own, and nothing is overdue any more', async () => {
  const desk = await left.desk()
  await row(desk, 'Obtenir l’image radar').locator('[data-line]').focus()
  await desk.keyboard.press('x')
  await expect(desk.getByRole('combobox', { name: words['desk.line.text'] })).toBeFocused()
  await desk.keyboard.press('Enter')
  const line = row(desk, 'Obtenir l’image radar')
  await expect(line).toContainText(words['log.standing.task.done'])
  await expect(line).toContainText('CNCS-0003')
  await expect(row(desk, 'Fait.')).toContainText('TÂC-0002')
  const wall = await right.screen(4)
  await expect(wall.locator('[data-late="true"]')).toHaveCount(0)
  await expect(wall.locator('.decisions li')).toHaveCount(1)
  await picture(desk, '5-done')
})

test('from a chosen alarm, J begins a line with its link, domain and severity', async () => {
  const desk = await left.desk()
  await desk.locator('body').press('Escape')
  await desk.locator('body').press('w')
  await desk.locator('body').press('n')
  await desk.locator('body').press('j')
  const form = desk.getByRole('form', { name: words['desk.line.label'] })
  await expect(form).toContainText('INC-1')
  await expect(form.getByLabel(words['desk.line.domain'])).not.toHaveValue('')
  await desk.keyboard.type('Vu de la passerelle')
  await desk.keyboard.press('Enter')
  await expect(row(desk, 'Vu de la passerelle')).toContainText('INC-1')
})

test('the list as it is narrowed is a file that says its marking, and what somebody typed runs in no spreadsheet', async () => {
  const desk = await left.desk()
  await desk.keyboard.type('=HYPERLINK("http://x") "dit", deux')
  await desk.keyboard.press('Enter')
  await expect(row(desk, '=HYPERLINK')).toContainText('CNCS-0005')
  await desk.keyboard.press('Control+f')
  await desk.keyboard.type('cncs-')
  await expect(row(desk, 'Prise de poste')).toHaveCount(0)
  const file = join(folder, 'log.csv')
  let asked = ''
  asked = await left.vigie().app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (...given: unknown[]) => {
      const options = given.at(-1) as { defaultPath?: string }
      ;(globalThis as { asked?: string }).asked = options.defaultPath ?? ''
      return Promise.resolve({ canceled: false, filePath: chosen })
    }
    return ''
  }, file)
  await desk.getByRole('button', { name: words['desk.log.save'] }).press('Enter')
  await expect(desk.getByText(words['desk.log.left.saveLog'])).toBeVisible()
  asked = await left.vigie().app.evaluate(() => (globalThis as { asked?: string }).asked ?? '')
  expect(asked).toMatch(/^main-courante_NP_\d{8}-\d{4}Z\.csv$/)
  const text = await readFile(file, 'utf8')
  expect(text.startsWith('\ufeff')).toBe(true)
  expect(text).toContain('NON PROTÉGÉ')
  expect(text).toContain('"\'=HYPERLINK(""http://x"") ""dit"", deux"')
  expect(text).toContain('périmètre tenu')
  // its marking, its heads, and the five lines that were left
  expect(text.trimEnd().split('\r\n')).toHaveLength(7)
  await desk.keyboard.press('Control+f')
  await desk.keyboard.press('Escape')
})

test('Ctrl P prints it, its marking above and below each page; where policy says no, nobody is offered it', async () => {
  const desk = await left.desk()
  const file = join(folder, 'log.pdf')
  // where a printer would be: the very page, as a file
  await left.vigie().app.evaluate(({ app }) => {
    app.on('web-contents-created', (_event, contents) => {
      contents.print = (_options: unknown, done: (printed: boolean, why: string) => void) => {
        void contents.printToPDF({ preferCSSPageSize: true }).then((pdf) => {
          ;(globalThis as { printed?: string }).printed = pdf.toString('base64')
          done(true, '')
        })
      }
    })
  })
  await desk.locator('body').press('Control+p')
  await expect(desk.getByText(words['desk.log.left.printLog'])).toBeVisible()
  const pdf = await left.vigie().app.evaluate(() => (globalThis as { printed?: string }).printed ?? '')
  await writeFile(file, Buffer.from(pdf, 'base64'))
  const shots = process.env['VIGIE_SHOTS']
  if (shots !== undefined) await run('pdftoppm', ['-r', '80', '-png', file, join(shots, '6-paper')])
  const { stdout: text } = await run('pdftotext', ['-layout', file, '-'])
  expect(text.match(/NON PROTÉGÉ/g)?.length).toBe(2)
  expect(text).toMatch(/1 ?\/ ?1/)
  expect(text).toContain('DÉC-0001')

  const other = await right.desk()
  await other.locator('body').press('l')
  await expect(other.getByRole('button', { name: words['desk.log.save'] })).toHaveCount(0)
  await other.locator('body').press('Control+p')
  await expect(other.getByText(words['desk.log.left.printLog'])).toHaveCount(0)
})

test('in English it reads as well', async () => {
  const desk = await left.desk()
  await desk.getByRole('button', { name: words['desk.palette.language'] }).click()
  await expect(desk.getByRole('button', { name: english['desk.log.save'] })).toBeVisible()
  await expect(row(desk, 'Défilé à 6 km/h')).toContainText('DEC-0001')
  await row(desk, 'Défilé à 6 km/h').locator('[data-line]').focus()
  await expect(desk.locator('[data-line-detail]')).toContainText('DEC-0001')
  await picture(desk, '7-english')
})
