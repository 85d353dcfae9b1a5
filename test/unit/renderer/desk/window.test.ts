// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DeskState } from '../../../../preload/contract/state.ts'
import Window from '../../../../renderer/desk/Window.svelte'
import { speechIn, stateOf } from '../../../doubles/desk.ts'
import { feedOf, incidentRecord, minutesAgo, noteRecord, now } from '../../../doubles/picture.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

const { say } = speechIn('fr')
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

async function sit(changes: Partial<DeskState> = {}, answers: Parameters<typeof mountWindow>[3] = {}) {
  const desk = await mountWindow(Window, 'desk', stateOf(changes), {
    'window.act': () => ({ inverse: null }),
    ...answers,
  })
  close = desk.close
  return {
    ...desk,
    acts: () => desk.calls.filter(({ call }) => call === 'window.act').map(({ input }) => input),
    async becomes(next: Partial<DeskState>): Promise<void> {
      desk.tell('desk', 'stateChanged', stateOf(next))
      await desk.settle()
    },
  }
}
const incidents = feedOf('security.incidents', now, { known: true })
const log = feedOf('security.log', now, { known: true, descriptor: { kind: 'note' } })
const incident = (
  entity: string,
  severity: string,
  minutes: number,
  more: { [name: string]: unknown } = {},
) => incidentRecord('security.incidents', entity, minutesAgo(minutes), { severity, name: entity, ...more })
const two = [incident('B', 'Severe', 9), incident('C', 'Extreme', 5), incident('M', 'Minor', 1)]

describe('the alarms', () => {
  it('are listed the worst first, and what is minor is none of them', async () => {
    const desk = await sit()
    await desk.hearsOf([incidents])
    expect(textOf('.selection')).toContain(say('desk.alarms.none'))
    await desk.hearsRecords('security.incidents', two)
    const listed = textsOf('.selection ul button')
    expect(listed).toHaveLength(2)
    expect(listed[0]).toContain('C')
    expect(listed[1]).toContain('B')
  })
  it('are not said to be none while the engine refuses the incidents', async () => {
    const desk = await sit()
    await desk.hearsOf([incidents])
    await desk.refuses(({ called }) => called !== undefined)
    expect(textOf('.selection')).toContain(say('empty.withheld'))
    expect(textOf('.selection')).not.toContain(say('desk.alarms.none'))
  })
  it('are chosen with N one after the other, and taken on with A', async () => {
    const desk = await sit()
    await desk.hearsOf([incidents])
    await desk.hearsRecords('security.incidents', two)
    await desk.press('n')
    await desk.answers('record', { ok: true, value: two[1]! })
    expect(textOf('#selected')).toBe('C')
    await desk.press('a')
    expect(desk.acts()).toEqual([
      { act: 'acknowledge', product: 'security.incidents', entity: 'C', taken: true },
    ])
    await desk.press('n')
    await desk.answers('record', { ok: true, value: two[0]! })
    expect(textOf('#selected')).toBe('B')
  })
  it('are told once to who does not see them, the worst first', async () => {
    const desk = await sit()
    await desk.hearsOf([incidents])
    await desk.hearsRecords('security.incidents', two)
    expect(textOf('.unseen[role=alert]')).toContain('C')
    await desk.hearsRecords('security.incidents', [...two, incident('D', 'Moderate', 0)])
    expect(textOf('.unseen[role=alert]')).toContain('D')
  })
})

describe('the selected entity', () => {
  it('that is over is not offered to be taken on', async () => {
    const desk = await sit()
    await desk.hearsOf([incidents])
    const over = incident('C', 'Extreme', 5, { status: 'clos' })
    await desk.hearsRecords('security.incidents', [incident('C', 'Extreme', 5)])
    await desk.press('n')
    await desk.answers('record', { ok: true, value: over })
    expect(textOf('.acts')).not.toContain(say('desk.selection.take'))
    expect(textOf('.acts')).toContain(say('desk.selection.pointOut'))
  })
  it('that this window may no longer see leaves it', async () => {
    const desk = await sit()
    await desk.hearsOf([incidents])
    await desk.hearsRecords('security.incidents', two)
    await desk.press('n')
    await desk.answers('record', { ok: true, value: two[1]! })
    expect(textOf('#selected')).toBe('C')
    await desk.hearsOf([{ ...incidents, access: 'refused' }])
    await vi.advanceTimersByTimeAsync(2000)
    await desk.answers('record', { ok: false, error: { code: 'entity.unknown', message: '', subject: 'C' } })
    expect(document.querySelector('#selected')).toBeNull()
    expect(textOf('.selection')).toContain(say('problem.entity.unknown.cause', { subject: 'C' }))
  })
})

