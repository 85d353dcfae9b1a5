/** What becomes of an act that somebody asks for here, with an engine that is a list of what it was told. */
import { describe, expect, it } from 'vitest'
import { createActing } from '../../../../main/wall/acting.ts'
import { shownOf, type Fold } from '../../../../main/wall/fold.ts'
import { holdState } from '../../../../main/wall/hold-state.ts'
import { recall, remember } from '../../../../main/wall/remembered.ts'
import type { Blank } from '../../../../main/wall/settings.ts'
import type { State } from '../../../../main/wall/state.ts'
import type { ActInput } from '../../../../preload/contract/act.ts'
import type { OutboxEntry, Outgoing, SettledAct } from '../../../../preload/contract/outbox.ts'
import { wallEntity } from '../../../../preload/contract/place.ts'
import { fail, type Problem } from '../../../../preload/contract/result.ts'
import { stateOf } from '../../../doubles/desk.ts'
import { at, here, settledOf } from '../../../doubles/settled.ts'
import { wallStateOf } from '../../../doubles/wall-state.ts'

const author = { person: null, function: null, node: here.node, automation: null }
const bounds = { x: 0, y: 0, width: 1920, height: 1080 }
const screen = { screen: 1, display: 1, attached: true, known: true, label: '', bounds }
const full: Problem = { code: 'outbox.full', message: '' }
const refused: Problem = { code: 'act.refused', message: '' }
const overtaken: Problem = { code: 'act.overtaken', message: '' }
const scene = (name: string): ActInput => ({ act: 'show-scene', screen: 1, scene: name })

/** … of this node's own folders */
const ownScenes = ['log', 'situation', 'domains']

/** What the disk has of a node: it is there when the process is not. */
const aDisk = () => {
  const kept = {
    blanked: false,
    blank: null as Blank | null,
    scenes: () => kept.chosen,
    chosen: new Map<number, string>(),
    writes: 0,
  }
  return {
    kept,
    settings: {
      setBlank(blank: Blank | null) {
        kept.writes++
        kept.blanked = blank !== null
        kept.blank = structuredClone(blank)
      },
      setLanguage: () => undefined,
      setScenes(scenes: ReadonlyMap<number, string>) {
        kept.writes++
        kept.chosen = new Map(scenes)
      },
    },
  }
}

function start(changes: Partial<State> = {}, disk = aDisk()) {
  const entity = wallEntity(here, 'blank')
  const {
    scenes: _,
    blanked: _b,
    ...first
  } = wallStateOf({
    ...{ plan: { screens: [screen], desk: null }, together: 'together', ...changes },
  })
  const own = { blank: entity, node: here.node, hasScene: (name: string) => ownScenes.includes(name) }
  const began = recall(disk.kept, first, own)
  const shown: boolean[] = []
  const onDisk: boolean[] = []
  const wall = holdState(began, here.node, remember(disk.settings, began, own))
  wall.listen((state) => {
    shown.push(state.blanked)
    onDisk.push(disk.kept.blanked)
  })
  const acts: Outgoing[] = []
  const withdrawn: string[] = []
  const problems: (Problem | null)[] = []
  const told: Problem[] = []
  let ids = 0
  const acting = createActing({
    ...{ place: here, nodes: () => null, wall, now: () => at },
    outlet: () => ({ act: (out) => acts.push(out), withdraw: (id) => withdrawn.push(id) }),
    tellDesk: () => stateOf(),
    newId: () => `own-${disk.kept.blanked}-${++ids}`,
    problem: (problem) => problems.push(problem),
    told: (problem) => told.push(problem),
  })
  const entry = (
    out: Outgoing,
    state: OutboxEntry['state'],
    problem: Problem | null = null,
  ): OutboxEntry => ({
    ...out,
    ...{ state, sequence: null, problem },
  })
  return {
    ...{ acting, wall, acts, withdrawn, problems, told, shown, onDisk, disk },
    do: (input: ActInput) => acting.perform(input, author),
    outbox: (...entries: [Outgoing, OutboxEntry['state'], (Problem | null)?][]) =>
      acting.outbox({ entries: entries.map((each) => entry(...each)), full: false }),
    /** the platform has it */
    settle: (out: Outgoing, sequence: number) =>
      acting.acts([{ ...out, sequence, published: at + sequence * 1000 }], false),
    scene: () => wall.now().scenes.get(1),
  }
}
const last = <T>(list: readonly T[]): T => {
  const one = list.at(-1)
  if (one === undefined) throw new Error('nothing was said')
  return one
}

