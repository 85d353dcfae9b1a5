/** What is open when somebody is relieved, and what the log says of it. */
import { describe, expect, it } from 'vitest'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Record } from '../../../../preload/contract/picture.ts'
import type { ToldLine } from '../../../../preload/contract/told.ts'
import { countsOf, digestOf, openItems, type OpenNow } from '../../../../renderer/desk/handover/items.ts'
import { lineOfRelief } from '../../../../renderer/desk/handover/line.ts'
import { notesOf } from '../../../../renderer/desk/log/log.ts'
import { speechIn } from '../../../doubles/desk.ts'
import { incidentRecord, minutesAgo, noteRecord, now } from '../../../doubles/picture.ts'

const incident = (entity: string, minutes: number, changes: object = {}) =>
  incidentRecord('security.incidents', entity, minutesAgo(minutes), { severity: 'Severe', ...changes })
const note = (entity: string, body: object): Record =>
  noteRecord('security.decisions', entity, minutesAgo(5), { ...body })
const line = (entity: string, changes: Partial<ToldLine> = {}): ToldLine => ({
  ...{
    product: 'ops.log',
    entity,
    number: entity.toUpperCase(),
    published: now,
    due: now,
    by: null,
    rank: 0,
  },
  receipts: [{ function: 'chef', delivered: null, read: null, acted: null }],
  ...changes,
})
const read = { person: 'B', node: 'n', at: now }
const given: OpenNow = {
  alarms: [incident('inc-1', 3)],
  incidents: [incident('inc-1', 3), incident('inc-2', 9), incident('inc-3', 4, { status: 'resolved' })],
  notes: notesOf([
    [
      note('dec-1', { category: 'decision', number: 'DÉC-001', due: '2026-01-01T10:00:00Z' }),
      note('dec-2', { category: 'decision', status: 'done' }),
      note('tas-1', { category: 'task' }),
      note('log-1', { category: 'log' }),
    ],
  ]),
  told: {
    lines: [
      line('l-1'),
      line('l-2', { receipts: [{ function: 'chef', delivered: null, read, acted: null }] }),
      line('l-3', { receipts: [{ function: 'samu', delivered: null, read: null, acted: null }] }),
    ],
    left: 0,
  },
  functions: ['chef'],
}

describe('what is open', () => {
  it('is each thing once: alarms, incidents, decisions, tasks, and lines that the functions have not answered', () => {
    expect(openItems(given).map(({ key }) => key)).toEqual([
      'alarm security.incidents inc-1',
      'incident security.incidents inc-2',
      'decision security.decisions dec-1',
      'task security.decisions tas-1',
      'line ops.log l-1',
    ])
    expect(openItems(given)[2]).toMatchObject({ number: 'DÉC-001', due: Date.parse('2026-01-01T10:00:00Z') })
  })
  it('is no decision or task of which a later line says that it is done, or that stands in its place', () => {
    const said = (id: string, sequence: number, category: string, line = {}): Record => ({
      ...noteRecord('ops.log', `line.cncs.poste-07.${id}`, minutesAgo(5), {
        ...{ category },
        line: {
          ...{ from: '', to: '', domain: null, corrects: null, entered: '', ...line },
          by: { person: null, function: null, node: 'poste-07', automation: null },
        },
      }),
      sequence,
    })
    const notes = notesOf([
      [
        said('a', 1, 'task'),
        said('b', 2, 'task'),
        said('c', 3, 'decision'),
        said('d', 4, 'log', { outcome: { of: 'line.cncs.poste-07.a', is: 'done' } }),
        said('e', 5, 'decision', { corrects: 'line.cncs.poste-07.c' }),
      ],
    ])
    const open = openItems({ ...given, notes }).filter(({ kind }) => kind === 'decision' || kind === 'task')
    expect(open.map(({ ref }) => ref.entity.slice(-1)).sort()).toEqual(['b', 'e'])
  })
  it('of who holds no function, is every line that waits', () => {
    const lines = openItems({ ...given, functions: [] }).filter(({ kind }) => kind === 'line')
    expect(lines.map(({ number }) => number)).toEqual(['L-1', 'L-3'])
  })
  it('has one digest, in whatever order it was read, and another with one item less', async () => {
    const items = openItems(given)
    const one = await digestOf(items)
    expect(one).toMatch(/^[0-9a-f]{64}$/)
    expect(await digestOf(items.toReversed())).toBe(one)
    expect(await digestOf(items.slice(1))).not.toBe(one)
  })
})

describe('the line of a relief', () => {
  const items = openItems(given)
  const of = (language: 'fr' | 'en', markings: string[], over = items) =>
    lineOfRelief(
      {
        by: 'A. Durand',
        person: 'B. Morel',
        functions: 'Chef de salle',
        counts: countsOf(over),
        digest: 'ab'.repeat(32),
      },
      ...([over, defaultScheme, markings, speechIn(language), now] as const),
    )
  it('says who relieved whom, of what, and how many items, in both languages', () => {
    expect(of('fr', ['np', 'dr']).text).toBe(
      'Relève : B. Morel relève A. Durand. 5 points repris (1 alarme, 1 incident, 1 décision, 1 tâche, 1 ligne sans réponse). Fonctions : Chef de salle. Empreinte abababababababab.',
    )
    expect(of('en', ['np', 'dr']).text).toContain('B. Morel relieves A. Durand. 5 items taken over (1 alarm,')
  })
  it('names items only where it may be marked as they are', () => {
    const marked = items.map((item, at) => ({ ...item, marking: at === 0 ? 1 : 0 }))
    expect(of('fr', ['np', 'dr'], marked)).toMatchObject({
      marking: 'dr',
      refs: items.map(({ ref }) => ref.entity),
    })
    expect(of('fr', ['np'], marked)).toMatchObject({ marking: 'np', refs: [] })
  })
})
