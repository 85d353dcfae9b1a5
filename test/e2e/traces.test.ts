/** Whoever has the disk reads nothing: not a word that was received, typed or shown, in no folder that the app reaches. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import type { Platform } from '../platform/platform.ts'
import { canary, line, signIn, startStage } from './node.ts'
import { processesOf, writtenBy } from './processes.ts'
import { encodings, ownFolders, tracesOf } from './traces.ts'
import { startVigie, until, type Vigie } from './vigie.ts'

/** What a person types, and what the platform sends that no schema lets in. */
const typed = { wrong: 'Sarcelle de minuit 77', search: 'Coquelicot 4471' }
const refused = 'Bathyscaphe interdit'

let platform: Platform
let screens: VirtualScreens
let folder: string
let env: Record<string, string>

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-traces-'))
  env = await ownFolders(folder)
  screens = await startVirtualScreens({ screens: 2 })
  platform = await startStage()
})
test.afterAll(async () => {
  await platform?.dispose()
  await screens?.dispose()
  await rm(folder, { recursive: true, force: true })
})

const start = (): Promise<Vigie> => {
  const args = signIn(platform)
  const at = args.indexOf('--passphrase-file')
  const asked = [...args.slice(0, at), ...args.slice(at + 2), '--lang', 'fr']
  return startVigie({ walls: 1, screens, env, profile: join(folder, 'profile'), args: asked })
}
const field = (desk: Page) => desk.getByLabel(words['desk.unlock.label'], { exact: true })
const wallOf = (vigie: Vigie) => until('a wall', async () => (await vigie.walls())[0])

async function signInByHand(vigie: Vigie): Promise<void> {
  const desk = await vigie.desk()
  await expect(field(desk)).toBeFocused()
  await desk.keyboard.type(typed.wrong)
  await desk.keyboard.press('Enter')
  await expect(desk.getByRole('alert').filter({ hasText: words['desk.unlock.again'] })).toBeVisible()
  await expect(field(desk)).toBeFocused()
  await desk.keyboard.type(platform.wall.passphrase)
  await desk.keyboard.press('Enter')
  await expect(desk.getByText('Colis suspect').first()).toBeVisible()
}

/** Everything that a person does at a desk with what came. */
async function journey(vigie: Vigie): Promise<void> {
  const desk = await vigie.desk()
  const wall = await wallOf(vigie)
  await desk.keyboard.press('Control+k')
  await desk.keyboard.type(typed.search)
  await expect(desk.getByText(words['desk.palette.none'])).toBeVisible()
  await desk.getByRole('combobox').fill(canary)
  await expect(desk.getByRole('option', { name: /Colis suspect/ }).first()).toBeVisible()
  await desk.keyboard.press('Escape')

  await desk.locator('body').press('1')
  await desk.keyboard.press('s')
  await desk.getByRole('option', { name: 'Main courante' }).press('Enter')
  await expect(wall.locator('[data-scene]')).toHaveAttribute('data-scene', 'log')

  await desk.locator('body').press('n')
  await expect(desk.getByRole('heading', { name: 'Affaire réservée' })).toBeVisible()
  await desk.keyboard.press('m')
  await desk.keyboard.press('a')
  await expect(wall.locator('[data-entity="INC-SECRET"]')).toHaveCount(0)

  await platform.publish([{ ...line(66, refused), time: 0 }])
  await desk.locator('body').press('q')
  const rejected = desk.locator('[data-rejected]').first()
  await rejected.click()
  await expect(rejected).toContainText(refused)

  await desk.locator('body').press('w')
  await expect.poll(() => desk.locator('canvas[data-thumbnail]').count()).toBe(1)
  await desk.locator('body').press('b')
  await expect(wall.getByText(words['wall.blanked'])).toBeVisible()
  await desk.locator('body').press('b')
  await expect(wall.getByText(words['wall.blanked'])).toHaveCount(0)
}

const secrets = () => [
  ...[canary, 'Colis suspect', 'INC-SECRET', 'Affaire réservée', 'Prise de poste', refused],
  ...[typed.wrong, typed.search, platform.wall.passphrase],
]
const left = async () => {
  const { files, found } = await tracesOf(secrets(), [folder])
  expect(files).toBeGreaterThan(1)
  return found
}

test('a word is found however it is written, so that nothing found means nothing there', async () => {
  const place = await mkdtemp(join(tmpdir(), 'vigie-planted-'))
  try {
    const all = [...encodings(canary)]
    for (const [at, [, written]] of all.entries())
      await writeFile(join(place, String(at)), Buffer.from(`before ${written} after`, 'latin1'))
    await mkdir(join(place, 'Affaire réservée'))
    const { found } = await tracesOf([canary, 'Affaire réservée'], [place])
    for (const [at, [encoding]] of all.entries())
      expect(found).toContain(`${join(place, String(at))}: ${canary} in ${encoding}`)
    expect(found).toContain(`${join(place, 'Affaire réservée')}: Affaire réservée in UTF-8`)
  } finally {
    await rm(place, { recursive: true })
  }
})

test('after all that is done at a desk, while it runs, after a kill and after an end: nothing is in clear anywhere', async () => {
  const first = await start()
  try {
    await signInByHand(first)
    await journey(first)
    // all that its processes may write is where we look
    const main = first.process.pid
    expect(processesOf(main).length).toBeGreaterThan(5)
    const written = writtenBy(main)
    expect(written.filter((file) => file.startsWith(join(folder, 'profile'))).length).toBeGreaterThan(0)
    expect(written.filter((file) => !file.startsWith(`${folder}/`))).toEqual([])
    expect(await left()).toEqual([])
    for (const secret of secrets()) expect(first.said()).not.toContain(secret)
    await first.kill()
    expect(await left()).toEqual([])
  } finally {
    await first.dispose()
  }
  const again = await start()
  try {
    await signInByHand(again)
    expect(await left()).toEqual([])
  } finally {
    await again.dispose()
  }
  expect(await left()).toEqual([])
})