describe('a key', () => {
  it('is none while somebody types, and none where a person turned single keys off', async () => {
    const desk = await sit()
    await desk.hearsOf([incidents])
    await desk.press('k', { ctrlKey: true })
    const field = document.querySelector<HTMLInputElement>('[role=combobox]')!
    await desk.press('b', {}, field)
    expect(desk.acts()).toEqual([])
    await desk.click('header .search')
    await desk.press('?', {}, window)
    await desk.click('.help input[type=checkbox]')
    await desk.click('.help .button')
    await desk.press('i', {}, window)
    expect(desk.acts()).toEqual([])
  })
  it('Escape that closes a dialog over another does not count: the wall goes with the second after it', async () => {
    const desk = await sit()
    const dialogs = [1, 2].map(() => document.body.appendChild(document.createElement('dialog')))
    for (const dialog of dialogs) dialog.open = true
    await desk.press('Escape', {}, window)
    dialogs[1]!.remove()
    await desk.press('Escape', {}, window)
    dialogs[0]!.remove()
    expect(desk.acts()).toEqual([])
    await desk.press('Escape', {}, window)
    expect(desk.acts()).toEqual([{ act: 'blank' }])
  })
  it('Escape twice blanks every screen, and B gives the picture back', async () => {
    const desk = await sit()
    await desk.press('Escape', {}, window)
    expect(desk.acts()).toEqual([])
    await desk.press('Escape', {}, window)
    expect(desk.acts()).toEqual([{ act: 'blank' }])
    const { node } = stateOf()
    await desk.becomes({ node: { ...node, blanked: true } })
    expect(textOf('.banners')).toContain(say('desk.wall.blanked'))
    await desk.press('b', {}, window)
    expect(desk.acts().at(-1)).toEqual({ act: 'unblank' })
  })
  it('Escape, something else and Escape closes two things: no wall goes black', async () => {
    const desk = await sit()
    for (const between of [
      () => desk.press('k', { ctrlKey: true }, window),
      () => desk.press('x', {}, document.querySelector('[role=combobox]')!),
      () => window.dispatchEvent(new PointerEvent('pointerdown')),
    ]) {
      await desk.press('Escape', {}, window)
      await between()
      await desk.press('Escape', {}, window)
      expect(desk.acts()).toEqual([])
      window.dispatchEvent(new PointerEvent('pointerdown'))
    }
  })
  it('Ctrl Z takes back what was just done, and says so', async () => {
    const inverse = { act: 'show-scene', screen: 1, scene: 'situation' }
    const desk = await sit({}, { 'window.act': (act) => ({ inverse: act === inverse ? null : inverse }) })
    await desk.click('[data-screen="1"]')
    await desk.click('[role=option][aria-selected=false]:not([aria-disabled=true])')
    expect(desk.acts()).toEqual([{ act: 'show-scene', screen: 1, scene: 'domains' }])
    expect(textOf('.notice')).toContain(say('desk.notice.undo'))
    await desk.press('z', { ctrlKey: true }, window)
    expect(desk.calls.filter(({ call }) => call === 'desk.undo')).toEqual([
      { call: 'desk.undo', input: inverse },
    ])
  })

  it('Ctrl Z right behind what was done waits until that is answered', async () => {
    const inverse = { act: 'show-scene', screen: 1, scene: 'situation' }
    let answer = (_: unknown): void => undefined
    const desk = await sit({}, { 'window.act': () => new Promise((resolve) => (answer = resolve)) })
    await desk.click('[data-screen="1"]')
    await desk.click('[role=option][aria-selected=false]:not([aria-disabled=true])')
    await desk.press('z', { ctrlKey: true }, window)
    const undone = () => desk.calls.filter(({ call }) => call === 'desk.undo').map(({ input }) => input)
    expect(undone()).toEqual([])
    answer({ inverse })
    await desk.settle()
    await vi.waitFor(() => expect(undone()).toEqual([inverse]))
  })
})

describe('the scenes of a screen', () => {
  it('open with the focus on the one that is shown; Escape gives it back to the screen', async () => {
    const desk = await sit()
    await desk.press('2', { code: 'Digit2' }, window)
    await desk.press('s', {}, window)
    const options = [...document.querySelectorAll('[role=option]')]
    expect(options).toHaveLength(3)
    expect(document.activeElement).toBe(options[1])
    await desk.press('Escape')
    expect(document.querySelector('[role=listbox].scenes')).toBeNull()
    expect((document.activeElement as HTMLElement).dataset['screen']).toBe('2')
    expect(desk.acts()).toEqual([])
  })
  it('that are broken say why and are not shown', async () => {
    const desk = await sit()
    await desk.click('[data-screen="1"]')
    expect(textOf('[role=option][aria-disabled=true]')).toContain('broken.yaml:3:1: no title')
    await desk.click('[role=option][aria-disabled=true]')
    expect(desk.acts()).toEqual([])
  })
})

describe('a product', () => {
  it('that is refused says who can help, and shows nothing of it', async () => {
    const desk = await sit()
    await desk.hearsOf([{ ...incidents, access: 'refused' }])
    await desk.click('[data-product]')
    expect(textOf('.product')).toContain(
      say('problem.product.not-permitted.cause', { subject: 'security.incidents' }),
    )
    expect(document.querySelector('.product input')).toBeNull()
  })
  it('that is empty, still on its way or refused to this window says which', async () => {
    const desk = await sit()
    const said = () => textOf('.product .no-entries')
    await desk.hearsOf([{ ...incidents, entities: 0 }])
    await desk.click('[data-product]')
    expect(said()).toBe(say('desk.product.empty'))
    await desk.hearsOf([{ ...incidents, entities: 3 }])
    expect(said()).toBe(say('empty.waiting'))
    await desk.refuses(({ products }) => products?.includes('security.incidents') ?? false)
    // what the alarms have open is given all the same
    expect(said()).toBe(say('empty.waiting'))
    await desk.refuses(({ form }) => form === 'records')
    expect(said()).toBe(say('empty.withheld'))
  })
})

