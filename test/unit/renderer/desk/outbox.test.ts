import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ActInput } from '../../../../preload/contract/act.ts'
import { fail, ok } from '../../../../preload/contract/result.ts'
import type { DeskState } from '../../../../preload/contract/state.ts'
import { createActing, type Acting } from '../../../../renderer/desk/acting.svelte.ts'
import { togetherBanners } from '../../../../renderer/desk/banners/together.ts'
import { Choice } from '../../../../renderer/desk/choice.svelte.ts'
import {
  aboutOf,
  authorInWords,
  doneInWords,
  isAsked,
  lostInWords,
} from '../../../../renderer/desk/outbox/entries.ts'
import { blankedInWords } from '../../../../renderer/desk/wall/blanked.ts'
import { groupsOf, isFirst } from '../../../../renderer/desk/wall/groups.ts'
import { inWords } from '../../../../renderer/speech/said.ts'
import { bridgeDouble } from '../../../doubles/bridge.ts'
import { entryOf, outboxOf, screenOf, speechIn, stateOf } from '../../../doubles/desk.ts'

const english = speechIn('en')
const opened: Acting[] = []
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  for (const acting of opened.splice(0)) acting.dispose()
  vi.useRealTimers()
})

function open(state: DeskState, answers: Parameters<typeof bridgeDouble>[1] = {}) {
  const { bridge, calls } = bridgeDouble('desk', { 'window.act': () => ({ inverse: null }), ...answers })
  const node = { state }
  const acting = createActing({ bridge, node, choice: new Choice(), alarms: () => [] })
  opened.push(acting)
  return {
    acting,
    calls,
    node,
    bridge,
    told: async () => {
      await vi.advanceTimersByTimeAsync(1)
      return acting.notice === null ? null : inWords(acting.notice.said, english)
    },
  }
}

describe('the picture is given back', () => {
  const given = (id: string) => entryOf(id, 'unblank', {})
  const blanked = entryOf('b', 'blank', {})

  it('once, as long as nothing else was done about it', () => {
    expect(isAsked('unblank', [blanked, given('u')])).toBe(true)
    expect(isAsked('unblank', [given('u'), entryOf('s', 'identify', {})])).toBe(true)
  })

  it('again, where it was blanked since, though the first giving back still waits', () => {
    expect(isAsked('unblank', [blanked, given('u'), entryOf('c', 'blank', {})])).toBe(false)
  })
})

describe('what was done, from the outbox', () => {
  it('is told in its row’s words, and about the entity that its row says', () => {
    const done = { act: 'show-scene', input: { screen: 3, scene: 'domains' } }
    expect(inWords(doneInWords(done, stateOf()), english)).toBe('Screen 3: Five domains.')
    expect(aboutOf(done, stateOf())).toBe('screen.cncs.salle-a.3')
  })
  it('is called by its name where this version does not know it, or not what it takes', () => {
    for (const done of [
      { act: 'draw-zone', input: { zone: 'a' } },
      { act: 'show-scene', input: { screen: 'three' } },
      { act: 'toString', input: {} },
    ]) {
      expect(doneInWords(done, stateOf())).toEqual({ words: done.act })
      expect(aboutOf(done, stateOf())).toBeNull()
    }
  })
  it('names its author by what is known of them', () => {
    const author = { person: null, function: null, node: 'poste-08', automation: null }
    expect(authorInWords(author)).toBe('poste-08')
    expect(authorInWords({ ...author, person: 'S. Morel', function: 'chef de salle' })).toBe(
      'S. Morel, chef de salle, poste-08',
    )
  })
})

describe('what was lost to another’s act', () => {
  it('is told by what holds, who did it and when', () => {
    const by = { person: null, function: null, node: 'poste-08', automation: null }
    const lost = { id: 'ours', act: 'show-scene', input: { screen: 3, scene: 'domains' }, by, at: 0 }
    const said = lostInWords(lost, stateOf(), '14:03').map((each) => inWords(each, speechIn('fr')))
    expect(said.join(' ')).toBe(
      'Écran 3 : Cinq domaines. poste-08 a fait autre chose à 14:03, sans savoir ce qui avait été fait ici : ' +
        'c’est ce qui vaut. Refaites-le s’il le faut encore.',
    )
  })
})

