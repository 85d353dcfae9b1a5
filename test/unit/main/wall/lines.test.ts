import { describe, expect, it } from 'vitest'
import { createLines } from '../../../../main/wall/lines.ts'
import {
  LineInputSchema,
  lineEntity,
  type LineInput,
  type LogTold,
  type OutgoingLine,
} from '../../../../preload/contract/line.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { fail, ok, type Result } from '../../../../preload/contract/result.ts'
import type { DeskState } from '../../../../preload/contract/state.ts'
import * as v from 'valibot'

const place = { organisation: 'CNCS', wall: 'salle', node: 'poste-07' }
const me = { person: 'L. Perrin', function: 'chef', node: 'poste-07', automation: null }
const input = (more: Partial<LineInput> = {}): LineInput => ({
  ...{ text: 'Sac abandonné', event: 1_000_000, from: 'PP', to: 'CNCS', domain: 'security' },
  ...{ severity: 'Severe', marking: 'np', refs: ['inc-042'], corrects: null },
  ...more,
})

function linesAt(deskCeiling = 1, told: Partial<LogTold> = {}) {
  const entered: OutgoingLine[] = []
  let answer: Result<null> = ok(null)
  let count = 0
  let state: DeskState['log'] | null = null
  const lines = createLines({
    place,
    policy: () => ({ scheme: defaultScheme, deskCeiling, log: 'ops.log' }),
    outlet: () => ({
      enter(line) {
        entered.push(line)
        return Promise.resolve(answer)
      },
      withdraw: () => Promise.resolve(true),
    }),
    newId: () => `id-${++count}`,
    now: () => 2_000_000,
    changed: (log) => (state = log),
  })
  lines.told({ product: 'ops.log', access: 'open', marking: 'dr', waiting: [], ...told })
  return { lines, entered, state: () => state!, answers: (next: Result<null>) => (answer = next) }
}

describe('a line that is entered', () => {
  it('says who entered it and when, as main knows it', async () => {
    const { lines, entered } = linesAt()
    expect(await lines.enter(input(), me)).toMatchObject({ ok: true })
    expect(entered).toMatchObject([
      {
        ...{ entity: 'line.cncs.poste-07.id-1', at: 2_000_000, event: 1_000_000, marking: 'np' },
        note: { text: 'Sac abandonné', line: { by: me, entered: new Date(2_000_000).toISOString() } },
      },
    ])
  })
  it('can’t say it for itself', () =>
    expect(v.is(LineInputSchema, { ...input(), by: { ...me, node: 'poste-08' } })).toBe(false))
  it('is marked no higher than the desk, nor than the log', async () => {
    expect(await linesAt(0, { marking: 'np' }).lines.enter(input({ marking: 'dr' }), me)).toMatchObject({
      error: { code: 'line.above' },
    })
    expect(await linesAt(1, { marking: 'np' }).lines.enter(input({ marking: 'dr' }), me)).toMatchObject({
      error: { code: 'line.above' },
    })
    expect(await linesAt().lines.enter(input({ marking: 'zz' }), me)).toMatchObject({
      error: { code: 'line.above' },
    })
  })
  it('goes to no log that this desk could not read', async () => {
    const { lines, entered, state } = linesAt(0)
    expect(state().access).toBe('absent')
    expect(await lines.enter(input(), me)).toMatchObject({ error: { code: 'line.absent' } })
    expect(entered).toEqual([])
  })
  it('corrects its own organisation’s lines alone', async () => {
    const { lines } = linesAt()
    const ours = lineEntity({ ...place, node: 'poste-08' }, 'x')
    const theirs = lineEntity({ ...place, organisation: 'Armée' }, 'x')
    expect(await lines.enter(input({ corrects: ours }), me)).toMatchObject({ ok: true })
    for (const corrects of [theirs, 'line-0191'])
      expect(await lines.enter(input({ corrects }), me)).toMatchObject({ error: { code: 'line.not-ours' } })
  })
  it('loses what nobody can see, and is refused where nothing is left', async () => {
    const { lines, entered } = linesAt()
    await lines.enter(input({ text: 'Sac\u202e abandonné\u0000', from: 'P\nP' }), me)
    expect(entered[0]).toMatchObject({ note: { text: 'Sac abandonné', line: { from: 'P P' } } })
    expect(await lines.enter(input({ text: '\u202e\u200b' }), me)).toMatchObject({
      error: { code: 'line.invalid' },
    })
  })
  it('of ten megabytes is none', () =>
    expect(v.is(LineInputSchema, input({ text: 'x'.repeat(10 * 2 ** 20) }))).toBe(false))
  it('said again after no engine had answered is the same line', async () => {
    const { lines, entered, answers } = linesAt()
    answers(fail('engine.stopped', 'gone'))
    expect(await lines.enter(input(), me)).toMatchObject({ error: { code: 'engine.stopped' } })
    answers(ok(null))
    await lines.enter(input(), me)
    await lines.enter(input(), me)
    expect(entered.map(({ id }) => id)).toEqual(['id-1', 'id-1', 'id-2'])
  })
  it('leaves no draft, and one that is refused does', async () => {
    const { lines, state, answers } = linesAt()
    const { event: _, text, ...said } = input()
    lines.keepDraft({ ...said, typed: text, event: '' })
    answers(fail('outbox.full', 'full'))
    await lines.enter(input(), me)
    expect(state().draft?.typed).toBe('Sac abandonné')
    answers(ok(null))
    await lines.enter(input(), me)
    expect(state().draft).toBe(null)
  })
})
