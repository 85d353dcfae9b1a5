/** Who sits at the desk, who has which function, and what waits for a second person: on one node, and on two that hear each other. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createActing, type Acting } from '../../../../main/wall/acting.ts'
import { authorOf, sittingOf, type PersonPolicy } from '../../../../main/wall/author.ts'
import { automate } from '../../../../main/wall/automation.ts'
import { holdState, type HeldState } from '../../../../main/wall/hold-state.ts'
import { answerCalls } from '../../../../main/wall/calls.ts'
import type { State } from '../../../../main/wall/state.ts'
import type { ActInput } from '../../../../preload/contract/act.ts'
import type { Outgoing, SettledAct } from '../../../../preload/contract/outbox.ts'
import { heldBy, proposedFor } from '../../../../preload/contract/person.ts'
import { stateOf } from '../../../doubles/desk.ts'
import { at, here, there } from '../../../doubles/settled.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'

const bounds = { x: 0, y: 0, width: 1920, height: 1080 }
const screen = { screen: 1, display: 1, attached: true, known: true, label: '', bounds }
const chef = 'chef-de-salle'
const officer = 'officier-de-permanence'
const log: ActInput = { act: 'show-scene', screen: 1, scene: 'log' }

const policy: PersonPolicy = {
  persons: { list: ['A. Durand', 'B. Morel', 'C. Lefèvre'], free: false },
  functions: [
    { id: officer, name: { fr: 'Officier de permanence', en: 'Duty officer' }, may: ['show-scene'] },
    { id: chef, name: 'Chef de salle', may: ['unblank'] },
  ],
  fourEyes: ['unblank'],
  breakGlass: true,
}
const nothingAsked: PersonPolicy = { ...policy, functions: [], fourEyes: [], breakGlass: false }

interface Desk {
  wall: HeldState
  acting: Acting
  /** what somebody at this desk asks for, through what a window may call */
  do(input: ActInput): ReturnType<Acting['perform']>
  agree(proposal: string, did: ActInput): ReturnType<Acting['agree']>
  breakGlass(proposal: string, did: ActInput, reason: string): ReturnType<Acting['agree']>
  sit(person: string | null): void
  /** what it says to the others, in order */
  said: Outgoing[]
}

function aDesk(place = here, asked: PersonPolicy = policy, changes: Partial<State> = {}): Desk {
  const base = wallStateOf({ plan: { screens: [screen], desk: null }, together: 'together', ...changes })
  const wall = holdState({ base, known: new Map(), own: [], holds: false, lifts: [] }, place.node)
  const said: Outgoing[] = []
  let ids = 0
  const acting = createActing({
    ...{ place, nodes: () => null, wall, now: () => at, policy: () => asked },
    outlet: () => ({ act: (out) => said.push(out), withdraw: () => undefined }),
    tellDesk: () => stateOf(),
    newId: () => `${place.node}-${++ids}`,
    problem: () => undefined,
    told: () => undefined,
  })
  const author = (input: ActInput | null) => authorOf(wall.now(), asked, place.node, input)
  const desk: Desk = {
    ...{ wall, acting, said },
    do: (input) => acting.perform(input, author(input)),
    agree: (proposal, did) => acting.agree(proposal, did, author(did)),
    breakGlass: (proposal, did, reason) => acting.breakGlass(proposal, did, reason, author(did)),
    sit: (person) => void desk.do({ act: 'change-person', person }),
  }
  return desk
}

/** A platform that gives what desks say its place, and tells all of it. */
function aWall(...desks: Desk[]) {
  let sequence = 0
  const log: SettledAct[] = []
  const from = desks.map(() => 0)
  return {
    log,
    settle(): void {
      for (const [index, { said }] of desks.entries()) {
        for (const out of said.slice(from[index])) {
          const { id, entity, body, at } = out
          log.push({ id, entity, body, at, sequence: ++sequence, published: at + sequence })
        }
        from[index] = said.length
      }
      for (const { acting } of desks) acting.acts(log, false)
    },
    /** a node that hears only the last act of each entity */
    newcomer(): Desk {
      const last = [...new Map(log.map((act) => [act.entity, act])).values()]
      const desk = aDesk({ ...here, node: 'poste-09' })
      desk.acting.acts(
        last.sort((a, b) => a.sequence - b.sequence),
        true,
      )
      return desk
    },
  }
}
const holderAt = ({ wall }: Desk, id: string) => wall.now().functions.get(id)?.holder ?? null
const last = <T>(list: readonly T[]): T => {
  const one = list.at(-1)
  if (one === undefined) throw new Error('there is none')
  return one
}

