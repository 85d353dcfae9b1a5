/**
 * Documents on the real app: dropped on the desk, on the platform, read at the desk, on a wall; and files that mean harm
 * or are broken, in words.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Objm } from '@nats-io/obj'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { digestOf } from '../../main/engine/deliveries.ts'
import { tokenOf } from '../../preload/contract/place.ts'
import { streamOf } from '../../preload/contract/product.ts'
import { actsProduct, message, product } from '../platform/product.ts'
import type { DeskState } from '../../preload/contract/state.ts'
import { outboxOf, shows, tells } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const own = 'ops.documents'
const theirs = 'security.documents'
const scenario = new URL('../../resources/scenarios/paris/documents/', import.meta.url)
const policy = `node: poste-07
organisation: CNCS
wall: { name: salle de crise, screens: [1, 2] }
timeZone: Europe/Paris
scheme: default
contentProtection: false
screens:
  - { screen: 1, scene: situation, ceiling: np, distance: 5, diagonal: 55 }
  - { screen: 2, scene: log, ceiling: dr, distance: 5, diagonal: 55 }
others: { scene: situation, ceiling: np, distance: 5, diagonal: 55 }
desk: { ceiling: dr }
`
let two: TwoNodes
let left: NodeOfTwo

test.beforeAll(async () => {
  two = await startTwoNodes({
    products: [
      ...stageProducts,
      actsProduct(),
      product(own, 'document', {
        freshness: 'P30D',
        marking: 'dr',
        title: { fr: 'Documents de la salle', en: 'Documents of the room' },
      }),
      product(theirs, 'document', {
        freshness: 'P30D',
        marking: 'np',
        title: { fr: 'Dossier sécurité', en: 'Security file' },
      }),
    ],
    policy: { 'poste-07': policy },
  })
  left = two.left
  await tells(left, deliveryAccess).toBe('open')
})
test.afterAll(async () => {
  await two?.dispose()
})

const deliveryAccess = ({ deliveries }: DeskState) =>
  deliveries.find(({ type }) => type === 'vigie.document.v1')?.access
const waitingOf = ({ deliveries }: DeskState) =>
  deliveries.flatMap(({ waiting }) => waiting.map(({ title, state }) => `${title}: ${state}`))

/** Pictures for who looks at them, where they are asked for. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['VIGIE_SHOTS']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png` })
}
async function drop(desk: Page, name: string, type: string, bytes: Uint8Array): Promise<void> {
  const dataTransfer = await desk.evaluateHandle(
    ([called, kind, base64]) => {
      const transfer = new DataTransfer()
      const raw = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      transfer.items.add(new File([raw], called, { type: kind }))
      return transfer
    },
    [name, type, Buffer.from(bytes).toString('base64')] as const,
  )
  await desk.dispatchEvent('body', 'dragover', { dataTransfer })
  await desk.dispatchEvent('body', 'drop', { dataTransfer })
}
/** As somebody else publishes it. @param said what its event says otherwise */
async function publish(name: string, bytes: Uint8Array, mediaType: string, said: object = {}): Promise<void> {
  const entity = tokenOf(name)
  const store = await new Objm(jetstream(two.platform.feeder)).open('documents')
  await store.putBlob({ name: entity }, new Uint8Array(bytes))
  const digest = digestOf(bytes)
  await two.platform.publish([
    message(theirs, 'document', 0, {
      ...{ id: entity, entity, marking: 'np' },
      body: {
        name,
        mediaType,
        size: bytes.length,
        digest,
        object: entity,
        owner: 'Préfecture',
        ...said,
      },
    }),
  ])
}
const row = (desk: Page, name: string) => desk.locator('[data-document]', { hasText: name })
const sheet = (page: Page, name: string) => page.locator(`[data-shown="${name}"]`)
/** How much of the page is not the paper: nothing drawn is nothing read. */
const inkOf = (page: Page) =>
  page
    .locator('canvas[aria-label]')
    .first()
    .evaluate((canvas) => {
      const from = canvas as HTMLCanvasElement
      const onto = Object.assign(document.createElement('canvas'), { width: 200, height: 200 })
      const context = onto.getContext('2d')!
      context.drawImage(from, 0, 0, 200, 200)
      const { data } = context.getImageData(0, 0, 200, 200)
      let ink = 0
      for (let at = 0; at < data.length; at += 4) if (data[at]! + data[at + 1]! + data[at + 2]! < 600) ink++
      return ink
    })

