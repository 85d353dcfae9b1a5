// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import type { Drafted } from '../../../../../preload/contract/reports.ts'
import { editorKeys } from '../../../../../renderer/desk/synthesis/editor-keys.ts'
import { printed, keyRows } from '../../../../../renderer/desk/keys.ts'
import Window from '../../../../../renderer/desk/Window.svelte'
import { speechIn, stateOf } from '../../../../doubles/desk.ts'
import { Refusal } from '../../../../doubles/bridge.ts'
import { listedOf, reportKey, reportsOf, savedOf } from '../../../../doubles/report.ts'
import { mountWindow, textOf, textsOf } from '../../../../doubles/window.ts'

const { say } = speechIn('fr')
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

const preview = {
  ...{ digest: 'b'.repeat(64), pages: ['<svg xmlns="http://www.w3.org/2000/svg"/>'], bytes: 2000 },
  checks: [
    { check: 'feeds', state: 'note', values: { count: 1 }, details: [{ text: 'Repas late', section: null }] },
    // one that says less than its words need
    { check: 'numbering', state: 'sound', values: {}, details: [] },
    { check: 'markings', state: 'sound', values: { count: 9, level: 'dr', wrong: 0, above: 0 }, details: [] },
  ],
  approved: [],
}

async function sit(answers: Parameters<typeof mountWindow>[3] = {}, reports = reportsOf()) {
  let revision = 1
  const desk = await mountWindow(Window, 'desk', stateOf(), {
    'window.act': () => ({ inverse: null }),
    'reports.state': () => reports,
    'reports.open': () => savedOf(),
    'reports.save': (input) => savedOf((input as { draft: Drafted }).draft, { revision: ++revision }),
    'reports.preview': () => preview,
    'reports.begin': () => ({ key: reportKey }),
    'reports.release': () => ({ key: 'SYN-012-v1', number: 12, version: 1 }),
    'reports.pages': () => ({ pages: preview.pages }),
    ...answers,
  })
  close = desk.close
  await desk.press('y')
  return {
    ...desk,
    asked: (call: string) => desk.calls.filter((each) => each.call === call).map(({ input }) => input),
    focused: () => document.activeElement as HTMLElement,
    async type(text: string): Promise<void> {
      const field = document.activeElement as HTMLInputElement
      field.value = text
      field.dispatchEvent(new Event('input', { bubbles: true }))
      await desk.settle()
    },
  }
}
const statements = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.statement')]

describe('the list', () => {
  it('says what each is, and opens the draft', async () => {
    await sit()
    expect(textsOf('.one')[1]).toContain('SYN-011')
    expect(textOf('.sheet')).toContain('Colis suspect')
    expect(textOf('.plan')).toContain('Santé')
  })
  it('that has nothing says what to do', async () => {
    await sit({}, reportsOf({ reports: [] }))
    expect(textOf('main')).toContain(say('desk.report.empty'))
  })
  it('names who else is in one', async () => {
    await sit()
    expect(textOf('.column')).toContain('K. Benali')
  })
})

describe('a statement', () => {
  it('is written in place by keyboard, is kept, and taken back with Ctrl Z', async () => {
    const desk = await sit()
    statements()[4]!.focus()
    statements()[4]!.click()
    await desk.settle()
    expect(desk.focused().tagName).toBe('TEXTAREA')
    await desk.type('Périmètre levé.')
    await desk.press('Enter')
    expect(statements()[4]!.textContent).toContain('Périmètre levé.')
    for (let waits = 0; waits < 6; waits++) await desk.settle()
    expect(desk.asked('reports.save')).toHaveLength(1)
    await desk.press('z', { ctrlKey: true })
    expect(statements()[4]!.textContent).toContain('Périmètre de 200 m')
  })
  it('shows how it is known: its sources, its marking that can’t be lower, its comments', async () => {
    const desk = await sit()
    statements()[4]!.focus()
    await desk.settle()
    expect(textOf('.sources')).toContain('security.incidents')
    expect(document.querySelector<HTMLInputElement>('input[name="of-marking"][value="np"]')?.disabled).toBe(
      true,
    )
    expect(textOf('.comments')).toContain('rive droite')
  })
})