describe('who sits at the desk', () => {
  it('is nobody at first, and every act says so as it did before there were persons', () => {
    const desk = aDesk(here, nothingAsked)
    expect(desk.do(log).ok).toBe(true)
    expect(last(desk.said).body.by).toEqual({
      ...{ person: null, function: null, node: 'poste-07', automation: null },
    })
  })

  it('is on every act from then on, with the function that they have and the node', () => {
    const desk = aDesk()
    desk.sit('A. Durand')
    desk.do({ act: 'take-function', function: officer })
    desk.do(log)
    expect(last(desk.said).body.by).toEqual({
      ...{ person: 'A. Durand', function: officer, node: 'poste-07', automation: null },
    })
  })

  it('acts, of several functions, in the one that the act asks for', () => {
    const desk = aDesk(here, { ...policy, fourEyes: [] }, { blanked: true })
    desk.sit('A. Durand')
    for (const id of [officer, chef]) desk.do({ act: 'take-function', function: id })
    desk.do({ act: 'unblank' })
    expect(last(desk.said).body.by.function).toBe(chef)
  })

  it('changes without a word to the wall’s picture, and the next has nothing of the one before', () => {
    const desk = aDesk()
    desk.sit('A. Durand')
    desk.do({ act: 'take-function', function: officer })
    const { scenes, blanked, plan } = desk.wall.now()
    desk.sit('B. Morel')
    expect(desk.wall.now()).toMatchObject({ scenes, blanked, plan, person: 'B. Morel' })
    expect(desk.do(log)).toMatchObject({ ok: false, error: { code: 'function.wanted' } })
    desk.sit(null)
    expect(desk.wall.now().person).toBeNull()
  })

  it('is one of the policy’s list, unless it lets names be typed', () => {
    const typed: ActInput = { act: 'change-person', person: 'X. Y' }
    expect(aDesk().do(typed)).toMatchObject({ ok: false, error: { code: 'person.unknown' } })
    const free = aDesk(here, { ...policy, persons: { list: [], free: true } })
    expect(free.do(typed).ok).toBe(true)
  })

  it('is what main says: no window can say who it is, and a wall’s window is nobody', async () => {
    const authors: unknown[] = []
    const desk = aDesk()
    desk.sit('A. Durand')
    const parts: Pick<Parameters<typeof answerCalls>[0], 'author' | 'acting'> = {
      author: (input) => authorOf(desk.wall.now(), policy, 'poste-07', input),
      acting: {
        ...desk.acting,
        perform(input, author) {
          authors.push(author.person)
          return desk.acting.perform(input, author)
        },
      },
    }
    const handlers = answerCalls(parts as Parameters<typeof answerCalls>[0])
    const forged = { act: 'identify', by: { person: 'B. Morel' } } as unknown as ActInput<'identify'>
    await handlers.window.act(forged, { role: 'desk', screen: null })
    await handlers.window.act({ act: 'blank' }, { role: 'wall', screen: 1 })
    expect(authors).toEqual(['A. Durand', null])
  })
})