test('a file that is dropped is asked whose it is and how it is marked, and is on the platform, whole', async () => {
  const desk = await left.desk()
  const bytes = await readFile(new URL('consignes-evacuation.pdf', scenario))
  await drop(desk, 'Consignes d’évacuation.pdf', 'application/pdf', bytes)
  const dialog = desk.getByRole('dialog', { name: words['desk.documents.add'] })
  await expect(dialog.getByLabel(words['desk.documents.name'])).toHaveValue('Consignes d’évacuation')
  await dialog.getByLabel(words['desk.documents.owner']).fill('Sécurité, quais')
  await dialog.getByRole('radio').first().check()
  await picture(desk, '1-add')
  await desk.keyboard.press('Enter')
  await expect(row(desk, 'Consignes d’évacuation')).toBeVisible()
  await tells(left, waitingOf).toEqual([])
  const manager = await jetstreamManager(two.platform.feeder)
  const event = await manager.streams.getMessage(streamOf(own), { last_by_subj: `dp.${own}.>` })
  const body = event!.json<{ owner: string; object: string; digest: string; mediaType: string }>()
  expect(body).toMatchObject({
    owner: 'Sécurité, quais',
    mediaType: 'application/pdf',
    digest: digestOf(bytes),
  })
  const store = await new Objm(jetstream(two.platform.feeder)).open('documents')
  expect(Buffer.from((await store.getBlob(body.object))!).equals(bytes)).toBe(true)
})

test('it is read at the desk by keyboard, and one key puts it on a wall', async () => {
  const desk = await left.desk()
  await row(desk, 'Consignes d’évacuation').focus()
  await desk.keyboard.press('Enter')
  await expect(sheet(desk, 'Consignes d’évacuation')).toBeVisible()
  expect(await inkOf(desk)).toBeGreaterThan(300)
  await picture(desk, '2-read')
  await desk.keyboard.press('m')
  // the other screens may not know what this product may hold
  const wall = await left.screen(2)
  await expect(sheet(wall, 'Consignes d’évacuation')).toBeVisible()
  expect(await inkOf(wall)).toBeGreaterThan(300)
  await picture(wall, '3-wall')
  // … and gives the scene back
  await desk.keyboard.press('m')
  await shows(left, 2, ({ scene }) => scene.scene).toBe('log')
  await desk.keyboard.press('Control+z')
  await expect(sheet(wall, 'Consignes d’évacuation')).toBeVisible()
})

test('found by words, product and marking; pictures and texts are read alike', async () => {
  await publish(
    'Schéma du parcours',
    await readFile(new URL('schema-du-parcours.png', scenario)),
    'image/png',
  )
  await publish('Annuaire de crise', await readFile(new URL('annuaire-de-crise.txt', scenario)), 'text/plain')
  const desk = await left.desk()
  await desk.keyboard.press('Control+f')
  await desk.keyboard.type('schema prefecture')
  await expect(desk.locator('[data-document]')).toHaveCount(1)
  await row(desk, 'Schéma du parcours').click()
  await expect(sheet(desk, 'Schéma du parcours')).toBeVisible()
  expect(await inkOf(desk)).toBeGreaterThan(300)
  await picture(desk, '4-image')
  await desk.keyboard.press('Control+f')
  await desk.keyboard.press('Escape')
  await row(desk, 'Annuaire de crise').click()
  await expect(sheet(desk, 'Annuaire de crise').locator('pre')).not.toBeEmpty()
  await picture(desk, '5-text')
})

test('what is marked above a screen is offered only to those that may show it, and shows nowhere else', async () => {
  const desk = await left.desk()
  await desk.keyboard.press('Control+o')
  const dialog = desk.getByRole('dialog', { name: words['desk.documents.add'] })
  // Enter chooses a file once the button has the focus
  await expect(dialog.locator('button:focus')).toBeVisible()
  const chosen = desk.waitForEvent('filechooser')
  await desk.keyboard.press('Enter')
  await (
    await chosen
  ).setFiles({
    name: 'Réservé.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('Plan de la réserve'),
  })
  await dialog.getByRole('radio').last().check()
  await dialog.getByLabel(words['desk.documents.owner']).press('Enter')
  await row(desk, 'Réservé').click()
  await expect(sheet(desk, 'Réservé')).toBeVisible()
  await expect(
    desk.getByRole('button', { name: words['desk.documents.show'].replace('{screen}', '2') }),
  ).toBeVisible()
  await expect(
    desk.getByRole('button', { name: words['desk.documents.show'].replace('{screen}', '1') }),
  ).toHaveCount(0)
  await picture(desk, '6-above')
  // whoever asks for it all the same gets nothing of it
  const manager = await jetstreamManager(two.platform.feeder)
  const event = await manager.streams.getMessage(streamOf(own), { last_by_subj: `dp.${own}.>` })
  const entity = event!.subject.slice(`dp.${own}.`.length)
  await desk.evaluate(
    (asked) =>
      (globalThis as never as { vigie: { window: { act(input: unknown): unknown } } }).vigie.window.act(
        asked,
      ),
    { act: 'show-scene', screen: 1, scene: 'situation', document: { product: own, entity, page: 1 } },
  )
  const wall = await left.screen(1)
  await expect(wall.getByText(words['document.notHere'])).toBeVisible()
  expect(await wall.locator('body').innerText()).not.toContain('Réservé')
})

