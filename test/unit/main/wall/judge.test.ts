/** What the platform brings is judged before it makes anything of the wall. */
import { describe, expect, it } from 'vitest'
import { judge } from '../../../../main/wall/judge.ts'
import type { SettledAct } from '../../../../preload/contract/outbox.ts'
import { here, settledOf, there } from '../../../doubles/settled.ts'

const judging = { place: here, nodes: ['poste-07', 'poste-08'] }
const scene = settledOf({ act: 'show-scene', screen: 4, scene: 'log' }, 1)
const bodied = (changes: Partial<SettledAct['body']>): SettledAct => ({
  ...scene,
  body: { ...scene.body, ...changes },
})

describe('an act of the platform', () => {
  it('counts where it is this wall’s and its node’s to do', () => {
    expect(judge(scene, judging)).toEqual({ ok: true, value: { act: 'show-scene', screen: 4, scene: 'log' } })
  })

  it('counts however the policy writes its node’s name, as its rights do', () => {
    expect(judge(scene, { place: here, nodes: ['Poste 07', 'Poste 08'] }).ok).toBe(true)
  })

  it.each<[string, SettledAct]>([
    ['of an unknown kind', bodied({ act: 'launch' })],
    ['of a kind that is everybody’s prototype', bodied({ act: 'constructor' })],
    ['with nothing of what it takes', bodied({ input: {} })],
    ['with more than it takes', bodied({ input: { screen: 4, scene: 'log', also: 1 } })],
    ['with a screen beyond all', bodied({ input: { screen: 1e9, scene: 'log' } })],
    [
      'that hides what it takes',
      bodied({ input: JSON.parse('{"__proto__":{"screen":4},"scene":"log"}') as Record<string, unknown> }),
    ],
    ['about another screen than it says', { ...scene, entity: 'screen.cncs.salle-a.5' }],
    ['about another thing than it says', { ...scene, entity: 'blank.cncs.salle-a' }],
    ['that is a node’s own affair', bodied({ act: 'set-language', input: { language: 'en' } })],
    ['of a node that is none of the wall’s', bodied({ by: { ...scene.body.by, node: 'poste-99' } })],
    [
      'of a node that says what another is',
      {
        ...settledOf({ act: 'present', screens: [], person: null }, 1),
        entity: 'node.cncs.salle-a.poste-07',
      },
    ],
  ])('%s does not count, in words that hold nothing of it', (_what, act) => {
    const judged = judge(act, judging)
    expect(judged).toMatchObject({ ok: false, error: { code: 'act.invalid' } })
    expect(JSON.stringify(judged)).not.toMatch(/launch|constructor|salle-a/)
  })

  it.each<[string, SettledAct]>([
    [
      'another organisation’s wall of the same name',
      settledOf({ act: 'blank' }, 1, { place: { ...there, organisation: 'SDIS' } }),
    ],
    [
      'another wall of the same organisation',
      settledOf({ act: 'blank' }, 1, { place: { ...there, wall: 'Salle B' } }),
    ],
    [
      'another wall whose name begins alike',
      settledOf({ act: 'blank' }, 1, { place: { ...there, wall: 'Salle A2' } }),
    ],
  ])('of %s is none of our affair, and nothing is said of it', (_what, act) => {
    expect(judge(act, judging)).toEqual({ ok: true, value: null })
  })

  it('is anybody’s who may write there where the policy names nobody', () => {
    const act = settledOf({ act: 'blank' }, 1, { place: { ...there, node: 'poste-99' } })
    expect(judge(act, { place: here, nodes: null }).ok).toBe(true)
    expect(judge(act, { place: here, nodes: [] }).ok).toBe(false)
  })
})
