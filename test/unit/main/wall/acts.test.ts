import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readPolicy } from '../../../../main/policy/policy.ts'
import { reduce } from '../../../../main/wall/acts.ts'
import { automate } from '../../../../main/wall/automation.ts'
import { answerCalls } from '../../../../main/wall/calls.ts'
import { loadScenes } from '../../../../main/wall/scenes.ts'
import { holdState } from '../../../../main/wall/hold-state.ts'
import type { State } from '../../../../main/wall/state.ts'
import { tellDesk, type ThisNode } from '../../../../main/wall/told.ts'
import {
  actIds,
  inverseOf,
  rowOf,
  type Act,
  type ActId,
  type ActInput,
} from '../../../../preload/contract/act.ts'
import { fittingActs } from '../../../doubles/acts.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'

const policy = readPolicy(
  `{ node: poste-07, organisation: o, wall: w, timeZone: UTC, scheme: default, contentProtection: true,
     screens: [], others: { scene: situation, ceiling: dr, distance: 5, diagonal: 55 }, desk: { ceiling: dr } }`,
  'p',
)
if (!policy.ok) throw new Error(policy.error.message)
const scenes = await loadScenes({ own: ['resources/scenes'] }, 'situation')
const node: ThisNode = {
  policy: policy.value,
  scenes,
  exercise: true,
  version: '0',
  unprotected: false,
}
const bounds = { x: 0, y: 0, width: 1920, height: 1080 }
const place = { attached: true, label: '', bounds }
/** One screen, on a display that nobody has accepted yet. */
const first = wallStateOf({
  plan: { screens: [{ screen: 1, display: 7, known: false, ...place }], desk: null },
  choosable: scenes.list.map(({ scene }) => scene),
})
const here = { organisation: 'CNCS', wall: 'Mur', node: 'poste-07' }
const author = { person: null, function: null, node: 'poste-07', automation: null }
const at = 1_700_000_000_000
const inputOf = (act: ActId) => ({ act, ...fittingActs[act] }) as ActInput
const done = (input: ActInput, when = at): Act => ({ input, author, at: when })
const desk = (state: State) => tellDesk(node, state)
const after = (state: State, input: ActInput): State => {
  const reduced = reduce(state, done(input))
  if (!reduced.ok) throw new Error(reduced.error.message)
  return reduced.value
}

describe('an act', () => {
  const made: { [A in ActId]: Partial<State> } = {
    acknowledge: { acknowledged: [{ product: 'security.incidents', entity: 'INC-1', at, by: 'poste-07' }] },
    'point-out': { pointedOut: { product: 'security.units', entity: 'POL-1', at } },
    blank: { blanked: true },
    unblank: { blanked: false },
    identify: { identifying: at },
    'end-identify': { identifying: null },
    'accept-display': { plan: { screens: [{ screen: 1, display: 7, known: true, ...place }], desk: null } },
    'show-scene': { scenes: new Map([[1, 'log']]) },
    present: {
      others: new Map([['poste-07', { screens: fittingActs.present.screens, at, heard: true }]]),
    },
    'set-language': { language: 'en' },
  }

  it.each(actIds)('%s changes what it says and nothing else', (act) => {
    const before = structuredClone(first)
    expect(after(first, inputOf(act))).toEqual({ ...first, ...made[act] })
    expect(first).toEqual(before)
  })

  it.each(actIds)('%s is about something that has a name', (act) => {
    expect(rowOf(act).about(fittingActs[act], here)).toMatch(
      /^((blank|numbers|pointing)\.cncs\.mur|screen\.cncs\.mur\.1|node\.cncs\.mur\.poste-07|alarm\.security\.incidents\.INC-1)$/,
    )
  })

  it.each(actIds)('%s, taken back, leaves people what they had', (act) => {
    const input = inputOf(act)
    const inverse = inverseOf(input, desk(first))
    const back = inverse === null ? first : after(after(first, input), inverse)
    expect(desk(back)).toEqual(desk(first))
  })

  it('is taken back where there is anything to take back, and the picture never is', () => {
    const inverses = actIds.filter((act) => inverseOf(inputOf(act), desk(first)) !== null)
    expect(inverses).toEqual(['acknowledge', 'point-out', 'show-scene', 'set-language'])
    for (const act of inverses)
      expect(inverseOf(inputOf(act), desk(after(first, inputOf(act)))), act).toBeNull()
  })

  it('is taken back to what was there, not to nothing', () => {
    const before = after(first, inputOf('point-out'))
    const other = { product: 'health.units', entity: 'SMUR-2' }
    const input: ActInput = { act: 'point-out', entity: other }
    const inverse = inverseOf(input, desk(before))
    if (inverse === null) throw new Error('nothing to take back')
    expect(after(after(before, input), inverse).pointedOut).toMatchObject({ entity: 'POL-1' })
  })

  it.each<[string, ActInput, string]>([
    [
      'a scene on a screen that is not there',
      { act: 'show-scene', screen: 9, scene: 'log' },
      'screen.unknown',
    ],
    ['a scene that is not there', { act: 'show-scene', screen: 1, scene: 'nothing' }, 'scene.unknown'],
    ['a display where none waits', { act: 'accept-display', screen: 9 }, 'screen.unknown'],
  ])('is refused in words: %s', (_what, input, code) => {
    expect(reduce(first, done(input))).toMatchObject({ ok: false, error: { code } })
  })

  it('takes an alarm on once, and gives it back', () => {
    const again = after(after(first, inputOf('acknowledge')), inputOf('acknowledge'))
    expect(again.acknowledged).toHaveLength(1)
    const back = after(again, {
      act: 'acknowledge',
      product: 'security.incidents',
      entity: 'INC-1',
      taken: false,
    })
    expect(back.acknowledged).toEqual([])
  })
})

