import { describe, expect, it } from 'vitest'
import { actFor, digitOf, keyRows, type Press } from '../../../../renderer/desk/keys.ts'
import { ways } from '../../../../renderer/desk/ways.ts'
import type { DeskSituation } from '../../../../renderer/desk/situation.ts'
import { screenOf, stateOf } from '../../../doubles/desk.ts'

const entity = { product: 'security.incidents', entity: 'INC-042' }
const situation: DeskSituation = {
  state: stateOf({ screens: [1, 2, 3].map((screen) => screenOf(screen, 'situation')) }),
  selected: entity,
  takeable: true,
  placed: true,
  screen: 2,
  digit: null,
  atLog: false,
  ...{ atDocuments: false, reads: null, readable: null },
  noted: null,
  about: { domain: null, severity: null },
  line: null,
  calling: null,
  feeds: [],
}
const { node } = situation.state
const acknowledged = [{ ...entity, at: 0, by: 'poste-07' }]
const taken = stateOf({ node: { ...node, acknowledged } })
const blank = stateOf({ node: { ...node, blanked: true } })
const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: '',
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  ...more,
})
const actOf = (pressed: Press, typing = false, single = true) =>
  actFor(pressed, { ...situation, digit: digitOf(pressed) }, typing, single)

describe('the keys', () => {
  it('choose a screen by the digit’s place, so that a French keyboard needs no Shift', () => {
    expect(actOf(press('é', { code: 'Digit2' }))).toEqual({ act: 'choose-screen', screen: 2 })
    expect(actOf(press('3', { code: 'Numpad3' }))).toEqual({ act: 'choose-screen', screen: 3 })
    expect(actOf(press('9', { code: 'Digit9' }))).toBeNull()
  })
  it('act on what is chosen', () => {
    expect(actOf(press('s'))).toEqual({ act: 'choose-scene', screen: 2 })
    expect(actOf(press('a'))).toEqual({ act: 'acknowledge', ...entity, taken: true })
    expect(actOf(press('m'))).toEqual({ act: 'point-out', entity })
    expect(actFor(press('a'), { ...situation, state: taken }, false, true)).toMatchObject({ taken: false })
    expect(actFor(press('a'), { ...situation, takeable: false }, false, true)).toBeNull()
    expect(actFor(press('m'), { ...situation, selected: null }, false, true)).toBeNull()
  })
  it('do the opposite of what is done already', () => {
    const out = stateOf({ pointedOut: { ...entity, at: 0 } })
    expect(actFor(press('m'), { ...situation, state: out }, false, true)).toEqual({
      act: 'point-out',
      entity: null,
    })
    expect(actOf(press('b'))).toEqual({ act: 'blank' })
    expect(actFor(press('b'), { ...situation, state: blank }, false, true)).toEqual({ act: 'unblank' })
  })
  it('point out only what is somewhere', () => {
    expect(actFor(press('m'), { ...situation, placed: false }, false, true)).toBeNull()
  })
  it('leave what is typed into a field to the field, and undo in it too', () => {
    expect(actOf(press('b'), true)).toBeNull()
    expect(actOf(press('z', { ctrlKey: true }), true)).toBeNull()
    expect(actOf(press('k', { ctrlKey: true }), true)).toEqual({ act: 'palette' })
  })
  it('are only those with Ctrl when a person wants no single ones', () => {
    expect(actOf(press('b'), false, false)).toBeNull()
    expect(actOf(press('z', { ctrlKey: true }), false, false)).toEqual({ act: 'undo' })
  })
  it('never take a combination of the system for a letter', () => {
    expect(actOf(press('a', { ctrlKey: true }))).toBeNull()
    expect(actOf(press('a', { altKey: true }))).toBeNull()
    expect(actOf(press('a', { metaKey: true }))).toBeNull()
    expect(actOf(press('2', { code: 'Digit2', ctrlKey: true }))).toBeNull()
  })
  it('are each told once', () => {
    // with persons to choose from
    const { sitting } = situation.state
    const shown = keyRows({ ...situation.state, sitting: { ...sitting, free: true } }).map((row) => row.shown)
    expect(new Set(shown).size).toBe(shown.length)
    for (const { key } of ways) if (key !== null) expect(shown).toContain(key)
  })
})