describe('a function of the room', () => {
  const start = () => {
    const [left, right] = [aDesk(here), aDesk(there)]
    left.sit('A. Durand')
    right.sit('B. Morel')
    return { left, right, wall: aWall(left, right) }
  }
  const seatA = { person: 'A. Durand', node: 'poste-07' }
  const seatB = { person: 'B. Morel', node: 'poste-08' }

  it('is one person’s at a time, on all nodes, and on one that hears only the last act of it', () => {
    const { left, right, wall } = start()
    left.do({ act: 'take-function', function: chef })
    wall.settle()
    for (const desk of [left, right, wall.newcomer()]) expect(holderAt(desk, chef)).toEqual(seatA)
    right.do({ act: 'take-function', function: chef })
    wall.settle()
    for (const desk of [left, right, wall.newcomer()]) expect(holderAt(desk, chef)).toEqual(seatB)
    // who had it reads who took it
    expect(left.wall.now().functions.get(chef)?.takenFrom).toEqual(seatA)
  })

  it('taken by two at once is the later’s by the platform’s order, and the other is told', () => {
    const { left, right, wall } = start()
    left.do({ act: 'take-function', function: chef })
    right.do({ act: 'take-function', function: chef })
    wall.settle()
    for (const desk of [left, right]) expect(holderAt(desk, chef)).toEqual(seatB)
    // the same words by another are another act
    expect(left.wall.now().lost).toMatchObject({ act: 'take-function', by: { person: 'B. Morel' } })
  })

  it('handed over stays its holder’s until the other takes it, wherever they sit', () => {
    const { left, right, wall } = start()
    left.do({ act: 'take-function', function: chef })
    left.do({ act: 'hand-over-function', function: chef, to: 'B. Morel' })
    wall.settle()
    for (const desk of [left, right, wall.newcomer()]) {
      expect(holderAt(desk, chef)).toEqual(seatA)
      expect(desk.wall.now().functions.get(chef)?.offered).toBe('B. Morel')
    }
    right.do({ act: 'take-function', function: chef })
    wall.settle()
    for (const desk of [left, right, wall.newcomer()])
      expect(desk.wall.now().functions.get(chef)).toMatchObject({
        holder: seatB,
        takenFrom: null,
        offered: null,
      })
  })

  it('declined stays where it is, and its holder reads who would not', () => {
    const { left, right, wall } = start()
    left.do({ act: 'take-function', function: chef })
    left.do({ act: 'hand-over-function', function: chef, to: 'B. Morel' })
    wall.settle()
    right.do({ act: 'decline-function', function: chef, holder: 'A. Durand', at: 'poste-07' })
    wall.settle()
    for (const desk of [left, right, wall.newcomer()])
      expect(desk.wall.now().functions.get(chef)).toMatchObject({ holder: seatA, declined: 'B. Morel' })
  })

  it('is left by who has it, and nobody else gives it away', () => {
    const { left, right, wall } = start()
    left.do({ act: 'take-function', function: chef })
    wall.settle()
    for (const input of [
      { act: 'leave-function', function: chef },
      { act: 'hand-over-function', function: chef, to: 'C. Lefèvre' },
      { act: 'decline-function', function: chef, holder: 'A. Durand', at: 'poste-07' },
    ] as const)
      expect(right.do(input)).toMatchObject({ ok: false, error: { code: 'function.unknown' } })
    left.do({ act: 'leave-function', function: chef })
    wall.settle()
    expect(holderAt(right, chef)).toBeNull()
  })

  it('asks for a person', () => {
    const take: ActInput = { act: 'take-function', function: chef }
    expect(aDesk().do(take)).toMatchObject({ ok: false, error: { code: 'person.wanted' } })
  })

  it('that policy does not name is none to take', () => {
    const desk = aDesk()
    desk.sit('A. Durand')
    const take: ActInput = { act: 'take-function', function: 'prefet' }
    expect(desk.do(take)).toMatchObject({ ok: false, error: { code: 'function.unknown' } })
  })

  it('is held at the desk where it was taken: the same name elsewhere has it not', () => {
    const { left, right, wall } = start()
    left.do({ act: 'take-function', function: officer })
    wall.settle()
    right.sit('A. Durand')
    expect(heldBy(sittingOf(right.wall.now(), policy), 'poste-08')).toEqual([])
    expect(right.do(log)).toMatchObject({ ok: false, error: { code: 'function.wanted' } })
  })
})

