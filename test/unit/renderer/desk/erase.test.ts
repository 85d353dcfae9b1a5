// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import type { FormulaStanding } from '../../../../preload/contract/formula.ts'
import type { Problem } from '../../../../preload/contract/result.ts'
import type { EraseOutcome, SaveOutcome } from '../../../../preload/contract/shared.ts'
import type { DeskState } from '../../../../preload/contract/state.ts'
import Window from '../../../../renderer/desk/Window.svelte'
import { causeOf, nextOf } from '../../../../renderer/kit/problem.ts'
import { Refusal } from '../../../doubles/bridge.ts'
import { screenOf, speechIn, stateOf } from '../../../doubles/desk.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

const { say } = speechIn('fr')
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

const formula = (name: string, changes: Partial<FormulaStanding> = {}): FormulaStanding => ({
  ...{
    key: `formula.cncs.${name}`,
    product: `derived.cncs--${name}`,
    title: `Formule ${name}`,
    owner: 'CNCS',
  },
  ...{ marking: 'np', revision: 7, version: 2, content: { value: 'count(a.b, 1 h)' }, inputs: ['a.b'] },
  ...{ figures: null, reading: false, problem: null },
  ...changes,
})
const ours = formula('zones')
const title = 'Formule zones'
const theirs = formula('voisine', { key: 'formula.sdis.voisine', owner: 'SDIS' })
const overtaken = { code: 'shared.overtaken', message: 'revision 9', subject: ours.key } as const
const unreachable: Problem = { code: 'platform.unreachable', message: 'cut', subject: 'hub' }
const inWords = (problem: Problem): string => `${causeOf(problem, say)} ${nextOf(problem, say)}`

/** The formulas, open. What is erased and put back is answered when the test says so. */
async function list(formulas: FormulaStanding[] = [ours, theirs]) {
  const answers: ((outcome: EraseOutcome | SaveOutcome | Refusal) => void)[] = []
  const later = () => new Promise<EraseOutcome | SaveOutcome | Refusal>((resolve) => answers.push(resolve))
  const { node } = stateOf()
  const desk = await mountWindow(Window, 'desk', stateOf({ node: { ...node, organisation: 'CNCS' } }), {
    'desk.erase': later,
    'desk.restore': later,
    'desk.figureUses': () => [],
  })
  close = desk.close
  await desk.press('i', { ctrlKey: true }, window)
  await desk.answers('formulas', formulas)
  const row = (key: string) => document.querySelector<HTMLElement>(`[data-formula="${key}"]`)!
  const button = (key: Parameters<typeof say>[0]): HTMLElement | undefined =>
    [...document.querySelectorAll<HTMLElement>('.erase .ways button')].find((one) =>
      one.textContent.includes(say(key)),
    )
  const becomes = (now: FormulaStanding[]) => desk.answers('formulas', now)
  async function answer(outcome: EraseOutcome | SaveOutcome | Refusal): Promise<void> {
    answers.shift()!(outcome)
    await desk.settle()
  }
  async function clickOn(key: Parameters<typeof say>[0]): Promise<void> {
    button(key)!.click()
    await desk.settle()
  }
  return {
    ...{ ...desk, row, button, becomes, answer, clickOn },
    asked: (call: string) => desk.calls.filter((each) => each.call === call).map(({ input }) => input),
    wants: (key: string = ours.key) => desk.press('Delete', {}, row(key)),
    /** erased, as the platform confirmed it */
    async erased(): Promise<void> {
      await desk.press('Delete', {}, row(ours.key))
      await clickOn('desk.erase.forAll')
      await answer({ outcome: 'confirmed', revision: 8 })
      await becomes([theirs])
    },
  }
}
const isOpen = (): boolean => document.querySelector('.erase') !== null
const told = (): string => textOf('.erase [role=status]')
async function type(desk: { settle: () => Promise<void> }, text: string): Promise<void> {
  const field = document.querySelector<HTMLInputElement>('.formulas form input')!
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await desk.settle()
}
const typed = (): string | undefined =>
  document.querySelector<HTMLInputElement>('.formulas form input')?.value

