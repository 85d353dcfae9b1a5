/** Whatever a platform sends: it is inert on screen or in quarantine with a reason, and the stream goes on. */
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/en.json' with { type: 'json' }
import { incident, incidents, signIn, startStage } from '../e2e/node.ts'
import { startVigie, type Vigie } from '../e2e/vigie.ts'
import type { Platform } from '../platform/platform.ts'
import { publishRubbish, rubbish } from '../platform/rubbish.ts'

let platform: Platform
let vigie: Vigie
let wall: Page
let desk: Page

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  platform = await startStage()
  vigie = await startVigie({ walls: 1, args: [...signIn(platform), '--lang', 'en'] })
  const [first] = await vigie.walls()
  if (first === undefined) throw new Error('there is no wall')
  wall = first
  desk = await vigie.desk()
  await expect(wall.getByText('Colis suspect').first()).toBeVisible()
})
test.afterAll(async () => {
  await vigie?.dispose()
  await platform?.dispose()
})

test('after every kind of rubbish, the next good message is on the wall', async () => {
  await publishRubbish(platform.feeder, rubbish(incidents, Date.now()))
  await platform.publish([incident(77, 'After the rubbish')])
  await expect(wall.getByText('After the rubbish').first()).toBeVisible()
})

test('nothing of it ran, and nothing of it is markup', async () => {
  for (const page of [wall, desk]) {
    expect(await page.title()).not.toBe('owned')
    const foreign = await page.evaluate(() => ({
      scripts: [...document.scripts].filter(({ src }) => !src.startsWith('app://vigie/')).length,
      images: [...document.images].filter(({ src }) => !/^(app|blob):/.test(src)).length,
      polluted: Object.keys(Object.prototype).length,
    }))
    expect(foreign).toEqual({ scripts: 0, images: 0, polluted: 0 })
  }
  expect(vigie.complaints).toEqual([])
})

test('no name runs off a screen, however long', async () => {
  const tooWide = await wall.evaluate(
    () =>
      document.documentElement.scrollWidth > innerWidth ||
      document.documentElement.scrollHeight > innerHeight,
  )
  expect(tooWide).toBe(false)
})

test('the desk shows what was refused, with the reason', async () => {
  await desk.keyboard.press('Control+k')
  await desk.keyboard.type('quarantine')
  await desk.keyboard.press('Enter')
  const list = desk.getByRole('region', { name: 'Quarantine' })
  await expect(list).toBeVisible()
  for (const code of ['message.json-invalid', 'message.time-implausible'] as const)
    await expect(
      list.getByText(new RegExp(words[`problem.${code}.cause`].replace('{subject}', '.+'))).first(),
    ).toBeVisible()
})
