/** Nodes of one wall agree because they fold the same acts, whatever the order in which they hear of different things. */
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, knownOf, settle, shownOf, take, type Fold, type Settling } from '../../../../main/wall/fold.ts'
import { judge } from '../../../../main/wall/judge.ts'
import type { ActInput } from '../../../../preload/contract/act.ts'
import type { SettledAct } from '../../../../preload/contract/outbox.ts'
import { fittingActs } from '../../../doubles/acts.ts'
import { at, here, settledOf, there } from '../../../doubles/settled.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'

const first: Fold = { base: wallStateOf(), known: new Map(), own: [], holds: false, lifts: [] }
const judging = { place: here, nodes: null }

const settling = (act: SettledAct): Settling => {
  const judged = judge(act, judging)
  if (!judged.ok || judged.value === null) throw new Error('it does not count')
  return { act, input: judged.value }
}
const folded = (acts: readonly SettledAct[], from = first): Fold =>
  settle(from, here.node, acts.map(settling)).fold
/** What people see. */
const seen = (fold: Fold) => ({ ...shownOf(fold), scenes: [...shownOf(fold).scenes].sort() })
const seenOf = (fold: Fold) => ({ ...seen(fold), others: [...shownOf(fold).others].sort() })

const small = (most: number) => fc.integer({ min: 1, max: most })
const inputs: Arbitrary<ActInput> = fc.oneof(
  fc.record({
    act: fc.constant('show-scene' as const),
    screen: small(4),
    scene: fc.constantFrom('log', 'situation', 'nobody-has-it'),
  }),
  fc.constantFrom<ActInput[]>({ act: 'blank' }, { act: 'unblank' }, { act: 'identify' }),
  fc.record({
    act: fc.constant('acknowledge' as const),
    product: fc.constantFrom('security.incidents', 'health.incidents'),
    entity: fc.constantFrom('INC-1', 'INC-2', 'INC-3'),
    taken: fc.boolean(),
  }),
  fc.record({
    act: fc.constant('point-out' as const),
    entity: fc.option(fc.record({ product: fc.constant('a.b'), entity: fc.constantFrom('x', 'y') })),
  }),
  fc.constant<ActInput>({ act: 'present', ...fittingActs.present }),
)
/** As the platform has them, by three nodes, whose clocks are what they are; each knows all that was there. */
const histories = fc
  .array(
    fc.record({ input: inputs, node: fc.constantFrom('poste-07', 'poste-08', 'poste-09'), when: small(50) }),
    {
      maxLength: 40,
    },
  )
  .map((done) =>
    done.map(({ input, node, when }, index) =>
      settledOf(input, index + 1, { place: { ...here, node }, at: at + when * 1000, after: index }),
    ),
  )
/** Any order in which each entity’s own are in theirs. */
const shuffled = (history: readonly SettledAct[], picks: readonly number[]): SettledAct[] => {
  const entities = [...new Set(history.map(({ entity }) => entity))]
  const byEntity = entities.map((entity) => history.filter((act) => act.entity === entity))
  return history.flatMap((_, index) => {
    const left = byEntity.filter((acts) => acts.length > 0)
    const one = left[(picks[index] ?? 0) % left.length]?.shift()
    return one === undefined ? [] : [one]
  })
}