describe('withdrawing', () => {
  const scene = { screen: 1, scene: 'domains' }

  it('takes what waits out of the outbox, and Ctrl Z does it again', async () => {
    const { acting, calls, told } = open(stateOf({ outbox: outboxOf(entryOf('a', 'show-scene', scene)) }))
    acting.perform({ act: 'withdraw', entry: 'a' })
    expect(await told()).toBe(english.say('desk.notice.withdrawn'))
    expect(acting.notice?.undoable).toBe(true)
    acting.perform({ act: 'undo' })
    await told()
    expect(calls).toEqual([
      { call: 'desk.withdraw', input: { id: 'a' } },
      { call: 'window.act', input: { act: 'show-scene', ...scene } },
    ])
  })
  it('leaves nothing of that act to take back', async () => {
    const back: ActInput = { act: 'show-scene', screen: 1, scene: 'situation' }
    const { acting, calls, told, node } = open(stateOf(), { 'window.act': () => ({ inverse: back }) })
    acting.perform({ act: 'show-scene', ...scene })
    await told()
    node.state = stateOf({ outbox: outboxOf(entryOf('a', 'show-scene', scene, { state: 'refused' })) })
    acting.perform({ act: 'withdraw', entry: 'a' })
    await told()
    acting.perform({ act: 'undo' })
    expect(await told()).toBe(english.say('desk.notice.nothingToUndo'))
    expect(calls.map(({ call }) => call)).toEqual(['window.act', 'desk.withdraw'])
  })
  it('is not done with what is on its way: it says so', async () => {
    const sent = entryOf('a', 'show-scene', scene, { state: 'sent' })
    const { acting, calls, told } = open(stateOf({ outbox: outboxOf(sent) }))
    acting.perform({ act: 'withdraw', entry: 'a' })
    expect(await told()).toBe(english.say('desk.notice.sent'))
    expect(calls).toEqual([])
  })
  it('that gave the picture back is not done again by Ctrl Z', async () => {
    const { acting, told } = open(stateOf({ outbox: outboxOf(entryOf('a', 'unblank', {})) }))
    acting.perform({ act: 'withdraw', entry: 'a' })
    await told()
    expect(acting.notice?.undoable).toBe(false)
  })
})

describe('taking back', () => {
  it('is for what was done within ten minutes', async () => {
    const back: ActInput = { act: 'show-scene', screen: 1, scene: 'situation' }
    const { acting, calls, told } = open(stateOf(), { 'window.act': () => ({ inverse: back }) })
    acting.perform({ act: 'show-scene', screen: 1, scene: 'domains' })
    await told()
    await vi.advanceTimersByTimeAsync(601_000)
    acting.perform({ act: 'undo' })
    expect(await told()).toBe(english.say('desk.notice.tooLateToUndo'))
    acting.perform({ act: 'undo' })
    expect(await told()).toBe(english.say('desk.notice.nothingToUndo'))
    expect(calls).toHaveLength(1)
  })
  it('that somebody’s act overtook says who did what, and that nothing is undone', async () => {
    const back: ActInput = { act: 'show-scene', screen: 1, scene: 'situation' }
    const acting = createActing({
      bridge: {
        window: { act: () => Promise.resolve(ok({ inverse: back })) },
        desk: { undo: () => Promise.resolve(fail('act.overtaken', 'poste-08 did “show-scene”', 'poste-08')) },
      } as never,
      node: { state: stateOf() },
      choice: new Choice(),
      alarms: () => [],
    })
    opened.push(acting)
    acting.perform({ act: 'show-scene', screen: 1, scene: 'domains' })
    await vi.advanceTimersByTimeAsync(1)
    acting.perform({ act: 'undo' })
    await vi.advanceTimersByTimeAsync(1)
    expect(acting.notice).toMatchObject({
      said: { key: 'desk.notice.notUndone' },
      problem: { code: 'act.overtaken', subject: 'poste-08' },
      undoable: false,
    })
    // it was tried: what was done before it is next
    acting.perform({ act: 'undo' })
    await vi.advanceTimersByTimeAsync(1)
    expect(acting.notice?.said).toEqual({ key: 'desk.notice.nothingToUndo' })
  })
})

