import { expect, test } from '@playwright/test'
import { startVigie, until } from './vigie.ts'

test('a fault that nobody caught is told to main by a wall and by the desk alike', async () => {
  const vigie = await startVigie({ walls: 1, env: { VIGIE_DEVTOOLS: '1' } })
  try {
    const [wall] = await vigie.walls()
    for (const [role, page] of [
      ['wall 1', wall],
      ['desk', await vigie.desk()],
    ] as const) {
      if (page === undefined) throw new Error('there is no wall')
      await expect(page.locator('[data-link]').first()).toBeVisible()
      await page.evaluate((who) => {
        setTimeout(() => {
          throw new Error(`thrown at ${who}`)
        })
        void Promise.reject(new Error(`rejected at ${who}`))
      }, role)
      for (const fault of ['thrown', 'rejected'])
        await until(`main to hear that it was ${fault}`, () =>
          vigie.said().includes(`${role}: Error: ${fault} at ${role}`) ? true : undefined,
        )
    }
  } finally {
    await vigie.dispose()
  }
})
