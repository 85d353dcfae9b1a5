/** Told, read, acted: what acts make of a line that is for functions of the room, and who is told of it. */
import { describe, expect, it } from 'vitest'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { ActInput } from '../../../../preload/contract/act.ts'
import type { Author } from '../../../../preload/contract/author.ts'
import type { Addressed } from '../../../../preload/contract/told.ts'
import { addressees, callingIn, followedFor } from '../../../../preload/contract/told.ts'
import { createActing } from '../../../../main/wall/acting.ts'
import { authorOf, type PersonPolicy } from '../../../../main/wall/author.ts'
import { deliverLines } from '../../../../main/wall/automation.ts'
import { holdState } from '../../../../main/wall/hold-state.ts'
import { judge } from '../../../../main/wall/judge.ts'
import { shownOf, settle, type Fold } from '../../../../main/wall/fold.ts'
import { callsFor, tellTold, type ToldPolicy } from '../../../../main/wall/told-lines.ts'
import type { State } from '../../../../main/wall/state.ts'
import type { Policy } from '../../../../main/policy/policy.ts'
import { stateOf } from '../../../doubles/desk.ts'
import { at, here, settledOf, there } from '../../../doubles/settled.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'

const chef = { id: 'chef-de-salle', name: { fr: 'Chef de salle', en: 'Room chief' }, may: [] }
const samu = { id: 'samu', name: 'SAMU', may: [] }
const officer = { id: 'officier', name: { fr: 'Officier de permanence', en: 'Duty officer' }, may: [] }
const order = {
  id: 'ordre',
  name: { fr: 'Sécurité et ordre public', en: 'Security and public order' },
  may: [],
}
const functions = [officer, chef, samu, order]
const policy: ToldPolicy & PersonPolicy = {
  organisation: 'CNCS',
  functions,
  answerWithin: 300_000,
  ...{ persons: { list: ['A. Durand', 'B. Morel'], free: false }, fourEyes: [], breakGlass: false },
}
const line = (changes: Partial<Addressed> = {}): Addressed => ({
  ...{ product: 'ops.log', entity: 'line.cncs.poste-07.1', sequence: 7, number: 'CNCS-0007' },
  ...{ to: 'Chef de salle, SAMU', rank: 1, published: at, by: null, ...changes },
})
const followed = (...lines: Addressed[]): Partial<State> => ({ addressed: { lines, left: 0 } })
const author = (changes: Partial<Author>): Author => ({
  ...{ person: 'B. Morel', function: chef.id, node: there.node, automation: null, ...changes },
})
const about = { product: 'ops.log', entity: 'line.cncs.poste-07.1', function: chef.id }
const foldOf = (changes: Partial<State>): Fold => ({
  ...{ base: wallStateOf(changes), known: new Map(), own: [], holds: false, lifts: [] },
})
const settledBy = (input: ActInput, sequence: number, by: Author) => {
  const act = settledOf(input, sequence)
  return { act: { ...act, body: { ...act.body, by } }, input }
}
const toldOf = (state: State, ceiling = 1) => tellTold(state, policy, ceiling)

describe('whom a line is for', () => {
  it.each([
    ['chef-de-salle', [chef.id]],
    ['CHEF DE SALLE', [chef.id]],
    ['Room chief', [chef.id]],
    ['samu, duty officer', [officer.id, samu.id]],
    ['Officier de permanence et SAMU', [officer.id, samu.id]],
    ['SAMU, Sécurité et ordre public', [samu.id, order.id]],
    ['Security and public order and SAMU', [samu.id, order.id]],
    ['à tous', functions.map(({ id }) => id)],
    ['All', functions.map(({ id }) => id)],
    ['PC fluvial', []],
    ['', []],
    // a name that only begins alike is another's
    ['Chef de salle adjoint', []],
  ])('%s', (to, ids) => {
    expect(addressees(to, functions).map(({ id }) => id)).toEqual(ids)
  })

  it('another organisation’s “tous” is for its own room', () => {
    const theirs = line({ entity: 'line.pp.poste-01.1', to: 'tous' })
    expect(toldOf(wallStateOf(followed(theirs))).lines).toEqual([])
    expect(toldOf(wallStateOf(followed(line({ entity: 'line-0190', to: 'tous' })))).lines).toHaveLength(1)
  })
})