describe('a formula that is erased', () => {
  it('is asked about first, in a group that has a name and one place where everything is told', async () => {
    const desk = await list()
    await desk.wants()
    const group = document.querySelector('.erase[role=group]')!
    const named = (attribute: string): string =>
      textOf(`#${group.getAttribute(attribute) ?? 'none'}`).replaceAll(/\s/g, ' ')
    expect(named('aria-labelledby')).toBe(say('desk.erase.sure', { title }).replaceAll(/\s/g, ' '))
    expect(named('aria-describedby')).toBe(say('desk.formula.eraseUnused'))
    const status = group.querySelector('[role=status]')
    expect(told()).toBe('')
    await desk.clickOn('desk.erase.forAll')
    await desk.answer({ outcome: 'confirmed', revision: 8 })
    expect(desk.asked('desk.erase')).toEqual([{ key: ours.key, after: 7 }])
    expect(told()).toBe(say('desk.erase.done', { title }))
    expect(group.querySelector('[role=status]')).toBe(status)
    expect(group.hasAttribute('aria-describedby')).toBe(false)
    expect(document.activeElement).toBe(desk.button('desk.erase.restore'))
    expect(desk.broken).toEqual([])
  })
  it('where the platform can’t be reached is still asked about, and why is told', async () => {
    const desk = await list()
    await desk.wants()
    for (let at = 1; at < 3; at++) {
      await desk.clickOn('desk.erase.forAll')
      expect(told()).toBe('')
      await desk.answer(new Refusal(unreachable))
      expect(told()).toBe(`▲ ${inWords(unreachable)}`)
      expect(desk.asked('desk.erase')).toHaveLength(at)
    }
  })
  it('is told as what it is where nobody may, and not as somebody’s change', async () => {
    const desk = await list()
    await desk.wants()
    const refused: Problem = { code: 'act.refused', message: '', subject: ours.key }
    await desk.clickOn('desk.erase.forAll')
    await desk.answer(new Refusal(refused))
    expect(told()).toBe(`▲ ${inWords(refused)}`)
    expect(textOf('.erase')).not.toContain(say('desk.erase.notDone'))
  })
  it('is not left before it is answered, by no key and for no other row', async () => {
    const desk = await list([ours, theirs, formula('autre')])
    await desk.wants()
    await desk.clickOn('desk.erase.forAll')
    await desk.press('Escape')
    await desk.clickOn('desk.erase.keep')
    await desk.wants('formula.cncs.autre')
    desk.row(theirs.key).click()
    await desk.settle()
    expect(typed()).toBe('Formule voisine')
    await desk.answer(new Refusal(unreachable))
    expect(told()).toBe(`▲ ${inWords(unreachable)}`)
    expect(textOf('#erase-head')).toContain(title)
    await desk.press('Escape', {}, document.querySelector('.erase')!)
    expect(isOpen()).toBe(false)
    expect(document.activeElement).toBe(desk.row(ours.key))
  })
  it('that somebody changed is shown beside theirs, and theirs can be erased also after that failed', async () => {
    const desk = await list()
    await desk.wants()
    await desk.clickOn('desk.erase.forAll')
    await desk.answer({ outcome: 'overtaken', problem: overtaken })
    expect(told()).toBe(`▲ ${say('desk.erase.notDone')}`)
    await desk.becomes([{ ...ours, revision: 9, content: { value: 'count(a.b, 2 h)' } }, theirs])
    expect(textsOf('.erase .version code')).toEqual(['count(a.b, 1 h)', 'count(a.b, 2 h)'])
    await desk.clickOn('desk.erase.theirs')
    await desk.answer(new Refusal(unreachable))
    expect(told()).toContain(inWords(unreachable))
    expect(textsOf('.erase .version code')).toEqual(['count(a.b, 1 h)', 'count(a.b, 2 h)'])
    await desk.clickOn('desk.erase.theirs')
    await desk.answer({ outcome: 'confirmed', revision: 10 })
    expect(desk.asked('desk.erase')).toEqual([7, 9, 9].map((after) => ({ key: ours.key, after })))
    expect(told()).toBe(say('desk.erase.done', { title }))
  })
  it('of another organisation is theirs: the key does nothing there', async () => {
    const desk = await list()
    await desk.wants(theirs.key)
    expect(isOpen()).toBe(false)
    expect(desk.row(theirs.key).hasAttribute('aria-keyshortcuts')).toBe(false)
    await desk.wants()
    expect(isOpen()).toBe(true)
  })
  it('leaves what is being typed of another as it is', async () => {
    const desk = await list()
    await desk.click('.formulas .top button')
    await type(desk, 'Écrite à moitié')
    await desk.wants()
    expect([isOpen(), typed()]).toEqual([true, 'Écrite à moitié'])
    await desk.press('Escape')
    expect([isOpen(), typed()]).toEqual([false, 'Écrite à moitié'])
  })
})