describe('an act for everybody', () => {
  it('is shown at once and handed to the outbox, with what its author knew', () => {
    const node = start()
    node.acting.acts([settledOf(scene('situation'), 7)], false)
    node.do(scene('log'))
    expect(node.scene()).toBe('log')
    expect(node.acts).toEqual([
      {
        ...{ id: 'own-false-1', entity: 'screen.cncs.salle-a.1', at, expires: null, guarded: false },
        body: {
          act: 'show-scene',
          input: { screen: 1, scene: 'log' },
          by: author,
          moment: { live: true },
          after: 7,
        },
      },
    ])
    expect(node.wall.now().outbox.entries).toMatchObject([
      { id: 'own-false-1', act: 'show-scene', state: 'waiting' },
    ])
  })

  it('is said again whenever an engine is ready, until the outbox has it', () => {
    const node = start()
    node.do(scene('log'))
    node.acting.ready()
    expect(node.acts).toHaveLength(2)
    node.acting.kept(last(node.acts).id)
    node.acting.ready()
    expect(node.acts).toHaveLength(2)
  })

  it.each([
    [
      'no outbox takes',
      (node: ReturnType<typeof start>) => node.acting.notKept(last(node.acts).id, full),
      'outbox.full',
    ],
    [
      'the platform refuses',
      (node: ReturnType<typeof start>) => node.outbox([last(node.acts), 'refused', refused]),
      'act.refused',
    ],
  ])('that %s is taken back, and its author told once', (_what, refuse, code) => {
    const node = start()
    node.do(scene('situation'))
    node.settle(last(node.acts), 1)
    node.do(scene('log'))
    refuse(node)
    refuse(node)
    expect(node.scene()).toBe('situation')
    expect(node.disk.kept.chosen.get(1)).toBe('situation')
    expect(node.told.map((problem) => problem.code)).toEqual([code])
  })

  it('is this node’s own where the platform has nothing for acts', () => {
    const node = start({ together: 'alone' })
    node.do(scene('log'))
    expect(node.acts).toEqual([])
    expect([node.scene(), node.wall.now().outbox.count]).toEqual(['log', 0])
  })

  it('that nobody has heard of is this node’s own once it is known that nobody else is there', () => {
    const node = start({ together: 'unknown' })
    node.do(scene('log'))
    node.do({ act: 'blank' })
    node.acting.together('alone', [])
    expect([node.scene(), node.wall.now().blanked, node.wall.fold().own]).toEqual(['log', true, []])
    expect(node.withdrawn).toEqual(node.acts.map(({ id }) => id))
  })

  it('is done in its order then, so that what was given back after it was blanked is', () => {
    const node = start({ together: 'unknown' })
    node.do({ act: 'blank' })
    node.do({ act: 'unblank' })
    node.acting.together('alone', [])
    expect([node.wall.now().blanked, node.told, node.wall.fold().own]).toEqual([false, [], []])
  })

  it.each<[string, ActInput, ActInput]>([
    ['a blank', { act: 'blank' }, { act: 'unblank' }],
    ['a scene', scene('situation'), scene('log')],
  ])(
    'while nobody else was there gives way to what is in force when others are: %s',
    (_what, theirs, ours) => {
      const inForce = [settledOf(theirs, 10)]
      const node = start()
      node.acting.acts(inForce, true)
      node.acting.together('alone', [])
      node.do(ours)
      node.acting.together('together', [])
      node.acting.acts(inForce, true)
      const fresh = start()
      fresh.acting.acts(inForce, true)
      const seen = ({ wall, scene: shown }: typeof node) => [wall.now().blanked, shown()]
      expect(seen(node)).toEqual(seen(fresh))
    },
  )

  it('that was overtaken is not done when nobody else is there any more, and its author is told', () => {
    const node = start()
    node.acting.acts([settledOf({ act: 'blank' }, 10)], true)
    node.do({ act: 'unblank' })
    node.outbox([last(node.acts), 'waiting'])
    node.acting.acts([settledOf({ act: 'blank' }, 11)], false)
    node.acting.together('alone', [])
    expect([node.wall.now().blanked, node.wall.fold().own]).toEqual([true, []])
    expect(node.told.map(({ code }) => code)).toEqual(['act.overtaken'])
    expect(node.withdrawn).toEqual([last(node.acts).id])
  })

  it('that waits in the outbox is this node’s own, too, when that is known', () => {
    const before = start({ together: 'cut' })
    before.do(scene('log'))
    const node = start({ together: 'unknown' })
    node.outbox([last(before.acts), 'waiting'])
    node.acting.together('alone', [])
    node.outbox()
    expect([node.scene(), node.wall.now().outbox.count]).toEqual(['log', 0])
  })

  it('of before this process lies beneath what was done since', () => {
    const before = start({ together: 'cut' })
    before.do(scene('situation'))
    const node = start({ together: 'unknown' })
    node.do(scene('log'))
    node.outbox([last(before.acts), 'waiting'])
    expect(node.scene()).toBe('log')
  })

  it('of no use later never waits', () => {
    const node = start({ together: 'cut' })
    node.do({ act: 'identify' })
    expect([node.wall.now().identifying, node.acts]).toEqual([at, []])
    node.acting.together('together', [])
    node.do({ act: 'identify' })
    expect(last(node.acts)).toMatchObject({ expires: at + 6000 })
  })

  it('without a right to it is not done, and what this node may not do is told', () => {
    const node = start()
    node.acting.together('together', ['screen'])
    expect(node.wall.now().mayNot).toEqual(['show-scene'])
    expect(node.do(scene('log'))).toMatchObject({ error: { code: 'act.refused' } })
    node.acting.together('refused', ['alarm', 'node', 'screen'])
    expect(node.wall.now().mayNot).not.toContain('set-language')
    expect(node.wall.now().mayNot).toContain('acknowledge')
    expect(node.wall.now().mayNot).not.toContain('point-out')
  })
})