it('for whom lines are is found once, however often windows are told of them', () => {
  let read = 0
  const named = [
    {
      id: 'pc',
      get name() {
        return `PC ${read++}`
      },
      may: [],
    },
  ]
  const lines = [line({ to: 'PC 9' }), line({ to: 'PC 9', entity: 'line.cncs.poste-07.2' })]
  const tell = () => tellTold(wallStateOf(followed(...lines)), { ...policy, functions: named }, 1)
  tell()
  const once = read
  tell()
  expect([read, once > 0]).toEqual([once, true])
})

describe('what became of it', () => {
  const steps: [ActInput, Author][] = [
    [{ act: 'deliver-line', ...about }, author({ person: null, function: null, automation: 'delivery' })],
    [{ act: 'read-line', ...about }, author({})],
    [{ act: 'act-on-line', ...about, acted: true }, author({})],
  ]
  const settling = steps.map(([input, by], index) => settledBy(input, index + 1, by))

  it('is told function by function: by whom, where and when', () => {
    const { fold } = settle(foldOf(followed(line())), here.node, settling)
    expect(toldOf(shownOf(fold)).lines).toMatchObject([
      {
        number: 'CNCS-0007',
        due: at + 300_000,
        receipts: [
          {
            function: chef.id,
            delivered: { person: null, node: there.node, at: at + 1000 },
            read: { person: 'B. Morel', node: there.node, at: at + 2000 },
            acted: { person: 'B. Morel', node: there.node, at: at + 3000 },
          },
          { function: samu.id, delivered: null, read: null, acted: null },
        ],
      },
    ])
  })

  it('is the same in whatever order it is heard, and said a thousand times', () => {
    const said = Array.from({ length: 1000 }, (_, index) =>
      settledBy({ act: 'read-line', ...about }, index + 10, author({})),
    )
    const straight = settle(foldOf(followed(line())), here.node, [...settling, ...said]).fold
    const turned = settle(foldOf(followed(line())), here.node, [
      settling[2]!,
      settling[0]!,
      said.at(-1)!,
    ]).fold
    expect(toldOf(shownOf(straight))).toEqual(toldOf(shownOf(turned)))
    expect(shownOf(straight).receipts).toHaveLength(1)
  })

  it('is kept of so many lines as people follow, the newest', () => {
    const many = Array.from({ length: 3100 }, (_, index) =>
      settledBy({ act: 'read-line', ...about, entity: `line.cncs.poste-07.${index}` }, index + 1, author({})),
    )
    const { receipts } = shownOf(settle(foldOf({}), here.node, many).fold)
    expect(receipts).toHaveLength(3000)
    expect(receipts.at(-1)?.entity).toBe('line.cncs.poste-07.3099')
    expect(receipts.some(({ entity }) => entity === 'line.cncs.poste-07.0')).toBe(false)
  })

  it('is nobody’s to say who did not hold the function, nor an automation’s: no node of the wall counts it', () => {
    const wrong: [ActInput, Author][] = [
      [{ act: 'read-line', ...about }, author({ function: null })],
      [{ act: 'read-line', ...about }, author({ function: samu.id })],
      [{ act: 'act-on-line', ...about, acted: true }, author({ person: null })],
      [{ act: 'read-line', ...about }, author({ automation: 'delivery' })],
      [{ act: 'deliver-line', ...about }, author({})],
    ]
    for (const [input, by] of wrong) {
      const { act } = settledBy(input, 1, by)
      expect(judge(act, { place: here, nodes: null })).toMatchObject({
        ok: false,
        error: { code: 'act.invalid' },
      })
      const { receipts } = shownOf(settle(foldOf({}), here.node, [{ act, input }]).fold)
      expect(receipts).toEqual([])
    }
  })
})