describe('a formula that is put back', () => {
  it('is there again for everybody, only where nobody put another there', async () => {
    const desk = await list()
    await desk.erased()
    await desk.clickOn('desk.erase.restore')
    await desk.press('Escape')
    await desk.answer({ outcome: 'confirmed', revision: 9 })
    expect(desk.asked('desk.restore')).toEqual([{ key: ours.key, revision: 7, after: 0 }])
    expect(told()).toBe(say('desk.erase.isBack', { title }))
    // wanted again, it is asked again
    await desk.becomes([{ ...ours, revision: 9 }, theirs])
    await desk.wants()
    expect(desk.button('desk.erase.forAll')).toBeDefined()
  })
  it('and waits for the platform, says so, and is put back once', async () => {
    const desk = await list()
    await desk.erased()
    await desk.clickOn('desk.erase.restore')
    await desk.answer({ outcome: 'waits', id: 'a', problem: null })
    expect(told()).toBe(say('desk.shared.outcome.waits'))
    expect(desk.button('desk.erase.restore')).toBeUndefined()
  })
  it.each([
    {
      outcome: { outcome: 'overtaken', id: 'a', problem: overtaken } as const,
      said: `▲ ${say('desk.shared.outcome.overtaken')} ${nextOf(overtaken, say)}`,
    },
    {
      outcome: { outcome: 'refused', id: 'a', problem: unreachable } as const,
      said: `▲ ${say('desk.shared.outcome.refused')} ${inWords(unreachable)}`,
    },
  ])('and is not there says so: $outcome.outcome', async ({ outcome, said }) => {
    const desk = await list()
    await desk.erased()
    await desk.clickOn('desk.erase.restore')
    await desk.answer(outcome)
    expect(told()).toBe(said)
    expect(textOf('.erase')).not.toContain(say('desk.erase.done', { title }))
    expect(desk.button('desk.erase.restore')).toBeUndefined()
  })
  it('while the platform can’t be asked stays erased, says why, and can be put back again', async () => {
    const desk = await list()
    await desk.erased()
    await desk.clickOn('desk.erase.restore')
    await desk.answer(new Refusal(unreachable))
    expect(told()).toBe(`▲ ${say('desk.erase.done', { title })} ${inWords(unreachable)}`)
    expect(desk.button('desk.erase.restore')).toBeDefined()
  })
})