describe('blanking', () => {
  it('is on the disk before it is shown', () => {
    const node = start()
    node.do({ act: 'blank' })
    expect(node.shown.indexOf(true)).toBeGreaterThanOrEqual(0)
    expect(node.onDisk[node.shown.indexOf(true)]).toBe(true)
  })

  it.each<[string, (node: ReturnType<typeof start>) => void]>([
    ['the outbox is full', (node) => node.acting.notKept(last(node.acts).id, full)],
    ['the platform refuses it', (node) => node.outbox([last(node.acts), 'refused', refused])],
    ['it is withdrawn', (node) => void node.acting.withdraw(last(node.acts).id)],
    ['this node may not', (node) => node.acting.together('refused', ['blank'])],
    ['the outbox lost it', (node) => (node.acting.kept(last(node.acts).id), node.outbox())],
    [
      'an older giving back comes',
      (node) => node.acting.acts([settledOf({ act: 'unblank' }, 3, { after: 2 })], false),
    ],
  ])('holds here when %s', (_what, happens) => {
    const node = start()
    node.do({ act: 'blank' })
    happens(node)
    expect([node.wall.now().blanked, node.disk.kept.blanked]).toEqual([true, true])
    expect(start({}, node.disk).wall.now().blanked).toBe(true)
  })

  it('without a right to it is tried, blanks this node’s own screens, and the desk gives these back', () => {
    const node = start()
    node.acting.together('together', ['blank'])
    expect(node.do({ act: 'blank' }).ok).toBe(true)
    expect([node.wall.now().blanked, node.acts]).toMatchObject([true, [{ body: { act: 'blank' } }]])
    node.outbox([last(node.acts), 'refused', refused])
    expect(node.wall.now().blanked).toBe(true)
    expect(node.do({ act: 'unblank' }).ok).toBe(true)
    expect(node.wall.now().blanked).toBe(false)
    // but not what another node blanked
    node.acting.acts([settledOf({ act: 'blank' }, 3)], false)
    expect(node.do({ act: 'unblank' }).ok).toBe(false)
    expect(node.wall.now().blanked).toBe(true)
  })

  it('that no outbox had when everything ended is said by the next start, once, under its own name', () => {
    const node = start({ together: 'unknown' })
    node.do({ act: 'blank' })
    const said = last(node.acts)
    const again = start({ together: 'unknown' }, node.disk)
    expect(again.wall.now().blanked).toBe(true)
    again.acting.ready()
    expect(again.acts).toEqual([said])
    again.acting.kept(said.id)
    const third = start({ together: 'unknown' }, again.disk)
    third.acting.ready()
    expect([third.acts, third.wall.now().blanked]).toEqual([[], true])
  })

  it.each([
    ['the one that it was done after', { sequence: 4, after: 3, blanked: true }],
    ['one that knew of it', { sequence: 6, after: 5, blanked: false }],
    ['one that did not', { sequence: 6, after: 4, blanked: true }],
  ])('that was settled before everything ended, is in force after a start beside: %s', (_what, other) => {
    const node = start()
    node.acting.acts([settledOf({ act: 'unblank' }, 4)], false)
    node.do({ act: 'blank' })
    node.settle(last(node.acts), 5)
    const { sequence, after, blanked } = other
    const again = start({ together: 'unknown' }, node.disk)
    again.acting.acts([settledOf({ act: 'unblank' }, sequence, { after })], true)
    expect([again.wall.now().blanked, node.disk.kept.blanked]).toEqual([blanked, blanked])
  })

  it('is not taken back by a platform that went back, nor is its log’s new beginning unknown', () => {
    const node = start()
    node.acting.acts([settledOf({ act: 'unblank' }, 4), settledOf({ act: 'blank' }, 50)], false)
    node.acting.acts([settledOf({ act: 'unblank' }, 4)], true)
    expect(node.wall.now().blanked).toBe(true)
    node.do({ act: 'unblank' })
    expect(last(node.acts).body.after).toBe(4)
    node.settle(last(node.acts), 5)
    expect(node.wall.now().blanked).toBe(false)
    // of a log that has nothing of it, nothing is known
    node.acting.acts([], true)
    node.do({ act: 'blank' })
    expect(last(node.acts).body.after).toBeNull()
  })

  it('of which nobody knows why stays until the desk here decides', () => {
    const disk = aDisk()
    disk.kept.blanked = true
    const node = start({}, disk)
    // an old one of another node says nothing of why
    node.acting.acts([settledOf({ act: 'blank' }, 5)], true)
    node.acting.acts([settledOf({ act: 'unblank' }, 6, { after: 5 })], false)
    expect(node.wall.now().blanked).toBe(true)
    node.do({ act: 'unblank' })
    node.settle(last(node.acts), 7)
    expect(node.wall.now().blanked).toBe(false)
  })

  it('of which nobody knows why is none that somebody decided, whatever else happens', () => {
    const disk = aDisk()
    disk.kept.blanked = true
    const node = start({ together: 'unknown' }, disk)
    node.acting.acts([settledOf(scene('log'), 3)], true)
    node.acting.together('alone', [])
    node.do({ act: 'identify' })
    expect([disk.kept.blanked, disk.kept.blank]).toEqual([true, null])
    node.do({ act: 'unblank' })
    expect(disk.kept.blanked).toBe(false)
  })

  it('that found no room in the outbox is said again once there is some', () => {
    const node = start()
    node.do({ act: 'blank' })
    node.acting.outbox({ entries: [], full: true })
    node.acting.notKept(last(node.acts).id, full)
    expect(node.acts).toHaveLength(1)
    node.outbox()
    expect(node.acts).toHaveLength(2)
    expect(node.acts[1]).toEqual(node.acts[0])
  })

  it('twice is one act while the platform has not answered', () => {
    const node = start()
    for (let n = 0; n < 1000; n++) node.do({ act: 'blank' })
    expect(node.acts).toHaveLength(1)
  })

  it('that a giving back passed over whose author did not know of it is said again, so that every node hears it last', () => {
    const node = start()
    node.do({ act: 'blank' })
    node.settle(last(node.acts), 10)
    const late = settledOf({ act: 'unblank' }, 11, { place: { ...here, node: 'poste-09' }, after: 3 })
    node.acting.acts([late], false)
    expect(node.acts.slice(1)).toMatchObject([
      { body: { act: 'blank', after: 11, by: { node: here.node, automation: 'blank' } } },
    ])
    node.settle(last(node.acts), 12)
    const fresh = start()
    fresh.acting.acts([{ ...last(node.acts), sequence: 12, published: at + 12_000 }], true)
    expect([node, fresh].map(({ wall }) => wall.now().blanked)).toEqual([true, true])
    // another node's is that node's to say
    const other = start()
    other.acting.acts([settledOf({ act: 'blank' }, 10), late], false)
    expect(other.acts).toEqual([])
  })

  it('is not said again where somebody who knew of it gave the wall back since', () => {
    const node = start()
    node.do({ act: 'blank' })
    node.settle(last(node.acts), 10)
    const late = settledOf({ act: 'unblank' }, 11, { place: { ...here, node: 'poste-09' }, after: 3 })
    node.acting.acts([late, settledOf({ act: 'unblank' }, 12, { after: 11 })], false)
    expect([node.wall.now().blanked, node.acts.length]).toEqual([false, 1])
  })

  it('by another node is on this one’s screens and its disk', () => {
    const node = start()
    node.acting.acts([settledOf({ act: 'blank' }, 3)], false)
    expect([node.wall.now().blanked, node.disk.kept.blanked]).toEqual([true, true])
  })
})

