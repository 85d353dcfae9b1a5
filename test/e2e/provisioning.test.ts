/** The real app as whoever sets a node up starts it: one window, no wall. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startProvisioning } from './provisioning.ts'

test('on an empty profile one window opens, with its parts by key, in both languages', async () => {
  const profile = await mkdtemp(join(tmpdir(), 'vigie-provisioning-'))
  const { page, app, complaints, dispose } = await startProvisioning({ profile, args: ['--lang', 'fr'] })
  try {
    expect(app.windows()).toHaveLength(1)
    for (const [key, heading] of [
      ['2', 'Politique'],
      ['3', 'Confiance'],
      ['4', 'Santé'],
      ['5', 'Piste'],
      ['1', 'Identités'],
    ] as const) {
      await page.keyboard.press(`Control+${key}`)
      await expect(page.getByRole('navigation').locator('[aria-current=page]')).toHaveText(heading)
    }
    await page.getByRole('button', { name: /English/ }).click()
    await expect(page.getByRole('button', { name: 'Trust' })).toBeVisible()
    expect(complaints).toEqual([])
  } finally {
    await dispose()
    await rm(profile, { recursive: true, force: true })
  }
})
