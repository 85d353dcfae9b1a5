/** A policy that can’t be read closes every screen to the lowest marking, and says so. */
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startVirtualScreens } from '../../build/virtual-screens.mjs'
import { signPolicyIn } from '../platform/policy-authority.ts'
import { incident, signIn, startStage } from './node.ts'
import { runVigie } from './run-vigie.ts'
import { startVigie, until } from './vigie.ts'

test('a broken policy lets nothing above the lowest marking through, and is told with its line', async () => {
  const platform = await startStage()
  const policy = await signPolicyIn(platform.directory, 'node: poste-07\nscreens: everything\n')
  const vigie = await startVigie({
    walls: 1,
    args: [...signIn(platform), ...policy.args, '--lang', 'fr'],
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
  const policy = await signPolicyIn(platform.directory, await readFile('resources/policy.yaml', 'utf8'))
  await chmod(policy.file, 0o666)
  const vigie = await startVigie({
    walls: 1,
    args: [...signIn(platform), ...policy.args, '--lang', 'fr'],
  })
  try {
    const [wall] = await vigie.walls()
    if (wall === undefined) throw new Error('there is no wall')
    await platform.publish([incident(9, 'Après la politique')])
    await expect(wall.getByText('Après la politique').first()).toBeVisible()
    await expect(wall.locator('body')).toContainText('plafond NP')
    const desk = await vigie.desk()
    await expect(desk.locator('body')).toContainText(`chmod go-w ${policy.file}`)
    for (const page of [wall, desk])
      expect(await page.evaluate(() => document.documentElement.innerHTML)).not.toContain('réservée')
  } finally {
    await vigie.dispose()
    await platform.dispose()
  }
})

test('on a real platform a policy that nobody signed is none, though it is this machine’s own file', async () => {
  const platform = await startStage()
  const policy = join(platform.directory, 'policy.yaml')
  await copyFile('resources/policy.yaml', policy)
  const vigie = await startVigie({
    walls: 1,
    args: [...signIn(platform), '--policy', policy, '--lang', 'fr'],
  })
  try {
    const wall = await until('the wall', async () => (await vigie.walls())[0])
    await platform.publish([incident(9, 'Après la politique')])
    await expect(wall.getByText('Après la politique').first()).toBeVisible()
    await expect(wall.locator('body')).toContainText('plafond NP')
    const desk = await vigie.desk()
    await expect(desk.locator('body')).toContainText('n’est pas signée')
    for (const page of [wall, desk])
      expect(await page.evaluate(() => document.documentElement.innerHTML)).not.toContain('réservée')
  } finally {
    await vigie.dispose()
    await platform.dispose()
  }
})

const rules = (screen: string, desk: string): string => `node: poste-07
organisation: CNCS
wall: salle
timeZone: Europe/Paris
scheme: default
contentProtection: false
screens: []
others: { scene: situation, ceiling: ${screen}, distance: 5, diagonal: 55 }
desk: { ceiling: ${desk} }
`

test('a ceiling that is lowered while Vigie runs takes what is above it from the screen, and a raised one gives it back', async () => {
  const platform = await startStage()
  const policy = await signPolicyIn(platform.directory, rules('dr', 'dr'))
  const vigie = await startVigie({ walls: 1, args: [...signIn(platform), ...policy.args, '--lang', 'fr'] })
  const whole = (page: Page): Promise<string> => page.evaluate(() => document.documentElement.outerHTML)
  const wallNow = (): Promise<Page> => until('the wall', async () => (await vigie.walls())[0])
  try {
    const before = await wallNow()
    await expect(before.getByText('Affaire réservée').first()).toBeVisible()
    const gone = before.waitForEvent('close')

    await policy.write(rules('np', 'dr'))
    await gone
    const low = await wallNow()
    await expect(low.getByText('Colis suspect').first()).toBeVisible()
    await expect(low.locator('body')).toContainText('plafond NP')
    expect(await whole(low)).not.toContain('Affaire réservée')
    // the desk was not lowered, and is the same window as before
    const desk = await vigie.desk()
    await expect(desk.getByText('Affaire réservée').first()).toBeVisible()

    // refused: nothing changes, and the desk says why
    await writeFile(policy.file, `${rules('dr', 'dr')}version: 9\n`)
    await expect(desk.locator('body')).toContainText('n’est pas celle qui a été signée')
    expect(await whole(low)).not.toContain('Affaire réservée')

    await policy.write(rules('dr', 'dr'))
    await expect(low.getByText('Affaire réservée').first()).toBeVisible()
    await expect(desk.locator('body')).not.toContainText('n’est pas celle qui a été signée')

    const deskGone = desk.waitForEvent('close')
    await policy.write(rules('dr', 'np'))
    await deskGone
    const lowDesk = await vigie.desk()
    await expect(lowDesk.getByText('Colis suspect').first()).toBeVisible()
    expect(await whole(lowDesk)).not.toContain('Affaire réservée')
    await expect(low.getByText('Affaire réservée').first()).toBeVisible()
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
