/** What a screen may not show leaves its page when that is decided, not with the next message about it. */
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { expect, test, type Page } from '@playwright/test'
import type { Descriptor } from '../../preload/contract/product.ts'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import type { Platform } from '../platform/platform.ts'
import { signPolicyIn } from '../platform/policy-authority.ts'
import { product } from '../platform/product.ts'
import { incidents, signIn, startStage } from './node.ts'
import { startVigie, type Vigie } from './vigie.ts'

let platform: Platform
let vigie: Vigie
let low: Page
let high: Page

test.describe.configure({ mode: 'serial' })

const policy = `node: poste-07
organisation: CNCS
wall: salle
timeZone: Europe/Paris
scheme: default
contentProtection: true
screens:
  - { screen: 1, scene: situation, ceiling: np, distance: 5, diagonal: 55 }
  - { screen: 2, scene: situation, ceiling: dr, distance: 5, diagonal: 55 }
others: { scene: situation, ceiling: np, distance: 5, diagonal: 55 }
desk: { ceiling: dr }
`

test.beforeAll(async () => {
  platform = await startStage()
  const { args } = await signPolicyIn(platform.directory, policy)
  vigie = await startVigie({ walls: 2, args: [...signIn(platform), ...args, '--lang', 'fr'] })
  const walls = await vigie.walls()
  if (walls[0] === undefined || walls[1] === undefined) throw new Error('there are no two walls')
  low = walls[0]
  high = walls[1]
})
test.afterAll(async () => {
  await vigie?.dispose()
  await platform?.dispose()
})

const name = 'Colis suspect'
const whole = (page: Page): Promise<string> => page.evaluate(() => document.documentElement.outerHTML)
const describeAs = async (more: Partial<Descriptor>): Promise<void> => {
  const catalog = await new Kvm(jetstream(platform.feeder)).open('catalog')
  const { descriptor } = product(incidents, 'feature', { freshness: 'PT10M', ...more })
  await catalog.put(incidents, JSON.stringify(descriptor))
}

test('a product that is raised leaves the screens below it, and the banner above it follows', async () => {
  for (const page of [low, high]) await expect(page.getByText(name).first()).toBeVisible()
  await describeAs({ marking: 'dr' })
  await expect.poll(async () => (await whole(low)).includes(name)).toBe(false)
  await expect(high.getByText(name).first()).toBeVisible()
  await expect(high.locator('[data-marking]').first()).toContainText('DIFFUSION RESTREINTE')
  await expect(low.locator('[data-marking]').first()).toContainText('NON PROTÉGÉ')
  await describeAs({ marking: 'np' })
  await expect(low.getByText(name).first()).toBeVisible()
})

test('a right that the platform took away leaves every screen, and the desk says why', async () => {
  await platform.permit(platform.wall, [incidents])
  // the server says so when it is asked for more, which is twice a minute where little comes
  for (const page of [low, high])
    await expect.poll(async () => (await whole(page)).includes(name), { timeout: 60_000 }).toBe(false)
  const desk = await vigie.desk()
  const row = desk.locator(`[data-product="${incidents}"]`)
  await expect(row).toContainText(words['feed.refused'])
  expect(await whole(desk)).not.toContain(name)
})