describe('who is told', () => {
  it('nobody below the line’s marking, desk or screen', () => {
    const state = wallStateOf(followed(line({ rank: 1 })))
    expect(toldOf(state, 0).lines).toEqual([])
    expect(callsFor(state, policy, 0)).toEqual([])
    expect(callsFor(state, policy, 1)).toMatchObject([
      { number: 'CNCS-0007', functions: [chef.name, 'SAMU'] },
    ])
  })

  it('until it is read, from its time on, and of whom it is waited', () => {
    const state = wallStateOf({
      ...followed(line()),
      receipts: [{ ...about, delivered: null, acted: null, read: { person: 'B. Morel', node: 'n', at } }],
    })
    const [told] = toldOf(state).lines
    expect(callingIn(told!, at + 299_999)).toEqual([])
    expect(callingIn(told!, at + 300_000).map((each) => each.function)).toEqual([samu.id])
    expect(followedFor).toBeGreaterThan(policy.answerWithin)
  })
})

describe('at a desk', () => {
  function aDesk(changes: Partial<State> = {}) {
    const held = {
      holder: { person: 'A. Durand', node: here.node },
      at,
      offered: null,
      declined: null,
      takenFrom: null,
    }
    const wall = holdState(
      foldOf({
        together: 'together',
        person: 'A. Durand',
        functions: new Map([[chef.id, held]]),
        ...changes,
      }),
      here.node,
    )
    const said: string[] = []
    const acting = createActing({
      ...{ place: here, nodes: () => null, wall, now: () => at, policy: () => policy },
      outlet: () => ({
        act: ({ body }) => said.push(`${body.act} ${String(body.input['function'])}`),
        withdraw: () => undefined,
      }),
      tellDesk: () => stateOf({ told: toldOf(wall.now(), 1) }),
      newId: () => `id-${said.length}`,
      problem: () => undefined,
      told: () => undefined,
    })
    const all = { ...policy, node: here.node, deskCeiling: 1, scheme: defaultScheme } as unknown as Policy
    const delivering = deliverLines({ wall, acting, policy: () => all })
    const ask = (input: ActInput) => acting.perform(input, authorOf(wall.now(), policy, here.node, input))
    return { wall, acting, said, ask, dispose: delivering.dispose }
  }

  it('what came for whoever sits there is delivered by itself, once', () => {
    const { wall, said } = aDesk()
    wall.found(followed(line()))
    wall.found(followed(line(), line({ entity: 'line.cncs.poste-07.2' })))
    expect(said).toEqual([`deliver-line ${chef.id}`, `deliver-line ${chef.id}`])
  })

  it('nothing is, while it has not heard what was said of it before, or above what it may show', () => {
    const { wall, said } = aDesk({ together: 'cut', ...followed(line()) })
    wall.found({ unheard: [] })
    wall.found({ addressed: { lines: [line({ rank: 2 })], left: 0 } })
    wall.found({ together: 'together' })
    expect(said).toEqual([])
    wall.found(followed(line()))
    expect(said).toEqual([`deliver-line ${chef.id}`])
  })

  it('nobody answers for what they have not, nor of a line that is not there for them: in words', () => {
    const { ask } = aDesk(followed(line(), line({ entity: 'line.cncs.poste-07.high', rank: 2 })))
    expect(ask({ act: 'read-line', ...about })).toMatchObject({ ok: true })
    const refused = (input: ActInput) => {
      const done = ask(input)
      return done.ok ? null : done.error
    }
    expect(refused({ act: 'read-line', ...about, function: samu.id })?.code).toBe('function.unknown')
    const [high, none] = ['line.cncs.poste-07.high', 'line.cncs.poste-07.none'].map((entity) =>
      refused({ act: 'act-on-line', ...about, entity, acted: true }),
    )
    // one that is too high is told as one that is not there
    expect([high?.code, none?.code]).toEqual(['line.unknown', 'line.unknown'])
    expect(high?.message).toBe(none?.message)
  })
})