describe('what else people share', () => {
  const { node } = stateOf()
  const saved = { node: 'poste-08', person: 'S. Morel' }
  const erasable = (key: string, revision = 7): DeskState['shared']['erasable'][number] => ({
    ...{ key, revision, owner: 'CNCS', version: revision - 4, saved },
    title: { fr: 'Port', en: 'Port' },
  })
  const platform = { problem: null, wrong: null, rank: 0, from: 'platform' as const }
  const roster = {
    ...{ key: 'roster.cncs.salle', rank: 0, marking: 'np', revision: 7, title: 'Port', held: [] },
    ...{ owner: 'CNCS', version: 3, saved: 0 },
    shifts: [{ function: 'chef', who: 'A. Durand', from: '2026-07-26T06:00Z', to: '2026-07-26T14:00Z' }],
  }
  const whole = (all: DeskState['shared']['erasable']): DeskState => {
    const there = (key: string): boolean => all.some((one) => one.key === key)
    const scene = { ...platform, scene: 'port', title: 'Port', version: 3 }
    const others = { ...platform, scene: 'sdis.port', title: 'Port du voisin', version: 1 }
    return stateOf({
      node: { ...node, organisation: 'CNCS', rosters: there(roster.key) ? [roster] : [] },
      screens: [screenOf(1, 'port'), screenOf(2, 'domains')],
      scenes: [
        ...(there('scene.cncs.port') ? [{ ...scene, key: 'scene.cncs.port' }] : []),
        { ...others, key: 'scene.sdis.port' },
        // this station's own stands before what the platform has
        { ...scene, scene: 'quai', title: 'Quai', from: 'folder', key: 'scene.cncs.quai' },
      ],
      forms: ['form.cncs.port', 'form.sdis.port', 'seen'].map((id) => ({
        ...{ id, title: 'Port', from: 'platform' as const, rank: 0, markings: [], form: null, wrong: '' },
      })),
      shared: { access: 'permitted', wrong: [], saves: [], erasable: all },
    })
  }
  const all = ['scene.cncs.port', 'scene.cncs.quai', 'form.cncs.port', roster.key].map((key) => erasable(key))

  async function open(letter: string) {
    const answers: ((outcome: EraseOutcome | SaveOutcome | Refusal) => void)[] = []
    const later = () => new Promise<EraseOutcome | SaveOutcome | Refusal>((resolve) => answers.push(resolve))
    const desk = await mountWindow(Window, 'desk', whole(all), {
      ...{ 'desk.erase': later, 'desk.restore': later },
      ...{ 'desk.templates': () => [], 'desk.drafts': () => [] },
    })
    close = desk.close
    await desk.press(letter, { ctrlKey: true }, window)
    const clickOn = async (key: Parameters<typeof say>[0]): Promise<void> => {
      ;[...document.querySelectorAll<HTMLElement>('.erase .ways button, dialog footer button')]
        .find((one) => one.textContent.includes(say(key)))!
        .click()
      await desk.settle()
    }
    return {
      ...{ ...desk, clickOn },
      asked: (call: string) => desk.calls.filter((each) => each.call === call).map(({ input }) => input),
      row: (key: string) => document.querySelector<HTMLElement>(`[data-key="${key}"], [data-form="${key}"]`)!,
      async answer(outcome: EraseOutcome | SaveOutcome | Refusal): Promise<void> {
        answers.shift()!(outcome)
        await desk.settle()
      },
      async becomes(now: DeskState['shared']['erasable']): Promise<void> {
        desk.tell('desk', 'stateChanged', whole(now))
        await desk.settle()
      },
    }
  }

  it('a board: where it shows is said before, and it is restored', async () => {
    const desk = await open('b')
    const key = 'scene.cncs.port'
    await desk.press('Delete', {}, desk.row(key))
    expect(textOf('#erase-takes')).toBe(
      `▲ ${say('desk.erase.shownOn', { screens: say('desk.erase.screen', { screen: 1 }) })}`,
    )
    await desk.clickOn('desk.erase.forAll')
    await desk.answer({ outcome: 'confirmed', revision: 8 })
    await desk.becomes(all.slice(1))
    expect(textOf('.erase')).toContain(say('desk.erase.restores', { version: 3 }))
    await desk.clickOn('desk.erase.restore')
    await desk.answer({ outcome: 'confirmed', revision: 9 })
    expect(desk.asked('desk.erase')).toEqual([{ key, after: 7 }])
    expect(desk.asked('desk.restore')).toEqual([{ key, revision: 7, after: 0 }])
    expect(told()).toBe(say('desk.erase.isBack', { title: 'Port' }))
    expect(desk.broken).toEqual([])
  })
  it.each([
    ['b', 'scene.sdis.port', 'scene.cncs.quai'],
    ['e', 'form.sdis.port', 'seen'],
  ])(
    'of another organisation, and what is this station’s own, has no way to that (Ctrl+%s)',
    async (letter, ...keys) => {
      const desk = await open(letter)
      for (const key of keys) {
        const row = desk.row(key)
        await desk.press('Delete', {}, row)
        expect([isOpen(), row.hasAttribute('aria-keyshortcuts')]).toEqual([false, false])
        expect(row.parentElement!.querySelectorAll('button')).toHaveLength(1)
      }
    },
  )
  it('a form: what was changed since is shown beside what was seen, with who did', async () => {
    const desk = await open('e')
    const key = 'form.cncs.port'
    desk.row(key).parentElement!.querySelectorAll('button')[1]!.click()
    await desk.settle()
    expect(textOf('#erase-takes')).toBe(say('desk.erase.entered'))
    await desk.clickOn('desk.erase.forAll')
    await desk.answer({ outcome: 'overtaken', problem: { ...overtaken, subject: key } })
    await desk.becomes([erasable(key, 9)])
    expect(textsOf('.erase .version').map((one) => one.includes('S. Morel, poste-08'))).toEqual([true, true])
    expect(textsOf('.erase .version').map((one) => /version (\d)/.exec(one)?.[1])).toEqual(['3', '5'])
    // its Escape leaves the question, not the list that it stands in
    await desk.press('Escape', {}, document.querySelector('.erase')!)
    expect([isOpen(), document.querySelector('dialog ul') !== null]).toEqual([false, true])
    expect(document.activeElement).toBe(desk.row(key))
  })
  it('that fails behind whoever left is told all the same', async () => {
    const desk = await open('e')
    await desk.press('Delete', {}, desk.row('form.cncs.port'))
    await desk.clickOn('desk.erase.forAll')
    await desk.clickOn('desk.close')
    await desk.answer(new Refusal(unreachable))
    expect(isOpen()).toBe(false)
    expect(document.body.textContent).toContain(say('desk.notice.notErased', { title: 'Port' }))
    // opened again, it is not asked about any more
    await desk.press('e', { ctrlKey: true }, window)
    expect(isOpen()).toBe(false)
  })
  it('that was overtaken behind whoever left is told too', async () => {
    const desk = await open('e')
    await desk.press('Delete', {}, desk.row('form.cncs.port'))
    await desk.clickOn('desk.erase.forAll')
    await desk.clickOn('desk.close')
    await desk.answer({ outcome: 'overtaken', problem: { ...overtaken, subject: 'form.cncs.port' } })
    expect(document.body.textContent).toContain(say('desk.notice.notErased', { title: 'Port' }))
  })
  it('that is not restored behind whoever left is told as that', async () => {
    const desk = await open('e')
    await desk.press('Delete', {}, desk.row('form.cncs.port'))
    await desk.clickOn('desk.erase.forAll')
    await desk.answer({ outcome: 'confirmed', revision: 8 })
    await desk.clickOn('desk.erase.restore')
    document.querySelector<HTMLElement>('dialog footer button')!.click()
    await desk.settle()
    await desk.answer(new Refusal(unreachable))
    expect(document.body.textContent).toContain(say('desk.notice.notRestored', { title: 'Port' }))
  })
  it('the roster: what was typed stays where it is kept, and it is closed where it is gone', async () => {
    const desk = await open('u')
    const who = (): HTMLInputElement | null => document.querySelector('dialog tbody input')
    who()!.value = 'N. Caron'
    who()!.dispatchEvent(new Event('input', { bubbles: true }))
    await desk.clickOn('desk.erase.forAll')
    expect(textOf('#erase-takes')).toBe(`▲ ${say('desk.erase.roster')}`)
    await desk.clickOn('desk.erase.keep')
    expect(who()?.value).toBe('N. Caron')
    await desk.clickOn('desk.erase.forAll')
    await desk.clickOn('desk.erase.forAll')
    await desk.answer({ outcome: 'confirmed', revision: 8 })
    await desk.becomes([])
    await desk.clickOn('desk.close')
    expect(desk.asked('desk.erase')).toEqual([{ key: roster.key, after: 7 }])
    expect(who()).toBeNull()
  })
})

it('a new formula that is called as another is told so before it is saved', async () => {
  const desk = await list([formula('zones', { title: 'Zones' })])
  await desk.click('.formulas .top button')
  await type(desk, 'Zones')
  expect(textsOf('.formulas > [role=status]')[0]).toContain(say('desk.formula.named', { title: 'Zones' }))
  document.querySelector<HTMLFormElement>('.formulas form')!.requestSubmit()
  await desk.settle()
  expect(desk.asked('desk.saveFormula')).toEqual([])
  await type(desk, 'Zones nord')
  expect(textOf('.formulas > [role=status]')).not.toContain(say('desk.formula.named', { title: 'Zones' }))
})
