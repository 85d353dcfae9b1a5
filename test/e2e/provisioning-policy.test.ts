/** An administrator changes a policy in its window, signs it, and the node that runs takes it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type ElectronApplication, type Page } from '@playwright/test'
import {
  makePolicyAuthority,
  pkcs12In,
  signPolicyIn,
  type SignedPolicy,
} from '../platform/policy-authority.ts'
import type { Platform } from '../platform/platform.ts'
import { signIn, startStage } from './node.ts'
import { startProvisioning } from './provisioning.ts'
import { runVigie } from './run-vigie.ts'
import { startVigie, until } from './vigie.ts'

const rules = `# who and where
node: poste-07
organisation: CNCS
wall: salle de crise
timeZone: Europe/Paris
scheme: default
contentProtection: false
screens:
  - { screen: 1, scene: situation, ceiling: dr, distance: 5, diagonal: 55 } # in front
others: { scene: situation, ceiling: np, distance: 5, diagonal: 55 }
desk: { ceiling: dr }
`

/** What the system's dialogs answer, in main: nobody clicks in them here. */
const answerDialogs = (app: ElectronApplication, file: string) =>
  app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: chosen })
  }, file)

async function setUp(): Promise<{ platform: Platform; policy: SignedPolicy }> {
  const platform = await startStage()
  return { platform, policy: await signPolicyIn(platform.directory, rules) }
}
const ceilingOf = (page: Page) => page.getByRole('radiogroup', { name: 'Écran 1, plafond' })
const difference = (page: Page) => page.getByRole('complementary').getByText('Écran 1, plafond')
const saidOf = (page: Page) => page.locator('#sign-said')
async function choose(app: ElectronApplication, page: Page, file: string): Promise<void> {
  await answerDialogs(app, file)
  await page.locator('button.choose').click()
  await expect(page.locator('button.choose')).toContainText('.p12')
}

test('a ceiling is lowered by key, undone and redone, signed, and the wall that runs closes its window above it', async () => {
  const { platform, policy } = await setUp()
  const vigie = await startVigie({ walls: 1, args: [...signIn(platform), ...policy.args, '--lang', 'fr'] })
  try {
    const wall = await until('the wall', async () => (await vigie.walls())[0])
    await expect(wall.getByText('Affaire réservée').first()).toBeVisible()
    const opened = vigie.app.waitForEvent('window')
    await runVigie(vigie.screens, ['--provision', '--profile', vigie.profile])
    const page = await opened
    await page.getByRole('navigation').first().waitFor()
    await page.keyboard.press('Control+2')
    await expect(page.getByRole('heading', { name: 'Politique de poste-07, v2' })).toBeVisible()

    await ceilingOf(page).getByRole('radio', { name: 'DR' }).focus()
    await page.keyboard.press('ArrowLeft')
    await expect(difference(page)).toBeVisible()
    await expect(page.locator('[data-screen="1"]')).toContainText('était : DR')
    await page.keyboard.press('Control+z')
    await expect(difference(page)).toHaveCount(0)
    await expect(ceilingOf(page).getByRole('radio', { name: 'DR' })).toBeChecked()
    await page.keyboard.press('Control+y')
    await expect(difference(page)).toBeVisible()
    await expect(page.getByRole('complementary').locator('[data-direction=stricter]')).toHaveCount(1)

    // an authority that this node does not know, then a word that is not the passphrase
    const elsewhere = await makePolicyAuthority('Ailleurs')
    await choose(
      vigie.app,
      page,
      await pkcs12In(platform.directory, await elsewhere.issue('Mallory'), 'sesame'),
    )
    await page.getByLabel('Phrase de passe').fill('sesame')
    await page.keyboard.press('Control+Enter')
    await expect(saidOf(page)).toContainText('n’est pas de l’autorité des administrateurs')
    await choose(vigie.app, page, await pkcs12In(platform.directory, policy.administrator, 'Zq7-sesame'))
    await page.getByLabel('Phrase de passe').fill('sesam')
    await page.keyboard.press('Enter')
    await expect(saidOf(page)).toContainText('phrase')
    await expect(page.getByLabel('Phrase de passe')).toHaveValue('')
    await expect(page.getByLabel('Phrase de passe')).toHaveAttribute('aria-invalid', 'true')
    await expect(wall.getByText('Affaire réservée').first()).toBeVisible()

    const gone = wall.waitForEvent('close')
    await page.getByLabel('Phrase de passe').fill('Zq7-sesame')
    await page.keyboard.press('Enter')
    await gone
    const low = await until('the wall', async () => (await vigie.walls())[0])
    await expect(low.locator('body')).toContainText('plafond NP')
    await expect(saidOf(page)).toContainText('La v2 est en vigueur, signée par CN=Claire Aubert')
    await expect(page.getByRole('heading', { name: 'Politique de poste-07, v3' })).toBeVisible()
    expect(await readFile(policy.file, 'utf8')).toContain(
      'ceiling: np, distance: 5, diagonal: 55 } # in front',
    )
    expect(vigie.said()).not.toContain('Zq7')
    // what is refused where the node reads it stands there by itself
    await policy.write(`${rules}version: 1\n`)
    await expect(page.getByText('Plus ancienne')).toBeVisible()
  } finally {
    await vigie.dispose()
    await platform.dispose()
  }
})

