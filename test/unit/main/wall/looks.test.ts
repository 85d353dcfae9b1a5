import { describe, expect, it } from 'vitest'
import { readPolicy } from '../../../../main/policy/policy.ts'
import { createLooks } from '../../../../main/wall/looks.ts'
import type { AskedLook } from '../../../../preload/contract/look.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { fail, ok } from '../../../../preload/contract/result.ts'

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xd9])
const asked: AskedLook = { screen: 1, ceiling: 'dr', by: 'poste-08' }

const policyOf = (parts: {
  deskCeiling: number
  own: number
  nodes: readonly string[] | null
  looks: Readonly<Record<string, string>>
}) => {
  const level = (rank: number) => defaultScheme.levels[rank]!.id
  const size = { scene: 'situation', distance: 5, diagonal: 55 }
  const read = readPolicy(
    JSON.stringify({
      ...{ node: 'poste-07', organisation: 'CNCS', timeZone: 'UTC', scheme: 'default' },
      wall: parts.nodes === null ? 'w' : { name: 'w', nodes: parts.nodes },
      ...{ contentProtection: true, screens: [], others: { ...size, ceiling: level(parts.own) } },
      ...{ desk: { ceiling: level(parts.deskCeiling) }, looks: parts.looks },
    }),
    'policy.yaml',
  )
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}

/** A node whose screens have the ceiling `own`; poste-08 has screens 3 and 4. */
function node({
  deskCeiling = 0,
  own = 1,
  nodes = null as readonly string[] | null,
  looks: mayLook = {},
  answers = ok({ jpeg, marking: 'np' }),
  /** what its screens' pictures turn out to be marked as */
  marking = 0,
  others = [['poste-08', [3, 4], true]] as [string, number[], boolean][],
} = {}) {
  const shown: { screen: number; marking: number }[] = []
  const questions: { node: string; asked: AskedLook }[] = []
  const glances: { screen: number; ceiling: number }[] = []
  const state = {
    blanked: false,
    others: new Map(
      others.map(([name, screens]) => [name, { screens: screens.map((screen) => ({ screen })), at: 0 }]),
    ),
    unheard: others.flatMap(([name, , heard]) => (heard ? [] : [name])),
  }
  let now = 0
  const policy = policyOf({ deskCeiling, own, nodes, looks: mayLook })
  const looks = createLooks({
    policy: () => policy,
    state: () => state as never,
    ask: (name, question) => {
      questions.push({ node: name, asked: question })
      return Promise.resolve(answers)
    },
    glance: (screen, ceiling) => {
      glances.push({ screen, ceiling })
      return Promise.resolve(marking > ceiling ? null : { jpeg, marking })
    },
    show: (screen, picture) => shown.push({ screen, marking: picture.marking }),
    clock: () => now,
  })
  return { looks, shown, questions, glances, state, pass: (ms: number) => (now += ms) }
}

describe('a screen of another node', () => {
  it('is asked for at the node that has it, up to what this desk may show, and shown with its marking', async () => {
    const { looks, shown, questions } = node({ deskCeiling: 1, answers: ok({ jpeg, marking: 'dr' }) })
    expect(await looks.at(4)).toEqual(ok(undefined))
    expect(questions).toEqual([{ node: 'poste-08', asked: { screen: 4, ceiling: 'dr', by: 'poste-07' } }])
    expect(shown).toEqual([{ screen: 4, marking: 1 }])
  })

  it.each([
    ['above the desk’s ceiling', 'dr'],
    ['of a level that this node does not know', 'cosmic'],
  ])('is not shown where what came is %s, whatever the other node thought', async (_what, marking) => {
    const { looks, shown } = node({ answers: ok({ jpeg, marking }) })
    expect(await looks.at(3)).toMatchObject({ ok: false, error: { code: 'wall.no-picture' } })
    expect(shown).toEqual([])
  })

  it('is not shown at a desk whose wall was blanked meanwhile', async () => {
    const { looks, shown, state } = node()
    const looked = looks.at(3)
    state.blanked = true
    expect(await looked).toMatchObject({ ok: false, error: { code: 'wall.no-picture' } })
    expect(shown).toEqual([])
  })

  it('is asked for once a second at most, and who asks again has the same answer', async () => {
    const { looks, questions, pass } = node()
    const answers = await Promise.all([looks.at(3), looks.at(3), looks.at(4)])
    expect(answers).toEqual([ok(undefined), ok(undefined), ok(undefined)])
    expect(questions.map((each) => each.asked.screen)).toEqual([3, 4])
    pass(1_000)
    await looks.at(3)
    expect(questions).toHaveLength(3)
  })

  it('is nobody’s where no other node has said so, and its node’s that is heard where two have', async () => {
    const { looks, questions } = node({
      others: [
        ['poste-08', [3], false],
        ['poste-09', [3], true],
      ],
    })
    expect(await looks.at(1)).toMatchObject({ ok: false, error: { code: 'screen.unknown' } })
    await looks.at(3)
    expect(questions.map((each) => each.node)).toEqual(['poste-09'])
  })

  it('says why there is none', async () => {
    const { looks } = node({ answers: fail('wall.unanswered', 'nobody', 'poste-08') })
    expect(await looks.at(3)).toMatchObject({ error: { code: 'wall.unanswered', subject: 'poste-08' } })
  })
})

