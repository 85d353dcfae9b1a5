// @vitest-environment happy-dom
/** Who sits at this desk and in which function, and what waits for a second person, as people see and answer it. */
import { afterEach, describe, expect, it } from 'vitest'
import type { HeldFunction, Sitting } from '../../../../preload/contract/person.ts'
import type { DeskState } from '../../../../preload/contract/state.ts'
import Window from '../../../../renderer/desk/Window.svelte'
import { speechIn, stateOf } from '../../../doubles/desk.ts'
import { now } from '../../../doubles/picture.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

const { say } = speechIn('fr')
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

const chef = { id: 'chef-de-salle', name: { fr: 'Chef de salle', en: 'Room chief' }, may: [] as string[] }
const held = (changes: Partial<HeldFunction> = {}): HeldFunction => ({
  ...{ holder: null, at: now, offered: null, declined: null, takenFrom: null, ...changes },
})
const durand = { person: 'A. Durand', node: 'poste-07' }
const morel = { person: 'B. Morel', node: 'poste-08' }
const sitting = (changes: Partial<Sitting> = {}): Sitting => ({
  ...{ person: 'A. Durand', elsewhere: [morel], list: ['A. Durand', 'B. Morel', 'C. Lefèvre'] },
  ...{
    free: false,
    functions: [{ ...chef, held: null }],
    fourEyes: ['unblank'],
    breakGlass: false,
    ...changes,
  },
})
const author = { person: 'B. Morel', function: 'chef-de-salle', node: 'poste-08', automation: null }
const proposal: DeskState['proposals'][number] = {
  ...{ act: 'show-scene', input: { screen: 1, scene: 'domains' }, id: 'p-1', by: author, at: now },
  ...{ own: false, declined: null },
}

async function sit(changes: Partial<DeskState> = {}, proposed = false) {
  const desk = await mountWindow(Window, 'desk', stateOf({ sitting: sitting(), ...changes }), {
    'window.act': () => ({ inverse: null, proposed }),
  })
  close = desk.close
  return {
    ...desk,
    acts: () => desk.calls.filter(({ call }) => call === 'window.act').map(({ input }) => input),
    called: (name: string) => desk.calls.filter(({ call }) => call === name).map(({ input }) => input),
    async becomes(next: Partial<DeskState>): Promise<void> {
      desk.tell('desk', 'stateChanged', stateOf({ sitting: sitting(), ...next }))
      await desk.settle()
    },
    async presses(label: string): Promise<void> {
      const button = [...document.querySelectorAll('button')].find((each) => each.textContent.includes(label))
      if (!button) throw new Error(`there is no “${label}”`)
      button.click()
      await desk.settle()
    },
  }
}
const type = (selector: string, text: string): void => {
  const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(selector)
  if (!field) throw new Error(`there is no ${selector}`)
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}
const enter = (selector: string): void =>
  void document
    .querySelector(selector)
    ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))

describe('the header', () => {
  it('says who sits there, in which functions, and asks where nobody does', async () => {
    const desk = await sit({ sitting: sitting({ person: null }) })
    expect(textOf('header .person')).toContain(say('desk.person.nobody'))
    await desk.becomes({ sitting: sitting({ functions: [{ ...chef, held: held({ holder: durand }) }] }) })
    expect(textOf('header .person')).toContain('A. Durand')
    expect(textOf('header .person')).toContain('Chef de salle')
  })
  it('asks nobody where policy names no persons, nor does a key or the help', async () => {
    const desk = await sit({ sitting: sitting({ person: null, list: [], functions: [] }) })
    expect(document.querySelector('header .person')).toBeNull()
    await desk.press('u')
    expect(document.querySelector('.person')).toBeNull()
    await desk.press('?')
    expect(textsOf('.help dt')).not.toContain('U')
  })
})

describe('a change of person', () => {
  it('takes a key, some letters and Enter', async () => {
    const desk = await sit()
    await desk.press('u')
    type('#person-head ~ input', 'mor')
    await desk.settle()
    expect(textsOf('#persons [role=option]')).toHaveLength(1)
    enter('#person-head ~ input')
    await desk.settle()
    expect(desk.acts()).toEqual([{ act: 'change-person', person: 'B. Morel' }])
    expect(textOf('.notice')).toContain(say('desk.notice.person', { person: 'B. Morel' }))
  })
  it('takes no name that policy does not let be typed, and takes it where it does', async () => {
    const desk = await sit()
    await desk.press('u')
    type('#person-head ~ input', 'X. Inconnu')
    await desk.settle()
    enter('#person-head ~ input')
    await desk.settle()
    expect(desk.acts()).toEqual([])
    await desk.becomes({ sitting: sitting({ free: true }) })
    enter('#person-head ~ input')
    await desk.settle()
    expect(desk.acts()).toEqual([{ act: 'change-person', person: 'X. Inconnu' }])
  })
  it('leaves nothing of the one before for the next to take back', async () => {
    const desk = await sit()
    await desk.press('u')
    enter('#person-head ~ input')
    await desk.settle()
    await desk.press('z', { ctrlKey: true })
    expect(textOf('.notice')).toContain(say('desk.notice.nothingToUndo'))
  })
})

