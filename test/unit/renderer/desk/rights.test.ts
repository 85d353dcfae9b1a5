import { afterEach, describe, expect, it } from 'vitest'
import { actIds } from '../../../../preload/contract/act.ts'
import { createActing, type Acting } from '../../../../renderer/desk/acting.svelte.ts'
import { Choice } from '../../../../renderer/desk/choice.svelte.ts'
import { actFor, keyRows } from '../../../../renderer/desk/keys.ts'
import { actionsOf } from '../../../../renderer/desk/palette/actions.ts'
import { waysFor } from '../../../../renderer/desk/ways.ts'
import type { DeskSituation } from '../../../../renderer/desk/situation.ts'
import { bridgeDouble } from '../../../doubles/bridge.ts'
import { screenOf, speechIn, stateOf } from '../../../doubles/desk.ts'

const entity = { product: 'security.incidents', entity: 'INC-042' }
/** … whatever the platform takes */
const own = ['blank', 'unblank']
const shared = ['acknowledge', 'point-out', 'blank', 'unblank', 'identify', 'show-scene']
const situationOf = (mayNot: string[], blanked = false): DeskSituation => ({
  state: stateOf({ mayNot, node: { ...stateOf().node, blanked } }),
  selected: entity,
  takeable: true,
  placed: true,
  screen: 1,
  digit: null,
  atLog: false,
  ...{ atDocuments: false, reads: null, readable: null },
  noted: null,
  about: { domain: null, severity: null },
  feeds: [],
  line: null,
  calling: null,
})
const press = (key: string) => ({
  key,
  code: '',
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
})
const opened: Acting[] = []
afterEach(() => {
  for (const acting of opened.splice(0)) acting.dispose()
})

describe('what this node has no right to do', () => {
  it('is offered by no key, by no line of the palette and in no line of the help', () => {
    const given = situationOf(shared)
    for (const key of ['a', 'm', 'i', 's']) expect(actFor(press(key), given, false, true), key).toBeNull()
    const offered = actionsOf(given, speechIn('en')).map(({ act }) => act.act)
    expect(offered).toContain('blank')
    expect(offered.filter((act) => shared.includes(act) && !own.includes(act))).toEqual([])
    const told = keyRows(given.state).map(({ shown }) => shown)
    for (const key of ['A', 'M', 'I', 'S']) expect(told).not.toContain(key)
  })
  it('leaves everything else as it was', () => {
    const before = actionsOf(situationOf([]), speechIn('en')).map(({ id }) => id)
    const after = actionsOf(situationOf(['identify']), speechIn('en')).map(({ id }) => id)
    expect(after).toEqual(before.filter((id) => id !== 'identify'))
  })
  it('is never blanking, nor giving back what was blanked here: this node’s screens are its own', () => {
    expect(actFor(press('b'), situationOf(shared), false, true)).toEqual({ act: 'blank' })
    expect(actFor(press('b'), situationOf(shared, true), false, true)).toEqual({ act: 'unblank' })
    expect(keyRows(situationOf(shared).state).map(({ shown }) => shown)).toContain('B')
  })
  it('is not asked for, wherever it was pressed, and its person is told why', () => {
    const { bridge, calls } = bridgeDouble('desk', { 'window.act': () => ({ inverse: null }) })
    const node = { state: stateOf({ mayNot: shared }) }
    const choice = new Choice()
    const acting = createActing({ bridge, node, choice, alarms: () => [] })
    opened.push(acting)
    for (const doing of [
      { act: 'identify' },
      { act: 'choose-scene', screen: 1 },
      { act: 'acknowledge', ...entity, taken: true },
    ] as const) {
      acting.dismiss()
      acting.perform(doing)
      expect(acting.notice?.said).toEqual({ key: 'desk.notice.mayNot' })
    }
    expect(choice.scenesOf).toBeNull()
    expect(calls).toEqual([])
    acting.perform({ act: 'blank' })
    expect(calls).toEqual([{ call: 'window.act', input: { act: 'blank' } }])
  })
})

it('each act of the table that a person can do has a way that its right opens and closes', () => {
  const withAll = waysFor(stateOf({ mayNot: [] }))
  const withNone = waysFor(stateOf({ mayNot: actIds }))
  const closed = new Set(withAll.filter((way) => !withNone.includes(way)).map(({ to }) => to))
  for (const act of shared) if (!own.includes(act)) expect([...closed]).toContain(act)
  expect(withNone.filter(({ to }) => to !== undefined).map(({ to }) => to)).toEqual(own)
})

it('another node’s unknown display is accepted at its own desk, not here', () => {
  const strange = { attached: true, known: false }
  const screens = [
    screenOf(1, 'situation', strange),
    screenOf(4, 'situation', { ...strange, node: 'poste-08' }),
  ]
  const given = { ...situationOf([]), state: stateOf({ screens }) }
  const accepted = actionsOf(given, speechIn('en')).filter(({ act }) => act.act === 'accept-display')
  expect(accepted.map(({ act }) => act)).toEqual([{ act: 'accept-display', screen: 1 }])
})
