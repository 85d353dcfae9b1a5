// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import type { SaveOutcome } from '../../../../preload/contract/shared.ts'
import type { DeskState } from '../../../../preload/contract/state.ts'
import { actionsOf } from '../../../../renderer/desk/palette/actions.ts'
import { markingsFor, mayShare, originOf } from '../../../../renderer/desk/shared/saves.ts'
import Window from '../../../../renderer/desk/Window.svelte'
import { inWords } from '../../../../renderer/speech/said.ts'
import { speechIn, stateOf } from '../../../doubles/desk.ts'
import { minutesAgo } from '../../../doubles/picture.ts'
import { mountWindow, textOf, textsOf } from '../../../doubles/window.ts'

const french = speechIn('fr')
const { say } = french
let close = (): Promise<void> => Promise.resolve()
afterEach(() => close())

const built = { problem: null, key: null, version: null, wrong: null, rank: 0 }
const scenes: DeskState['scenes'] = [
  { scene: 'situation', title: { fr: 'Situation', en: 'Situation' }, ...built, from: 'vigie' },
  { scene: 'domains', title: 'Cinq domaines', ...built, from: 'folder' },
  {
    ...{ scene: 'port', title: 'Port', ...built, from: 'platform' },
    ...{ key: 'scene.cncs.port', version: 3 },
  },
]
const permitted: DeskState['shared'] = { access: 'permitted', wrong: [], saves: [], erasable: [] }
const overtaken = { code: 'shared.overtaken', message: 'revision 8', subject: 'scene.cncs.domains' } as const
const save: DeskState['shared']['saves'][number] = {
  ...{ id: 's-1', key: 'scene.cncs.domains', title: 'Cinq domaines', version: 4, at: minutesAgo(2) },
  ...{ saved: { node: 'poste-07', person: 'A. Durand' }, state: 'refused', problem: overtaken },
  theirs: { title: 'Cinq domaines', version: 4, saved: { node: 'poste-08', person: 'S. Morel' } },
}
const versions = [
  {
    ...{ revision: 9, published: minutesAgo(5), rank: 0, version: 3, title: 'Port' },
    ...{ saved: { node: 'poste-08', person: 'S. Morel' }, problem: null },
  },
  {
    ...{ revision: 4, published: minutesAgo(60), rank: 1, version: 2, title: 'Port' },
    ...{ saved: { node: 'poste-07', person: null }, problem: null },
  },
]

async function sit(outcome: SaveOutcome = { outcome: 'confirmed', revision: 9 }) {
  const whole = (changes: Partial<DeskState> = {}) => stateOf({ scenes, shared: permitted, ...changes })
  const desk = await mountWindow(Window, 'desk', whole(), {
    'window.act': () => ({ inverse: null }),
    'desk.share': () => outcome,
    'desk.restore': () => outcome,
    'desk.settleSave': () => null,
    'desk.sharedHistory': () => versions,
  })
  close = desk.close
  return {
    ...desk,
    asked: (call: string) => desk.calls.filter((each) => each.call === call).map(({ input }) => input),
    async becomes(next: Partial<DeskState>): Promise<void> {
      desk.tell('desk', 'stateChanged', whole(next))
      await desk.settle()
    },
    /** the list of screen 1's scenes, with the focus on one of them */
    async listOn(scene: number): Promise<void> {
      await desk.press('1', { code: 'Digit1' }, window)
      await desk.press('s', {}, window)
      document.querySelectorAll<HTMLElement>('.scenes [role=option]')[scene]!.focus()
      await desk.settle()
    },
    async submit(): Promise<void> {
      document.querySelector<HTMLFormElement>('dialog form')!.requestSubmit()
      await desk.settle()
    },
  }
}

describe('the list of scenes', () => {
  it('says of each where it comes from', () => {
    expect(scenes.map((scene) => inWords(originOf(scene), french))).toEqual([
      'fournie avec Vigie',
      'dossier de ce poste',
      'plateforme, version 3',
    ])
  })
  it('has the way to save one for everybody that is the station’s own, and versions of one of the platform', async () => {
    const desk = await sit()
    await desk.listOn(1)
    expect(textOf('.scenes .ways')).toBe(`${say('desk.scene.share')} P`)
    await desk.listOn(2)
    expect(textOf('.scenes .ways')).toBe(`${say('desk.scene.versions')} H`)
  })
  it('offers nothing of it where the platform has no place for it, nor of one that is wrong', () => {
    const [situation] = scenes
    const state = stateOf({ scenes, shared: permitted })
    expect(mayShare(situation!, state)).toBe(true)
    for (const access of ['absent', 'refused'] as const)
      expect(mayShare(situation!, stateOf({ shared: { ...permitted, access } }))).toBe(false)
    const problem = { code: 'scene.invalid', message: '' } as const
    expect(mayShare({ ...situation!, problem }, state)).toBe(false)
  })
  it('has the same in the palette', () => {
    const given = {
      feeds: [],
      selected: null,
      takeable: false,
      placed: false,
      screen: null,
      digit: null,
      ...{ atDocuments: false, reads: null, readable: null },
      ...{ atLog: false, noted: null, about: { domain: null, severity: null }, line: null, calling: null },
    }
    const state = stateOf({ scenes, shared: permitted })
    const offered = actionsOf({ ...given, state }, french).map(({ act }) => act)
    expect(offered.filter(({ act }) => act === 'share')).toEqual([
      { act: 'share', scene: 'situation' },
      { act: 'share', scene: 'domains' },
    ])
    expect(offered).toContainEqual({ act: 'versions', key: 'scene.cncs.port', title: 'Port' })
  })
})