describe('an act that asks for two', () => {
  const unblank: ActInput = { act: 'unblank' }
  const asks: PersonPolicy = { ...policy, functions: [] }
  const start = (changes: Partial<State> = {}, asked = asks) => {
    const [left, right] = [
      aDesk(here, asked, { blanked: true, ...changes }),
      aDesk(there, asked, { blanked: true, ...changes }),
    ]
    left.sit('A. Durand')
    right.sit('B. Morel')
    return { left, right, wall: aWall(left, right) }
  }
  const waitingAt = ({ wall }: Desk) => wall.now().proposals.filter(({ declined }) => declined === null)
  const actsIn = (log: readonly SettledAct[]) => log.map(({ body }) => body.act)

  it('is not done but shown at every desk as waiting', () => {
    const { left, right, wall } = start()
    expect(left.do(unblank)).toEqual({ ok: true, value: { inverse: null, proposed: true } })
    wall.settle()
    expect(actsIn(wall.log)).toEqual(['propose'])
    for (const desk of [left, right]) {
      expect(desk.wall.now().blanked).toBe(true)
      expect(waitingAt(desk)).toMatchObject([
        { input: unblank, by: { person: 'A. Durand', node: 'poste-07' } },
      ])
    }
  })

  it('is done once another at another node agrees, and says who both are', () => {
    const { left, right, wall } = start()
    left.do(unblank)
    wall.settle()
    const [{ id } = { id: '' }] = waitingAt(right)
    expect(right.agree(id, unblank).ok).toBe(true)
    wall.settle()
    expect(last(wall.log).body).toMatchObject({
      act: 'unblank',
      by: { person: 'B. Morel', node: 'poste-08' },
      accord: { how: 'agreed', proposal: id, by: { person: 'A. Durand', node: 'poste-07' } },
    })
    for (const desk of [left, right]) {
      expect(desk.wall.now().blanked).toBe(false)
      expect(waitingAt(desk)).toEqual([])
    }
  })

  it('is done once another sits at the same desk and agrees, cut off too', () => {
    for (const together of ['together', 'cut', 'alone'] as const) {
      const { left } = start({ together })
      left.do(unblank)
      left.sit('B. Morel')
      const [{ id } = { id: '' }] = waitingAt(left)
      expect(left.agree(id, unblank).ok).toBe(true)
    }
  })

  it('is not agreed to by who proposed it, however they write their name and wherever they sit', () => {
    const { left, right, wall } = start({}, { ...asks, persons: { list: [], free: true } })
    left.do(unblank)
    wall.settle()
    const [{ id } = { id: '' }] = waitingAt(left)
    expect(left.agree(id, unblank)).toMatchObject({ ok: false, error: { code: 'proposal.same-person' } })
    for (const name of ['A. Durand', 'a. dûrand']) {
      right.sit(name)
      expect(right.agree(id, unblank)).toMatchObject({ ok: false, error: { code: 'proposal.same-person' } })
    }
    right.sit(null)
    expect(right.agree(id, unblank)).toMatchObject({ ok: false, error: { code: 'person.wanted' } })
    expect(left.wall.now().blanked).toBe(true)
  })

  it('is agreed to as it was read, and nothing else is done by it', () => {
    const { left, right, wall } = start({}, { ...asks, fourEyes: ['show-scene'] })
    left.do(log)
    wall.settle()
    const [{ id } = { id: '' }] = waitingAt(right)
    const other: ActInput = { ...log, scene: 'situation' }
    expect(right.agree(id, other)).toMatchObject({ ok: false, error: { code: 'proposal.over' } })
    // what is said under the same id later changes nothing of what is read
    const { body, ...first } = wall.log[0]!
    const changed = { ...body, input: { ...body.input, takes: { screen: 1, scene: 'situation' } } }
    right.acting.acts([{ ...first, id: 'again', sequence: 99, published: at + 99, body: changed }], false)
    expect(waitingAt(right)).toMatchObject([{ input: log }])
  })

  it('declined is not done, on any node', () => {
    const { left, right, wall } = start()
    left.do(unblank)
    wall.settle()
    const [{ id } = { id: '' }] = waitingAt(right)
    right.do({ act: 'decline-proposal', proposal: id })
    wall.settle()
    for (const desk of [left, right]) {
      expect(desk.wall.now().proposals).toMatchObject([{ declined: { person: 'B. Morel' } }])
      desk.sit('C. Lefèvre')
      expect(desk.agree(id, unblank)).toMatchObject({ ok: false, error: { code: 'proposal.over' } })
    }
  })

  it('asks the first for the function, and the second to be another', () => {
    const { left, right, wall } = start({}, policy)
    expect(left.do(unblank)).toMatchObject({
      ok: false,
      error: { code: 'function.wanted', subject: 'Chef de salle' },
    })
    left.do({ act: 'take-function', function: chef })
    expect(left.do(unblank)).toMatchObject({ ok: true, value: { proposed: true } })
    wall.settle()
    const [{ id } = { id: '' }] = waitingAt(right)
    expect(right.agree(id, unblank).ok).toBe(true)
  })

  it('that asks for a function is not done by two of whom neither holds it here, whatever another node lets be proposed', () => {
    const { left } = start()
    // the other node's policy asks for no function
    const right = aDesk(there, policy, { blanked: true })
    right.sit('B. Morel')
    const both = aWall(left, right)
    left.do(unblank)
    both.settle()
    const [{ id } = { id: '' }] = waitingAt(right)
    expect(right.agree(id, unblank)).toMatchObject({
      ok: false,
      error: { code: 'function.wanted', subject: 'Chef de salle' },
    })
    expect(right.wall.now().blanked).toBe(true)
    // who agrees may be the one who holds it
    right.do({ act: 'take-function', function: chef })
    expect(right.agree(id, unblank).ok).toBe(true)
  })

  it('is not done for a proposer who has left the function since, and is for one who holds it at their own node', () => {
    const { left, right, wall } = start({}, policy)
    left.do({ act: 'take-function', function: chef })
    left.do(unblank)
    left.do({ act: 'leave-function', function: chef })
    wall.settle()
    const [{ id } = { id: '' }] = waitingAt(right)
    expect(right.agree(id, unblank)).toMatchObject({ ok: false, error: { code: 'function.wanted' } })
    left.do({ act: 'take-function', function: chef })
    wall.settle()
    expect(right.agree(id, unblank).ok).toBe(true)
  })

  it('that is a node’s own affair is agreed to there and nowhere else', () => {
    const strange = { ...screen, known: false }
    const { left, right, wall } = start(
      { plan: { screens: [strange], desk: null } },
      { ...asks, fourEyes: ['accept-display'] },
    )
    const accept: ActInput = { act: 'accept-display', screen: 1 }
    left.do(accept)
    wall.settle()
    const [{ id } = { id: '' }] = waitingAt(right)
    expect(right.agree(id, accept)).toMatchObject({ ok: false, error: { code: 'proposal.elsewhere' } })
    left.sit('B. Morel')
    expect(left.agree(id, accept).ok).toBe(true)
    expect(left.wall.now().plan.screens[0]?.known).toBe(true)
  })

  it('blanking never does, and needs nobody: policy can’t ask for it', () => {
    const { left } = start({ blanked: false }, { ...asks, fourEyes: ['unblank'] })
    left.sit(null)
    expect(left.do({ act: 'blank' })).toMatchObject({ ok: true, value: { proposed: false } })
    expect(left.wall.now().blanked).toBe(true)
  })

  it('is done by one alone where policy lets them, with a reason that all read', () => {
    const { left, right, wall } = start()
    left.do(unblank)
    wall.settle()
    const [{ id } = { id: '' }] = waitingAt(left)
    expect(left.breakGlass(id, unblank, 'the prefect needs the picture now').ok).toBe(true)
    wall.settle()
    for (const desk of [left, right, wall.newcomer()])
      expect(desk.wall.now().alone).toMatchObject([
        { input: unblank, by: { person: 'A. Durand' }, reason: 'the prefect needs the picture now' },
      ])
    expect(right.wall.now().blanked).toBe(false)
    expect(right.wall.now().proposals).toEqual([])
  })

  it('is not done by one alone where policy does not say so', () => {
    const { left } = start({}, { ...asks, breakGlass: false })
    left.do(unblank)
    const [{ id } = { id: '' }] = waitingAt(left)
    expect(left.breakGlass(id, unblank, 'because I say so')).toMatchObject({
      ok: false,
      error: { code: 'proposal.alone-forbidden' },
    })
    expect(left.wall.now().blanked).toBe(true)
  })

  describe('and time', () => {
    beforeEach(() => void vi.useFakeTimers())
    afterEach(() => void vi.useRealTimers())
    it('passes: nobody agrees to it any more, at either desk', () => {
      const { left, right, wall } = start()
      const stops = [left, right].map((desk, index) =>
        automate(desk.wall, desk.acting, index === 0 ? 'poste-07' : 'poste-08'),
      )
      left.do(unblank)
      wall.settle()
      const [{ id } = { id: '' }] = waitingAt(right)
      vi.advanceTimersByTime(proposedFor)
      for (const desk of [left, right]) expect(desk.wall.now().proposals).toEqual([])
      expect(right.agree(id, unblank)).toMatchObject({ ok: false, error: { code: 'proposal.over' } })
      for (const { dispose } of stops) dispose()
      expect(vi.getTimerCount()).toBe(0)
    })
  })
})
