import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { readPolicy } from '../../../../main/policy/policy.ts'
import { acknowledge, holdDecisions, type Decided } from '../../../../main/wall/state.ts'
import { loadScenes } from '../../../../main/wall/scenes.ts'
import { tellDesk, tellWall, type Station } from '../../../../main/wall/told.ts'
import { DeskStateSchema, WallStateSchema } from '../../../../preload/contract/state.ts'

const policy = readPolicy(
  `{ station: p, organisation: o, wall: w, timeZone: UTC, scheme: default, contentProtection: true,
     screens: [{ screen: 1, scene: situation, ceiling: dr, distance: 5, diagonal: 55 },
               { screen: 2, scene: nowhere, ceiling: np, distance: 3, diagonal: 55 }],
     others: { scene: log, ceiling: np, distance: 5, diagonal: 55 }, desk: { ceiling: dr } }`,
  'p',
)
if (!policy.ok) throw new Error(policy.error.message)
const station: Station = {
  policy: policy.value,
  scenes: await loadScenes({ own: ['resources/scenes'] }, 'situation'),
  exercise: true,
  platform: 'tls://localhost:1',
  version: '0',
  unprotected: false,
}
const alarm = { product: 'security.incidents', entity: 'INC-SECRET', at: 1 }
const decided: Decided = {
  language: 'fr',
  blanked: false,
  identify: false,
  acknowledged: [{ ...alarm, by: 'p' }],
  focus: alarm,
  scenes: new Map([[1, 'log']]),
  problem: null,
}

describe('what a window is told', () => {
  it('fits the contract', () => {
    const bounds = { x: 0, y: 0, width: 1920, height: 1080 }
    const planned = [{ screen: 1, display: 7, attached: true, known: true, label: '', bounds }]
    expect(v.is(WallStateSchema, tellWall(station, decided, 1, true))).toBe(true)
    expect(v.is(DeskStateSchema, tellDesk(station, decided, planned, null, null))).toBe(true)
  })

  it('is the scene that somebody chose, before the policy’s', () => {
    expect(tellWall(station, decided, 1, true).scene.scene).toBe('log')
    expect(tellWall(station, { ...decided, scenes: new Map() }, 1, true).scene.scene).toBe('situation')
  })

  it('is why another scene shows than the one asked for', () => {
    expect(tellWall(station, decided, 2, true)).toMatchObject({
      scene: { scene: 'situation' },
      problem: { code: 'scene.unknown' },
    })
  })

  it('never names an entity to a window of a lower ceiling than the desk’s', () => {
    expect(tellWall(station, decided, 1, true).focus).toEqual(alarm)
    expect(JSON.stringify(tellWall(station, decided, 2, true))).not.toContain('SECRET')
  })

  it('is, on a display that nobody knows, that it is blank, and its number', () => {
    const told = tellWall(station, decided, 1, false)
    expect(told).toMatchObject({ known: false, identify: true, focus: null, node: { blanked: true } })
    expect(JSON.stringify(told)).not.toContain('SECRET')
  })
})

describe('decisions', () => {
  it('are told to everybody who listens, once', () => {
    const decisions = holdDecisions(decided)
    const heard: boolean[] = []
    const stop = decisions.listen(({ blanked }) => heard.push(blanked))
    decisions.decide({ blanked: true })
    stop()
    decisions.decide({ blanked: false })
    expect(heard).toEqual([true])
    expect(decisions.now().blanked).toBe(false)
  })

  it('take an alarm on once, and give it back', () => {
    const taken = { product: 'a.b', entity: 'x', taken: true }
    const once = acknowledge(acknowledge([], taken, 'p', 1), taken, 'q', 2)
    expect(once).toEqual([{ product: 'a.b', entity: 'x', at: 2, by: 'q' }])
    expect(acknowledge(once, { ...taken, taken: false }, 'p', 3)).toEqual([])
  })
})
