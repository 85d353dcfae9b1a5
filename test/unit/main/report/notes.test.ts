import { describe, expect, it } from 'vitest'
import { announcedOf, decisionsOf } from '../../../../main/report/notes.ts'
import type { Drafting } from '../../../../main/report/drafting.ts'
import type { Gathered, Seen } from '../../../../main/report/gather.ts'
import { reportWords } from '../../../../main/report/words.ts'
import type { Note } from '../../../../preload/contract/event.ts'
import { lineEntity } from '../../../../preload/contract/line.ts'

const by = { person: null, function: null, node: 'poste-07', automation: null }
const of = (id: string) => lineEntity({ organisation: 'CNCS', node: 'poste-07' }, id)
const period = { from: 1000, to: 2000 }
const iso = (time: number): string => new Date(time).toISOString()
const seen = (
  sequence: number,
  id: string,
  note: Partial<Note>,
  said: object = {},
  published = 1500,
): Seen => ({
  ...{ product: 'ops.log', entity: of(id), sequence, time: published, published, expires: null },
  ...{ rank: 0, caveats: [], ended: false },
  body: {
    ...{ text: id, ...note },
    line: { from: '', to: '', domain: null, entered: iso(published), corrects: null, by, ...said },
  },
})
const gathered = (...lines: Seen[]): Gathered => ({
  product: 'ops.log',
  descriptor: { kind: 'note', title: 'Main courante', domain: 'ops' } as Gathered['descriptor'],
  ...{ rank: 0, before: new Map(), after: new Map(lines.map((line) => [line.entity, line])) },
  ...{ events: lines, newest: null, newestBefore: null, missed: 0 },
})
const drafting = {
  period,
  words: reportWords('fr', 'Europe/Paris'),
  markingOf: () => ({ level: 'np', caveats: [] }),
} as unknown as Drafting
const decision = (sequence: number, id: string, due: number | null, published?: number) =>
  seen(sequence, id, { category: 'decision', ...(due !== null && { due: iso(due) }) }, {}, published)
const became = (sequence: number, id: string, is: string, about: string, published?: number) =>
  seen(sequence, id, { category: 'log' }, { outcome: { of: of(about), is } }, published)
const states = (...lines: Seen[]) =>
  decisionsOf([gathered(...lines)], drafting).map(({ decision: { number, state } }) => [number, state])

describe('decisions of the log in a synthesis', () => {
  it('stand as the log’s lines say, and have their line’s number', () => {
    expect(
      states(
        decision(1, 'open', 5000),
        decision(2, 'late', 1200),
        decision(3, 'done', 1200),
        became(4, 'a', 'done', 'done'),
        decision(5, 'dropped', 1200),
        became(6, 'b', 'dropped', 'dropped'),
        decision(7, 'wrong', 1200),
        seen(8, 'right', { category: 'decision' }, { corrects: of('wrong') }),
      ),
    ).toEqual([
      ['DÉC-0002', 'late'],
      ['DÉC-0001', 'open'],
      ['DÉC-0008', 'open'],
      ['DÉC-0003', 'done'],
    ])
  })
  it('one that was done before the period is none of it', () =>
    expect(states(decision(1, 'd', null, 100), became(2, 'a', 'done', 'd', 200))).toEqual([]))
  it('a task that is open is announced for its time, one that is done is not', () => {
    const task = (sequence: number, id: string) => seen(sequence, id, { category: 'task', due: iso(5000) })
    const announced = announcedOf(
      [gathered(task(1, 'radar'), task(2, 'porte'), became(3, 'a', 'done', 'porte'))],
      drafting,
    )
    expect(announced.map(({ written }) => written.number)).toEqual(['TÂC-0001'])
  })
})
