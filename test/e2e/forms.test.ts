/**
 * A form that nobody programmed, filled in by keyboard alone: what is entered is on the platform once, and on a wall; what
 * is refused, or can't be sent, is told in words.
 */
import { mkdir } from 'node:fs/promises'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { expect, test, type Page } from '@playwright/test'
import words from '../../resources/translations/fr.json' with { type: 'json' }
import { streamOf } from '../../preload/contract/product.ts'
import { actsProduct, product } from '../platform/product.ts'
import { act, tells } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const observations = 'ops.observations'
const scene = `scene: seen
title: { fr: Observations, en: Observations }
grid: { columns: 2, rows: 1 }
widgets:
  - { widget: table, at: [0, 0, 2, 1], product: ops.observations }
`
const policy = (name: string, screens: string, ceiling: string): string => `node: ${name}
organisation: CNCS
wall: { name: salle de crise, screens: [${screens}] }
timeZone: Europe/Paris
scheme: default
contentProtection: false
screens: []
others: { scene: seen, ceiling: dr, distance: 5, diagonal: 55 }
desk: { ceiling: ${ceiling} }
`
/** As its owner shares it; `marking`: of the form itself. */
const shared = (content: object, marking = 'np'): string =>
  JSON.stringify({
    ...{
      owner: 'CNCS',
      version: 1,
      marking,
      schema: 'vigie.form.v1',
      title: { fr: 'Niveau de Seine', en: 'River' },
    },
    ...{ saved: { node: 'poste-09', person: null }, content },
  })
const river = {
  ...{ form: 'river', title: { fr: 'Niveau de Seine', en: 'River level' }, product: observations },
  ...{ category: 'observation', marking: 'dr' },
  schema: {
    ...{ type: 'object', required: ['where', 'level'] },
    properties: {
      where: { type: 'array', format: 'position', title: { fr: 'Où', en: 'Where' } },
      level: { type: 'number', minimum: 0, maximum: 9, unit: 'm', title: { fr: 'Hauteur', en: 'Height' } },
      flooded: { type: 'boolean', title: { fr: 'Quais inondés', en: 'Quays flooded' } },
    },
  },
}
let two: TwoNodes
let left: NodeOfTwo
let right: NodeOfTwo
let desk: Page

