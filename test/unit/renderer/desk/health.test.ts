// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest'
import Window from '../../../../renderer/desk/Window.svelte'
import { speechIn, stateOf } from '../../../doubles/desk.ts'
import { factsOf } from '../../../doubles/health.ts'
import { now } from '../../../doubles/picture.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

const { say } = speechIn('fr')
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

async function sit(changes: Parameters<typeof factsOf>[1] = {}) {
  const desk = await mountWindow(Window, 'desk', stateOf(), { 'desk.health': () => factsOf(now, changes) })
  close = desk.close
  return desk
}

it('the node’s health is a key away, and is no tab while nothing is wrong', async () => {
  const desk = await sit()
  expect(textsOf('nav .tab')).not.toContain(say('desk.nav.health'))
  await desk.press('d')
  expect(document.querySelectorAll('[data-health]')).toHaveLength(11)
  expect(textOf('[data-health=disk]')).toContain('61')
  expect(textOf('[data-health=disk] .unseen')).toBe(say('health.state.good'))
})

it('what is wrong is counted at its tab, and told above where a certificate ends', async () => {
  const soon = { role: 'authority', subject: 'CN=AC Postes', notAfter: now + 5 * 86_400_000 } as const
  const desk = await sit({ certificates: [soon], disk: { free: 1, size: 100 } })
  expect(textOf('nav .tab:last-child')).toContain('2')
  expect(textOf('.banners')).toContain('CN=AC Postes')
  await desk.press('d')
  expect(document.querySelector('[data-health=disk]')?.getAttribute('data-state')).toBe('bad')
})

it('its report is copied by main, and only where policy lets it be', async () => {
  const desk = await sit()
  await desk.press('d')
  await desk.click('.health .link')
  const [copied] = desk.calls.filter(({ call }) => call === 'desk.copy')
  expect(copied?.input).toMatchObject({ text: expect.stringContaining('CN=poste-07') })
  await desk.close()
  const other = await sit({ mayCopy: false })
  await other.press('d')
  expect(document.querySelector('.health .link')).toBeNull()
})