describe('the release', () => {
  it('is five acts from New: Ctrl N, Enter, Ctrl Enter, the secret, and Enter on the button', async () => {
    const desk = await sit()
    await desk.press('n', { ctrlKey: true })
    document.querySelector<HTMLFormElement>('dialog[open] form')!.requestSubmit()
    await desk.settle()
    expect(desk.asked('reports.begin')).toHaveLength(1)
    await desk.press('Enter', { ctrlKey: true })
    expect(desk.focused().id).toBe('release-secret')
    await desk.type('opensesame')
    await desk.press('Enter')
    // … from the field it only leads to the button
    expect(desk.asked('reports.release')).toEqual([])
    desk.focused().click()
    await desk.settle()
    expect(desk.asked('reports.release')).toEqual([
      { key: reportKey, digest: preview.digest, secret: 'opensesame', publish: true },
    ])
    expect(textOf('.made')).toContain('SYN-012')
  })
  it('keeps no secret: neither in the page nor for a second try', async () => {
    const desk = await sit()
    await desk.press('Enter', { ctrlKey: true })
    await desk.type('opensesame')
    await desk.press('Enter')
    desk.focused().click()
    await desk.settle()
    expect(document.documentElement.outerHTML).not.toContain('opensesame')
  })
  it('is not to be pressed while a check is in the way, and leads to it', async () => {
    const stop = {
      ...{ check: 'comments', state: 'stop', values: { open: 1, resolved: 0 } },
      details: [{ text: 'Préciser', section: 'domain.security' }],
    }
    const desk = await sit({ 'reports.preview': () => ({ ...preview, checks: [stop] }) })
    await desk.press('Enter', { ctrlKey: true })
    expect(desk.focused().textContent).toBe('Préciser')
    expect(document.querySelector('button.sign')?.getAttribute('aria-disabled')).toBe('true')
  })
  it('tells each check in words, with its numbers', async () => {
    const desk = await sit()
    await desk.press('F9')
    expect(textOf('[data-check="sound"]')).toContain('9 éléments, le plus haut DR')
    expect(textsOf('[data-check="note"]')[0]).toContain(say('desk.report.check.feeds.words', { count: 1 }))
    expect(textOf('[data-check="sound"]')).toContain(say('desk.report.check.state.sound'))
    expect(document.querySelectorAll('.pages img')).toHaveLength(2)
  })
})

it('one that was released is read as it was signed, and made anew as another version', async () => {
  const released = listedOf({ key: 'SYN-011-v1', state: 'released', number: 11 })
  const desk = await sit({}, reportsOf({ reports: [released] }))
  expect(document.querySelectorAll('main .pages img')).toHaveLength(2)
  expect(document.querySelector('.sheet')).toBeNull()
  const again = [...document.querySelectorAll<HTMLElement>('main .button')].at(-1)!
  again.click()
  await desk.settle()
  expect(desk.asked('reports.begin')).toMatchObject([{ replaces: 'SYN-011-v1' }])
})

it('one that was released at another node is listed as what it is, and says where it is read', async () => {
  const released = listedOf({
    ...{ key: 'SYN-011-v1', state: 'released', number: 11 },
    problem: { code: 'report.elsewhere', message: 'it was released at another node', subject: 'SYN-011-v1' },
  })
  await sit({}, reportsOf({ reports: [released] }))
  expect(textOf('.list .one')).toContain(say('desk.report.elsewhere'))
  expect(document.querySelector('.list .wrong')).toBeNull()
})

describe('a draft', () => {
  it('is taken away for everybody, once that was asked', async () => {
    const desk = await sit()
    document.querySelector<HTMLElement>('.discard')!.click()
    await desk.settle()
    expect(textOf('dialog[open] h2')).toContain(
      say('desk.report.discardTitle', { title: 'Point' }).slice(0, 7),
    )
    document.querySelector<HTMLElement>('dialog[open] footer .button:not(.main)')!.click()
    await desk.settle()
    expect(desk.asked('reports.discard')).toEqual([])
    document.querySelector<HTMLElement>('.discard')!.click()
    await desk.settle()
    document.querySelector<HTMLElement>('dialog[open] footer .button.main')!.click()
    await desk.settle()
    expect(desk.asked('reports.discard')).toEqual([{ key: reportKey }])
    expect(document.querySelector('.sheet')).toBeNull()
  })
  it('that can’t be taken away stays open', async () => {
    const taken = { code: 'report.taken', message: 'poste-08 releases it', subject: reportKey } as const
    const desk = await sit({ 'reports.discard': () => new Refusal(taken) })
    document.querySelector<HTMLElement>('.discard')!.click()
    await desk.settle()
    document.querySelector<HTMLElement>('dialog[open] footer .button.main')!.click()
    await desk.settle()
    expect(document.querySelector('.sheet')).not.toBeNull()
    expect(document.body.textContent).toContain(say('problem.report.taken.next'))
  })
})

it('released, and printed in vain: it is released, and what became of the paper is said', async () => {
  const desk = await sit({
    'reports.print': () => new Refusal({ code: 'policy.export-forbidden', message: 'no', subject: '' }),
  })
  await desk.press('Enter', { ctrlKey: true })
  const [, print] = document.querySelectorAll<HTMLInputElement>('dialog[open] input[type="checkbox"]')
  print!.click()
  await desk.type('opensesame')
  await desk.press('Enter')
  desk.focused().click()
  await desk.settle()
  expect(desk.asked('reports.print')).toEqual([{ key: 'SYN-012-v1' }])
  expect(textOf('.made')).toContain('SYN-012')
  expect(document.body.textContent).toContain(say('problem.policy.export-forbidden.next'))
})

it('every key of it is in the help', async () => {
  const desk = await sit()
  await desk.press('?')
  const shown = textsOf('dialog[open] dt')
  const wanted = [
    ...keyRows(stateOf()).map((row) => printed(row.shown, say)),
    ...editorKeys.map(([key]) => say(key)),
  ]
  for (const key of wanted) expect(shown).toContain(key)
})
