/** A board of series, tables, figures and texts over the exercise, as its file says it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { startVigie, type Vigie } from './vigie.ts'

const scene = `
scene: situation
title: { fr: Chiffres et séries, en: Figures and series }
grid: { columns: 12, rows: 12 }
widgets:
  - widget: series
    at: [0, 0, 5, 6]
    title: { fr: Densité par zone, en: Density by zone }
    minutes: 60
    series:
      - { product: security.crowd, series: density-zone-01 }
      - { product: security.crowd, series: density-zone-02 }
      - { product: security.crowd, series: density-zone-12 }
      - { product: security.crowd, series: density-zone-13 }
  - widget: series
    at: [5, 0, 4, 6]
    series: [{ product: health.figures, series: samu }]
  - widget: series
    at: [9, 0, 3, 6]
    product: nowhere.none
  - widget: table
    at: [0, 6, 5, 6]
    product: security.incidents
  - widget: table
    at: [5, 6, 4, 3]
    product: health.beds
    sort: { property: value }
  - widget: figures
    at: [5, 9, 4, 3]
    title: { fr: Secours, en: Rescue }
    large: true
    series:
      - { product: health.figures, series: samu }
      - { product: health.figures, series: beds }
  - widget: text
    at: [9, 6, 3, 3]
    title: { fr: En bref, en: In brief }
    text:
      fr: 'La Seine est à {{environment.seine:level}}, {{environment.seine:level|change}} en une heure ; {{security.incidents}} incidents. {{nowhere.none:x}}.'
      en: 'The Seine is at {{environment.seine:level}}, {{environment.seine:level|change}} within an hour; {{security.incidents}} incidents. {{nowhere.none:x}}.'
  - widget: map
    at: [9, 9, 3, 3]
    title: { fr: Seine, en: Seine }
    area: [2.28, 48.84, 2.38, 48.88]
    domains: [security]
`
let folder: string
let vigie: Vigie
let wall: Page

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-boards-'))
  await writeFile(join(folder, 'situation.yaml'), scene)
  vigie = await startVigie({ walls: 1, args: ['--scenes', folder, '--lang', 'fr'] })
  wall = (await vigie.walls())[0]!
})
test.afterAll(async () => {
  await vigie?.dispose()
  await rm(folder, { recursive: true, force: true })
})

test('a board of data is whole: each part with what it says, its source, its age and its marking', async () => {
  const chart = wall.locator('section.series').first()
  await expect(chart.locator('canvas')).toBeVisible({ timeout: 90_000 })
  await expect(chart.locator('.end')).toHaveCount(4)
  await expect(chart.locator('footer .titles')).not.toBeEmpty()
  await expect(chart.locator('footer .marking')).toHaveText(/^(NP|DR)$/)
  // the line is drawn: it has pixels of its own on the canvas
  const drawn = () =>
    chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const context = canvas.getContext('2d')!
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
      let count = 0
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) count++
      return count
    })
  await expect.poll(drawn).toBeGreaterThan(2000)

  const absent = wall.locator('section.series').nth(2)
  await expect(absent.locator('p').first()).toContainText('nowhere.none')
  await expect(absent.locator('footer')).toHaveClass(/absent/)

  const table = wall.locator('section.table').first()
  await expect(table.locator('.list [role=row]').first()).toBeVisible()
  const beds = wall.locator('section.table').nth(1)
  await expect(beds.locator('.list [role=row]').first()).toBeVisible()

  const text = wall.locator('section.text')
  await expect(text).toContainText(/La Seine est à\s+\d,\d/)
  await expect(text).toContainText(words['text.unknown'].replace('{field}', 'nowhere.none'))
  await expect(wall.locator('section.map footer')).toBeVisible()
  await expect(wall.locator('section.figures [data-series=samu] svg').first()).toBeVisible()
  await wall.screenshot({ path: test.info().outputPath('board-fr.png') })
})

test('it is written in the language of the moment, numbers and axes too', async () => {
  const desk = await vigie.desk()
  const english = wall.locator('section.text').getByText('The Seine is at')
  await desk
    .getByRole('button', { name: /English/ })
    .first()
    .click()
  await expect(english).toBeVisible()
  await expect(wall.locator('section.series h2').first()).toContainText('Density by zone')
  await expect(wall.locator('section.table .count').first()).toContainText(/rows?/)
  await wall.screenshot({ path: test.info().outputPath('board-en.png') })
  expect(vigie.complaints).toEqual([])
})
