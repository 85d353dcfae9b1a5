/** Trust, health and the trail in the window where a node is set up: alone, at the keyboard, in French. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { keepRegister, make, type Register } from '../platform/certificates.ts'
import { aProvisionedProfile, passphrase } from '../platform/provisioned-profile.ts'
import { signPolicyIn } from '../platform/policy-authority.ts'
import { runVigie } from './run-vigie.ts'
import { startVigie } from './vigie.ts'
import { startProvisioning, type ProvisioningWindow } from './provisioning.ts'

let folder: string
let register: Register
let args: string[]
let profile: string
let list: string
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-provisioned-'))
  const root = make({ name: 'AC Postes', by: null, authority: true })
  register = await keepRegister(root)
  list = join(folder, 'root.crl')
  profile = await aProvisionedProfile(join(folder, 'profile'), root)
  const own = await readFile('resources/policy.yaml', 'utf8')
  const text = `${own.replace(/^copy:.*$/m, '')}\ncopy: true\ntrust: { crl: [${list}] }\nplatform: { addresses: ['tls://localhost:4222'] }\n`
  const policy = await signPolicyIn(folder, text)
  args = [...policy.args, '--lang', 'fr']
})
test.afterAll(async () => {
  await register?.dispose()
  await rm(folder, { recursive: true, force: true })
})

/** Main's own dialogs, as somebody answers them. */
const answering = ({ app }: ProvisioningWindow, file: string) =>
  app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })
  }, file)

test('a list is judged before it is kept, and what a stale one means is said', async () => {
  const stranger = await keepRegister(make({ name: 'AC Autre', by: null, authority: true }))
  const window = await startProvisioning({ profile, args })
  const { page, complaints } = window
  try {
    await page.keyboard.press('Control+3')
    const main = page.getByRole('main')
    await expect(main).toContainText('AC Postes')
    await expect(main.locator('.print').first().locator('span')).toHaveCount(16)
    await expect(main).toContainText(words['provisioning.trust.then.missing'])
    await expect(main).toContainText('tls://localhost:4222')

    const wrong = join(folder, 'wrong.crl')
    await writeFile(wrong, await stranger.list({ number: 1 }))
    await answering(window, wrong)
    await page.keyboard.press('i')
    await expect(page.getByRole('alert')).toContainText(
      words['problem.crl.other-issuer.cause'].replace('{subject}', wrong),
    )
    const right = join(folder, 'right.crl')
    await writeFile(right, await register.list({ number: 412, days: [-2, -0.5] }))
    await answering(window, right)
    await page.keyboard.press('i')
    await expect(main.locator('[data-list=stale]')).toContainText('nº 412')
    await expect(main).toContainText('Périmée depuis le')
    if (process.env['VIGIE_LOOK']) await look(window, 'trust')
    await page.getByRole('button', { name: /English/ }).click()
    await expect(main).toContainText('Out of date since')
    if (process.env['VIGIE_LOOK']) await look(window, 'trust-en')
    expect(complaints).toEqual([])
  } finally {
    await window.dispose()
    await stranger.dispose()
  }
})

test('health is of a node alone, and its report is copied by key', async () => {
  const window = await startProvisioning({ profile, args })
  const { app, page, complaints } = window
  try {
    await page.keyboard.press('Control+4')
    await expect(page.locator('[data-health=identity]')).toHaveAttribute('data-state', 'unknown')
    await expect(page.locator('[data-health=authority]')).toContainText('AC Postes')
    await expect(page.locator('[data-health=contact]')).toContainText(words['provisioning.health.noWall'])
    await page.keyboard.press('Control+c')
    await expect(page.getByRole('button', { name: words['health.copied'] })).toBeVisible()
    expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toContain('AC Postes')
    if (process.env['VIGIE_LOOK']) await look(window, 'health')

    await page.keyboard.press('?')
    await expect(page.getByRole('dialog')).toContainText(words['provisioning.key.copyReport'])
    if (process.env['VIGIE_LOOK']) await look(window, 'help')
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    expect(complaints).toEqual([])
  } finally {
    await window.dispose()
  }
})

