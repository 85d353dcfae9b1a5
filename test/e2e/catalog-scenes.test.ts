/** A wall on a platform that Vigie has never heard of: its scenes are made from the catalog, and follow it. */
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import type { Platform } from '../platform/platform.ts'
import { cutOn } from './cut.ts'
import { addToHarbour, shiftNote, startHarbour } from './harbour.ts'
import { signIn } from './node.ts'
import { startVigie, type Vigie } from './vigie.ts'

let platform: Platform
let vigie: Vigie
let walls: Page[]

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  platform = await startHarbour(['port.vessels', 'port.incidents', 'port.water'])
  vigie = await startVigie({ args: [...signIn(platform), '--lang', 'fr'] })
  walls = await vigie.walls()
})
test.afterAll(async () => {
  await vigie?.dispose()
  await platform?.dispose()
})

const screen = (number: number): Page => {
  const page = walls[number - 1]
  if (page === undefined) throw new Error(`there is no screen ${number}`)
  return page
}
const noLog = 'Aucune main courante sur cette plateforme'
/** Marks what stands there now: what is made anew has no mark. */
const mark = (page: Page, selector: string) =>
  page.locator(selector).evaluate((element) => element.setAttribute('data-stood', 'yes'))

test('shows where its things are, what happened and its first figures', async () => {
  const situation = screen(1)
  await expect(situation.getByRole('heading', { level: 1 })).toHaveText('Situation')
  await expect(situation.locator('.vigie-map').getByText('Nappe d’hydrocarbures')).toBeVisible()
  await expect(situation.locator('.incidents li')).toHaveCount(3)
  await expect(situation.getByText('Niveau de la mer')).toBeVisible()
  for (const page of walls) await expect(page.locator('body')).not.toContainText(/cérémonie|cinq domaines/i)
})

test('has a column for each domain, with the domain’s own figures', async () => {
  const domains = screen(2)
  await expect(domains.locator('[data-domain]')).toHaveCount(1)
  await expect(domains.locator('[data-domain="port"] [data-series="level"] strong')).toBeVisible()
  await expect(domains.locator('[data-domain="port"] [data-series="port.vessels"] strong')).toHaveText('20')
})

test('says once what the platform does not have', async () => {
  const log = screen(3)
  await expect(log.locator('[data-entity="POR-012"]')).toBeVisible()
  await expect(log.getByText(noLog)).toHaveCount(1)
  await expect(log.getByText(words['decisions.title'])).toHaveCount(0)
})

test('takes in a domain that comes, and makes nothing anew of what was there', async () => {
  await mark(screen(2), '[data-domain="port"]')
  await mark(screen(1), '.incidents li >> nth=0')
  await addToHarbour(platform, 'energy.grid')
  await expect(screen(2).locator('[data-domain="energy"] [data-series="load"] strong')).toBeVisible()
  await expect(screen(2).locator('[data-domain="port"]')).toHaveAttribute('data-stood', 'yes')
  await expect(screen(1).getByText('Charge du réseau')).toBeVisible()
  await expect(screen(1).locator('.incidents li >> nth=0')).toHaveAttribute('data-stood', 'yes')
})

test('takes in a log that comes, and gives decisions a place with the first one', async () => {
  await mark(screen(3), '[data-entity="POR-012"]')
  await addToHarbour(platform, 'energy.notes')
  await expect(screen(3).getByText('Prise de quart, équipe C.')).toBeVisible()
  await expect(screen(3).getByText(noLog)).toHaveCount(0)
  await expect(screen(3).getByText(words['decisions.title'])).toHaveCount(0)
  const decision = { category: 'decision', number: 'DÉC-001', status: 'open' }
  await platform.publish([shiftNote(90, Date.now(), 'Délestage préparé, départ 7.', decision)])
  await expect(screen(3).getByText(words['decisions.title'])).toBeVisible()
  await expect(screen(3).getByText('Délestage préparé, départ 7.')).toBeVisible()
  await expect(screen(3).locator('[data-entity="POR-012"]')).toHaveAttribute('data-stood', 'yes')
})

test('cuts nothing that it has no room for, and keeps each foot in its part', async () => {
  for (const page of walls) {
    await expect(page.locator('.board footer').first()).toBeVisible()
    await expect.poll(() => cutOn(page)).toEqual([])
  }
})
