import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { readPolicy } from '../../../../main/policy/policy.ts'
import { loadScenes } from '../../../../main/wall/scenes.ts'
import { tellDesk, tellWall, type ThisNode } from '../../../../main/wall/told.ts'
import { seenOn } from '../../../../preload/contract/pointing.ts'
import { DeskStateSchema, WallStateSchema } from '../../../../preload/contract/state.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'

const policy = readPolicy(
  `{ node: p, organisation: o, wall: w, timeZone: UTC, scheme: default, contentProtection: true,
     screens: [{ screen: 1, scene: situation, ceiling: dr, distance: 5, diagonal: 55 },
               { screen: 2, scene: nowhere, ceiling: np, distance: 3, diagonal: 55 }],
     others: { scene: log, ceiling: np, distance: 5, diagonal: 55 }, desk: { ceiling: dr } }`,
  'p',
)
if (!policy.ok) throw new Error(policy.error.message)
const node: ThisNode = {
  policy: policy.value,
  scenes: await loadScenes({ own: ['resources/scenes'] }, 'situation'),
  exercise: true,
  version: '0',
  unprotected: false,
}
const alarm = { product: 'security.incidents', entity: 'INC-SECRET', at: 1 }
const bounds = { x: 0, y: 0, width: 1920, height: 1080 }
const hangs = (screen: number, known = true) => ({
  ...{ screen, display: screen, attached: true, label: '', bounds },
  known,
})
const state = wallStateOf({
  plan: { screens: [hangs(1), hangs(2)], desk: null },
  acknowledged: [{ ...alarm, by: 'p' }],
  pointedOut: alarm,
  scenes: new Map([[1, 'log']]),
})

describe('what a window is told', () => {
  it('fits the contract', () => {
    expect(v.is(WallStateSchema, tellWall(node, state, 1))).toBe(true)
    expect(v.is(DeskStateSchema, tellDesk(node, state))).toBe(true)
  })

  it('is the five hundred alarms that were taken on last, of however many', () => {
    const acknowledged = Array.from({ length: 600 }, (_, index) => ({
      ...{ product: 'a.b', entity: `INC-${index}`, at: index, by: 'p' },
    }))
    const told = tellDesk(node, { ...state, acknowledged }).node.acknowledged
    expect([told.length, told[0], told.at(-1)]).toEqual([500, acknowledged[100], acknowledged[599]])
    expect(tellWall(node, { ...state, acknowledged }, 1).node.acknowledged).toEqual(told)
  })

  it('is the scene that somebody chose, before the policy’s', () => {
    expect(tellWall(node, state, 1).scene.scene).toBe('log')
    expect(tellWall(node, { ...state, scenes: new Map() }, 1).scene.scene).toBe('situation')
  })

  it('is a document that somebody put there in place of the scene, which has no map then', () => {
    const page = { product: 'ops.documents', entity: 'plan', page: 3 }
    const documents = new Map([[1, page]])
    const { scene } = tellWall(node, { ...state, documents }, 1)
    expect(scene.widgets).toMatchObject([
      { widget: 'document', document: { product: 'ops.documents', entity: 'plan' }, page: 3 },
    ])
    const [screen, other] = tellDesk(node, { ...state, documents }).screens
    expect([screen?.scene, screen?.document, screen?.maps]).toEqual(['log', page, []])
    expect(other?.document).toBe(null)
  })

  it('is why another scene shows than the one asked for', () => {
    expect(tellWall(node, state, 2)).toMatchObject({
      scene: { scene: 'situation' },
      problem: { code: 'scene.unknown' },
    })
  })

  it('never names an entity to a window of a lower ceiling than the desk’s', () => {
    expect(tellWall(node, state, 1).pointedOut).toEqual(alarm)
    expect(JSON.stringify(tellWall(node, state, 2))).not.toContain('SECRET')
  })

  it('never names a product to one either, though something be wrong with it', () => {
    const problem = {
      code: 'product.descriptor-invalid' as const,
      message: 'SECRET',
      subject: 'security.secret',
    }
    expect(tellWall(node, { ...state, problem }, 1).node.problem).toEqual(problem)
    for (const known of [true, false]) {
      const plan = { screens: [hangs(2, known)], desk: null }
      expect(JSON.stringify(tellWall(node, { ...state, plan, problem }, 2))).not.toMatch(/secret/i)
    }
    const unwritable = { code: 'cache.unwritable' as const, message: 'full', subject: 'profile' }
    expect(tellWall(node, { ...state, problem: unwritable }, 2).node.problem).toEqual(unwritable)
  })

  it('is, on a display that nobody knows, that it is blank, and its number', () => {
    const told = tellWall(node, { ...state, plan: { screens: [hangs(1, false)], desk: null } }, 1)
    expect(told).toMatchObject({ known: false, identify: true, pointedOut: null, node: { blanked: true } })
    expect(JSON.stringify(told)).not.toContain('SECRET')
  })
})