describe('the wall’s state', () => {
  it('is the fold of what was done, and what can’t be done is not among it', () => {
    const kept: ActInput[] = []
    const wall = holdState(first, ({ input }) => kept.push(input))
    for (const act of actIds) wall.take(done(inputOf(act)))
    expect(wall.take(done({ act: 'show-scene', screen: 9, scene: 'log' })).ok).toBe(false)
    expect(kept).toHaveLength(actIds.length)
    expect(kept.reduce(after, first)).toEqual(wall.now())
  })

  it('is kept on the disk before it is told, and what is found meanwhile is told with it', () => {
    const order: string[] = []
    const problem = { code: 'settings.unwritable', message: '' } as const
    const wall = holdState(first, () => {
      order.push('kept')
      wall.found({ problem })
    })
    wall.listen(({ blanked, problem: found }) => order.push(`blank ${blanked} ${found?.code}`))
    wall.take(done(inputOf('blank')))
    expect(order).toEqual(['kept', 'blank false settings.unwritable', 'blank true settings.unwritable'])
  })

  it('keeps nothing of what can’t be done', () => {
    const kept: Act[] = []
    const wall = holdState(first, (act) => kept.push(act))
    wall.take(done({ act: 'show-scene', screen: 9, scene: 'log' }))
    expect(kept).toEqual([])
  })

  it('is told once to everybody who listens, until they stop', () => {
    const wall = holdState(first)
    const heard: boolean[] = []
    const stop = wall.listen(({ blanked }) => heard.push(blanked))
    wall.take(done(inputOf('blank')))
    stop()
    wall.take(done(inputOf('unblank')))
    expect(heard).toEqual([true])
  })
})

describe('what a window asks for', () => {
  const answering = () => {
    const kept: Act[] = []
    const wall = holdState(first, (act) => kept.push(act))
    const nobody = () => {
      throw new Error('not asked here')
    }
    const handlers = answerCalls({
      ...{ node: 'poste-07', wall, now: () => at, tellWall: nobody, unlock: nobody, listening: nobody },
      ...{ telemetry: nobody, log: nobody, lookAt: nobody },
      tellDesk: () => desk(wall.now()),
    })
    return { kept, act: handlers.window.act }
  }

  it('is done in this node’s name, and answered with what takes it back', () => {
    const { kept, act } = answering()
    expect(act({ act: 'show-scene', screen: 1, scene: 'log' }, { role: 'desk', screen: null })).toEqual({
      ok: true,
      value: { inverse: { act: 'show-scene', screen: 1, scene: 'situation' } },
    })
    expect(kept).toEqual([{ input: { act: 'show-scene', screen: 1, scene: 'log' }, author, at }])
  })

  it('that can’t be done is answered with why', () => {
    const { kept, act } = answering()
    expect(act({ act: 'show-scene', screen: 1, scene: 'x' }, { role: 'desk', screen: null })).toMatchObject({
      ok: false,
      error: { code: 'scene.unknown', subject: 'x' },
    })
    expect(kept).toEqual([])
  })
})

describe('the numbers on the screens', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('go by themselves, counted from the last who asked, and it is known that nobody did it', () => {
    const kept: Act[] = []
    const wall = holdState(first, (act) => kept.push(act))
    const { dispose } = automate(wall, 'poste-07', () => at)
    wall.take(done(inputOf('identify'), at))
    vi.advanceTimersByTime(4000)
    wall.take(done(inputOf('identify'), at + 4000))
    vi.advanceTimersByTime(4000)
    expect(wall.now().identifying).toBe(at + 4000)
    vi.advanceTimersByTime(4000)
    expect(wall.now().identifying).toBeNull()
    expect(kept.at(-1)).toMatchObject({
      input: { act: 'end-identify' },
      author: { person: null, node: 'poste-07', automation: 'identify' },
    })
    dispose()
    wall.take(done(inputOf('identify'), at + 9000))
    expect(vi.getTimerCount()).toBe(0)
  })
})