describe('giving the picture back', () => {
  const { node } = stateOf()
  const blank = { node: { ...node, blanked: true }, together: 'together' } as const

  it('is not said to be done before it is', async () => {
    const { acting, told } = open(stateOf(blank))
    acting.perform({ act: 'unblank' })
    expect(await told()).toBe(english.say('desk.notice.unblankAsked'))
  })
  it('is not asked for twice while the first is on its way', async () => {
    const { acting, calls, told } = open(stateOf({ ...blank, outbox: outboxOf(entryOf('a', 'unblank', {})) }))
    acting.perform({ act: 'unblank' })
    expect(await told()).toBe(english.say('desk.notice.asked'))
    acting.perform({ act: 'show-scene', screen: 1, scene: 'domains' })
    await told()
    expect(calls.map(({ input }) => input)).toEqual([{ act: 'show-scene', screen: 1, scene: 'domains' }])
  })
})

describe('a wall of several nodes', () => {
  const nodes = [
    { node: 'poste-10', at: 5, heard: true },
    { node: 'poste-9', at: 7, heard: false },
  ]
  const screens = [
    screenOf(5, 'log', { node: 'poste-9' }),
    screenOf(2, 'situation'),
    screenOf(4, 'log', { node: 'poste-9' }),
    screenOf(1, 'situation'),
  ]

  it('is grouped by node, this one first, and one without screens is there too', () => {
    const groups = groupsOf({ nodes, screens })
    expect(
      groups.map(({ node, heard, screens: own }) => [node, heard, own.map(({ screen }) => screen)]),
    ).toEqual([
      [null, true, [1, 2]],
      ['poste-9', false, [4, 5]],
      ['poste-10', true, []],
    ])
    expect(groupsOf({ nodes: [], screens: [] })).toEqual([])
  })
  it('chooses by a number that two claim this node’s own', () => {
    const [other, own] = [screenOf(1, 'log', { node: 'poste-9' }), screenOf(1, 'log')]
    expect([other, own].map((screen) => isFirst(screen, [other, own]))).toEqual([false, true])
    const third = screenOf(1, 'log', { node: 'poste-8' })
    expect([other, third].map((screen) => isFirst(screen, [other, third]))).toEqual([true, false])
  })
  it('is not said to be dark as long as one of them can’t be heard', () => {
    const heard = nodes.map((node) => ({ ...node, heard: true }))
    const what = (changes: Partial<DeskState>, untold = false) => {
      const said = blankedInWords(stateOf(changes), untold)
      return [said.what, said.more.values?.['nodes']]
    }
    expect(what({ together: 'alone' })).toEqual(['desk.wall.blanked', undefined])
    expect(what({ together: 'together', nodes: heard })).toEqual(['desk.wall.blanked', undefined])
    expect(what({ together: 'together', nodes })).toEqual(['desk.wall.blankedHere', 'poste-9'])
    expect(what({ together: 'cut', nodes: heard })).toEqual(['desk.wall.blankedHere', 'poste-10, poste-9'])
    expect(what({ together: 'together', nodes: heard }, true)).toEqual([
      'desk.wall.blankedHere',
      'poste-10, poste-9',
    ])
  })
  it('says once that it is cut off, and else who is silent since when', () => {
    const ids = (changes: Partial<DeskState>, refused = 0) =>
      togetherBanners(stateOf(changes), refused, String).map(({ id, about }) => [id, about?.values['time']])
    expect(ids({ together: 'cut' })).toEqual([])
    expect(ids({ together: 'cut', nodes })).toEqual([['together', undefined]])
    expect(ids({ together: 'together', nodes })).toEqual([['node poste-9', '7']])
    expect(ids({ outbox: { ...outboxOf(), full: true } }, 2)).toEqual([
      ['outbox full', undefined],
      ['outbox refused', undefined],
    ])
  })
})
