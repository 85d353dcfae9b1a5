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
import type { DeskState } from '../../preload/contract/state.ts'
import { actsProduct, product } from '../platform/product.ts'
import { act, tells } from './at-desk.ts'
import { stageProducts } from './node.ts'
import { startTwoNodes, type NodeOfTwo, type TwoNodes } from './two-nodes.ts'

test.describe.configure({ mode: 'serial', timeout: 240_000 })

const observations = 'ops.observations'
const scene = `scene: seen
title: { fr: Observations, en: Observations }
grid: { columns: 2, rows: 2 }
widgets:
  - { widget: roster, at: [0, 1, 2, 1] }
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
persons: { list: [A. Durand, B. Morel], free: true }
functions:
  - { id: officier, name: { fr: Officier de permanence, en: Duty officer } }
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
  const hour = 3_600_000
  const at = (hours: number): string => new Date(Date.now() + hours * hour).toISOString()
  await bucket.put(
    'roster.cncs.salle',
    JSON.stringify({
      ...{ owner: 'CNCS', version: 1, marking: 'np', schema: 'vigie.roster.v1', title: 'Tour' },
      saved: { node: 'poste-09', person: null },
      content: {
        title: { fr: 'Tour de service', en: 'Duty roster' },
        shifts: [
          { function: 'officier', who: 'A. Durand', from: at(-8), to: at(-0.5) },
          { function: 'officier', who: 'B. Morel', from: at(-0.5), to: at(7) },
          { function: 'liaison', name: 'Liaison', who: 'H. Marchand', from: at(-1), to: at(3) },
        ],
      },
    }),
  )
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

test('a relief that is late stands first on the wall until who is to come has taken the function', async () => {
  const [wall, beside] = [await left.screen(1), await right.screen(3)]
  const first = wall.locator('section.roster tbody tr').first()
  await act(left, { act: 'change-person', person: 'A. Durand' })
  await act(left, { act: 'take-function', function: 'officier' })
  await expect(first).toContainText('relève en retard, 30 min')
  await expect(first.locator('td').first()).toHaveText('A. Durand')
  await expect(first).toContainText('B. Morel')
  await expect(first.locator('svg, [data-level]').first()).toBeVisible()
  await picture(wall, 'roster-late')
  await act(right, { act: 'change-person', person: 'B. Morel' })
  await act(right, { act: 'take-function', function: 'officier' })
  for (const page of [wall, beside]) {
    const row = page.locator('section.roster tbody tr', { hasText: 'Officier' })
    await expect(row).toHaveAttribute('data-state', 'on')
    await expect(row.locator('td').first()).toHaveText('B. Morel')
  }
  await picture(wall, 'roster-relieved')

  // changed by keyboard for everybody: another name, and a shift more
  await press('Control+u')
  await expect(dialog().locator('tbody tr')).toHaveCount(3)
  await dialog().getByLabel(words['desk.roster.who']).nth(2).fill('N. Caron')
  await dialog().getByRole('button', { name: words['desk.roster.add'] }).press('Enter')
  await expect(dialog().locator('tbody select').last()).toBeFocused()
  await expect(dialog().getByLabel(words['desk.shared.marking'])).toHaveValue('np')
  await press('Tab', 'Enter')
  await expect(dialog().locator('.why')).toHaveText(`▲ ${words['desk.roster.wrong']}`)
  await desk.keyboard.type('A. Durand')
  await picture(desk, 'roster-edit')
  await press('Enter')
  await expect(dialog()).toHaveCount(0)
  for (const page of [wall, beside])
    await expect(page.locator('section.roster tbody tr', { hasText: 'Liaison' })).toContainText('N. Caron')
})

test('two desks change the roster at once: the second is told, keeps what it typed, and goes on from the first', async () => {
  const beside = await right.desk()
  const who = (page: Page) => page.getByRole('dialog').getByLabel(words['desk.roster.who']).nth(2)
  for (const page of [desk, beside]) {
    await page.keyboard.press('Control+u')
    await expect(page.getByRole('dialog').locator('tbody tr')).toHaveCount(4)
  }
  await who(beside).fill('S. Premier')
  await who(desk).fill('R. Second')
  await beside.keyboard.press('Enter')
  await expect(beside.getByRole('dialog')).toHaveCount(0)
  await press('Enter')
  await expect(dialog().getByRole('status')).toContainText(words['desk.shared.outcome.overtaken'])
  await expect(who(desk)).toHaveValue('R. Second')
  await picture(desk, 'roster-overtaken')
  await dialog().getByRole('button', { name: words['desk.shared.takeTheirs'] }).press('Enter')
  await expect(who(desk)).toHaveValue('S. Premier')
  await expect(dialog().getByLabel(words['desk.roster.who']).first()).toBeFocused()
  await who(desk).fill('R. Second')
  await press('Enter')
  await expect(dialog()).toHaveCount(0)
  await expect((await right.screen(3)).locator('section.roster tbody')).toContainText('R. Second')
  // what was given up waits nowhere, to be sent over it one day
  await tells(left, ({ shared: { saves } }) => saves).toEqual([])
})

test('roster and form are erased for everybody, what somebody changed since only once that was seen, and restored', async () => {
  const beside = await right.screen(3)
  const asked = dialog().locator('.erase')
  const press1 = (key: keyof typeof words) => asked.getByRole('button', { name: words[key] }).press('Enter')
  await press('Control+u')
  await dialog().getByRole('button', { name: words['desk.erase.forAll'] }).press('Enter')
  await expect(asked).toContainText(words['desk.erase.roster'])
  await picture(desk, 'roster-erase')
  await press1('desk.erase.forAll')
  await expect(beside.locator('section.roster tbody tr')).toHaveCount(0)
  await press1('desk.erase.restore')
  await expect(beside.locator('section.roster tbody')).toContainText('R. Second')
  // nobody leaves before it is answered
  await expect(asked.getByRole('status')).toContainText('de nouveau là')
  await press('Escape')
  // it holds again: what is typed of it stays
  await expect(dialog().getByRole('button', { name: words['desk.erase.forAll'] })).toBeFocused()
  await press('Escape')
  await expect(dialog()).toHaveCount(0)

  await press('Control+e')
  const form = dialog().locator('[data-form="form.cncs.river"]')
  await form.focus()
  await press('Delete')
  await expect(asked).toContainText(words['desk.erase.entered'])
  const bucket = await new Kvm(jetstream(two.platform.feeder)).open('shared')
  const changed = shared(river).replace('"version":1', '"version":2').replaceAll('Niveau', 'Hauteur')
  await bucket.put('form.cncs.river', changed)
  await tells(
    left,
    ({ shared: { erasable } }) => erasable.find(({ key }) => key === 'form.cncs.river')?.version,
  ).toBe(2)
  await press1('desk.erase.forAll')
  await expect(asked.getByRole('status')).toContainText(words['desk.erase.notDone'])
  await expect(asked.locator('.version')).toContainText(['version 1', 'version 2'])
  await picture(desk, 'forms-erase')
  await press1('desk.erase.theirs')
  for (const node of [left, right])
    await tells(node, ({ forms }) => forms.some(({ id }) => id === 'form.cncs.river')).toBe(false)
  await press1('desk.erase.restore')
  await tells(right, ({ forms }) => forms.find(({ id }) => id === 'form.cncs.river')?.title).toMatchObject({
    fr: 'Hauteur de Seine',
  })
  await expect(asked.getByRole('status')).toContainText('de nouveau là')
  await press('Escape')
  // its Escape left the question alone
  await expect(form).toBeFocused()
  await press('Escape')
  await expect(dialog()).toHaveCount(0)
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

test('a desk whose ceiling is raised has what people share up to it, and one that is lowered no longer', async () => {
  const secret = 'form.cncs.secret'
  const known = ({ forms, shared: { erasable } }: DeskState) => [
    forms.some(({ id }) => id === secret),
    erasable.some(({ key }) => key === secret),
  ]
  await tells(right, known).toEqual([false, false])
  await right.decide(policy('poste-08', '3, 4', 'dr'))
  await tells(right, known).toEqual([true, true])
  await right.decide(policy('poste-08', '3, 4', 'np'))
  await tells(right, known).toEqual([false, false])
})