describe('a screen of this node, for another’s desk', () => {
  it('is given with its marking, as high as both the desk there and the screen here may show', async () => {
    const both = node({ nodes: ['poste-08'], marking: 1 })
    expect(await both.looks.answer(asked)).toEqual({ jpeg, marking: 'dr' })
    expect(both.glances).toEqual([{ screen: 1, ceiling: 1 }])
    const lowScreen = node({ nodes: ['poste-08'], own: 0 })
    await lowScreen.looks.answer(asked)
    expect(lowScreen.glances).toEqual([{ screen: 1, ceiling: 0 }])
    const lowDesk = node({ nodes: ['poste-08'], marking: 1 })
    expect(await lowDesk.looks.answer({ ...asked, ceiling: 'np' })).toBeNull()
    expect(lowDesk.glances).toEqual([{ screen: 1, ceiling: 0 }])
  })

  it('is given no higher than the lowest to who asks up to a level that this node does not know', async () => {
    const { looks, glances } = node({ nodes: ['poste-08'], marking: 1 })
    expect(await looks.answer({ ...asked, ceiling: 'cosmic' })).toBeNull()
    expect(glances).toEqual([{ screen: 1, ceiling: 0 }])
  })

  it.each([
    ['the lowest, to a node that the policy does not name', { nodes: null }, 0],
    ['what its screen may show, to one that it names', { nodes: ['Poste 08'] }, 1],
    ['what it says of that node', { nodes: null, looks: { 'Poste 08': 'dr' } }, 1],
    [
      'what it says of that node, though it names it',
      { nodes: ['poste-08'], looks: { 'poste-08': 'np' } },
      0,
    ],
    ['the lowest, where it says a level that nobody knows', { looks: { 'poste-08': 'cosmic' } }, 0],
    ['the lower, where it says two', { looks: { 'Poste 08': 'np', 'poste-08': 'dr' } }, 0],
    ['the lowest, where it says something of another', { looks: { 'poste-09': 'dr' } }, 0],
    ['its screen’s own, where it says more', { own: 0, looks: { 'poste-08': 'dr' } }, 0],
  ])('is given up to %s, however much is asked', async (_what, policy, most) => {
    const { looks, glances } = node({ ...policy, marking: 1 })
    const look = await looks.answer(asked)
    expect(glances).toEqual([{ screen: 1, ceiling: most }])
    expect(look?.marking).toBe(most === 1 ? 'dr' : undefined)
  })

  it('is not given while all is blank, nor what was taken before it was', async () => {
    const { looks, state, glances } = node()
    const answer = looks.answer(asked)
    state.blanked = true
    expect(await answer).toBeNull()
    expect(await looks.answer(asked)).toBeNull()
    expect(glances).toHaveLength(1)
  })

  it('is given to no node that the policy does not name', async () => {
    const { looks, glances } = node({ nodes: ['poste-07', 'Poste 08'] })
    expect(await looks.answer(asked)).not.toBeNull()
    expect(await looks.answer({ ...asked, by: 'poste-66' })).toBeNull()
    expect(glances).toHaveLength(1)
  })
})