test('added while the platform is away it waits in words, and leaves once it is back', async () => {
  const desk = await left.desk()
  left.line.cut()
  await tells(left, deliveryAccess).toBe('cut')
  await drop(desk, 'Bulletin.txt', 'text/plain', Buffer.from('Vent de nord-ouest, 25 nœuds.'))
  await expect(desk.getByText(words['desk.documents.leavesLater'])).toBeVisible()
  await desk.keyboard.press('Enter')
  const waiting = desk.locator('li', { hasText: 'Bulletin' })
  await expect(waiting).toContainText(words['desk.outbox.state.waiting'])
  await picture(desk, '7-waiting')
  left.line.mend()
  await tells(left, waitingOf).toEqual([])
  await row(desk, 'Bulletin').click()
  await expect(sheet(desk, 'Bulletin').locator('pre')).toContainText('25 nœuds')
})

test('a file that is broken, means harm, or is too large is told in words, and nothing stalls', async () => {
  const png = await readFile(new URL('schema-du-parcours.png', scenario))
  const bomb = Buffer.from(png.subarray(0, 200))
  bomb.writeUInt32BE(60_000, 16)
  bomb.writeUInt32BE(60_000, 20)
  await publish('Bombe', bomb, 'image/png')
  await publish('Image abîmée', png.subarray(0, 60), 'image/png')
  await publish('Programme', Buffer.from('\x7fELF\x02\x01\x01\0\0\0'), 'application/pdf')
  await publish('Trop grand', Buffer.from('x'), 'application/pdf', { size: 200_000_000 })
  await publish('Scripts', scripted, 'application/pdf')
  await publish('Sans fin', endless, 'application/pdf')
  const desk = await left.desk()
  const says = async (name: string, code: 'broken' | 'unreadable' | 'too-large' | 'too-slow') => {
    await row(desk, name).click()
    const [before = ''] = words[`problem.document.${code}.cause`].split('{subject}')
    await expect(desk.locator('article', { hasText: name })).toContainText(before.trim(), { timeout: 40_000 })
  }
  await says('Bombe', 'too-large')
  await says('Image abîmée', 'broken')
  await says('Programme', 'unreadable')
  await picture(desk, '8-unreadable')
  await says('Trop grand', 'too-large')
  // its page is drawn, its scripts are nobody's
  await row(desk, 'Scripts').click()
  await expect(sheet(desk, 'Scripts')).toBeVisible()
  expect(await desk.evaluate(() => 'ran' in globalThis)).toBe(false)
  // one that never ends is ended, and the desk goes on meanwhile
  await row(desk, 'Sans fin').click()
  await row(desk, 'Annuaire de crise').click()
  await expect(sheet(desk, 'Annuaire de crise')).toBeVisible()
  await says('Sans fin', 'too-slow')
  await drop(desk, 'Vide.txt', 'text/plain', Buffer.alloc(0))
  await desk.keyboard.press('Enter')
  await expect(desk.getByText(words['desk.documents.notAdded.no-bytes'])).toBeVisible()
  await desk.keyboard.press('Escape')
  expect(left.vigie().complaints.filter((said) => said.includes('Content Security Policy'))).toEqual([])
  await tells(left, outboxOf).toEqual([])
})

/** Objects as a PDF has them, its table left to whoever reads it to mend. */
const pdfOf = (...objects: string[]): Buffer =>
  Buffer.from(
    `%PDF-1.7\n${objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join('')}trailer\n<< /Root 1 0 R >>\n`,
    'latin1',
  )
const streamed = (content: string, more = ''): string =>
  `<< ${more} /Length ${content.length} >>\nstream\n${content}\nendstream`
const scripted = pdfOf(
  '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (globalThis.ran = true; app.alert\\("x"\\)) >> >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> /AA << /O << /S /JavaScript /JS (globalThis.ran = true) >> >> >>',
  streamed('BT /F 24 Tf 20 100 Td (Une page) Tj ET'),
  '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FontMatrix [1 0 0 1 0 (0\\); globalThis.ran = true; //)] >>',
)
/** Each form draws the next ten times. */
const endless = pdfOf(
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>',
  streamed('/X Do '.repeat(10)),
  ...Array.from({ length: 9 }, (_, at) =>
    streamed(
      at === 8 ? '0 0 m 300 200 l S' : '/X Do '.repeat(10),
      `/Type /XObject /Subtype /Form /BBox [0 0 300 200] /Resources << /XObject << /X ${at === 8 ? 5 : at + 6} 0 R >> >>`,
    ),
  ),
)
