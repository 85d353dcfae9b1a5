import { describe, expect, it } from 'vitest'
import { lineEntity, type WaitingLine } from '../../../../../preload/contract/line.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import { logLines } from '../../../../../renderer/board/log/lines.ts'
import { notesOf } from '../../../../../renderer/desk/log/log.ts'
import { found, mayCorrect, rowsOf } from '../../../../../renderer/desk/log/rows.ts'
import { feedOf, minutesAgo, noteRecord, now } from '../../../../doubles/picture.ts'

const ops = 'ops.log'
const of = (id: string, organisation = 'CNCS') => lineEntity({ organisation, node: 'poste-07' }, id)
const by = { person: null, function: null, node: 'poste-07', automation: null }
const iso = (minutes: number): string => new Date(minutesAgo(minutes)).toISOString()
const line = (sequence: number, text: string, more: { [name: string]: unknown } = {}, product = ops) => ({
  ...noteRecord(product, of(text), minutesAgo(10 - sequence), {
    text,
    line: {
      from: 'PP',
      to: 'CNCS',
      domain: 'security',
      entered: iso(10 - sequence),
      corrects: null,
      by,
      ...more,
    },
  }),
  sequence,
})
const waiting = (text: string, corrects: string | null = null): WaitingLine => ({
  ...{ id: text, entity: of(text), marking: 'np', event: now, at: now, state: 'waiting', problem: null },
  note: {
    text,
    category: 'log',
    severity: 'Minor',
    refs: [],
    line: { from: '', to: '', domain: null, entered: iso(0), corrects, by },
  },
})
const rows = (records: ReturnType<typeof line>[], waits: WaitingLine[] = []) =>
  rowsOf({
    ...{ log: notesOf([records]), waiting: waits, product: ops },
    ...{ scheme: defaultScheme, language: 'fr' },
  })

describe('the log at a desk', () => {
  it('has what was entered last first, by the platform’s numbers, and what waits before it, without one', () => {
    const late = { entered: iso(1) }
    expect(
      rows([line(1, 'a'), line(2, 'b', late), line(3, 'c')], [waiting('d')]).map((row) => [
        row.text,
        row.number,
      ]),
    ).toEqual([
      ['d', null],
      ['b', 'CNCS-0002'],
      ['c', 'CNCS-0003'],
      ['a', 'CNCS-0001'],
    ])
  })
  it('has what has come back once', () =>
    expect(rows([line(1, 'a')], [waiting('a')]).map(({ number }) => number)).toEqual(['CNCS-0001']))
  it('says of a correction and of what it corrects which the other is, waiting or not', () => {
    const all = rows(
      [line(1, 'a'), line(2, 'b', { corrects: of('a') }), line(3, 'c')],
      [waiting('d', of('c'))],
    )
    const said = new Map(
      all.map(({ text, corrects, correctedBy }) => [text, [corrects?.number, correctedBy?.number]]),
    )
    expect(said.get('a')).toEqual([undefined, 'CNCS-0002'])
    expect(said.get('b')).toEqual(['CNCS-0001', undefined])
    expect(said.get('c')).toEqual([undefined, null])
    expect(said.get('d')).toEqual(['CNCS-0003', undefined])
  })
  it('lets nobody strike another organisation’s line, another log’s, a later one, or itself', () => {
    const foreign = { ...line(5, 'x', { corrects: of('a') }), entity: of('x', 'Armée') }
    const elsewhere = line(6, 'y', { corrects: of('a') }, 'health.log')
    const early = line(1, 'z', { corrects: of('late') })
    const struck = rows([
      line(2, 'a'),
      foreign,
      elsewhere,
      early,
      line(9, 'late'),
      line(7, 's', { corrects: of('s') }),
    ])
    expect(struck.filter(({ correctedBy }) => correctedBy !== null)).toEqual([])
  })
  it('shows the last of several corrections', () => {
    const all = rows([line(1, 'a'), line(2, 'b', { corrects: of('a') }), line(3, 'c', { corrects: of('a') })])
    expect(all.find(({ text }) => text === 'a')?.correctedBy?.number).toBe('CNCS-0003')
  })
  it('is searched in a hurry, in all that a line shows', () => {
    const [row] = rows([line(1, 'Démineurs sur place')])
    for (const typed of ['demineurs', 'pp place', 'cncs-0001', 'secur'])
      expect(found(row!, typed, ['Sécurité'])).toBe(true)
    expect(found(row!, 'robot', [])).toBe(false)
  })
  it('corrects only lines of this organisation’s log', () => {
    const own = { product: ops, organisation: 'CNCS' }
    expect(mayCorrect({ product: ops, entity: of('a') }, own)).toBe(true)
    expect(mayCorrect({ product: ops, entity: of('a', 'Armée') }, own)).toBe(false)
    expect(mayCorrect({ product: 'security.log', entity: 'line-0191' }, own)).toBe(false)
  })
})

it('the wall’s log says the same of corrections', () => {
  const catalog = [feedOf(ops, now, { descriptor: { kind: 'note' } })]
  const lines = logLines(catalog, () => [line(1, 'a'), line(2, 'b', { corrects: of('a') })], 10, 'fr')
  expect(
    lines.map(({ number, author, domain, corrects, correctedBy }) => [
      number,
      author,
      domain,
      corrects?.number,
      correctedBy?.number,
    ]),
  ).toEqual([
    ['CNCS-0002', 'PP → CNCS', 'security', 'CNCS-0001', undefined],
    ['CNCS-0001', 'PP → CNCS', 'security', undefined, 'CNCS-0002'],
  ])
})