test('the trail opens with the passphrase, is verified, searched and exported; the page keeps none of it', async () => {
  const window = await startProvisioning({ profile, args })
  const { page, said, complaints } = window
  try {
    await page.keyboard.press('Control+5')
    const field = page.getByLabel(words['provisioning.trail.passphrase'])
    await field.fill('wrong horse')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(field).toHaveValue('')
    if (process.env['VIGIE_LOOK']) await look(window, 'closed')
    await field.fill(passphrase)
    await page.keyboard.press('Enter')
    await expect(page.locator('[data-trail]').first()).toBeVisible()
    expect(await page.content()).not.toContain(passphrase)

    await page.keyboard.press('v')
    await expect(page.locator('[data-verdict=whole]')).toContainText('5 enregistrements')
    await page.keyboard.press('/')
    await page.keyboard.type('martin')
    await expect(page.locator('[data-trail]')).toHaveCount(1)
    if (process.env['VIGIE_LOOK']) await look(window, 'trail')
    await page.keyboard.press('Tab')

    const out = join(folder, 'trail.jsonl')
    await answering(window, out)
    await page.keyboard.press('x')
    await expect(page.getByRole('main')).toContainText(`5 enregistrements écrits dans ${out}`)
    expect((await readFile(out, 'utf8')).trim().split('\n')).toHaveLength(5)
    await page.keyboard.press('x')
    await expect(page.getByRole('alert')).toContainText(words['problem.trail.unexported.next'])
    expect(said()).not.toContain(passphrase)
    expect(complaints).toEqual([])
  } finally {
    await window.dispose()
  }
})

test('beside a wall it opens from the desk by key, has the wall’s facts, and a second start brings the same one', async () => {
  const vigie = await startVigie({ walls: 1, args: ['--lang', 'fr'] })
  const pages = () => vigie.app.windows().filter((each) => each.url().includes('/provisioning/'))
  try {
    const desk = await vigie.desk()
    await expect(desk.getByRole('button', { name: words['desk.nav.trail'] })).toBeVisible()
    const found = vigie.app.waitForEvent('window')
    await desk.keyboard.press('k')
    const page = await found
    await page.getByRole('navigation').waitFor()

    await page.keyboard.press('Control+4')
    await expect(page.locator('[data-health=contact]')).toHaveAttribute('data-state', 'good')
    await expect(page.locator('[data-health=identity]')).toHaveAttribute('data-state', 'good')
    await page.keyboard.press('Control+3')
    await expect(page.locator('.print span')).not.toHaveCount(0)
    await expect(page.getByRole('main')).toContainText('TLSv1.3')
    await page.keyboard.press('Control+5')
    await page.getByRole('searchbox').fill('mise en service')
    await expect(page.locator('[data-trail]')).toHaveCount(1)
    await page.keyboard.press('Tab')
    await page.keyboard.press('v')
    await expect(page.locator('[data-verdict=whole]')).toBeVisible()
    if (process.env['VIGIE_LOOK']) await look({ app: vigie.app, page }, 'beside')

    const { code } = await runVigie(vigie.screens, ['--provision', '--profile', vigie.profile])
    expect(code).toBe(3)
    expect(pages()).toHaveLength(1)
    expect(vigie.complaints).toEqual([])
  } finally {
    await vigie.dispose()
  }
})

async function look({ app, page }: Pick<ProvisioningWindow, 'app' | 'page'>, name: string): Promise<void> {
  for (const [width, height] of [
    [1920, 1080],
    [1000, 640],
  ] as const) {
    await app.evaluate(
      ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h),
      [width, height] as const,
    )
    await page.setViewportSize({ width, height }).catch(() => undefined)
    await page.waitForTimeout(500)
    await page.screenshot({ path: `${process.env['VIGIE_LOOK'] ?? ''}/${name}-${width}.png` })
  }
}