describe('saving a scene for everybody', () => {
  it('is confirmed first, marked as high as this desk goes until somebody says otherwise', async () => {
    const desk = await sit()
    await desk.listOn(1)
    await desk.press('p')
    expect(desk.asked('desk.share')).toEqual([])
    expect(textsOf('dialog form label')).toEqual(['Non protégé', 'Diffusion Restreinte'])
    await desk.submit()
    expect(desk.asked('desk.share')).toEqual([{ scene: 'domains', marking: 'dr' }])
    expect(textOf('dialog [role=status]')).toContain(say('desk.shared.outcome.confirmed'))
    expect(desk.broken).toEqual([])
  })
  it('is marked as it was chosen, never above the desk', async () => {
    const { node } = stateOf()
    expect(markingsFor(stateOf({ node: { ...node, ceiling: 0 } })).map(({ id }) => id)).toEqual(['np'])
    const desk = await sit()
    await desk.listOn(1)
    await desk.press('p')
    await desk.click('dialog input[value=np]')
    await desk.submit()
    expect(desk.asked('desk.share')).toEqual([{ scene: 'domains', marking: 'np' }])
  })
  it('gives the focus back to the screen when it is closed, and keeps no key of the wall’s', async () => {
    const desk = await sit()
    await desk.listOn(1)
    await desk.press('p')
    await desk.press('b', {}, window)
    expect(desk.asked('window.act')).toEqual([])
    await desk.click('dialog footer button')
    expect(document.querySelector('dialog form')).toBeNull()
    expect(desk.asked('desk.share')).toEqual([])
    await desk.press('b', {}, window)
    expect(desk.asked('window.act')).toEqual([{ act: 'blank' }])
  })
  it('tells what waits and what was refused, with why and what to do', async () => {
    const waits = await sit({ outcome: 'waits', id: 'a', problem: null })
    await waits.listOn(1)
    await waits.press('p')
    await waits.submit()
    expect(textOf('dialog [role=status]')).toBe(say('desk.shared.outcome.waits'))
    await close()
    const problem = { code: 'act.refused', message: 'permissions violation' } as const
    const refused = await sit({ outcome: 'refused', id: 'a', problem })
    await refused.listOn(1)
    await refused.press('p')
    await refused.submit()
    expect(textOf('dialog [role=status]')).toContain(say('desk.shared.outcome.refused'))
    expect(textOf('dialog [role=status]')).toContain(say('problem.act.refused.next'))
  })
  it('that was overtaken shows whose version holds, and is settled there or in the outbox', async () => {
    const desk = await sit({ outcome: 'overtaken', id: 'a', problem: overtaken })
    await desk.listOn(1)
    await desk.press('p')
    await desk.submit()
    await desk.becomes({ shared: { ...permitted, saves: [save] } })
    const theirs = say('desk.shared.theirs', {
      ...{ version: 4, who: 'S. Morel, poste-08', title: 'Cinq domaines' },
    })
    expect(textOf('dialog .save')).toContain(theirs)
    await desk.click('dialog .save .button')
    await desk.click('dialog footer button')
    expect(textOf('nav')).toContain(`${say('desk.nav.outbox')} 1`)
    expect(textOf('.banners')).toContain(say('desk.shared.refusals', { count: 1 }))
    await desk.press('e', {}, window)
    expect(textOf('.banners')).not.toContain(say('desk.shared.refusals', { count: 1 }))
    expect(textOf('.outbox .save')).toContain(theirs)
    await desk.click('.outbox .save .button:last-child')
    expect(desk.asked('desk.settleSave')).toEqual([
      { id: 's-1', keep: 'ours' },
      { id: 's-1', keep: 'theirs' },
    ])
    expect(desk.broken).toEqual([])
  })
})

describe('earlier versions', () => {
  it('are listed with when and who, and one is restored once that was confirmed', async () => {
    const desk = await sit()
    await desk.listOn(2)
    await desk.press('h')
    expect(desk.asked('desk.sharedHistory')).toEqual([{ key: 'scene.cncs.port' }])
    expect(textsOf('dialog li .what')).toEqual(['version 3 S. Morel, poste-08', 'version 2 poste-07'])
    expect(document.querySelectorAll('dialog li button')).toHaveLength(1)
    await desk.click('dialog li button')
    expect(desk.asked('desk.restore')).toEqual([])
    await desk.click('dialog li button')
    expect(desk.asked('desk.restore')).toEqual([{ key: 'scene.cncs.port', revision: 4 }])
    expect(textOf('dialog [role=status]')).toBe(say('desk.shared.outcome.confirmed'))
    expect(desk.broken).toEqual([])
  })
})
