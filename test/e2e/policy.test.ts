/** A policy that can’t be read closes every screen to the lowest marking, and says so. */
import { chmod, copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import { incident, signIn, startStage } from './node.ts'
import { runVigie } from './run-vigie.ts'
import { startVigie } from './vigie.ts'

test('a broken policy lets nothing above the lowest marking through, and is told with its line', async () => {
  const platform = await startStage()
  const policy = join(platform.directory, 'policy.yaml')
  await writeFile(policy, 'node: poste-07\nscreens: everything\n')
  const vigie = await startVigie({
    walls: 1,
    args: [...signIn(platform), '--policy', policy, '--lang', 'fr'],
  })
  try {
    const [wall] = await vigie.walls()
    if (wall === undefined) throw new Error('there is no wall')
    await platform.publish([incident(9, 'Après la politique')])
    await expect(wall.getByText('Après la politique').first()).toBeVisible()
    await expect(wall.locator('body')).toContainText('policy.yaml')
    await expect(wall.locator('body')).toContainText('plafond NP')
    const desk = await vigie.desk()
    for (const page of [wall, desk])
      expect(await page.evaluate(() => document.documentElement.innerHTML)).not.toContain('réservée')
    await expect(desk.locator('body')).toContainText('line 2, column 1')
  } finally {
    await vigie.dispose()
    await platform.dispose()
  }
})

test('a policy that others may change is not followed, and told with the line that closes it', async () => {
  const platform = await startStage()
  const policy = join(platform.directory, 'policy.yaml')
  await copyFile('resources/policy.yaml', policy)
  await chmod(policy, 0o666)
  const vigie = await startVigie({
    walls: 1,
    args: [...signIn(platform), '--policy', policy, '--lang', 'fr'],
  })
  try {
    const [wall] = await vigie.walls()
    if (wall === undefined) throw new Error('there is no wall')
    await platform.publish([incident(9, 'Après la politique')])
    await expect(wall.getByText('Après la politique').first()).toBeVisible()
    await expect(wall.locator('body')).toContainText('plafond NP')
    const desk = await vigie.desk()
    await expect(desk.locator('body')).toContainText(`chmod go-w ${policy}`)
    for (const page of [wall, desk])
      expect(await page.evaluate(() => document.documentElement.innerHTML)).not.toContain('réservée')
  } finally {
    await vigie.dispose()
    await platform.dispose()
  }
})

test('an option that Vigie does not know ends it with 2, naming it', async () => {
  const screens = await startVirtualScreens({ screens: 1 })
  try {
    const { code, said } = await runVigie(screens, ['--sceens', '3'])
    expect(code).toBe(2)
    expect(said).toContain('--sceens is not an option of Vigie')
  } finally {
    await screens.dispose()
  }
})
