import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readPolicy } from '../../../../main/policy/policy.ts'
import { reduce } from '../../../../main/wall/acts.ts'
import { automate } from '../../../../main/wall/automation.ts'
import { loadScenes } from '../../../../main/wall/scenes.ts'
import { admit } from '../../../../main/wall/admission.ts'
import { createActing } from '../../../../main/wall/acting.ts'
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
import type { Author } from '../../../../preload/contract/author.ts'
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
const done = (input: ActInput, when = at, by: Author = author): Act => ({ input, author: by, at: when })
const desk = (state: State) => tellDesk(node, state)
const after = (state: State, input: ActInput): State => reduce(state, done(input))

describe('an act', () => {
  const chef = 'chef-de-salle'
  const seat = { person: 'A. Durand', node: 'poste-07' }
  const held = { holder: seat, at, offered: null, declined: null, takenFrom: null }
  const sitting = { ...author, person: seat.person }
  const proposed: ActInput = { act: 'show-scene', screen: 1, scene: 'log' }
  const waiting = { id: 'p-1', input: proposed, by: sitting, at, declined: null }
  /** what only somebody who sits there does */
  const persons: { [A in ActId]?: Author } = {
    'take-function': sitting,
    'hand-over-function': sitting,
    'decline-function': { ...author, person: 'B. Morel' },
    propose: sitting,
    'approve-report': sitting,
    'deliver-line': { ...author, automation: 'delivery' },
    'read-line': { ...sitting, function: chef },
    'act-on-line': { ...sitting, function: chef },
    'offer-relief': sitting,
    relieve: { ...author, person: 'B. Morel' },
    'answer-poll': { ...sitting, function: chef },
  }
  const relief = { id: 'r-1', to: 'B. Morel', functions: [chef], by: sitting, at }
  const poll = {
    ...{ id: 'q-1', title: 'Avant reprise', kind: 'go' as const, functions: [chef, 'meteo'] },
    ...{ by: author, at, closed: null, answers: new Map() },
  }
  const noGo = {
    ...{ answer: 'no-go' as const, reason: 'Lot de fil en doute.', late: false },
    ...{ by: { ...sitting, function: chef }, at },
  }
  const receipt = {
    ...{ product: 'ops.log', entity: 'line.cncs.poste-07.1', function: chef },
    ...{ delivered: null, read: null, acted: null },
  }
  /** who leaves agreed when they offered it */
  const accords: { [A in ActId]?: Act['accord'] } = {
    relieve: { how: 'agreed', proposal: relief.id, by: sitting },
  }
  const doneBySome = (state: State, input: ActInput): State => {
    const accord = accords[input.act]
    return reduce(state, { ...done(input, at, persons[input.act] ?? author), ...(accord && { accord }) })
  }
  /** what is there before, where the first state already is what it makes */
  const starts: { [A in ActId]?: Partial<State> } = {
    unblank: { blanked: true },
    'end-identify': { identifying: at },
    'leave-function': { functions: new Map([[chef, held]]) },
    'decline-function': { functions: new Map([[chef, { ...held, offered: 'B. Morel' }]]) },
    'decline-proposal': { proposals: [waiting] },
    'end-proposal': { proposals: [waiting] },
    'end-relief': { reliefs: [relief] },
    relieve: { reliefs: [relief], functions: new Map([[chef, held]]) },
    'answer-poll': { polls: [poll] },
    'close-poll': { polls: [poll] },
  }
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
      others: new Map([['poste-07', { ...fittingActs.present, at }]]),
    },
    'approve-report': { approvals: new Map([['syn-1', { digest: 'a'.repeat(64), by: sitting, at }]]) },
    'set-language': { language: 'en' },
    'change-person': { person: 'A. Durand' },
    'take-function': { functions: new Map([[chef, held]]) },
    'hand-over-function': { functions: new Map([[chef, { ...held, offered: 'B. Morel' }]]) },
    'decline-function': { functions: new Map([[chef, { ...held, declined: 'B. Morel' }]]) },
    'leave-function': { functions: new Map([[chef, { ...held, holder: null }]]) },
    propose: { proposals: [waiting] },
    'decline-proposal': { proposals: [{ ...waiting, declined: author }] },
    'end-proposal': { proposals: [] },
    'deliver-line': { receipts: [{ ...receipt, delivered: { person: null, node: 'poste-07', at } }] },
    'read-line': { receipts: [{ ...receipt, read: { person: 'A. Durand', node: 'poste-07', at } }] },
    'act-on-line': { receipts: [{ ...receipt, acted: { person: 'A. Durand', node: 'poste-07', at } }] },
    'offer-relief': { reliefs: [relief] },
    'end-relief': { reliefs: [] },
    relieve: {
      reliefs: [],
      functions: new Map([[chef, { ...held, holder: { person: 'B. Morel', node: 'poste-07' } }]]),
    },
    'ask-poll': { polls: [poll] },
    'answer-poll': { polls: [{ ...poll, answers: new Map([[chef, noGo]]) }] },
    'close-poll': { polls: [{ ...poll, closed: { by: author, at } }] },
  }

  it.each(actIds)('%s changes what it says and nothing else', (act) => {
    const start = { ...first, ...starts[act] }
    const before = structuredClone(start)
    expect(doneBySome(start, inputOf(act))).toEqual({ ...start, ...made[act] })
    expect(doneBySome(start, inputOf(act))).not.toEqual(start)
    expect(start).toEqual(before)
  })

  it.each(actIds)('%s is about something that has a name', (act) => {
    expect(rowOf(act).about(fittingActs[act], here)).toMatch(
      /^((blank|numbers|pointing)\.cncs\.mur|screen\.cncs\.mur\.1|node\.cncs\.mur\.poste-07|alarm\.security\.incidents\.INC-1|function\.cncs\.mur\.chef-de-salle|proposal\.cncs\.mur\.p-1|report\.cncs\.mur\.syn-1|relief\.cncs\.mur\.r-1|poll\.cncs\.mur\.(asked|closed|chef-de-salle)_q-1|told\.cncs\.mur\.(delivered|read|acted)_chef-de-salle_ops-log_line-cncs-poste-07-1)$/,
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
    expect(admit(first, input, () => desk(first))).toMatchObject({ ok: false, error: { code } })
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

describe('a node that is there', () => {
  it('is one, however its name is written', () => {
    const present = (node: string, when: number) => ({
      ...done({ act: 'present', screens: [], person: null }, when),
      author: { ...author, node },
    })
    const { others } = reduce(reduce(first, present('poste-08', at)), present('Poste 08', at + 1))
    expect([...others]).toEqual([['Poste 08', { screens: [], person: null, at: at + 1 }]])
  })
})

describe('a scene', () => {
  it('may be chosen for another node’s screen, where this node knows of it', () => {
    const input: ActInput = { act: 'show-scene', screen: 4, scene: 'log' }
    expect(admit(first, input, () => desk(first)).ok).toBe(false)
    const there = { ...fittingActs.present, at }
    expect(admit({ ...first, others: new Map([['poste-08', there]]) }, input, () => desk(first)).ok).toBe(
      true,
    )
  })
})

describe('the numbers on the screens', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('go by themselves, counted from the last who asked', () => {
    let clock = at
    const wall = holdState({ base: first, known: new Map(), own: [], holds: false, lifts: [] }, 'poste-07')
    const nobody = () => {
      throw new Error('not asked here')
    }
    const acting = createActing({
      ...{ place: here, nodes: () => null, wall, outlet: () => null, tellDesk: () => desk(wall.now()) },
      policy: () => policy.value,
      ...{ newId: nobody, now: () => clock, problem: nobody, told: nobody },
    })
    const { dispose } = automate(wall, acting, 'poste-07')
    const identify = () => acting.perform({ act: 'identify' }, author)
    identify()
    vi.advanceTimersByTime(4000)
    clock += 4000
    identify()
    vi.advanceTimersByTime(4000)
    expect(wall.now().identifying).toBe(at + 4000)
    vi.advanceTimersByTime(4000)
    expect(wall.now().identifying).toBeNull()
    dispose()
    clock += 4000
    identify()
    expect(vi.getTimerCount()).toBe(0)
  })
})
