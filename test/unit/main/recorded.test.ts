/** What the trail is told of what people do: by the acts' and the calls' tables, in the words of a record. */
import { describe, expect, it } from 'vitest'
import { auditCalls } from '../../../main/record-calls.ts'
import { actRecorded, recordActs } from '../../../main/record-acts.ts'
import type { Own } from '../../../main/wall/fold.ts'
import type { HeldState } from '../../../main/wall/hold-state.ts'
import { live } from '../../../preload/contract/moment.ts'
import { watchShown, type Showing } from '../../../main/trail/shown.ts'
import { rows } from '../../../preload/contract/schema.ts'
import type { Recorded } from '../../../preload/contract/trail.ts'

const author = { person: 'A. Martin', function: 'chef de salle', node: 'poste-07', automation: null }

function calls() {
  const recorded: Recorded[] = []
  const steps: string[] = []
  const audit = auditCalls(
    {
      record(each) {
        recorded.push(each)
        steps.push(each.kind)
      },
      settled() {
        steps.push('durable')
        return Promise.resolve(true)
      },
    },
    () => author,
    () => 'dr',
  )
  return { recorded, steps, audit }
}
const desk = { role: 'desk', screen: null } as const

describe('a call', () => {
  it('is told done only once its record is durable, with who asked and what for', async () => {
    const { recorded, steps, audit } = calls()
    await audit({
      group: 'desk',
      name: 'lookAt',
      sender: desk,
      kept: { screen: 5 },
      input: {},
      refused: null,
    })
    expect(steps).toEqual(['call.desk.lookAt', 'durable'])
    expect(recorded[0]).toMatchObject({ ...author, screen: 5, refused: null })
  })

  it('that is refused is recorded with why', async () => {
    const { recorded, audit } = calls()
    const refused = { code: 'act.refused', message: 'this node has no right to do it' } as const
    await audit({
      ...{ group: 'window', name: 'act', sender: desk, kept: null },
      ...{ input: { act: 'show-scene', screen: 3, scene: 'log' }, refused },
    })
    expect(recorded).toEqual([
      expect.objectContaining({ kind: 'act.show-scene', screen: 3, subject: 'log', refused: 'act.refused' }),
    ])
  })

  it('with an act that was done is recorded as the act, by whoever does it, and not again', async () => {
    const { recorded, steps, audit } = calls()
    const input = { act: 'show-scene', screen: 3, scene: 'log' }
    await audit({ group: 'window', name: 'act', sender: desk, kept: null, input, refused: null })
    expect(recorded).toEqual([])
    expect(steps).toEqual(['durable'])
  })

  it('never leaves a passphrase in the trail', () => {
    const unlock = rows.find(({ name }) => name === 'unlock')?.row
    if (unlock?.kind !== 'call' || typeof unlock.audited !== 'function') throw new Error('it is audited')
    expect(JSON.stringify(unlock.audited({ passphrase: 'correct horse' }))).not.toContain('horse')
  })

  it('has of what was asked about identities whose it is, and never a passphrase or a secret', () => {
    const asked = {
      ...{ name: 'wall-07', key: null, subject: 'CN=wall-07', names: [], url: 'https://est.cncs.fr' },
      ...{ authority: 'ab'.repeat(32), over: false, what: 'request', evenInUse: false, platform: null },
      ...{
        passphrase: 'correct horse',
        opens: 'correct horse',
        seals: 'correct horse',
        secret: 'correct horse',
      },
    }
    const kept = rows.flatMap(({ group, row }) =>
      group === 'identities' && row.kind === 'call' && typeof row.audited === 'function'
        ? [row.audited(asked)]
        : [],
    )
    expect(kept.filter(({ subject }) => subject === 'wall-07').length).toBeGreaterThan(5)
    expect(JSON.stringify(kept)).not.toContain('horse')
  })

  it('has which certificate a PIN was typed for, and never the PIN', () => {
    const enterPin = rows.find(({ name }) => name === 'enterPin')?.row
    if (enterPin?.kind !== 'call' || typeof enterPin.audited !== 'function') throw new Error('it is audited')
    const certificate = 'ab'.repeat(32)
    const kept = enterPin.audited({ pin: '48151623', certificate })
    expect(kept).toMatchObject({ subject: certificate })
    expect(JSON.stringify(kept)).not.toContain('48151623')
  })
})