describe('the screens of other nodes', () => {
  const theirs = (screen: number, changes = {}) => ({
    ...{ screen, label: 'Dell', attached: true, known: true, width: 3840, height: 2160 },
    ...{ distance: 3, diagonal: 65, ceiling: 'dr', scene: 'domains', ...changes },
  })
  const others: (typeof state)['others'] = new Map([
    ['r', { screens: [theirs(5, { ceiling: 'cosmic' }), theirs(4)], person: null, at: 3 }],
    ['q', { screens: [theirs(2), theirs(4), theirs(3, { scene: 'theirs-alone' })], person: null, at: 2 }],
  ])
  const told = (changes = {}) => tellDesk(node, { ...state, others, ...changes })

  it('are in one list with this node’s, by their numbers, each number once', () => {
    expect(told().screens.map(({ screen, node: whose }) => [screen, whose])).toEqual([
      ...[
        [1, null],
        [2, null],
        [3, 'q'],
        [4, 'q'],
        [5, 'r'],
      ],
    ])
    expect(v.is(DeskStateSchema, told())).toBe(true)
  })

  it('show what was chosen for them, else what they say; a scene that this node lacks is called by its name', () => {
    const scenes = new Map([[4, 'log']])
    expect(told({ scenes }).screens.map(({ scene }) => scene)).toEqual([
      'situation',
      'nowhere',
      'theirs-alone',
      'log',
      'domains',
    ])
    expect(told().screens[2]).toMatchObject({ problem: null, maps: [] })
  })

  it('have the ceiling that their level has here, and one that nobody here knows is the lowest', () => {
    expect(told().screens.map(({ ceiling }) => ceiling)).toEqual([1, 0, 1, 1, 0])
  })

  it('that two nodes say they have are told as such', () => {
    const claimed = told().screens.filter(({ problem }) => problem?.code === 'wall.screen-claimed')
    expect(claimed.map(({ screen, problem }) => [screen, problem?.subject])).toEqual([
      [2, '2 (p, q)'],
      [4, '4 (q, r)'],
    ])
    const heard = told({ unheard: ['q'] }).screens
    expect(heard.some(({ problem }) => problem?.code === 'wall.screen-claimed')).toBe(false)
  })

  it('are of nodes that are heard, unless they or this one are cut off', () => {
    const heardOf = (changes = {}) => told(changes).nodes.map(({ node: name, heard }) => [name, heard])
    expect(heardOf({ unheard: ['q'] })).toEqual([
      ['r', true],
      ['q', false],
    ])
    expect(heardOf({ together: 'cut' })).toEqual([
      ['r', false],
      ['q', false],
    ])
  })
})

describe('where a thing that is pointed out can be seen', () => {
  const seen = (change: Partial<ReturnType<typeof wallStateOf>>, product = 'security.units') =>
    seenOn(tellDesk(node, { ...state, ...change }), product)
  const onBoth = new Map([
    [1, 'situation'],
    [2, 'situation'],
  ])

  it('is on screens with a map and no lower a ceiling than the desk’s', () => {
    expect(seen({ scenes: onBoth })).toEqual({ on: [1] })
  })
  it('is nowhere while none has a map, or while none may know its name', () => {
    expect(
      seen({
        scenes: new Map([
          [1, 'log'],
          [2, 'log'],
        ]),
      }),
    ).toEqual({ on: null, why: 'map' })
    expect(
      seen({
        scenes: new Map([
          [1, 'log'],
          [2, 'situation'],
        ]),
      }),
    ).toEqual({ on: null, why: 'ceiling' })
  })
  it('is nowhere while everything is blank, and not on a display that is gone or unknown', () => {
    expect(seen({ scenes: onBoth, blanked: true })).toEqual({ on: null, why: 'blanked' })
    const plan = { screens: [hangs(1, false), hangs(2)], desk: null }
    expect(seen({ scenes: onBoth, plan })).toEqual({ on: null, why: 'ceiling' })
  })
  it('is only on a map of its domain', () => {
    const told = tellDesk(node, { ...state, scenes: onBoth })
    const screens = told.screens.map((screen) => ({ ...screen, maps: [{ domains: ['health'] }] }))
    expect(seenOn({ ...told, screens }, 'security.units')).toEqual({ on: null, why: 'domain' })
    expect(seenOn({ ...told, screens }, 'health.units')).toEqual({ on: [1] })
  })
})
