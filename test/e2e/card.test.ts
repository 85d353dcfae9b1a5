/** A smart card signs in: a real app, a real nats-server behind WebSocket and mutual TLS, and SoftHSM2 as the card. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import { cardModule, startReader, type CardReader } from '../platform/card.ts'
import { signPolicyIn } from '../platform/policy-authority.ts'
import type { Platform } from '../platform/platform.ts'
import { incident, linkOf, startStage } from './node.ts'
import { askToRelease, releaseWith } from './releasing.ts'
import { startVigie } from './vigie.ts'

const words = JSON.parse(
  await readFile(new URL('../../resources/translations/fr.json', import.meta.url), 'utf8'),
) as Record<string, string>
const pin = '48151623'
const field = (desk: Page) => desk.getByLabel(words['desk.pin.label']!, { exact: true })

let screens: VirtualScreens
let platform: Platform
let reader: CardReader
let folder: string

test.beforeAll(async () => {
  screens = await startVirtualScreens({ screens: 2 })
  platform = await startStage({ web: true })
})
test.afterAll(async () => {
  await platform.dispose()
  await screens.dispose()
})
test.beforeEach(async () => {
  reader = await startReader()
  folder = await mkdtemp(join(tmpdir(), 'vigie-card-'))
})
test.afterEach(async () => {
  await reader.dispose()
  await rm(folder, { recursive: true, force: true })
})

const start = (more: readonly string[] = []) =>
  startVigie({
    walls: 1,
    screens,
    profile: join(folder, 'profile'),
    env: reader.env,
    args: [
      ...['--platform', `wss://localhost:${platform.webPort}`, '--ca', platform.caFile],
      ...['--card', '--card-module', cardModule, '--lang', 'fr', ...more],
    ],
  })
const theWall = async (vigie: Awaited<ReturnType<typeof startVigie>>) => {
  const [wall] = await vigie.walls()
  if (!wall) throw new Error('there is no wall')
  return wall
}

test('the PIN is typed at the desk, a wrong one tells what is left, the right one signs in; pulled, the screens go and the cache locks', async () => {
  await reader.addCard('Chef de salle', pin, [{ ...platform.wall, label: 'wall' }])
  const vigie = await start()
  try {
    const wall = await theWall(vigie)
    const desk = await vigie.desk()
    await expect(field(desk)).toBeFocused()
    await expect(desk.locator('dialog[open]')).toContainText('Chef de salle')
    await desk.keyboard.type('000000')
    await desk.keyboard.press('Enter')
    await expect(
      desk.getByRole('alert').filter({ hasText: words['problem.card.pin-wrong.cause']! }),
    ).toBeVisible()
    await expect(desk.locator('dialog[open]')).toContainText(words['desk.pin.tries.few']!)
    expect(await wall.locator('body').innerText()).not.toContain('Colis suspect')

    await desk.keyboard.type(pin)
    await desk.keyboard.press('Enter')
    await expect(wall.getByText('Colis suspect').first()).toBeVisible()
    await expect.poll(() => linkOf(wall)).toBe('live')
    // what comes later comes by the card's line, too
    await platform.publish([incident(2, 'Alerte à la carte')])
    await expect(wall.getByText('Alerte à la carte').first()).toBeVisible()

    // to be signed in signs nothing: the PIN once more, and a wrong one takes nobody's wall away
    await askToRelease(desk)
    await releaseWith(desk, { wrong: '000000', right: pin, refused: 'problem.card.pin-wrong.cause' })
    await expect(wall.getByText('Alerte à la carte').first()).toBeVisible()
    await expect(field(desk)).toBeHidden()

    await reader.pull()
    await expect(wall.getByText(words['wall.blanked']!)).toBeVisible()
    await expect.poll(() => linkOf(wall)).not.toBe('live')
    await reader.putBack()
    await expect(field(desk)).toBeFocused()
    await desk.keyboard.type(pin)
    await desk.keyboard.press('Enter')
    await expect.poll(() => linkOf(wall)).toBe('live')
    expect(vigie.said()).not.toContain(pin)
    // what the platform's web listener answers is no page of ours, and is not read
    expect(vigie.complaints.filter((line) => !line.includes('ERR_BLOCKED_BY_RESPONSE'))).toEqual([])
  } finally {
    await vigie.dispose()
  }
})

test('of two cards and two certificates a person chooses; a locked card is not tried; pulled, the screens stay where the policy says so', async () => {
  const other = await platform.issue([['CN', 'Morel']])
  const locked = await platform.issue([['CN', 'Petit']])
  await reader.addCard('Chef de salle', pin, [
    { ...platform.wall, label: 'wall' },
    { ...other, label: 'other' },
  ])
  await reader.addCard('Officier', pin, [{ ...locked, label: 'own' }])
  await reader.lock('Officier')
  const own = await readFile('resources/policy.yaml', 'utf8')
  const policy = await signPolicyIn(folder, `${own}\ncard: { module: ${cardModule}, removed: stay }\n`)
  const vigie = await start(policy.args)
  try {
    const wall = await theWall(vigie)
    const desk = await vigie.desk()
    const dialog = desk.locator('dialog[open]')
    await expect(dialog.getByRole('radio')).toHaveCount(3)
    const enter = async (whose: RegExp) => {
      await dialog.getByRole('radio', { name: whose }).check()
      await field(desk).fill(pin)
      await desk.keyboard.press('Enter')
    }
    await dialog.getByRole('radio', { name: /Petit/ }).check()
    await expect(dialog).toContainText(words['desk.pin.tries.none']!)
    await enter(/Petit/)
    await expect(
      desk.getByRole('alert').filter({ hasText: words['problem.card.locked.cause']!.split('{')[0]! }),
    ).toBeVisible()
    await enter(/OU=Vigie/)
    await expect(wall.getByText('Affaire réservée').first()).toBeVisible()
    await expect.poll(() => linkOf(wall)).toBe('live')

    await reader.pull()
    await expect.poll(() => linkOf(wall)).not.toBe('live')
    await expect(desk.locator('body')).toContainText(words['problem.card.wanted.cause']!)
    await expect(wall.getByText('Affaire réservée').first()).toBeVisible()
    await expect(wall.getByText(words['wall.blanked']!)).toHaveCount(0)
  } finally {
    await vigie.dispose()
  }
})
