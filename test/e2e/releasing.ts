/** A synthesis at a desk whose certificate somebody opened by hand: they prove once more that it is them. */
import { expect, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }

/** From New to the field that waits for the secret. */
export async function askToRelease(desk: Page): Promise<void> {
  await desk.locator('body').press('y')
  await desk.keyboard.press('Control+n')
  await desk.keyboard.press('Enter')
  await expect(desk.locator('.sheet')).toBeVisible()
  await desk.keyboard.press('Control+Enter')
  await expect(desk.locator('#release-secret')).toBeFocused()
}
async function sign(desk: Page, secret: string): Promise<void> {
  await desk.keyboard.type(secret)
  // from the field it only leads to the button
  await desk.keyboard.press('Enter')
  await desk.keyboard.press('Enter')
}

/** A wrong secret is said so and signs nothing; the right one signs. */
export async function releaseWith(
  desk: Page,
  { wrong, right, refused }: { wrong: string; right: string; refused: keyof typeof words },
): Promise<void> {
  await sign(desk, wrong)
  await expect(desk.locator('#release-refused')).toContainText(words[refused].split('{')[0]!.trim())
  await expect(desk.locator('.made')).toHaveCount(0)
  await expect(desk.locator('#release-secret')).toBeFocused()
  await expect(desk.locator('#release-secret')).toHaveValue('')
  await sign(desk, right)
  await expect(desk.locator('.made')).toContainText('SYN-001')
  await desk.keyboard.press('Escape')
}