describe('a blank that holds here', () => {
  /** The wall is blank, and somebody here asked for the picture before it is blanked here once more. */
  const asked = (together: State['together'] = 'together') => {
    const node = start({ together })
    node.acting.acts([settledOf({ act: 'blank' }, 10)], true)
    node.do({ act: 'unblank' })
    return { node, back: last(node.acts) }
  }

  it('is not taken back by what its author had asked for before, and withdrew it after', () => {
    const { node, back } = asked('cut')
    node.do({ act: 'blank' })
    const blank = last(node.acts)
    node.outbox([back, 'waiting'], [blank, 'waiting'])
    node.acting.withdraw(blank.id)
    node.outbox([back, 'waiting'])
    expect(node.wall.now().blanked).toBe(true)
    node.settle(back, 11)
    expect(node.wall.now().blanked).toBe(true)
    // but by what is asked for now
    node.do({ act: 'unblank' })
    expect(node.wall.now().blanked).toBe(false)
    node.settle(last(node.acts), 12)
    expect([node.wall.now().blanked, node.wall.fold().holds]).toEqual([false, false])
  })

  it('is not taken back when what was sent before it comes back', () => {
    const { node, back } = asked()
    node.outbox([back, 'sent'])
    node.acting.together('cut', [])
    node.do({ act: 'blank' })
    const blank = last(node.acts)
    node.outbox([back, 'sent'], [blank, 'waiting'])
    node.acting.withdraw(blank.id)
    node.outbox([back, 'sent'])
    node.settle(back, 11)
    expect(node.wall.now().blanked).toBe(true)
  })

  it('is not taken back after a start by what was sent before it, and is by what was asked for after it', () => {
    const { node, back } = asked()
    node.outbox([back, 'sent'])
    node.acting.together('refused', ['blank'])
    node.do({ act: 'blank' })
    // tried in any case, and refused
    node.outbox([back, 'sent'], [last(node.acts), 'refused'])
    const again = start({ together: 'unknown' }, node.disk)
    again.acting.acts([settledOf({ act: 'blank' }, 10)], true)
    again.outbox([back, 'sent'])
    again.settle(back, 11)
    again.outbox()
    expect(again.wall.now().blanked).toBe(true)
    again.acting.together('together', [])
    again.do({ act: 'unblank' })
    const third = start({ together: 'unknown' }, again.disk)
    third.outbox([last(again.acts), 'sent'])
    expect(third.wall.now().blanked).toBe(true)
    third.settle(last(again.acts), 12)
    expect([third.wall.now().blanked, third.disk.kept.blanked]).toEqual([false, false])
  })

  it('is not taken back when it turns out that nobody else is there', () => {
    const { node, back } = asked('cut')
    node.do({ act: 'blank' })
    const blank = last(node.acts)
    node.outbox([back, 'waiting'], [blank, 'waiting'])
    node.acting.withdraw(blank.id)
    node.outbox([back, 'waiting'])
    node.acting.together('alone', [])
    expect([node.wall.now().blanked, node.wall.fold().own]).toEqual([true, []])
  })
})