describe('acts of the platform', () => {
  it('make the same wall in whatever pieces they come', () => {
    fc.assert(
      fc.property(histories, fc.array(small(5)), (history, sizes) => {
        let left = history
        let fold = first
        for (const size of [...sizes, history.length]) {
          fold = folded(left.slice(0, size), fold)
          left = left.slice(size)
        }
        expect(seenOf(fold)).toEqual(seenOf(folded(history)))
      }),
    )
  })

  it('make the same wall whichever entity is heard of first', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(9), { maxLength: 40 }), (history, picks) => {
        expect(seenOf(folded(shuffled(history, picks)))).toEqual(seenOf(folded(history)))
      }),
    )
  })

  it('change nothing when they are heard again, all or in part', () => {
    fc.assert(
      fc.property(histories, fc.nat(40), (history, from) => {
        const fold = folded(history)
        expect(seenOf(folded(history, fold))).toEqual(seenOf(fold))
        expect(seenOf(folded(history.slice(from), fold))).toEqual(seenOf(fold))
      }),
    )
  })

  it('make the same wall of what is in force as of all that was done', () => {
    fc.assert(
      fc.property(histories, (all) => {
        // a node's own numbers were shown when it asked for them
        const history = all.filter(({ body }) => body.act !== 'identify')
        const inForce = [...new Map(history.map((act) => [act.entity, act])).values()]
        expect(seenOf(folded(inForce))).toEqual(seenOf(folded(history)))
      }),
    )
  })

  it('of a node that is there are as old as the platform says, whatever that node’s clock is', () => {
    const present: ActInput = { act: 'present', ...fittingActs.present }
    const act = settledOf(present, 1, { at: 0 })
    expect(shownOf(folded([act])).others.get(there.node)?.at).toBe(act.published)
  })

  it('on more alarms than are told make the same wall of what is in force as of all that was done', () => {
    const take = (entity: string, sequence: number, taken: boolean, when: number) =>
      settledOf({ act: 'acknowledge', product: 'a.b', entity, taken }, sequence, { at: when })
    const all = [
      take('INC-1', 1, true, at),
      ...Array.from({ length: 600 }, (_, index) =>
        take(`INC-later-${index}`, 2 + index, true, at + 1 + index),
      ),
      ...Array.from({ length: 600 }, (_, index) =>
        take(`INC-later-${index}`, 700 + index, false, at + 1 + index),
      ),
    ]
    const inForce = [...new Map(all.map((act) => [act.entity, act])).values()]
    expect(seen(folded(all)).acknowledged).toMatchObject([{ entity: 'INC-1' }])
    expect(seenOf(folded(all))).toEqual(seenOf(folded(inForce)))
  })

  it('of one id at two sequences are two, live and from what is in force', () => {
    const back = settledOf({ act: 'unblank' }, 10)
    const blank = { ...settledOf({ act: 'blank' }, 11), id: back.id }
    const live = folded([blank], folded([back]))
    expect([live, folded([blank])].map((fold) => shownOf(fold).blanked)).toEqual([true, true])
    expect(shownOf(settle(live, here.node, [settling(blank)], true).fold).blanked).toBe(true)
  })

  it('that a stream made anew has of their old ids are known by their new sequence', () => {
    const before = folded([settledOf({ act: 'blank' }, 500)])
    const again = { ...settledOf({ act: 'blank' }, 2), published: at + 900_000, id: `id-${there.node}-500` }
    const { fold } = settle(before, here.node, [settling(again)], true)
    expect([shownOf(fold).blanked, knownOf(fold, again.entity)]).toEqual([true, 2])
  })

  it('start again where their stream was made anew', () => {
    const before = folded([settledOf({ act: 'show-scene', screen: 1, scene: 'log' }, 500)])
    const anew = settledOf({ act: 'show-scene', screen: 1, scene: 'situation' }, 1, {
      published: at + 900_000,
    })
    expect(shownOf(folded([anew], before)).scenes.get(1)).toBe('situation')
  })
})

describe('what was done here', () => {
  const ownOf = (input: ActInput, act: SettledAct, shown = true) => {
    const { id, entity, body } = act
    return {
      out: { id, entity, body, at: act.at, expires: null, guarded: input.act === 'unblank' },
      input,
      shown,
      kept: true,
    }
  }

  it('changes nothing that people see when the platform says the same', () => {
    fc.assert(
      fc.property(histories, inputs, (history, input) => {
        fc.pre(input.act !== 'present' && input.act !== 'identify')
        const sequence = history.length + 1
        const act = settledOf(input, sequence, { place: here, after: history.length })
        const before = add(folded(history), [ownOf(input, act)], false)
        expect(seenOf(folded([act], before))).toEqual(seenOf(before))
      }),
    )
  })

  it('is told when another’s replaced it whose author could not know of it, and only then', () => {
    const mine = settledOf({ act: 'show-scene', screen: 1, scene: 'log' }, 5, { place: here })
    const other = (after: number | null, scene = 'situation') =>
      settle(folded([mine]), here.node, [
        settling(settledOf({ act: 'show-scene', screen: 1, scene }, 6, { after })),
      ])
    expect(other(4).lost).toMatchObject({ lost: { id: mine.id }, won: { by: { node: 'poste-08' } } })
    expect(other(null).lost).not.toBeNull()
    expect(other(5).lost).toBeNull()
    // the same again takes nothing away
    expect(other(4, 'log').lost).toBeNull()
  })
})

describe('a blank', () => {
  const blank = (sequence: number, place = there) =>
    settledOf({ act: 'blank' }, sequence, { place, after: sequence - 1 })
  const unblank = (sequence: number, after: number, place = there) =>
    settledOf({ act: 'unblank' }, sequence, { place, after })

  it('is not taken back by who did not know of it', () => {
    const blanked = folded([blank(5)])
    const stale = folded([unblank(6, 4, { ...here, node: 'poste-09' })], blanked)
    expect(shownOf(stale).blanked).toBe(true)
    // by one who did, and knew of that too
    expect(shownOf(folded([unblank(7, 6)], stale)).blanked).toBe(false)
  })

  it('is taken back by its own author, who did both before the platform answered', () => {
    expect(shownOf(folded([blank(5), unblank(6, 4)])).blanked).toBe(false)
  })

  it('of this node alone is taken back by nobody else', () => {
    const author = { person: null, function: null, node: here.node, automation: null }
    const alone = take(first, { input: { act: 'blank' }, author, at }, 'blank.cncs.salle-a').fold
    const other = folded([unblank(6, 5)], alone)
    expect(shownOf(other).blanked).toBe(true)
    expect(
      shownOf(take(other, { input: { act: 'unblank' }, author, at }, 'blank.cncs.salle-a').fold).blanked,
    ).toBe(false)
    // nor once the whole wall was blanked beside it, and given back
    expect(shownOf(folded([blank(8), unblank(9, 8)], other)).blanked).toBe(true)
  })
})