it('an act that names an entity is marked as what its desk may show, and one that names none is not', () => {
  const input = { act: 'acknowledge', product: 'security.incidents', entity: 'inc-7', taken: true } as const
  expect(actRecorded(input, author, 'dr')).toMatchObject({
    ...{ kind: 'act.acknowledge', subject: 'security.incidents inc-7', marking: 'dr' },
    ...{ person: 'A. Martin', function: 'chef de salle' },
  })
  expect(actRecorded({ act: 'blank' }, author, 'dr')).toMatchObject({ subject: null, marking: null })
})

describe('an act', () => {
  const input = { act: 'show-scene', screen: 3, scene: 'log' } as const
  const own = (at: number): Own => ({
    out: {
      ...{ id: `act-${at}`, entity: 'screen.cncs.salle.3', at, expires: null, guarded: false },
      body: { act: 'show-scene', input: { scene: 'log', screen: 3 }, by: author, moment: live, after: null },
    },
    ...{ input, shown: true, kept: true },
  })
  function acting() {
    const recorded: Recorded[] = []
    const done: string[] = []
    const state = {
      take: () => (done.push(`${recorded.length} recorded`), []),
      add: () => void done.push(`${recorded.length} recorded`),
      addFirst: () => undefined,
    } as unknown as HeldState
    return {
      recorded,
      done,
      state: recordActs(
        state,
        (each) => void recorded.push(each),
        () => 'dr',
      ),
    }
  }

  it('is recorded before it is done', () => {
    const { done, state } = acting()
    state.add(own(1))
    state.take({ input, author, at: 2 }, 'screen.cncs.salle.3')
    expect(done).toEqual(['1 recorded', '2 recorded'])
  })

  it('that becomes this node’s alone, in this process or the next, is recorded once', () => {
    const { recorded, state } = acting()
    state.add(own(1))
    state.take({ input, author, at: 1 }, 'screen.cncs.salle.3')
    expect(recorded).toHaveLength(1)
    const next = acting()
    next.state.addFirst([own(1)])
    next.state.take({ input, author, at: 1 }, 'screen.cncs.salle.3')
    expect(next.recorded).toEqual([])
  })
})

describe('what a screen showed', () => {
  const on = (scene: string, more: Partial<Showing> = {}): Showing => ({
    ...{ screen: 3, scene, shows: 'picture', moment: null, by: null },
    ...more,
  })
  function watch() {
    const recorded: Recorded[] = []
    return { recorded, shown: watchShown((each) => void recorded.push(each)) }
  }

  it('is recorded when it is another, with who put it there', () => {
    const { recorded, shown } = watch()
    shown.are([on('situation')])
    shown.are([on('situation')])
    shown.are([on('log', { by: author })])
    expect(recorded.map(({ subject, person }) => [subject, person])).toEqual([
      ['situation', null],
      ['log', 'A. Martin'],
    ])
  })

  it('is recorded when its marking is another, and when it is blanked or gone', () => {
    const { recorded, shown } = watch()
    shown.are([on('log')])
    shown.marked(3, 'np')
    shown.marked(3, 'np')
    shown.marked(3, 'dr')
    shown.are([on('log', { shows: 'blanked' })])
    shown.are([])
    expect(recorded.map(({ marking, detail }) => [marking, detail?.['shows']])).toEqual([
      [null, 'picture'],
      ['np', 'picture'],
      ['dr', 'picture'],
      ['dr', 'blanked'],
      [null, 'gone'],
    ])
  })

  it('of a replay that plays is one showing', () => {
    const { recorded, shown } = watch()
    for (let second = 0; second < 5; second++) shown.are([on('log', { moment: second * 1000 })])
    expect(recorded).toHaveLength(1)
  })
})