describe('a blank that has left the outbox unheard', () => {
  /** Sent here, settled as 11, given back as 12, and the engine ended before it told anybody. */
  const ended = () => {
    const node = start()
    node.do({ act: 'blank' })
    const blank = last(node.acts)
    node.acting.kept(blank.id)
    node.outbox([blank, 'sent'])
    return { node, blank }
  }
  const back = settledOf({ act: 'unblank' }, 12, { after: 11 })

  it.each(['this process', 'the next'])(
    'is settled where the outbox knows it and a later one is in force: %s',
    (whose) => {
      const { node, blank } = ended()
      const heard = whose === 'the next' ? start({ together: 'unknown' }, node.disk) : node
      heard.acting.acts([back], true)
      heard.outbox()
      expect(heard.wall.now().blanked).toBe(true)
      // it is asked, and answers that it has had it
      expect(last(heard.acts)).toEqual(blank)
      heard.acting.kept(blank.id)
      expect([heard.wall.now().blanked, heard.wall.fold().own, heard.disk.kept.blanked]).toEqual([
        false,
        [],
        false,
      ])
    },
  )

  it('goes once more where the outbox lost it', () => {
    const { node, blank } = ended()
    node.acting.acts([back], true)
    node.outbox()
    node.outbox([blank, 'waiting'])
    node.acting.kept(blank.id)
    expect(node.wall.now().blanked).toBe(true)
    node.settle(blank, 13)
    expect([node.wall.now().blanked, node.wall.fold().holds]).toEqual([true, false])
  })

  it('holds here where nothing later is known', () => {
    const { node, blank } = ended()
    node.outbox()
    node.acting.kept(blank.id)
    expect([node.wall.now().blanked, node.wall.fold().holds]).toEqual([true, true])
  })

  it('holds here where it was withdrawn meanwhile', () => {
    const { node, blank } = ended()
    node.outbox([blank, 'waiting'])
    node.acting.withdraw(blank.id)
    node.acting.acts([back], true)
    node.outbox()
    node.acting.kept(blank.id)
    expect([node.wall.now().blanked, node.wall.fold().holds]).toEqual([true, true])
  })
})