test('a desk’s ceiling that is lowered here takes this window’s page too, which comes back on its part', async () => {
  const { platform, policy } = await setUp()
  const profile = join(platform.directory, 'profile')
  const first = await startProvisioning({ profile, args: [...policy.args, '--lang', 'fr'] })
  try {
    const { page, app, complaints } = first
    await page.keyboard.press('Control+2')
    await choose(app, page, await pkcs12In(platform.directory, policy.administrator, 'sesame'))
    await page
      .getByRole('radiogroup', { name: 'Vues du poste, plafond' })
      .getByRole('radio', { name: 'NP' })
      .check({ force: true })
    await expect(page.getByRole('complementary').locator('[data-direction=stricter]')).toHaveCount(1)
    const gone = page.waitForEvent('close')
    const renewed = app.waitForEvent('window')
    await page.getByLabel('Phrase de passe').fill('sesame')
    await page.keyboard.press('Enter')
    const next = await renewed
    await gone
    await expect(next.getByRole('heading', { name: 'Politique de poste-07, v3' })).toBeVisible()
    await expect(next.locator('button.choose')).not.toContainText('.p12')
    expect(app.windows()).toHaveLength(1)
    expect(complaints).toEqual([])
  } finally {
    await first.dispose()
    await platform.dispose()
  }
})

test('what is wrong is said at its place and bars signing; the draft is there again after a start', async () => {
  const { platform, policy } = await setUp()
  const profile = join(platform.directory, 'profile')
  const args = [...policy.args, '--lang', 'fr']
  const first = await startProvisioning({ profile, args })
  try {
    const { page, app, complaints } = first
    await page.keyboard.press('Control+2')
    await page.getByRole('button', { name: 'Fond et langue' }).click()
    await page.getByLabel('Fuseau horaire').fill('Mars/Base')
    await page.keyboard.press('Enter')
    await expect(page.locator('[data-rule=time-zone]').getByRole('alert')).toContainText('Europe/Paris')
    await expect(saidOf(page)).toContainText('Corrigez d’abord')
    await page.getByRole('button', { name: 'Annuler' }).click()
    await expect(page.locator('[data-rule=time-zone]').getByRole('alert')).toHaveCount(0)

    await page.getByRole('radiogroup', { name: 'Textes copiés' }).getByRole('radio', { name: 'oui' }).check()
    await expect(page.getByRole('complementary').locator('[data-direction=wider]')).toHaveCount(1)
    await choose(app, page, await pkcs12In(platform.directory, policy.administrator, 'sesame'))
    await expect(saidOf(page)).toContainText('second regard')
    await page.getByRole('checkbox', { name: 'deuxième personne' }).check()
    await expect(saidOf(page)).toContainText(policy.file)

    await answerDialogs(app, join(platform.directory, 'ailleurs.yaml'))
    await page.getByRole('button', { name: 'Signer ailleurs…' }).click()
    await expect(saidOf(page)).toContainText('Enregistré')
    expect(await readFile(join(platform.directory, 'ailleurs.yaml'), 'utf8')).toContain('copy: true')
    await page.getByRole('button', { name: 'Voir le fichier' }).click()
    await expect(page.getByRole('dialog')).toContainText('# in front')
    await page.keyboard.press('Escape')
    expect(complaints).toEqual([])
  } finally {
    await first.dispose()
  }
  const second = await startProvisioning({ profile, args })
  try {
    await second.page.keyboard.press('Control+2')
    await expect(second.page.getByText('brouillon gardé à')).toBeVisible()
    await expect(second.page.getByRole('complementary').locator('[data-direction=wider]')).toHaveCount(1)
    expect(second.complaints).toEqual([])
  } finally {
    await second.dispose()
    await platform.dispose()
  }
})
