import { expect, test } from '@playwright/test'
import type { Bridge } from '../../preload/contract/schema.ts'
import { cutOn } from './cut.ts'
import { startVigie } from './vigie.ts'

test('the second exercise starts on three screens and shows what holds the count, the drift and the late mast', async () => {
  const vigie = await startVigie({ walls: 3, args: ['--exercise', 'kourou', '--lang', 'fr'] })
  try {
    const [campaign, domains, range] = await vigie.walls()
    for (const wall of [campaign, domains, range])
      await expect(wall!.getByText('EXERCICE').first()).toBeVisible({ timeout: 60_000 })
    const board = campaign!.locator('.board')
    // held: H0 stands, and the hold runs
    await expect(board.getByText(/^−05:42:\d\d$/)).toBeVisible({ timeout: 60_000 })
    await expect(board.getByText(/demandé par Qualité/)).toBeVisible()
    // who is not ready comes first
    await expect(board.getByText('NO GO', { exact: true })).toBeVisible()
    await expect(board.getByText('pas de réponse').first()).toBeVisible()
    // the drift left its band, and one robot rests
    await expect(board.getByText('R-03', { exact: true })).toBeVisible()
    await expect(board.getByText(/1 en anomalie, 1 en entretien/)).toBeVisible()
    await expect(board.getByText(/hors bande/).first()).toBeVisible()
    // the mast is late where its value stands and in the strip below, and nothing else is
    await expect(campaign!.getByText(/retard 2\smin/).first()).toBeVisible()
    await expect(board.getByText('arrêtée, rafales', { exact: true })).toBeVisible()
    await expect(domains!.getByText('Fabrication').first()).toBeVisible()
    await expect(range!.locator('.vigie-map')).toBeVisible()
    await expect(range!.getByText(/Cellule orageuse/).first()).toBeVisible({ timeout: 60_000 })
    for (const wall of [campaign, domains, range]) await expect.poll(() => cutOn(wall!)).toEqual([])
    // the drift is an anomaly by a formula that anybody can read, and its board says why
    const desk = await vigie.desk()
    await desk.evaluate(() =>
      (globalThis as never as { vigie: Bridge<'desk'> }).vigie.window.act({
        ...{ act: 'show-scene', screen: 3, scene: 'robots' },
      }),
    )
    const drift = range!.locator('article', { hasText: 'dérive du courant' })
    await expect(drift.locator('.why')).toContainText(/dérive vers le haut en 3\sh, de [\d,]+ fois/, {
      timeout: 60_000,
    })
    await expect(drift.locator('.value.moderate svg')).toBeVisible()
    await desk.keyboard.press('Control+i')
    const row = desk.locator('.formulas li', { hasText: 'R-03, dérive du courant' })
    await expect(row).toContainText('drift(manufacturing.robots, 3 h)')
    await expect(row).toContainText(/dérive vers le haut/)
    expect(vigie.complaints).toEqual([])
    // partners are told with what they sign in
    expect(vigie.said()).toMatch(/DLR takes part with --platform tls:/)
  } finally {
    const [campaign, , range] = await vigie.walls()
    if (process.env['PICTURES'] !== undefined) {
      await campaign?.screenshot({ path: `${process.env['PICTURES']}/campaign.png` })
      await range?.screenshot({ path: `${process.env['PICTURES']}/range.png` })
      const desk = await vigie.desk()
      await desk.screenshot({ path: `${process.env['PICTURES']}/figures.png` })
    }
    await vigie.dispose()
  }
})
