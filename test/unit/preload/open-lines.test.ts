import { describe, expect, it } from 'vitest'
import type { Note } from '../../../preload/contract/event.ts'
import { lineEntity } from '../../../preload/contract/line.ts'
import {
  dueOf,
  isOverdue,
  openNumber,
  standingsOf,
  type Placed,
} from '../../../preload/contract/open-lines.ts'

const by = { person: null, function: null, node: 'poste-07', automation: null }
const of = (id: string, organisation = 'CNCS') => lineEntity({ organisation, node: 'poste-07' }, id)
type Said = Partial<NonNullable<Note['line']>>
const line = (
  sequence: number,
  id: string,
  said: Said = {},
  more: Partial<Note> & { product?: string; organisation?: string } = {},
): Placed => {
  const { product = 'ops.log', organisation = 'CNCS', ...note } = more
  return {
    record: { product: product, entity: of(id, organisation), sequence },
    note: {
      ...{ text: id, category: 'log', ...note },
      line: { ...{ from: '', to: '', domain: null, entered: '', corrects: null, by }, ...said },
    },
  }
}
const decision = (sequence: number, id: string, more = {}) =>
  line(sequence, id, {}, { category: 'decision', ...more })
const became = (sequence: number, id: string, is: 'done' | 'dropped' | 'open', about: string, more = {}) =>
  line(sequence, id, { outcome: { of: of(about), is } }, more)

/** How the first of them stands, whatever order they come in. */
function standing(first: Placed, ...others: Placed[]) {
  const ways = [[first, ...others], [...others, first].reverse(), [...others, first]]
  const said = ways.map((lines) => standingsOf(lines)(first.record)?.is ?? null)
  expect(new Set(said).size).toBe(1)
  return said[0]
}

describe('what became of a decision or a task', () => {
  it('is open until a later line says otherwise, and the last one counts', () => {
    const d = decision(1, 'd')
    expect(standing(d)).toBe('open')
    expect(standing(d, became(2, 'a', 'done', 'd'))).toBe('done')
    expect(standing(d, became(2, 'a', 'dropped', 'd'))).toBe('dropped')
    expect(standing(d, became(2, 'a', 'done', 'd'), became(3, 'b', 'open', 'd'))).toBe('open')
    expect(standing(d, became(3, 'b', 'done', 'd'), became(2, 'a', 'open', 'd'))).toBe('done')
  })
  it('is replaced by its correction, which stands by itself', () => {
    const d = decision(1, 'd')
    const corrected = line(2, 'e', { corrects: of('d') }, { category: 'decision' })
    expect(standing(d, corrected, became(3, 'a', 'done', 'd'))).toBe('replaced')
    expect(standing(corrected, d, became(3, 'a', 'done', 'd'))).toBe('open')
  })
  it('what a corrected line said of it counts no more', () => {
    const wrong = became(2, 'a', 'done', 'd')
    expect(standing(decision(1, 'd'), wrong, line(3, 'b', { corrects: of('a') }))).toBe('open')
  })
  it('is nobody’s to say in another organisation, in another log, before it was decided, or by itself', () => {
    const d = decision(5, 'd')
    expect(standing(d, became(6, 'a', 'done', 'd', { organisation: 'Armée' }))).toBe('open')
    expect(standing(d, became(6, 'a', 'done', 'd', { product: 'health.log' }))).toBe('open')
    expect(standing(d, became(4, 'a', 'done', 'd'))).toBe('open')
    const own = line(5, 'd', { outcome: { of: of('d'), is: 'done' } }, { category: 'task' })
    expect(standing(own)).toBe('open')
  })
  it('an ordinary line has none, and nobody’s line is one', () => {
    expect(standing(line(1, 'l'), became(2, 'a', 'done', 'l'))).toBe(null)
    expect(standingsOf([])({ product: 'ops.log', entity: of('x'), sequence: 1 })).toBe(null)
  })
  it('one that keeps its own status is done when that says so', () => {
    expect(standing(decision(1, 'd', { status: 'exécutée' }))).toBe('done')
    expect(standing(decision(1, 'd', { status: 'open' }))).toBe('open')
  })
  it('of ten thousand lines comes at once', () => {
    const lines = Array.from({ length: 10_000 }, (_, at) =>
      at % 2 === 0 ? decision(at, `d${at}`) : became(at, `a${at}`, 'done', `d${at - 1}`),
    )
    const of = standingsOf(lines)
    expect(lines.filter(({ record }) => of(record)?.is === 'done')).toHaveLength(5000)
  })
})

it('is overdue while it is open and its time has passed; what nobody can read is no time', () => {
  const open = { is: 'open', by: null } as const
  expect(isOverdue(open, 10, 11)).toBe(true)
  expect(isOverdue(open, 11, 11)).toBe(false)
  expect(isOverdue(open, null, 11)).toBe(false)
  expect(isOverdue({ is: 'done', by: null }, 10, 11)).toBe(false)
  expect(dueOf({ due: 'soon' })).toBe(null)
  expect(dueOf({ due: '2026-07-26T17:55:00Z' })).toBe(Date.UTC(2026, 6, 26, 17, 55))
})

it('has the number of its line, with its kind before it', () => {
  const { record, note } = decision(42, 'd')
  expect(openNumber(record, note, 'fr')).toBe('DÉC-0042')
  expect(openNumber(record, { ...note, category: 'task' }, 'en')).toBe('TSK-0042')
  expect(openNumber(record, { ...note, category: 'log' }, 'fr')).toBe(null)
  expect(openNumber({ ...record, entity: 'dec-008' }, note, 'fr')).toBe(null)
})
