// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import type { SaveOutcome } from '../../../../preload/contract/shared.ts'
import type { DeskState } from '../../../../preload/contract/state.ts'
import Window from '../../../../renderer/desk/Window.svelte'
import { speechIn, stateOf } from '../../../doubles/desk.ts'
import { minutesAgo } from '../../../doubles/picture.ts'
import { mountWindow, textOf } from '../../../doubles/window.ts'

const { say } = speechIn('fr')
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

const { node } = stateOf()
const key = 'roster.cncs.salle'
const overtaken = { code: 'shared.overtaken', message: 'revision 8', subject: key } as const
const told = (who: string, revision: number) => ({
  ...{ key, rank: 0, marking: 'np', revision, title: 'Tour de service', held: [] },
  ...{ owner: 'CNCS', version: revision, saved: 0 },
  shifts: [{ function: 'chef', who, from: '2026-07-26T06:00Z', to: '2026-07-26T14:00Z' }],
})
const save: DeskState['shared']['saves'][number] = {
  ...{ id: 's-1', key, title: 'Tour de service', version: 4, at: minutesAgo(2) },
  ...{ saved: { node: 'poste-07', person: null }, state: 'refused', problem: overtaken },
  theirs: { title: 'Tour de service', version: 4, saved: { node: 'poste-08', person: 'S. Morel' } },
}
const withRosters = (rosters: ReturnType<typeof told>[], saves: (typeof save)[] = []): DeskState =>
  stateOf({
    node: { ...node, organisation: 'CNCS', rosters },
    shared: { access: 'permitted', wrong: [], saves, erasable: [] },
  })

/** The roster's dialog, open. What is saved is answered when the test says so. */
async function edit(state: DeskState) {
  const answers: ((outcome: SaveOutcome) => void)[] = []
  const settles: { value: SaveOutcome | null } = { value: null }
  const desk = await mountWindow(Window, 'desk', state, {
    'desk.saveRoster': () => new Promise<SaveOutcome>((resolve) => answers.push(resolve)),
    'desk.settleSave': () => settles.value,
  })
  close = desk.close
  const open = () => desk.press('u', { ctrlKey: true }, window)
  await open()
  return {
    ...{ ...desk, open },
    settles,
    asked: (call: string) => desk.calls.filter((each) => each.call === call).map(({ input }) => input),
    who: () => document.querySelector<HTMLInputElement>('dialog tbody input'),
    async becomes(next: DeskState): Promise<void> {
      desk.tell('desk', 'stateChanged', next)
      await desk.settle()
    },
    async type(who: string): Promise<void> {
      const field = document.querySelector<HTMLInputElement>('dialog tbody input')!
      field.value = who
      field.dispatchEvent(new Event('input', { bubbles: true }))
      await desk.settle()
    },
    async submit(): Promise<void> {
      document.querySelector<HTMLFormElement>('dialog form')!.requestSubmit()
      await desk.settle()
    },
    async answer(outcome: SaveOutcome): Promise<void> {
      answers.shift()!(outcome)
      await desk.settle()
    },
  }
}