describe('the disk, in clear', () => {
  const there = { ...here, node: 'CANARI-08' }
  const shows = (number: number, name: string, sequence: number): SettledAct =>
    settledOf({ act: 'show-scene', screen: number, scene: name }, sequence, { place: there })

  it('has what others show on this node’s screens of its own scenes, and of nothing else', () => {
    const node = start()
    node.acting.acts([shows(1, 'log', 3)], true)
    expect([...node.disk.kept.chosen]).toEqual([[1, 'log']])
    const { writes } = node.disk.kept
    for (let at = 2; at <= 64; at++) node.acting.acts([shows(at, 'log', 10 + at)], false)
    expect([node.wall.now().scenes.size, node.disk.kept.writes]).toEqual([64, writes])
    node.acting.acts([shows(1, 'CANARI', 99)], false)
    expect(node.scene()).toBe('CANARI')
    expect([...node.disk.kept.chosen]).toEqual([])
  })

  it('keeps what was chosen for a screen whose display is not there this time', () => {
    const disk = aDisk()
    disk.kept.chosen.set(2, 'situation')
    const node = start({}, disk)
    node.acting.acts([shows(1, 'log', 3)], true)
    expect([...disk.kept.chosen]).toEqual([
      [2, 'situation'],
      [1, 'log'],
    ])
  })

  it('has of another’s blank that there is one, in numbers', () => {
    const node = start()
    const theirs = { ...settledOf({ act: 'blank' }, 4, { place: there }), id: 'CANARI-id' }
    node.acting.acts([theirs], true)
    const { kept } = node.disk
    expect(kept.blanked).toBe(true)
    expect(JSON.stringify(kept.blank)).not.toContain('CANARI')
    // … which is known again when it is told once more, and given back by who knew of it alone
    const again = start({ together: 'unknown' }, node.disk)
    const { writes } = kept
    again.acting.acts([theirs], true)
    expect([again.wall.now().blanked, kept.writes]).toEqual([true, writes])
    again.acting.acts([settledOf({ act: 'unblank' }, 5, { after: 3 })], false)
    expect(again.wall.now().blanked).toBe(true)
    again.acting.acts([settledOf({ act: 'unblank' }, 6, { after: 5 })], false)
    expect([again.wall.now().blanked, kept.blanked]).toEqual([false, false])
  })
})

