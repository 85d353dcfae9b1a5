import { readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import { test, until } from './vigie.ts'

test('a start without arguments becomes a live wall of three, each screen full, sandboxed and its own', async ({
  vigie,
}) => {
  const walls = await vigie.walls()
  expect(walls).toHaveLength(3)

  // each fills its own display
  for (const [n, wall] of walls.entries()) {
    await until(`screen ${n + 1} to fill its display`, async () => {
      const place = await wall.evaluate(() => [screenX, screenY, innerWidth, innerHeight].join(' '))
      return place === `${n * 1920} 0 1920 1080` ? true : undefined
    })
  }

  // the sandbox is on: system calls are filtered, in a process that is not root
  const pids = await vigie.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.webContents.getOSProcessId()),
  )
  expect(pids).toHaveLength(4)
  for (const pid of pids) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    expect(/^Seccomp:\s*(\d)/m.exec(status)?.[1]).toBe('2')
    expect(/^NSpid:\s*\d+\s+\d+/m.test(status)).toBe(true)
  }

  // every screen says that this is an exercise, and they show different things
  const texts: string[] = []
  for (const wall of walls) {
    await expect(wall.getByText('EXERCICE').or(wall.getByText('EXERCISE')).first()).toBeVisible()
    texts.push(await wall.locator('body').innerText())
  }
  expect(new Set(texts).size).toBe(3)
  await expect((await vigie.desk()).locator('body')).not.toBeEmpty()
  expect(vigie.complaints).toEqual([])
})

test('a screen without a map loads nothing of what draws one', async ({ vigie }) => {
  /** bytes of the scripts that a page has asked for */
  const scripts = (page: Page) =>
    page.evaluate(async () => {
      const scripts = [...document.querySelectorAll('script')].map(({ src }) => src)
      const imported = [...document.querySelectorAll<HTMLLinkElement>('link[rel=modulepreload]')]
      const asked = [...scripts, ...imported.map(({ href }) => href)]
      const sizes = await Promise.all(asked.map(async (from) => (await (await fetch(from)).blob()).size))
      return sizes.reduce((sum, size) => sum + size, 0)
    })
  const withMap: number[] = []
  const without: number[] = []
  for (const wall of await vigie.walls()) {
    await expect(wall.locator('.board section').first()).toBeVisible()
    const drawn = (await wall.locator('.board section.map').count()) > 0
    if (drawn) await expect(wall.locator('.vigie-map')).toBeVisible()
    ;(drawn ? withMap : without).push(await scripts(wall))
  }
  expect(withMap.length).toBeGreaterThan(0)
  expect(without.length).toBeGreaterThan(0)
  expect(Math.max(...without)).toBeLessThan(Math.min(...withMap) / 4)
  expect(vigie.complaints).toEqual([])
})

test('a display that is unplugged takes its wall along, and gives it back when it returns', async ({
  vigie,
}) => {
  const count = async () => (await vigie.walls()).length
  vigie.screens.unplug(3)
  await until('two walls', async () => ((await count()) === 2 ? true : undefined))
  vigie.screens.plug(3)
  await until('three walls', async () => ((await count()) === 3 ? true : undefined))
  const [, , third] = await vigie.walls()
  await expect.poll(() => third?.evaluate(() => screenX)).toBe(3840)
})