describe('the log', () => {
  it('has its newest line first, and can be narrowed to a domain', async () => {
    const desk = await sit()
    await desk.hearsOf([
      log,
      { ...log, product: 'health.log', descriptor: { ...log.descriptor, domain: 'health' } },
    ])
    await desk.hearsRecords('security.log', [
      noteRecord('security.log', 'a', minutesAgo(2), { text: 'second' }),
    ])
    await desk.hearsRecords('health.log', [noteRecord('health.log', 'b', minutesAgo(1), { text: 'first' })])
    await desk.press('l', {}, window)
    expect(textsOf('[data-line] .text')).toEqual(['first', 'second'])
    await desk.click('.domains button:last-of-type')
    expect(textsOf('[data-line] .text')).toEqual(['second'])
  })
})

it('the quarantine says why it can’t be told, and what to do', async () => {
  const desk = await sit()
  const rejecting = feedOf('security.incidents', now, { stream: { rejected: 2 } })
  await desk.hearsOf([rejecting])
  await desk.press('q', {}, window)
  expect(textOf('.quarantine .no-entries')).toBe(say('empty.waiting'))
  await desk.answers('quarantine', {
    ok: false,
    error: { code: 'ipc.refused', message: 'more than a window needs' },
  })
  expect(textOf('.quarantine [role=alert]')).not.toBe('')
  await desk.press('w', {}, window)
  await desk.press('q', {}, window)
  await desk.answers('quarantine', [])
  expect(textOf('.quarantine .no-entries')).toBe(say('desk.quarantine.empty'))
})

it('a wrong passphrase is said to be one, and what was typed is in no page', async () => {
  const wanted = { certificate: '/etc/vigie/wall.p12', refused: null }
  const desk = await sit({ passphraseWanted: wanted })
  const field = document.querySelector<HTMLInputElement>('#passphrase')!
  field.value = 'open sesame'
  document
    .querySelector('form')
    ?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }))
  await desk.settle()
  expect(desk.calls.filter(({ call }) => call === 'desk.unlock').map(({ input }) => input)).toEqual([
    { passphrase: 'open sesame' },
  ])
  expect(field.value).toBe('')
  expect(document.body.outerHTML).not.toContain('sesame')
  await desk.becomes({
    passphraseWanted: { ...wanted, refused: { code: 'identity.passphrase-wrong', message: '' } },
  })
  expect(textOf('#passphrase-refused')).toContain(say('desk.unlock.again'))
  expect(field.getAttribute('aria-invalid')).toBe('true')
})

it('a feed that is lost stands first among what is to be looked at, and can be looked at alone', async () => {
  const desk = await sit()
  await desk.hearsOf([incidents, feedOf('health.beds', minutesAgo(30)), feedOf('health.log', minutesAgo(3))])
  expect(textsOf('.summary .chip').slice(1)).toEqual([
    say('desk.catalog.lost', { count: 1 }),
    say('desk.catalog.late', { count: 1 }),
  ])
  await desk.click('.summary .chip.lost')
  expect(textsOf('[data-product]')).toHaveLength(1)
})

it('a fault of a product is counted at the quarantine’s tab, and can be looked at alone', async () => {
  const desk = await sit()
  const tab = () => textOf('header .tab .count')
  await desk.hearsOf([incidents, feedOf('health.beds', now, { stream: { faults: 2 } })])
  expect(tab()).toBe('2')
  expect(textsOf('.summary .chip').slice(1)).toEqual([say('desk.catalog.faulty', { count: 1 })])
  await desk.click('.summary .chip.faulty')
  expect(textsOf('[data-product]')).toHaveLength(1)
  expect(textOf('[data-product]')).toContain('health.beds')
  await desk.hearsOf([
    feedOf('security.incidents', now, { stream: { rejected: 3 } }),
    feedOf('health.beds', now, { stream: { faults: 2 } }),
  ])
  expect(tab()).toBe('5')
  expect(textsOf('.summary .chip').slice(1)).toEqual([
    say('desk.catalog.rejecting', { count: 1 }),
    say('desk.catalog.faulty', { count: 1 }),
  ])
})

it('the link of a protocol that counts no servers is the other end alone', async () => {
  const desk = await sit()
  const live = { state: 'live', since: now, server: 'the other end' } as const
  await desk.hearsOf([incidents], { connection: { ...live, known: 3 } })
  expect(textOf('footer')).toContain('the other end (sur 3 serveurs), depuis')
  await desk.hearsOf([incidents], { connection: { ...live, known: null } })
  expect(textOf('footer')).toContain('the other end, depuis')
})