test.beforeAll(async () => {
  two = await startTwoNodes({
    products: [
      ...stageProducts,
      actsProduct(),
      product(observations, 'feature', { freshness: 'P1D', marking: 'dr' }),
    ],
    policy: {
      'poste-07': policy('poste-07', '1, 2', 'dr'),
      'poste-08': policy('poste-08', '3, 4', 'np'),
    },
    scenes: { 'poste-07': { 'seen.yaml': scene }, 'poste-08': { 'seen.yaml': scene } },
  })
  ;({ left, right } = two)
  const bucket = await new Kvm(jetstream(two.platform.feeder)).create('shared', { history: 20 })
  await bucket.put('form.cncs.river', shared(river))
  await bucket.put('form.cncs.secret', shared(river, 'dr'))
  const bomb = { type: 'string', title: 'A', pattern: '((a{1,50}){1,50}){1,50}' }
  const { schema } = river
  await bucket.put(
    'form.cncs.bomb',
    shared({ ...river, schema: { ...schema, properties: { ...schema.properties, bomb } } }),
  )
  await bucket.put('form.cncs.strange', shared({ ...river, schema: { ...schema, $ref: '#' } }))
  desk = await left.desk()
  await tells(
    left,
    ({ deliveries }) => deliveries.find(({ product: to }) => to === observations)?.access,
  ).toBe('open')
  await tells(left, ({ forms }) => forms.length).toBe(5)
})
test.afterAll(async () => {
  await two?.dispose()
})

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['VIGIE_SHOTS']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png` })
}
/** What the platform has of it, in its order. */
async function onPlatform(): Promise<{ name: unknown; marking: string; at: unknown }[]> {
  const found: { name: unknown; marking: string; at: unknown }[] = []
  const consumer = await jetstream(two.platform.feeder).consumers.get(streamOf(observations))
  for (;;) {
    const message = await consumer.next({ expires: 1000 })
    if (message === null) return found
    const { properties, geometry } = message.json<{
      properties: { name: unknown }
      geometry: { coordinates: unknown }
    }>()
    found.push({
      name: properties.name,
      at: geometry.coordinates,
      marking: message.headers?.get('ce-marking') ?? '',
    })
  }
}
const dialog = () => desk.getByRole('dialog')
const field = (name: string) => dialog().getByLabel(new RegExp(`^${name}`))
const press = async (...keys: string[]) => {
  for (const key of keys) await desk.keyboard.press(key)
}

test('the list has every form, and one that can’t be used says why; nobody is told of what is above them', async () => {
  await press('Control+e')
  await expect(dialog().getByRole('heading')).toHaveText(words['desk.forms.title'])
  await expect(dialog().locator('li')).toHaveCount(5)
  await expect(dialog().locator('li', { hasText: 'form.cncs.bomb' })).toContainText(
    'too large once its repeats',
  )
  await expect(dialog().locator('li', { hasText: 'form.cncs.strange' })).toContainText(
    '“$ref” does not belong here',
  )
  await picture(desk, 'forms-list')
  // at an unclassified desk
  await tells(right, ({ forms }) => forms.map(({ id }) => id)).not.toContain('form.cncs.secret')
  await tells(right, ({ forms }) => forms.find(({ id }) => id === 'form.cncs.river')?.markings).toEqual([])
})

test('filled in by keyboard: what is wrong is told at its field, what was typed stays after Escape, and it is on the wall', async () => {
  await press('Enter')
  await expect(field('Ce qui est vu')).toBeFocused()
  await desk.keyboard.type('Fu')
  await press('Tab')
  await desk.keyboard.type('Pont Neuf')
  await press('Enter')
  // a place that nobody can read is told before anything else
  await expect(field('Où')).toBeFocused()
  await expect(dialog().locator('.why')).toContainText([words['desk.form.wants.place']])
  await desk.keyboard.press('Control+a')
  await desk.keyboard.type('48,8571 2,3414')
  await press('Enter')
  await expect(field('Ce qui est vu')).toBeFocused()
  await expect(dialog().locator('.why')).toContainText(['Un texte de 3 à 120 caractères.'])
  await picture(desk, 'forms-wrong')

  await press('Escape')
  await expect(dialog()).toHaveCount(0)
  await press('Control+e')
  await expect(dialog().locator('li').first()).toContainText(words['desk.forms.begun'])
  await press('Enter')
  await expect(field('Où')).toHaveValue('48,8571 2,3414')
  await expect(field('Ce qui est vu')).toHaveValue('Fu')
  await press('End')
  await desk.keyboard.type('mée noire')
  // the severity is chosen by an arrow; further on the people, the time and the marking
  await press('Tab', 'Tab', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Tab')
  await desk.keyboard.type('12')
  await press('Tab')
  await desk.keyboard.type('il y a 10 min')
  await dialog().getByLabel('Non protégé').press('Space')
  await picture(desk, 'forms-filled')
  await press('Enter')
  await expect(dialog().getByRole('status')).toContainText('Observation envoyée')
  await expect(field('Ce qui est vu')).toHaveValue('')
  await press('Escape')
  await expect.poll(onPlatform).toEqual([{ name: 'Fumée noire', at: [2.3414, 48.8571], marking: 'np' }])
  for (const [node, screen] of [
    [left, 1],
    [right, 3],
  ] as const)
    await expect((await node.screen(screen)).locator('section.table')).toContainText('Fumée noire')
  await picture(await left.screen(1), 'forms-wall')
})

test('a form that asks for a marking offers none below it', async () => {
  await press('Control+k')
  await desk.keyboard.type('Niveau de Seine')
  await press('Enter')
  await expect(field('Où')).toBeFocused()
  await expect(dialog().getByLabel('Non protégé')).toHaveCount(0)
  await desk.keyboard.type('31U DQ 5248 1110')
  await press('Tab')
  await desk.keyboard.type('12')
  await press('Enter')
  await expect(dialog().locator('.why')).toContainText(['Un nombre entre 0 et 9.'])
  await desk.keyboard.press('Control+a')
  await desk.keyboard.type('6,1')
  await press('Enter')
  await expect(dialog().getByRole('status')).toContainText('Observation envoyée')
  await press('Escape')
  await expect.poll(async () => (await onPlatform()).map(({ marking }) => marking)).toEqual(['np', 'dr'])
})

test('entered while the platform is away, it waits where it can be seen and is there once when it is back', async () => {
  left.line.cut()
  await tells(left, ({ together }) => together).toBe('cut')
  await press('Control+e', 'Enter')
  await expect(dialog()).toContainText('une seule fois')
  await desk.keyboard.type('Barque à la dérive')
  await press('Tab')
  await desk.keyboard.type('48.86, 2.33')
  await press('Enter')
  await expect(dialog().getByRole('status')).toContainText('Observation gardée')
  await press('Escape', 'e')
  await expect(desk.getByRole('list', { name: words['desk.outbox.deliveries'] })).toContainText(
    'Barque à la dérive',
  )
  await picture(desk, 'forms-outbox')
  left.line.mend()
  await tells(left, ({ deliveries }) => deliveries.flatMap(({ waiting }) => waiting).length).toBe(0)
  expect(
    (await onPlatform()).map(({ name }) => name).filter((name) => name === 'Barque à la dérive'),
  ).toHaveLength(1)
})

test('where the platform does not let this node write, the form says so before anybody fills it in', async () => {
  await act(left, { act: 'set-language', language: 'en' })
  await two.platform.permit(left.identity, [], ['observation'])
  // what it may is asked anew with each connection
  left.line.cut()
  await tells(left, ({ together }) => together).toBe('cut')
  left.line.mend()
  await tells(
    left,
    ({ deliveries }) => deliveries.find(({ product: to }) => to === observations)?.access,
  ).toBe('refused')
  await press('Control+e')
  await expect(dialog().locator('li').first()).toContainText(
    'does not let this node write to ops.observations',
  )
  await press('Enter')
  await expect(dialog().getByRole('heading')).toHaveText('Forms')
  await picture(desk, 'forms-refused-en')
  await press('Escape')
})
