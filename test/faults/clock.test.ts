/** The machine's clock is set wrong while the app runs, by an hour and by ten years: nothing goes, nothing looks old. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { incident, incidents, line, linkOf, log, signIn, startStage } from '../e2e/node.ts'
import { startVigie, until, type Vigie } from '../e2e/vigie.ts'
import { signPolicyIn } from '../platform/policy-authority.ts'
import { message, product } from '../platform/product.ts'
import type { Platform } from '../platform/platform.ts'
import { keptOf } from './kept.ts'

const hour = 3_600_000
const year = 365 * 24 * hour
/** Of all products the one whose messages really are too old, soon. */
const brief = 'security.brief'

let platform: Platform
let folder: string
let vigie: Vigie

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-clock-'))
  platform = await startStage()
  await platform.addProducts([product(brief, 'note', { retention: 'PT10S' })])
  await platform.publish([message(brief, 'note', 1)])
  const policy = await readFile('resources/policy.yaml', 'utf8')
  const own = policy.replace('least: PT1H', 'least: PT10S')
  expect(own).not.toBe(policy)
  const signed = await signPolicyIn(folder, own)
  await writeFile(join(folder, 'off'), '0')
  vigie = await startVigie({
    walls: 1,
    profile: join(folder, 'profile'),
    args: [...signIn(platform), '--lang', 'fr', ...signed.args],
    preload: join(import.meta.dirname, 'stepped-clock.cjs'),
    env: { STEPPED_CLOCK: join(folder, 'off') },
  })
})
test.afterAll(async () => {
  await vigie?.dispose()
  await platform?.dispose()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

const wall = (): Promise<Page> => until('the wall', async () => (await vigie.walls())[0])

/** Sets the clock of the whole machine, as far as this app can see it: main, engine, and every page. */
async function set(off: number): Promise<void> {
  await writeFile(join(folder, 'off'), String(off))
  for (const page of [await wall(), await vigie.desk()])
    await page.evaluate((ms) => {
      const kept = globalThis as { realNow?: () => number }
      const real = (kept.realNow ??= Date.now.bind(Date))
      Date.now = () => real() + ms
    }, off)
}

const kept = (product: string) => keptOf(vigie.profile, platform.wall, product)

/** How far the time on the wall is from the platform's, minutes. */
async function clockOff(page: Page): Promise<number> {
  const shown = (await page.locator('time[datetime]').first().getAttribute('datetime')) ?? ''
  const [, day, hours, minutes, , years] = /^(\d\d)(\d\d)(\d\d)Z([A-Z]{3})(\d\d)$/.exec(shown) ?? []
  const now = new Date()
  const read = Date.UTC(2000 + Number(years), now.getUTCMonth(), Number(day), Number(hours), Number(minutes))
  return Math.abs(read - now.getTime()) / 60_000
}

test('a clock that is set wrong refuses, purges and hides nothing, and the desk says how wrong it is', async () => {
  test.setTimeout(400_000)
  const screen = await wall()
  const desk = await vigie.desk()
  await expect(screen.getByText('Colis suspect').first()).toBeVisible()
  await expect.poll(() => linkOf(screen)).toBe('live')
  // one that would be gone in an hour
  await platform.publish([incident(2, 'Fuite de gaz', { expires: Date.now() + 30 * 60_000 })])
  const open = (count: number) => screen.getByRole('heading', { name: `${count} incidents ouverts` })
  await expect(open(3)).toBeVisible()

  let next = 10
  for (const [off, said] of [
    [hour, /avance de 60 min/],
    [-hour, /retarde de 60 min/],
    [-10 * year, /retarde de 3650 jours/],
    [10 * year, /avance de 3650 jours/],
  ] as const) {
    await set(off)
    await expect(desk.getByText(said)).toBeVisible()
    const name = `Signalement ${++next}`
    await platform.publish([incident(next, name), line(next, `Ligne ${next}.`)])
    await expect(screen.getByText(name).first()).toBeVisible()
    await expect(open(next - 7)).toBeVisible()
    expect(await linkOf(screen)).toBe('live')
    // the wall hears of it with the next second's health
    await expect.poll(() => clockOff(screen)).toBeLessThan(2)
    // no feed is late: all were published within the ten minutes that their products promise
    await expect(screen.locator('.strip .lost, .strip .late')).toHaveCount(0)
  }

  // the clock is ten years ahead; what is let go meanwhile is what is really too old
  await expect.poll(async () => (await kept(brief))?.events, { timeout: 150_000 }).toBe(0)
  for (const name of [incidents, log]) {
    const { digest, messages } = await platform.digest(name)
    expect(await kept(name)).toMatchObject({ events: messages, digest })
  }
  await expect(open(7)).toBeVisible()
  await set(0)
  await expect(desk.getByText(/NTP/)).toHaveCount(0)
})
