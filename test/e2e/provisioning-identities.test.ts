/**
 * Identities in the provisioning window, at the keyboard, in French: a request is made, its answer imported, another is
 * enrolled at an EST server, and the connection tried at a real nats-server. No key and no passphrase comes to the page.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { rfc2253 } from '../../main/exercise/authority.ts'
import { startAuthority } from '../platform/authority.ts'
import { createCertifier } from '../platform/certifier.ts'
import { startEst } from '../platform/est.ts'
import { startPlatform, type Identity } from '../platform/platform.ts'
import { startProvisioning } from './provisioning.ts'

const words = 'correct horse battery staple'
const secret = 'word-of-one-use'

test('a certificate is asked for, imported, tried, another enrolled and taken out, by keys alone', async () => {
  test.setTimeout(240_000)
  const folder = await mkdtemp(join(tmpdir(), 'vigie-identities-'))
  const root = await startAuthority('AC Postes CNCS')
  const certifier = await createCertifier('AC EST', Date.now())
  const est = await startEst({ certifier, secrets: [secret] })
  const platform = await startPlatform({ authority: root.platform })
  const user = rfc2253([
    ['CN', 'poste-07'],
    ['OU', 'Vigie'],
  ])
  await platform.permit({ user } as Identity)
  const window = await startProvisioning({ profile: join(folder, 'profile'), args: ['--lang', 'fr'] })
  const { app, page, complaints } = window
  const { keyboard } = page
  const at = (name: string) => join(folder, name)
  const row = (name: string) => page.locator(`[data-identity="${name}"]`)
  const field = (label: RegExp | string) => page.getByRole('dialog').getByLabel(label)
  /** the part hears what became of it before its dialog does, and keys are the dialog's until then */
  const noDialog = () => expect(page.getByRole('dialog')).toHaveCount(0)
  const shot = async (name: string) => {
    await page.screenshot({ path: join('test-results', 'provisioning-identities', `${name}.png`) })
  }
  /** what the person shows main next: its own dialogs alone are stood in for */
  const show = (file: string) =>
    app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
      // of a host that nobody named before: the person says so
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
    }, file)
  try {
    // all that comes over the bridge is kept
    const heard = await page.evaluateHandle(() => {
      const all: string[] = []
      const { identities } = (
        globalThis as unknown as {
          vigie: Record<string, Record<string, (listen: (told: unknown) => void) => void>>
        }
      ).vigie
      identities?.['stateChanged']?.((told) => all.push(JSON.stringify(told)))
      return all
    })
    await expect(page.getByText('Ce poste n’a pas encore d’identité.', { exact: false })).toBeVisible()

    await keyboard.press('d')
    await field(/^Sujet/).fill('CN=poste-07, OU=Vigie')
    await page.locator('dialog select').selectOption('ec-p256')
    await field(/qui scellera/).fill(words)
    await field(/une fois encore/).fill('another')
    await keyboard.press('Enter')
    await expect(page.getByText('Les deux ne sont pas les mêmes')).toBeVisible()
    expect(await field(/qui scellera/).inputValue()).toBe('')
    await field(/qui scellera/).fill(words)
    await field(/une fois encore/).fill(words)
    await keyboard.press('Enter')
    await show(at('poste-07.csr'))
    await expect(page.getByRole('button', { name: 'Enregistrer la demande' })).toBeFocused()
    await keyboard.press('Enter')
    await expect(page.getByText('Enregistré : poste-07.csr')).toBeVisible()
    await keyboard.press('Escape')
    await noDialog()
    await expect(row('poste-07')).toHaveAttribute('data-tone', 'waits')

    await writeFile(
      at('answer.pem'),
      await root.answer(await readFile(at('poste-07.csr'), 'utf8'), { days: 200 }),
    )
    await show(at('answer.pem'))
    await keyboard.press('i')
    await expect(
      page.getByText('La réponse de l’autorité à la demande de poste-07', { exact: false }),
    ).toBeVisible()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Importer/ })
      .focus()
    await keyboard.press('Enter')
    await expect(row('poste-07')).toHaveAttribute('data-tone', 'good')
    await expect(row('poste-07')).toContainText('reste 200 j')
    await noDialog()

    await show(platform.caFile)
    await keyboard.press('t')
    await page.getByRole('button', { name: 'Choisir un fichier' }).focus()
    await keyboard.press('Enter')
    await field(/^Plateforme/).fill(`tls://localhost:${platform.port}`)
    await field(/^Phrase de passe/).fill(words)
    await keyboard.press('Enter')
    await expect(page.getByText(`Ce poste se connecte à localhost:${platform.port}.`)).toBeVisible()
    await expect(page.locator('[data-trial] [data-passed=true]')).toHaveCount(9)
    await noDialog()
    await shot('fr-tried')
    await keyboard.press('Escape')
    await expect(page.locator('[data-trial]')).toHaveCount(0)

    est.mode = 'waits'
    await writeFile(at('est.pem'), certifier.certificate)
    await show(at('est.pem'))
    await keyboard.press('e')
    await field(/^Serveur/).fill(est.url)
    await page.getByRole('button', { name: 'Choisir un fichier' }).focus()
    await keyboard.press('Enter')
    await page.getByRole('dialog').getByText('AC EST', { exact: false }).first().waitFor()
    await field(/L’empreinte est celle/).check()
    await field(/^Sujet/).fill('CN=poste-07-piste, OU=Vigie')
    await field(/^Secret unique/).fill(secret)
    await field(/qui scellera/).fill(words)
    await field(/une fois encore/).fill(words)
    await shot('fr-enrol-form')
    await keyboard.press('Enter')
    await expect(page.locator('[data-step=request]')).toHaveAttribute('data-state', 'waiting')
    await expect(page.getByText('laissez cette fenêtre ouverte', { exact: false })).toBeVisible()
    await noDialog()
    await shot('fr-waiting')
    await page.getByRole('button', { name: /English/ }).click()
    await expect(page.getByText('leave this window open', { exact: false })).toBeVisible()
    await shot('en-waiting')
    await page.locator('header button[lang=fr]').click()
    est.mode = 'good'
    await expect(page.locator('[data-enrolment=untried]')).toBeVisible({ timeout: 30_000 })
    await expect(row('poste-07-piste')).toHaveAttribute('data-tone', 'watch')
    await shot('fr-enrolled')

    // the one that ends first stands first; arrows walk, Enter opens
    await row('poste-07-piste').focus()
    await keyboard.press('ArrowDown')
    await expect(row('poste-07')).toBeFocused()
    await keyboard.press('ArrowUp')
    await keyboard.press('Enter')
    await page.getByRole('button', { name: 'Retirer' }).focus()
    await keyboard.press('Enter')
    await expect(page.getByText('Sa clé est effacée avec elle', { exact: false })).toBeVisible()
    await shot('fr-remove')
    await keyboard.press('Space')
    await keyboard.press('Enter')
    await expect(row('poste-07-piste')).toHaveCount(0)

    const state = await page.evaluate(async () => {
      const { identities } = (
        globalThis as unknown as { vigie: Record<string, Record<string, () => Promise<unknown>>> }
      ).vigie
      return JSON.stringify(await identities?.['state']?.())
    })
    const sealed = JSON.parse(
      await readFile(join(folder, 'profile', 'identities', 'poste-07.json'), 'utf8'),
    ) as { current: { key: { sealed: string } } }
    const all = [...(await heard.jsonValue()), state, await page.content(), window.said()].join('\n')
    expect(all.length).toBeGreaterThan(10_000)
    for (const hidden of ['PRIVATE KEY', words, secret, sealed.current.key.sealed, folder + '/answer'])
      expect(all).not.toContain(hidden)
    expect(complaints).toEqual([])
  } finally {
    await window.dispose()
    await est.dispose()
    await platform.dispose()
    await root.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})
