/** The desk is the wall’s remote control: what a person does there is on every screen at once. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import described from '../../package.json' with { type: 'json' }
import type { Bridge } from '../../preload/contract/schema.ts'
import type { Platform } from '../platform/platform.ts'
import { message } from '../platform/product.ts'
import { incident, line, signIn, startStage } from './node.ts'
import { runVigie } from './run-vigie.ts'
import { startVigie, until, type Vigie } from './vigie.ts'

let platform: Platform
let vigie: Vigie
let desk: Page

test.describe.configure({ mode: 'serial' })

const ownScene = `scene: porte-14
title: { fr: Porte 14, en: Gate 14 }
grid: { columns: 2, rows: 1 }
widgets:
  - { widget: incidents, at: [0, 0, 1, 1] }
  - { widget: log, at: [1, 0, 1, 1] }
`

test.beforeAll(async () => {
  platform = await startStage()
  const scenes = join(platform.directory, 'scenes')
  await mkdir(scenes)
  await writeFile(join(scenes, 'porte-14.yaml'), ownScene)
  await writeFile(join(scenes, 'domains.yaml'), ownScene.replace('grid:', 'gird:'))
  await writeFile(
    join(scenes, 'fausse.yaml'),
    ownScene.replace('porte-14', 'fausse').replace('at: [1, 0, 1, 1]', 'at: 7'),
  )
  vigie = await startVigie({ args: [...signIn(platform), '--scenes', scenes, '--lang', 'fr'] })
  desk = await vigie.desk()
  await expect(desk.getByText('Colis suspect').first()).toBeVisible()
})
test.afterAll(async () => {
  await vigie?.dispose()
  await platform?.dispose()
})

const screen = async (number: number): Promise<Page> =>
  until(`screen ${number}`, async () => (await vigie.walls())[number - 1])
const scenes = async (): Promise<(string | null)[]> =>
  Promise.all((await vigie.walls()).map((wall) => wall.locator('[data-scene]').getAttribute('data-scene')))

test('three walls show three scenes, each with what the platform has just said', async () => {
  expect(await scenes()).toEqual(['situation', 'domains', 'log'])
  await platform.publish([incident(2, 'Malaise collectif'), line(2, 'Renfort zone 12 demandé.')])
  await expect((await screen(1)).getByText('Malaise collectif').first()).toBeVisible()
  await expect((await screen(3)).getByText('Renfort zone 12 demandé.').first()).toBeVisible()
  for (const wall of await vigie.walls())
    await expect(wall.locator('[data-marking]').first()).toContainText('DIFFUSION RESTREINTE')
})

test('the desk is told whose certificate signs in, and nothing of its key', async () => {
  const desk = await vigie.desk()
  const told = await desk.evaluate(async () => {
    const bridge = (window as unknown as { vigie: Bridge<'desk'> }).vigie
    const changed = new Promise((resolve) => {
      const stop = bridge.desk.stateChanged((state) => {
        stop()
        resolve(state)
      })
    })
    const answered = await bridge.desk.state()
    await bridge.window.act({ act: 'set-language', language: 'fr' })
    return JSON.stringify({ answered, changed: await changed })
  })
  const keyLines = platform.wall.key.split(/\r?\n/).filter((each) => each.length === 64)
  expect(keyLines.length).toBeGreaterThan(10)
  // said without what was told: a failure must not print a key
  expect({
    certificate: told.includes('CN=wall-01'),
    blocks: /PRIVATE KEY|BEGIN CERTIFICATE/.test(told),
    lines: keyLines.filter((each) => told.includes(each)).length,
  }).toEqual({ certificate: true, blocks: false, lines: 0 })
})

test('a scene is chosen by keyboard, and is still chosen after a restart of its page', async () => {
  await desk.locator('body').press('1')
  await desk.keyboard.press('s')
  await expect(desk.getByRole('listbox')).toBeVisible()
  await desk.getByRole('option', { name: 'Porte 14' }).press('Enter')
  await expect.poll(scenes).toEqual(['porte-14', 'domains', 'log'])
  await (await screen(1)).evaluate(() => location.reload()).catch(() => undefined)
  await expect.poll(scenes).toEqual(['porte-14', 'domains', 'log'])
  await expect((await screen(1)).getByText('Malaise collectif').first()).toBeVisible()
})

test('a scene file that is wrong is told at the desk by file, line and reason, and can’t be chosen', async () => {
  await desk.locator('body').press('2')
  await desk.keyboard.press('s')
  const wrong = desk.getByRole('option', { name: /fausse/ })
  await expect(wrong).toContainText('fausse.yaml:6:')
  await expect(wrong).toContainText('widgets.1.at')
  await expect(wrong).toBeDisabled()
  await desk.keyboard.press('Escape')
  // a wrong file in place of a built-in scene: the built-in one shows
  expect(await scenes()).toEqual(['porte-14', 'domains', 'log'])
  await expect((await screen(2)).getByText('Scène par défaut')).toBeVisible()
})

test('what is on the map is chosen by a click: an incident on its callout, anything else where it stands', async () => {
  const named = (name: string, lon: number, lat: number) => ({
    type: 'Feature' as const,
    geometry: { type: 'Point' as const, coordinates: [lon, lat] as [number, number] },
    properties: { name, severity: 'Moderate' as const, status: 'open' },
  })
  // the observation stands half way between two incidents, so that a test knows where
  await platform.publish([
    incident(3, 'Feu de poubelle', { body: named('Feu de poubelle', 2.3347, 48.866) }),
    message('security.observations', 'feature', 3, {
      entity: 'obs-3',
      body: named('Barrière déplacée', 2.3297, 48.863),
    }),
  ])
  await desk.getByRole('button', { name: 'Carte', exact: true }).click()
  const callout = desk.locator('.map-callout', { hasText: 'Feu de poubelle' })
  await callout.click()
  await expect(desk.getByRole('heading', { name: 'Feu de poubelle' })).toBeVisible()

  // where they stand now: banners that come above the map move it
  const middleOf = async (entity: string) => {
    const ring = desk.locator(`.map-annotations circle[data-key="security.incidents ${entity}"]`)
    const box = await ring.boundingBox()
    if (box === null) throw new Error(`${entity} has no ring`)
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  await expect(async () => {
    const [one, three] = [await middleOf('INC-1'), await middleOf('INC-3')]
    await desk.mouse.click((one.x + three.x) / 2, (one.y + three.y) / 2)
    await expect(desk.getByRole('heading', { name: 'Barrière déplacée' })).toBeVisible({ timeout: 3000 })
  }).toPass({ timeout: 60_000 })
  await desk.getByRole('button', { name: 'Mur', exact: true }).click()
})

test('one key blanks every screen, and gives the picture back', async () => {
  const [one] = await vigie.walls()
  await desk.locator('body').press('b')
  for (const wall of await vigie.walls()) {
    await expect(wall.getByText('Écran masqué')).toBeVisible()
    await expect(wall.getByText('Colis suspect').first()).toBeHidden()
    await expect(wall.locator('[data-marking]').first()).toContainText('NON PROTÉGÉ')
  }
  await desk.keyboard.press('b')
  for (const wall of await vigie.walls()) await expect(wall.getByText('Écran masqué')).toHaveCount(0)
  // a person who stands at a wall can do it too
  await one?.keyboard.press('Escape')
  await one?.keyboard.press('Escape')
  for (const wall of await vigie.walls()) await expect(wall.getByText('Écran masqué')).toBeVisible()
  await desk.keyboard.press('b')
  await expect((await screen(3)).getByText('Écran masqué')).toHaveCount(0)
})

test('the language switches live, on all screens at once', async () => {
  await desk
    .getByRole('button', { name: /English/ })
    .first()
    .click()
  for (const wall of await vigie.walls()) await expect(wall.locator('html')).toHaveAttribute('lang', 'en')
  await expect((await screen(3)).getByRole('heading', { name: 'Log' }).first()).toBeVisible()
  await desk
    .getByRole('button', { name: /French|Français/ })
    .first()
    .click()
  for (const wall of await vigie.walls()) await expect(wall.locator('html')).toHaveAttribute('lang', 'fr')
})

test('the help says which version this is, and where it is signed in', async () => {
  await desk.keyboard.press('?')
  await expect(desk.getByRole('dialog')).toContainText(`Vigie ${described.version} · tls://localhost`)
  await desk.keyboard.press('Escape')
})

test('screens show their numbers when asked to', async () => {
  // they stand for six seconds: whoever looks for them is there before
  const walls = await Promise.all([1, 2, 3].map((number) => screen(number)))
  const shown = walls.map((wall, at) =>
    expect(wall.getByRole('status', { name: `Écran ${at + 1}` })).toBeVisible(),
  )
  await desk.locator('body').press('i')
  await Promise.all(shown)
})

test('an alarm that is taken on at the desk no longer calls from the wall', async () => {
  const alert = (await screen(3)).locator('[data-entity="INC-SECRET"]')
  await expect(alert).toBeVisible()
  await desk.locator('body').press('n')
  await expect(desk.getByRole('heading', { name: 'Affaire réservée' })).toBeVisible()
  await desk.keyboard.press('a')
  await expect(alert).toHaveCount(0)
})

test('the desk shows each screen as it is now', async () => {
  await expect.poll(() => desk.locator('canvas[data-thumbnail]').count()).toBe(3)
  // a picture of a screen has more than one colour
  const colours = await desk.locator('canvas[data-thumbnail]').evaluateAll((all) =>
    all.map((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement
      const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data
      return new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0))).size
    }),
  )
  for (const count of colours) expect(count).toBeGreaterThan(20)
})

test('a time of another day has its date, in one line, in the history and in the log', async () => {
  const yesterday = Date.now() - 25 * 3_600_000
  await platform.publish([
    incident(70, 'Vieux dossier', { id: 'old-1', time: yesterday }),
    line(70, 'Dossier ouvert hier.', {
      time: yesterday,
      body: { text: 'Dossier ouvert hier.', refs: ['INC-70'] },
    }),
  ])
  await desk.keyboard.press('w')
  await desk.getByText('Dossier ouvert hier.').first().click()
  await expect(desk.locator('#selected')).toContainText('Vieux dossier')
  const times = desk.locator('[data-region="selection"] time, .log time')
  const dated = times.filter({ hasText: / \d{2}:\d{2}/ })
  await expect(desk.locator('[data-region="selection"] li time').first()).toContainText(/ \d{2}:\d{2}/)
  await expect.poll(() => dated.count()).toBeGreaterThan(2)
  for (const time of await dated.all()) {
    const lines = await time.evaluate((element) => {
      const words = document.createRange()
      words.selectNodeContents(element)
      return new Set(Array.from(words.getClientRects(), ({ top }) => Math.round(top))).size
    })
    expect(lines).toBe(1)
  }
})

test('a page that crashes comes back by itself, with its scene', async () => {
  // asked through main: to Playwright a page that crashed once is gone for good
  const shown = () =>
    vigie.app.evaluate(async ({ BrowserWindow }) => {
      const wall = BrowserWindow.getAllWindows().find((window) => window.getTitle() === 'Vigie 3')
      if (wall === undefined || wall.webContents.isCrashed() || wall.webContents.isLoading()) return ''
      const text: unknown = await wall.webContents.executeJavaScript('document.body.innerText', true)
      return String(text)
    })
  expect(await shown()).toContain('Renfort zone 12 demandé.')
  await vigie.app.evaluate(({ BrowserWindow }) => {
    const wall = BrowserWindow.getAllWindows().find((window) => window.getTitle() === 'Vigie 3')
    wall?.webContents.forcefullyCrashRenderer()
  })
  await until('main to notice', () =>
    vigie.said().includes('screen 3: its process ended') ? true : undefined,
  )
  await expect.poll(shown).toContain('Renfort zone 12 demandé.')
})

test('a second start on the same profile is refused clearly, and brings the desk to the front', async () => {
  const { code, said } = await runVigie(vigie.screens, ['--profile', vigie.profile])
  expect(code).toBe(3)
  expect(said).toContain('Vigie already runs on')
})

test('it ends in order when it is asked to', async () => {
  const child = vigie.process
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)))
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})