describe('a function', () => {
  it('is taken, handed over to who sits elsewhere, kept and left', async () => {
    const desk = await sit()
    await desk.press('u')
    await desk.presses(say('desk.functions.take'))
    await desk.becomes({ sitting: sitting({ functions: [{ ...chef, held: held({ holder: durand }) }] }) })
    await desk.presses(say('desk.functions.handOver'))
    await desk.presses('B. Morel')
    await desk.becomes({
      sitting: sitting({ functions: [{ ...chef, held: held({ holder: durand, offered: 'B. Morel' }) }] }),
    })
    expect(textOf('.own')).toContain(say('desk.functions.offered', { person: 'B. Morel' }))
    await desk.presses(say('desk.functions.keep'))
    await desk.presses(say('desk.functions.leave'))
    expect(desk.acts()).toEqual([
      { act: 'take-function', function: 'chef-de-salle' },
      { act: 'hand-over-function', function: 'chef-de-salle', to: 'B. Morel' },
      { act: 'take-function', function: 'chef-de-salle' },
      { act: 'leave-function', function: 'chef-de-salle' },
    ])
  })
  it('that is offered is accepted with O', async () => {
    const offered = { ...chef, held: held({ holder: morel, offered: 'A. Durand' }) }
    const desk = await sit({ sitting: sitting({ functions: [offered] }) })
    expect(textOf('.banners')).toContain('B. Morel, poste-08')
    await desk.press('o')
    expect(desk.acts()).toEqual([{ act: 'take-function', function: 'chef-de-salle' }])
  })
  it('that somebody took is told to who had it, until they have read it', async () => {
    const taken = { ...chef, held: held({ holder: morel, takenFrom: durand }) }
    const desk = await sit({ sitting: sitting({ functions: [taken] }) })
    expect(textOf('.banners')).toContain('B. Morel, poste-08')
    await desk.presses(say('desk.alone.read'))
    expect(document.querySelector('.banners')?.textContent).not.toContain('B. Morel')
  })
  it('that an act is for is named where it is not held, and no key does it', async () => {
    const asking = { ...chef, may: ['identify', 'show-scene'], held: null }
    const desk = await sit({ sitting: sitting({ functions: [asking] }) })
    await desk.press('i')
    expect(desk.acts()).toEqual([])
    expect(textOf('main')).toContain(say('desk.act.lacks', { function: 'Chef de salle' }))
    await desk.presses(say('desk.wall.identify'))
    expect(textOf('.notice')).toContain(say('desk.notice.lacks', { function: 'Chef de salle' }))
    await desk.becomes({ sitting: sitting({ functions: [{ ...asking, held: held({ holder: durand }) }] }) })
    await desk.press('i')
    expect(desk.acts()).toEqual([{ act: 'identify' }])
  })
})

describe('what waits for a second person', () => {
  it('is told as not done yet to who asked for it', async () => {
    const desk = await sit({}, true)
    await desk.press('i')
    expect(textOf('.notice')).toContain(say('desk.notice.proposed'))
  })
  it('says who proposed it in which function, and is confirmed as it was read', async () => {
    const desk = await sit({ proposals: [proposal] })
    expect(textOf('.banners')).toContain('B. Morel, Chef de salle, poste-08')
    await desk.press('o')
    expect(desk.called('desk.agree')).toEqual([
      { proposal: 'p-1', did: { act: 'show-scene', screen: 1, scene: 'domains' } },
    ])
  })
  it('offers its own author no confirming, but to take it back', async () => {
    const own = { ...proposal, by: { ...author, person: 'a. durand' } }
    const desk = await sit({ proposals: [own] })
    await desk.press('o')
    expect(desk.called('desk.agree')).toEqual([])
    expect(textOf('.banners')).not.toContain(say('desk.fourEyes.alone'))
    await desk.presses(say('desk.fourEyes.withdraw'))
    expect(desk.acts()).toEqual([{ act: 'decline-proposal', proposal: 'p-1' }])
  })
  it('asks who sits there before anybody confirms', async () => {
    const desk = await sit({ sitting: sitting({ person: null }), proposals: [proposal] })
    await desk.press('o')
    expect(desk.called('desk.agree')).toEqual([])
    expect(textOf('.banners')).toContain(say('desk.fourEyes.sitFirst'))
  })
  it('is done alone only with a reason, where policy lets one', async () => {
    const own = { ...proposal, by: { ...author, person: 'A. Durand' } }
    const desk = await sit({ sitting: sitting({ breakGlass: true }), proposals: [own] })
    await desk.presses(say('desk.fourEyes.alone'))
    const send = (): boolean | undefined =>
      document
        .querySelector('#alone-head')
        ?.closest('form')
        ?.dispatchEvent(new SubmitEvent('submit', { cancelable: true }))
    type('#alone-reason', 'court')
    await desk.settle()
    send()
    await desk.settle()
    expect(desk.called('desk.breakGlass')).toEqual([])
    type('#alone-reason', 'le préfet attend l’image')
    await desk.settle()
    send()
    await desk.settle()
    expect(desk.called('desk.breakGlass')).toMatchObject([
      { proposal: 'p-1', reason: 'le préfet attend l’image' },
    ])
  })
  it('that one did alone stands at every desk with the reason, until it was read there', async () => {
    const one = { ...proposal, reason: 'le préfet attend l’image' }
    const desk = await sit({ alone: [one] })
    expect(textOf('.banners .down')).toContain('le préfet attend l’image')
    expect(textOf('.banners .down')).toContain('B. Morel, Chef de salle, poste-08')
    await desk.presses(say('desk.alone.read'))
    expect(document.querySelector('.banners .down')).toBeNull()
  })
})