describe('the roster', () => {
  it('that is new is marked as high as this desk goes, until somebody says otherwise', async () => {
    const desk = await edit(withRosters([]))
    await desk.submit()
    await desk.answer({ outcome: 'refused', id: 'a', problem: { code: 'act.refused', message: '' } })
    const select = document.querySelector<HTMLSelectElement>('dialog footer select')!
    select.value = 'np'
    select.dispatchEvent(new Event('change', { bubbles: true }))
    await desk.submit()
    expect(desk.asked('desk.saveRoster')).toMatchObject([
      { name: 'salle', marking: 'dr', after: 0 },
      { name: 'salle', marking: 'np', after: 0 },
    ])
    expect(desk.broken).toEqual([])
  })
  it('that is there keeps its marking, and is saved after what was read', async () => {
    const desk = await edit(withRosters([told('A. Durand', 7)]))
    await desk.submit()
    expect(desk.asked('desk.saveRoster')).toMatchObject([{ name: 'salle', marking: 'np', after: 7 }])
  })
  it('is saved once, however often Enter comes before the answer', async () => {
    const desk = await edit(withRosters([told('A. Durand', 7)]))
    await desk.submit()
    await desk.submit()
    expect(desk.asked('desk.saveRoster')).toHaveLength(1)
    await desk.answer({ outcome: 'confirmed', revision: 8 })
    expect(desk.who()).toBeNull()
  })
  it('opened again stays open when an earlier save is confirmed', async () => {
    const desk = await edit(withRosters([told('A. Durand', 7)]))
    await desk.submit()
    await desk.click('dialog footer .button:nth-of-type(2)')
    expect(desk.who()).toBeNull()
    await desk.open()
    await desk.answer({ outcome: 'confirmed', revision: 8 })
    expect(desk.who()?.value).toBe('A. Durand')
  })
  it('keeps what is typed while a save is under way, and saves it after that one', async () => {
    const desk = await edit(withRosters([told('A. Durand', 7)]))
    await desk.submit()
    expect(textOf('dialog [type=submit]')).toContain(say('desk.shared.saving'))
    await desk.type('A. Durand-Lévy')
    await desk.answer({ outcome: 'confirmed', revision: 8 })
    expect(desk.who()?.value).toBe('A. Durand-Lévy')
    expect(textOf('dialog [role=status]')).toContain(say('desk.roster.typedSince'))
    await desk.submit()
    expect(desk.asked('desk.saveRoster').at(-1)).toMatchObject({
      after: 8,
      content: { shifts: [{ who: 'A. Durand-Lévy' }] },
    })
    await desk.answer({ outcome: 'confirmed', revision: 9 })
    expect(desk.who()).toBeNull()
  })
  it('that is left while a save is under way says that it failed, and nothing where it did not', async () => {
    const desk = await edit(withRosters([told('A. Durand', 7)]))
    const leave = async (outcome: SaveOutcome): Promise<string> => {
      await desk.submit()
      document.querySelector('dialog[open]')!.dispatchEvent(new Event('cancel'))
      await desk.settle()
      expect(desk.who()).toBeNull()
      await desk.answer(outcome)
      const said = textOf('.notice') ?? ''
      await desk.open()
      return said
    }
    expect(await leave({ outcome: 'confirmed', revision: 8 })).toBe('')
    expect(await leave({ outcome: 'waits', id: 'a', problem: null })).toBe('')
    const said = await leave({ outcome: 'overtaken', id: 'a', problem: overtaken })
    expect(said).toContain(say('desk.notice.notSaved', { title: 'Tour de service' }))
    expect(said).toContain('revision 8')
  })
  it('that is sent again over theirs closes only where it got there, and nothing was typed since', async () => {
    const desk = await edit(withRosters([told('A. Durand', 7)]))
    await desk.submit()
    await desk.answer({ outcome: 'overtaken', id: 'a', problem: overtaken })
    await desk.becomes(withRosters([told('S. Premier', 8)], [save]))
    desk.settles.value = { outcome: 'overtaken', id: 'a', problem: overtaken }
    await desk.click('dialog .save .button:first-child')
    expect(desk.who()?.value).toBe('A. Durand')
    await desk.type('A. Durand-Lévy')
    desk.settles.value = { outcome: 'confirmed', revision: 9 }
    await desk.click('dialog .save .button:first-child')
    expect(desk.who()?.value).toBe('A. Durand-Lévy')
    await desk.submit()
    expect(desk.asked('desk.saveRoster').at(-1)).toMatchObject({ after: 9 })
  })
  it('that was overtaken is settled where it is: theirs is taken, read, and gone on with', async () => {
    const desk = await edit(withRosters([told('A. Durand', 7)]))
    await desk.submit()
    await desk.answer({ outcome: 'overtaken', id: 'a', problem: overtaken })
    expect(textOf('dialog [role=status]')).toContain(say('desk.shared.outcome.overtaken'))
    await desk.becomes(withRosters([told('S. Premier', 8)], [save]))
    expect(desk.who()?.value).toBe('A. Durand')
    await desk.click('dialog .save .button:last-child')
    expect(desk.asked('desk.settleSave')).toEqual([{ id: 's-1', keep: 'theirs' }])
    expect(desk.who()?.value).toBe('S. Premier')
    expect(document.activeElement).toBe(desk.who())
    await desk.submit()
    expect(desk.asked('desk.saveRoster').at(-1)).toMatchObject({ after: 8 })
    expect(desk.broken).toEqual([])
  })
})
