/** The relief: all that was offered passes in one act of two persons, or nothing does. */
import { describe, expect, it } from 'vitest'
import type { ActInput } from '../../../../preload/contract/act.ts'
import type { Outgoing } from '../../../../preload/contract/outbox.ts'
import type { Place } from '../../../../preload/contract/place.ts'
import { createActing } from '../../../../main/wall/acting.ts'
import { authorOf, type PersonPolicy } from '../../../../main/wall/author.ts'
import { holdState } from '../../../../main/wall/hold-state.ts'
import { stateOf } from '../../../doubles/desk.ts'
import { at, here, there } from '../../../doubles/settled.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'

const [chef, officer] = ['chef-de-salle', 'officier']
const policy: PersonPolicy = {
  persons: { list: ['A. Durand', 'B. Morel', 'C. Lefèvre'], free: false },
  functions: [
    { id: chef, name: 'Chef de salle', may: [] },
    { id: officer, name: 'Officier', may: [] },
  ],
  ...{ fourEyes: [], breakGlass: false },
}
const digest = '0f'.repeat(32)

function aDesk(place: Place) {
  const base = wallStateOf({ together: 'together' })
  const wall = holdState({ base, known: new Map(), own: [], holds: false, lifts: [] }, place.node)
  const said: Outgoing[] = []
  let ids = 0
  const acting = createActing({
    ...{ place, nodes: () => null, wall, now: () => at, policy: () => policy },
    outlet: () => ({ act: (out) => said.push(out), withdraw: () => undefined }),
    tellDesk: () => stateOf(),
    newId: () => `${place.node}-${++ids}`,
    problem: () => undefined,
    told: () => undefined,
  })
  const ask = (input: ActInput) => acting.perform(input, authorOf(wall.now(), policy, place.node, input))
  const sit = (person: string) => ask({ act: 'change-person', person })
  return { wall, acting, said, ask, sit }
}

/** Two desks that hear each other, as the platform puts what both say in order. */
function aWall() {
  const desks = [aDesk(here), aDesk(there)] as const
  let sequence = 0
  const settle = (): void => {
    const all = desks.flatMap(({ said }) => said.splice(0))
    const acts = all.map(({ id, entity, body, at: when }) => {
      sequence++
      return { id, entity, body, sequence, published: at + sequence, at: when + sequence }
    })
    for (const { acting } of desks) acting.acts(acts, false)
  }
  const [one, other] = desks
  one.sit('A. Durand')
  other.sit('B. Morel')
  one.ask({ act: 'take-function', function: chef })
  one.ask({ act: 'take-function', function: officer })
  settle()
  const holders = () =>
    desks.map(({ wall }) =>
      [chef, officer].map((id) => {
        const holder = wall.now().functions.get(id)?.holder
        return holder ? `${holder.person}, ${holder.node}` : null
      }),
    )
  return { one, other, settle, holders }
}
const offer: ActInput = { act: 'offer-relief', relief: 'r-1', to: 'B. Morel', functions: [chef, officer] }
const take: ActInput = { act: 'relieve', relief: 'r-1', functions: [chef, officer], items: 12, digest }
const codeOf = (done: { ok: boolean; error?: { code: string } }) => (done.ok ? 'ok' : done.error?.code)
const both = (holder: string) => [
  [holder, holder],
  [holder, holder],
]

describe('a relief', () => {
  it('passes all functions at once where the relief sits, with both persons in it, at every desk', () => {
    const { one, other, settle, holders } = aWall()
    expect(codeOf(one.ask(offer))).toBe('ok')
    settle()
    expect(holders()).toEqual(both('A. Durand, poste-07'))
    expect(codeOf(other.ask(take))).toBe('ok')
    const body = other.said.find((each) => each.body.act === 'relieve')?.body
    expect(body).toMatchObject({
      by: { person: 'B. Morel', node: 'poste-08' },
      accord: { how: 'agreed', proposal: 'r-1', by: { person: 'A. Durand', node: 'poste-07' } },
    })
    settle()
    expect(holders()).toEqual(both('B. Morel, poste-08'))
    expect([one, other].map(({ wall }) => wall.now().reliefs)).toEqual([[], []])
  })

  it('broken off passes nothing: called off, declined, or never ended', () => {
    const { one, other, settle, holders } = aWall()
    one.ask(offer)
    settle()
    expect(codeOf(other.ask({ act: 'end-relief', relief: 'r-1' }))).toBe('ok')
    settle()
    expect(codeOf(other.ask(take))).toBe('relief.over')
    one.ask({ ...offer, relief: 'r-2' })
    settle()
    one.ask({ act: 'end-relief', relief: 'r-2' })
    settle()
    expect(codeOf(other.ask({ ...take, relief: 'r-2' }))).toBe('relief.over')
    one.ask({ ...offer, relief: 'r-3' })
    settle()
    expect(holders()).toEqual(both('A. Durand, poste-07'))
  })

  it('is another’s than who was asked, of another than who leaves, and of what they hold: in words', () => {
    const { one, other, settle, holders } = aWall()
    expect(codeOf(one.ask({ ...offer, to: 'A. DURAND' }))).toBe('person.unknown')
    expect(codeOf(one.ask({ ...offer, to: 'A. Durand' }))).toBe('proposal.same-person')
    expect(codeOf(one.ask({ ...offer, to: 'Inconnu' }))).toBe('person.unknown')
    expect(codeOf(other.ask({ ...offer, to: 'A. Durand' }))).toBe('function.unknown')
    one.ask(offer)
    settle()
    other.sit('C. Lefèvre')
    expect(codeOf(other.ask(take))).toBe('relief.over')
    expect(codeOf(other.ask({ act: 'end-relief', relief: 'r-1' }))).toBe('relief.over')
    other.sit('B. Morel')
    expect(codeOf(other.ask({ ...take, functions: [chef] }))).toBe('relief.changed')
    expect(codeOf(other.ask({ ...take, functions: [chef, chef] }))).toBe('relief.changed')
    expect(holders()).toEqual(both('A. Durand, poste-07'))
  })

  it('leaves what somebody else took meanwhile with them: before it is said, and when it was said already', () => {
    const { one, other, settle, holders } = aWall()
    one.ask(offer)
    settle()
    // at the same moment: who takes it over there is heard first
    one.sit('C. Lefèvre')
    one.ask({ act: 'take-function', function: officer })
    other.ask(take)
    settle()
    expect(holders()).toEqual([
      ['B. Morel, poste-08', 'C. Lefèvre, poste-07'],
      ['B. Morel, poste-08', 'C. Lefèvre, poste-07'],
    ])
    one.ask({ act: 'offer-relief', relief: 'r-2', to: 'B. Morel', functions: [officer] })
    settle()
    other.ask({ act: 'take-function', function: officer })
    settle()
    expect(codeOf(other.ask({ ...take, relief: 'r-2', functions: [officer] }))).toBe('relief.changed')
  })

  it('said by one alone passes nothing: without who leaves in it, or with one person in both places', () => {
    const { one, settle, holders, other } = aWall()
    one.ask(offer)
    settle()
    other.ask(take)
    const [forged] = other.said.splice(0)
    const { accord: _, ...alone } = forged!.body
    // the same person at both desks
    const self = { ...forged!.body, by: { ...forged!.body.by, person: 'A. Durand' } }
    for (const [index, body] of [alone, self].entries()) {
      const sequence = 50 + index
      const act = { ...forged!, id: `forged-${index}`, body, sequence, published: at + sequence }
      one.acting.acts([act], false)
    }
    expect(holders()[0]).toEqual(['A. Durand, poste-07', 'A. Durand, poste-07'])
  })
})
