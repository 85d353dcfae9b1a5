/** A day of a large platform: a hundred thousand events behind a synthesis that is made in five acts all the same. */
import { expect, test } from '@playwright/test'
import type { Reports } from '../../preload/contract/reports.ts'
import type { Bridge } from '../../preload/contract/schema.ts'
import { message, product } from '../platform/product.ts'
import type { Message } from '../../main/exercise/message.ts'
import { incident, line, signIn, stageProducts, startStage } from './node.ts'
import { startVigie, until } from './vigie.ts'

test.describe.configure({ timeout: 300_000 })

const units = 'security.units'
const load = 'transport.load'
const minute = 60_000

/** So that most have a history in the period, and many are worth a statement. */
function day(now: number): Message[] {
  const at = (minutes: number): { time: number } => ({ time: now - minutes * minute })
  const all: Message[] = []
  for (let n = 0; n < 2_000; n++)
    all.push(incident(n, `Affaire ${n}`, { entity: `INC-${n}`, ...at(110 - (n % 100)) }))
  for (let n = 0; n < 8_000; n++)
    all.push(line(n + 10, `Ligne ${n} de la main courante`, at(110 - (n % 110))))
  for (let n = 0; n < 40_000; n++)
    all.push(
      message(load, 'metric', n, {
        entity: `ligne-${n % 300}`,
        body: { series: `ligne-${n % 300}`, value: 40 + ((n * 7) % 60), unit: '%' },
        ...at(110 - (n / 40_000) * 109),
      }),
    )
  for (let n = 0; n < 50_000; n++)
    all.push(message(units, 'track', n, { entity: `POL-${n % 2_000}`, ...at(110 - (n / 50_000) * 109) }))
  return all
}

test('over a hundred thousand events: New, drafted, looked at, signed, numbered', async () => {
  const platform = await startStage({
    products: [...stageProducts, product(units, 'track'), product(load, 'metric')],
  })
  const vigie = await startVigie({ walls: 1, args: [...signIn(platform), '--lang', 'fr'] })
  try {
    const desk = await vigie.desk()
    const sent = day(Date.now())
    expect(sent).toHaveLength(100_000)
    await platform.publish(sent)
    const reports = (): Promise<Reports> =>
      desk.evaluate(async () => {
        const answer = await (globalThis as never as { vigie: Bridge<'desk'> }).vigie.reports.state()
        if (!answer.ok) throw new Error(answer.error.message)
        return answer.value
      })
    await until('somebody to be signed in', async () => (await reports()).mayNot === null || undefined)
    await platform.publish([line(1, 'Fin de la journée.', { id: 'last' })])
    await desk.locator('body').press('l')
    await expect(desk.getByText('Fin de la journée.').first()).toBeVisible({ timeout: 120_000 })
    await vigie.app.evaluate(({ dialog }) => {
      dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false })
    })
    const began = Date.now()
    await desk.locator('body').press('y')
    await desk.keyboard.press('Control+n')
    await desk.keyboard.press('Enter')
    await expect(desk.locator('.sheet')).toBeVisible({ timeout: 120_000 })
    await expect(desk.locator('.sheet')).toContainText('Affaire')
    const drafted = Date.now()
    await desk.keyboard.press('Control+Enter')
    await expect(desk.locator('button.sign')).toBeFocused({ timeout: 120_000 })
    const set = Date.now()
    await desk.keyboard.press('Enter')
    await expect(desk.locator('.made')).toContainText('SYN-001', { timeout: 120_000 })
    test.info().annotations.push({
      type: 'took',
      description: `drafted ${drafted - began} ms, set ${set - drafted} ms, released ${Date.now() - set} ms`,
    })
    expect((await reports()).reports.map(({ key }) => key)).toEqual(['SYN-001-v1'])
  } finally {
    await vigie.dispose()
    await platform.dispose()
  }
})
