/** What a person does where a board is composed. */
import type { Locator, Page } from '@playwright/test'
import type fr from '../../resources/translations/fr.json'

/** px of the page */
export interface Point {
  x: number
  y: number
}

export const elements = (desk: Page): Locator => desk.locator('[data-element]')
/** Each element as it is told to who does not see it: its kind, place and size. */
export const places = async (desk: Page): Promise<(string | null)[]> =>
  elements(desk).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
export const element = (desk: Page, kind: string): Locator =>
  elements(desk).and(desk.getByRole('button', { name: new RegExp(`^${kind},`) }))

export async function middle(one: Locator): Promise<Point> {
  const { x, y, width, height } = (await one.boundingBox())!
  return { x: x + width / 2, y: y + height / 2 }
}

export async function dragged(desk: Page, from: Point, to: Point): Promise<void> {
  await desk.mouse.move(from.x, from.y)
  await desk.mouse.down()
  await desk.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 })
  await desk.mouse.move(to.x, to.y, { steps: 4 })
  await desk.mouse.up()
}

/** From the palette onto the left half of the board. */
export async function dragOn(
  desk: Page,
  words: Record<keyof typeof fr, string>,
  kind: RegExp,
): Promise<void> {
  const { x, y, width, height } = (await desk
    .getByRole('group', { name: words['desk.boards.board'] })
    .boundingBox())!
  const palette = desk.getByRole('navigation', { name: words['desk.boards.elements'] })
  const listed = palette.getByRole('button', { name: kind })
  // the list scrolls: who drags looks for it first
  await listed.scrollIntoViewIfNeeded()
  await dragged(desk, await middle(listed), { x: x + width / 4, y: y + height / 2 })
}
