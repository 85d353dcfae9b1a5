/** A cut, a kill, a start without network: the last picture stays on the wall and looks its age. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import { incident, incidents, line, linkOf, log, signIn, startStage } from '../e2e/node.ts'
import { startVigie, until, type Vigie } from '../e2e/vigie.ts'
import type { Platform } from '../platform/platform.ts'
import { keptOf } from './kept.ts'

let platform: Platform
let screens: VirtualScreens
let profile: string
let vigie: Vigie

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'vigie-profile-'))
  screens = await startVirtualScreens({ screens: 3 })
  platform = await startStage()
  vigie = await start()
})
test.afterAll(async () => {
  await vigie?.dispose()
  await screens?.dispose()
  await platform?.dispose()
  await rm(profile, { recursive: true, force: true })
})

const start = () => startVigie({ walls: 2, screens, profile, args: [...signIn(platform), '--lang', 'fr'] })
const firstWall = (): Promise<Page> => until('the first wall', async () => (await vigie.walls())[0])

const kept = (product: string) => keptOf(profile, platform.wall, product)

test('a platform that goes away leaves its picture on the wall, said to be old, and comes back without a gap', async () => {
  const wall = await firstWall()
  await expect(wall.getByText('Colis suspect').first()).toBeVisible()
  await expect.poll(() => linkOf(wall)).toBe('live')

  await platform.kill()
  await expect.poll(() => linkOf(wall)).not.toBe('live')
  await expect(wall.getByText('Colis suspect').first()).toBeVisible()
  await expect(wall.locator('[data-link]')).toContainText(/Coupé depuis|Connexion/)

  await platform.restart()
  await platform.publish([incident(3, 'Ligne 2 interrompue'), line(3, 'Liaison rétablie.')])
  await expect.poll(() => linkOf(wall), { timeout: 60_000 }).toBe('live')
  await expect(wall.getByText('Ligne 2 interrompue').first()).toBeVisible()
  for (const product of [incidents, log]) {
    const { digest, messages } = await platform.digest(product)
    await expect.poll(() => kept(product), { timeout: 30_000 }).toMatchObject({ events: messages, digest })
  }
})

test('killed and started where nothing answers, it shows the last picture, and its age', async () => {
  await vigie.kill()
  await vigie.dispose()
  await platform.stop()
  vigie = await start()
  const wall = await firstWall()
  await expect(wall.getByText('Ligne 2 interrompue').first()).toBeVisible()
  await expect(wall.getByText('Colis suspect').first()).toBeVisible()
  await expect.poll(() => linkOf(wall)).not.toBe('live')
  await expect(wall.locator('[data-marking]').first()).toContainText('DIFFUSION RESTREINTE')
})

test('and follows on where it stopped once the platform is there', async () => {
  await platform.restart()
  await platform.publish([incident(4, 'Fumée suspecte')])
  const wall = await firstWall()
  await expect(wall.getByText('Fumée suspecte').first()).toBeVisible({ timeout: 60_000 })
  const { digest, messages } = await platform.digest(incidents)
  await expect.poll(() => kept(incidents), { timeout: 30_000 }).toMatchObject({ events: messages, digest })
})

test('an engine that dies is replaced, and the walls go on', async () => {
  const pid = await vigie.app.evaluate(
    ({ app }) => app.getAppMetrics().find(({ name }) => name === 'engine')?.pid,
  )
  if (pid === undefined) throw new Error('there is no engine')
  process.kill(pid, 'SIGKILL')
  await until('main to notice', () => (vigie.said().includes('engine.stopped') ? true : undefined))
  await platform.publish([incident(5, 'Coupure de courant')])
  const wall = await firstWall()
  await expect(wall.getByText('Coupure de courant').first()).toBeVisible({ timeout: 60_000 })
  await expect(wall.locator('[role="alert"]')).toHaveCount(0)
})

test('an engine that stands still is replaced, and the walls go on', async () => {
  const running = () =>
    vigie.app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'engine')?.pid)
  const pid = await until('an engine', running)
  process.kill(pid, 'SIGSTOP')
  await until('main to notice', () => (vigie.said().includes('engine.stands-still') ? true : undefined))
  await until('another engine', async () => {
    const now = await running()
    return now !== undefined && now !== pid ? true : undefined
  })
  expect(() => process.kill(pid, 0)).toThrow()
  await platform.publish([incident(6, 'Fuite de gaz')])
  const wall = await firstWall()
  await expect(wall.getByText('Fuite de gaz').first()).toBeVisible({ timeout: 60_000 })
  await expect(wall.locator('[role="alert"]')).toHaveCount(0)
})

test('a graphics process that dies, and dies again, takes no map along', async () => {
  const wall = await firstWall()
  /** colours of the picture that the map shows, ground and symbols together */
  const colours = () =>
    wall.evaluate(() => {
      const all = new Set<number>()
      for (const canvas of document.querySelectorAll<HTMLCanvasElement>(
        'canvas.map-readback:not([data-old])',
      )) {
        const pen = canvas.width > 0 ? canvas.getContext('2d') : null
        if (pen === null) continue
        for (const pixel of new Uint32Array(pen.getImageData(0, 0, canvas.width, canvas.height).data.buffer))
          all.add(pixel)
      }
      return all.size
    })
  await expect.poll(colours).toBeGreaterThan(20)
  for (const time of [1, 2]) {
    // what was shown before does not count afterwards
    await wall.evaluate(() => {
      for (const canvas of document.querySelectorAll('canvas.map-readback'))
        canvas.setAttribute('data-old', '')
    })
    await vigie.app.evaluate(({ app }) => {
      const graphics = app.getAppMetrics().find(({ type }) => type === 'GPU')
      if (graphics) process.kill(graphics.pid, 'SIGKILL')
    })
    await until(`main to notice death ${time}`, () =>
      vigie.said().includes(`${time} in ten minutes`) ? true : undefined,
    )
    await expect(wall.getByText('La carte se relance')).toHaveCount(0)
    await expect.poll(colours).toBeGreaterThan(20)
  }
})

test('a display that is unplugged and comes back shows the scene that was chosen for it', async () => {
  const desk = await vigie.desk()
  await desk.locator('body').press('2')
  await desk.keyboard.press('s')
  await desk.getByRole('option', { name: 'Main courante' }).press('Enter')
  const scene = async () => (await vigie.walls())[1]?.locator('[data-scene]').getAttribute('data-scene')
  await expect.poll(scene).toBe('log')
  screens.unplug(2)
  await expect.poll(async () => (await vigie.walls()).length).toBe(1)
  await expect(desk.getByText('Écran débranché')).toBeVisible()
  screens.plug(2)
  await expect.poll(scene).toBe('log')
  const back = await until('the second wall', async () => (await vigie.walls())[1])
  expect(await back.evaluate(() => [screenX, innerWidth, innerHeight])).toEqual([1920, 1920, 1080])
  await expect(back.getByText('Liaison rétablie.').first()).toBeVisible()
})
