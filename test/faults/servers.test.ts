/** A platform of three servers loses some of them: the wall follows what is left of it, and says where that is nothing. */
import { expect, test, type Page } from '@playwright/test'
import { incident, incidents, line, linkOf, log, signIn, startStage } from '../e2e/node.ts'
import { startVigie, until, type Vigie } from '../e2e/vigie.ts'
import type { Platform } from '../platform/platform.ts'
import { keptOf } from './kept.ts'

let platform: Platform
let vigie: Vigie
let wall: Page

test.describe.configure({ mode: 'serial', timeout: 240_000 })

test.beforeAll(async () => {
  platform = await startStage({ servers: 3 })
  vigie = await startVigie({ walls: 1, args: [...signIn(platform), '--lang', 'fr'] })
  wall = await until('the wall', async () => (await vigie.walls())[0])
})
test.afterAll(async () => {
  await vigie?.dispose()
  await platform?.dispose()
})

const kept = (product: string) => keptOf(vigie.profile, platform.wall, product)

/** All that is open is on the wall, of which the list has room for the newest. */
const open = (count: number) => wall.getByRole('heading', { name: `${count} incidents ouverts` })

test('the desk says which server it is, and of how many', async () => {
  await expect(wall.getByText('Colis suspect').first()).toBeVisible()
  await expect.poll(() => linkOf(wall)).toBe('live')
  const desk = await vigie.desk()
  await expect(desk.getByText(/localhost:\d+ \(sur 3 serveurs\)/).first()).toBeVisible()
})

test('each server is taken away in turn, and what is said meanwhile is on the wall', async () => {
  for (const [at, server] of platform.servers.entries()) {
    await server.kill()
    const name = `Signalement ${at + 1}`
    await platform.publish([incident(10 + at, name), line(10 + at, `Ligne ${at + 1}.`)])
    await expect(wall.getByText(name).first()).toBeVisible({ timeout: 60_000 })
    await expect(open(3 + at)).toBeVisible()
    await server.restart()
    await platform.inStep()
  }
})

test('where most are away the wall keeps its picture and says that it is old', async () => {
  const [first, second] = platform.servers
  await Promise.all([first!.kill(), second!.kill()])
  await expect.poll(() => linkOf(wall), { timeout: 60_000 }).toBe('down')
  await expect.poll(() => vigie.said(), { timeout: 60_000 }).toContain('platform.no-leader')
  await expect(wall.getByText('Signalement 3').first()).toBeVisible()
  await expect(open(5)).toBeVisible()
  await expect(wall.locator('[data-link]')).toContainText(/Coupé depuis|Connexion/)

  await Promise.all([first!.restart(), second!.restart()])
  await platform.publish([incident(20, 'Ligne 2 interrompue'), line(20, 'Liaison rétablie.')])
  await expect(wall.getByText('Ligne 2 interrompue').first()).toBeVisible({ timeout: 60_000 })
  await expect.poll(() => linkOf(wall), { timeout: 60_000 }).toBe('live')
})

test('and has lost nothing of all that, and nothing twice', async () => {
  for (const product of [incidents, log]) {
    const { digest, messages } = await platform.digest(product)
    await expect.poll(() => kept(product), { timeout: 60_000 }).toMatchObject({ events: messages, digest })
  }
})
