/** The trail in the real app: what a person did is in it, however the node ends, and the desk says who put what where. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { expect, test } from '@playwright/test'
import { startVirtualScreens, type VirtualScreens } from '../../build/virtual-screens.mjs'
import type { Bridge } from '../../preload/contract/schema.ts'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import type { Platform } from '../platform/platform.ts'
import { signIn, startStage } from './node.ts'
import { startVigie, until, type Vigie } from './vigie.ts'
import { vigie as runCommand } from '../platform/run-command.ts'

let platform: Platform
let screens: VirtualScreens
let folder: string
let vigie: Vigie | undefined

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-trail-'))
  screens = await startVirtualScreens({ screens: 2 })
  platform = await startStage()
})
test.afterEach(async () => {
  await vigie?.dispose()
  vigie = undefined
})
test.afterAll(async () => {
  await platform?.dispose()
  await screens?.dispose()
  await rm(folder, { recursive: true, force: true })
})

const profile = () => join(folder, 'profile')
const start = (): Promise<Vigie> =>
  startVigie({ walls: 1, screens, profile: profile(), args: [...signIn(platform), '--lang', 'fr'] })

const command = (...args: string[]) => {
  const { identityFile, passphraseFile } = platform.wall
  const who = ['--profile', profile(), '--identity', identityFile, '--passphrase-file', passphraseFile]
  return runCommand('trail', ...args, ...who)
}

test('what was told done is in the trail after a kill, here and on the platform; the desk says who put it there', async () => {
  const first = await start()
  vigie = first
  const trailIsOpen = async () => {
    const desk = await first.desk()
    return desk.evaluate(async () => {
      const { vigie } = globalThis as never as { vigie: Bridge<'desk'> }
      const question = { words: [], screen: null, from: null, until: null, before: null, limit: 1 }
      return (await vigie.desk.trail(question)).ok || undefined
    })
  }
  await until('the trail to be open', trailIsOpen)
  await (
    await first.desk()
  ).evaluate(async () => {
    const { vigie } = globalThis as never as { vigie: Bridge<'desk'> }
    const done = await vigie.window.act({ act: 'show-scene', screen: 1, scene: 'log' })
    if (!done.ok) throw new Error(done.error.message)
  })
  await first.kill()

  const second = await start()
  vigie = second
  const desk = await second.desk()
  await expect(desk.getByRole('button', { name: words['desk.nav.trail'] })).toBeVisible()
  await desk.keyboard.press('t')
  const ask = desk.getByRole('searchbox', { name: words['desk.trail.ask'] })
  await ask.fill('choisie')
  await expect(
    desk.locator('[data-trail]').filter({ hasText: words['desk.trail.kind.act.show-scene'] }),
  ).toHaveCount(1)
  const now = await desk.evaluate(() =>
    new Intl.DateTimeFormat('fr', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' }).format(),
  )
  await ask.fill(`écran 1 ${now}`)
  await expect(desk.locator('.showing')).toContainText('Écran 1')
  await expect(desk.locator('.showing')).toContainText('Mis par poste-07')

  const verdict = await command('verify', '--json', '--ca', platform.caFile)
  expect(verdict.stderr).toBe('')
  expect(JSON.parse(verdict.stdout)).toMatchObject({ bad: null })
  const shown = await command('show', '--json', '--kind', 'act.show-scene')
  expect(JSON.parse(shown.stdout)).toMatchObject([{ screen: 1, subject: 'log', refused: null }])
  const manager = await jetstreamManager(platform.feeder)
  await until('the act to be on the platform', async () => {
    const { state } = await manager.streams.info('AUDIT')
    for (let seq = state.first_seq; seq > 0 && seq <= state.last_seq; seq++) {
      const message = await manager.streams.getMessage('AUDIT', { seq })
      if (message && new TextDecoder().decode(message.data).includes('"act.show-scene"')) return true
    }
    return undefined
  })
})