describe('giving the wall back', () => {
  const blanked = (together: State['together']) => {
    const node = start({ together })
    node.acting.acts([settledOf({ act: 'blank' }, 3)], false)
    node.do({ act: 'unblank' })
    return node
  }

  it('waits for the platform’s word while others hear it', () => {
    const node = blanked('together')
    expect(last(node.acts)).toMatchObject({ guarded: true, body: { after: 3 } })
    expect([node.wall.now().blanked, node.wall.now().outbox.count]).toEqual([true, 1])
    node.settle(last(node.acts), 4)
    expect(node.wall.now().blanked).toBe(false)
  })

  it('that waited for it when everything ended waits for it after a start, too', () => {
    const node = blanked('together')
    const again = start({ together: 'unknown' }, node.disk)
    again.acting.acts([settledOf({ act: 'blank' }, 3)], true)
    again.outbox([last(node.acts), 'waiting'])
    expect(again.wall.now().blanked).toBe(true)
    again.settle(last(node.acts), 4)
    expect(again.wall.now().blanked).toBe(false)
  })

  it.each(['cut', 'unknown'] as const)('is at once for this node’s own screens: %s', (together) => {
    const node = blanked(together)
    expect([node.wall.now().blanked, node.disk.kept.blanked]).toEqual([false, false])
    // and is after a start, until the platform says
    const again = start({ together: 'unknown' }, node.disk)
    again.acting.acts([settledOf({ act: 'blank' }, 3)], true)
    again.outbox([last(node.acts), 'waiting'])
    expect(again.wall.now().blanked).toBe(false)
  })

  it('cut apart, ends when it is heard that somebody blanked meanwhile, and its author is told', () => {
    const node = blanked('cut')
    node.acting.acts([settledOf({ act: 'blank' }, 4)], false)
    expect(node.wall.now().blanked).toBe(true)
    node.outbox([last(node.acts), 'refused', overtaken])
    expect(node.wall.now().blanked).toBe(true)
    expect(node.told).toEqual([overtaken])
  })
})

