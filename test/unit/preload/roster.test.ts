import { expect, it } from 'vitest'
import * as v from 'valibot'
import { rosterRows, RosterSchema, type ToldRoster } from '../../../preload/contract/roster.ts'
import { readShared } from '../../../preload/contract/shared-text.ts'
import { rostersIn, tellRosters } from '../../../main/wall/rosters.ts'
import type { SharedThing } from '../../../preload/contract/shared.ts'

const at = (hour: number, minute = 0): number => Date.UTC(2026, 6, 26, hour, minute)
const said = (hour: number): string => new Date(at(hour)).toISOString()
const shift = (who: string, from: number, to: number, of = 'officer') => ({
  ...{ function: of, who, from: said(from), to: said(to) },
})
const shifts = [shift('A. Durand', 4, 12), shift('B. Morel', 12, 20), shift('H. Marchand', 6, 14, 'liaison')]
const roster = (holder: string | null, more: Partial<ToldRoster> = {}): ToldRoster => ({
  ...{ key: 'roster.cncs.salle', rank: 0, marking: 'np', revision: 1, title: 'Tour', shifts },
  ...{ owner: 'CNCS', version: 1, saved: 0 },
  held: [{ function: 'officer', name: 'Duty officer', holder }],
  ...more,
})
const officer = (holder: string | null, now: number) =>
  rosterRows(roster(holder), now).find((row) => row.function === 'officer')

it('who has the function, until when, and who comes next', () => {
  expect(officer('a. durand', at(9))).toEqual({
    ...{
      function: 'officer',
      name: 'Duty officer',
      who: 'a. durand',
      until: at(12),
      state: 'on',
      since: null,
    },
    next: { who: 'B. Morel', from: at(12) },
  })
})

it('a relief is late once who was to come has not taken it five minutes on, whoever has it still', () => {
  expect(officer('A. Durand', at(12, 4))?.state).toBe('on')
  for (const holder of ['A. Durand', null, 'X. Autre'])
    expect(officer(holder, at(12, 6))).toMatchObject({
      ...{ state: 'late', who: holder, since: at(12), next: { who: 'B. Morel', from: at(12) } },
    })
  expect(officer('B. Morel', at(12, 6))).toMatchObject({ state: 'on', until: at(20), next: null })
})

it('a shift that has ended and nobody follows is over while its holder has it, then free', () => {
  expect(officer('B. Morel', at(21))).toMatchObject({ state: 'over', since: at(20), next: null })
  expect(officer(null, at(21))).toMatchObject({ state: 'free', who: null })
})

it('of a function that is not of this room nobody here says that it is late; late ones come first', () => {
  const rows = rosterRows(roster(null, { shifts: [...shifts].reverse() }), at(12, 30))
  expect(rows.map(({ function: of, state }) => [of, state])).toEqual([
    ['officer', 'late'],
    ['liaison', 'planned'],
  ])
})

it('what is no roster stays out, with the place and the reason', () => {
  const text = (content: object): string =>
    JSON.stringify({
      ...{ owner: 'CNCS', version: 4, marking: 'np', schema: 'vigie.roster.v1', title: 'Tour' },
      ...{ saved: { node: 'poste-07', person: null }, content },
    })
  const read = (content: object): string => {
    const answer = readShared('roster.cncs.salle', text(content))
    return answer.ok ? 'read' : answer.error.message
  }
  expect(read({ title: 'Tour', shifts })).toBe('read')
  expect(read({ title: 'Tour', shifts: [shift('A', 9, 9)] })).toContain('ends after it begins')
  expect(read({ title: 'Tour', shifts: [{ ...shift('A', 8, 9), from: 'demain' }] })).toContain(
    'a time such as',
  )
  expect(read({ title: 'Tour', shifts: [{ ...shift('A', 8, 9), who: 'A\nB' }] })).toContain('one line')
  expect(read({ title: 'Tour', shifts: Array(301).fill(shift('A', 8, 9)) })).toContain('300 shifts')
  expect(read({ title: 'Tour', shifts, eval: 1 })).toContain('does not belong here')
})

it('a window is told of none above it, and who has what of the room’s own functions', () => {
  const thing = (key: string, rank: number): SharedThing => ({
    ...{ key, revision: 1, published: at(3), rank, wrong: null },
    document: {
      ...{ owner: 'CNCS', version: 4, marking: 'np', schema: 'vigie.roster.v1', title: 'Tour' },
      ...{ saved: { node: 'poste-07', person: null }, content: { title: 'Tour', shifts } },
    },
  })
  const rosters = rostersIn([thing('roster.cncs.b', 1), thing('roster.cncs.a', 0), thing('form.cncs.x', 0)])
  expect(rosters.map(({ key }) => key)).toEqual(['roster.cncs.a', 'roster.cncs.b'])
  expect(v.is(RosterSchema, { title: 'Tour', shifts })).toBe(true)
  const held = { holder: { person: 'A. Durand', node: 'poste-07' }, at: 0 }
  const nobody = { offered: null, declined: null, takenFrom: null }
  const told = tellRosters(
    { rosters, functions: new Map([['officer', { ...held, ...nobody }]]) },
    {
      functions: [
        { id: 'officer', name: 'Duty officer', may: [] },
        { id: 'other', name: 'Other', may: [] },
      ],
    },
    0,
  )
  expect(told).toMatchObject([{ key: 'roster.cncs.a', owner: 'CNCS', version: 4, saved: at(3) }])
  expect(told).toMatchObject([{ held: [{ function: 'officer', name: 'Duty officer', holder: 'A. Durand' }] }])
})