describe('taking back', () => {
  const shown = () => {
    const node = start()
    const done = node.do(scene('log'))
    if (!done.ok || done.value.inverse === null) throw new Error('nothing to take back')
    node.settle(last(node.acts), 5)
    return { node, inverse: done.value.inverse }
  }

  it('is an act like any other', () => {
    const { node, inverse } = shown()
    expect(node.acting.undo(inverse, author).ok).toBe(true)
    expect([node.scene(), node.acts.length]).toEqual(['situation', 2])
  })

  it('is refused, with whose act it is now, where another node did something about the same since', () => {
    const { node, inverse } = shown()
    node.acting.acts([settledOf(scene('domains'), 6, { after: 5 })], false)
    expect(node.acting.undo(inverse, author)).toEqual(
      fail('act.overtaken', 'poste-08 did “show-scene” since', 'poste-08'),
    )
    expect(node.scene()).toBe('domains')
  })

  it('of several goes back one by one, and not past what another did between', () => {
    const { node, inverse } = shown()
    node.acting.acts([settledOf(scene('domains'), 6, { after: 5 })], false)
    node.do(scene('log'))
    node.settle(last(node.acts), 7)
    expect(node.acting.undo(inverse, author).ok).toBe(true)
    node.settle(last(node.acts), 8)
    expect(node.acting.undo(inverse, author)).toMatchObject({ error: { code: 'act.overtaken' } })
  })
})

describe('withdrawing', () => {
  it('takes back what waits, whether an outbox has it or not', () => {
    for (const kept of [true, false]) {
      const node = start({ together: 'cut' })
      node.do(scene('log'))
      const { id } = last(node.acts)
      if (kept) node.acting.kept(id)
      if (kept) node.outbox([last(node.acts), 'waiting'])
      expect(node.acting.withdraw(id).ok).toBe(true)
      if (kept) node.outbox()
      expect([node.scene(), node.withdrawn]).toEqual([undefined, [id]])
    }
  })

  it('holds, whatever the outbox says before it has heard of it', () => {
    const node = start({ together: 'cut' })
    node.do(scene('log'))
    const out = last(node.acts)
    node.acting.withdraw(out.id)
    node.outbox([out, 'waiting'])
    expect(node.scene()).toBeUndefined()
  })

  it('is refused for what was sent', () => {
    const node = start()
    node.do(scene('log'))
    node.outbox([last(node.acts), 'sent'])
    expect(node.acting.withdraw(last(node.acts).id)).toMatchObject({ error: { code: 'act.sent' } })
    expect(node.withdrawn).toEqual([])
  })
})

describe('an act of this node that came to nothing by another’s', () => {
  it('is told with what won', () => {
    const node = start()
    node.do(scene('log'))
    node.settle(last(node.acts), 5)
    node.acting.acts([settledOf(scene('domains'), 6, { after: 4 })], false)
    expect(node.wall.now().lost).toMatchObject({
      ...{ id: last(node.acts).id, act: 'show-scene', input: { screen: 1, scene: 'domains' } },
      by: { node: 'poste-08' },
    })
  })
})

describe('what is hostile', () => {
  it('leaves the wall as it was, a thousand times', () => {
    const node = start()
    const before: Fold = node.wall.fold()
    const good = settledOf(scene('log'), 1)
    const hostile: SettledAct[] = [
      { ...good, body: { ...good.body, act: 'launch' } },
      { ...good, body: { ...good.body, input: { screen: 'all', scene: 7 } } },
      { ...good, entity: 'blank.cncs.salle-a' },
      settledOf({ act: 'blank' }, 2, { place: { ...here, organisation: 'SDIS' } }),
    ]
    for (let n = 0; n < 1000; n++) node.acting.acts(hostile, false)
    expect(node.wall.now()).toEqual(shownOf(before))
    node.acting.acts([good], false)
    expect(last(node.problems)).toBeNull()
  })

  it('replayed changes nothing, and a clock of 1970 none of the order', () => {
    const node = start()
    const blank = settledOf({ act: 'blank' }, 3, { at: 0 })
    const back = settledOf({ act: 'unblank' }, 4, { at: 0, after: 3 })
    node.acting.acts([blank, back], false)
    for (let n = 0; n < 1000; n++) node.acting.acts([blank], false)
    expect(node.wall.now().blanked).toBe(false)
  })
})
