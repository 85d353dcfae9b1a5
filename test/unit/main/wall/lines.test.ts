import { describe, expect, it } from 'vitest'
import { createLines } from '../../../../main/wall/lines.ts'
import {
  LineInputSchema,
  lineEntity,
  type LineInput,
  type LogTold,
  type OutgoingLine,
} from '../../../../preload/contract/line.ts'
import { live } from '../../../../preload/contract/moment.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { fail, ok, type Result } from '../../../../preload/contract/result.ts'
import type { DeskState } from '../../../../preload/contract/state.ts'
import * as v from 'valibot'

const place = { organisation: 'CNCS', wall: 'salle', node: 'poste-07' }
const me = { person: 'L. Perrin', function: 'chef', node: 'poste-07', automation: null }
const input = (more: Partial<LineInput> = {}): LineInput => ({
  ...{ text: 'Sac abandonné', event: 1_000_000, from: 'PP', to: 'CNCS', domain: 'security' },
  ...{ severity: 'Severe', marking: 'np', refs: ['inc-042'], corrects: null },
  as: { kind: 'line' },
  ...more,
})

function linesAt(deskCeiling = 1, told: Partial<LogTold> = {}, may: Result<undefined> = ok(undefined)) {
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
    may: () => may,
    moment: () => live,
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
    const { event: _, text, as: __, ...said } = input()
    const own = { kind: 'line' as const, rationale: '', rejected: '', owner: '', due: '', outcome: null }
    lines.keepDraft({ ...said, ...own, typed: text, event: '' })
    answers(fail('outbox.full', 'full'))
    await lines.enter(input(), me)
    expect(state().draft?.typed).toBe('Sac abandonné')
    answers(ok(null))
    await lines.enter(input(), me)
    expect(state().draft).toBe(null)
  })
})

describe('a decision, a task, and what became of them', () => {
  const why = {
    kind: 'decision' as const,
    ...{ rationale: 'périmètre tenu', rejected: ['demi-tour'], due: 3_000_000 },
  }
  const what = {
    kind: 'task' as const,
    ...{ owner: { function: 'chef', name: 'Chef de salle' }, due: 3_000_000 },
  }

  it('a decision rests on the picture of when it was taken, not of when it was entered', async () => {
    const { lines, entered } = linesAt()
    expect(await lines.enter(input({ as: why }), me)).toMatchObject({ ok: true })
    expect(entered[0]?.note).toMatchObject({
      ...{ category: 'decision', due: new Date(3_000_000).toISOString() },
      line: {
        ...{ rationale: 'périmètre tenu', rejected: ['demi-tour'] },
        moment: { at: 1_000_000, pace: 0, as: 'known-then' },
      },
    })
  })
  it('one that is entered ahead rests on nothing that is still to come', async () => {
    const { lines, entered } = linesAt()
    await lines.enter(input({ as: why, event: 9_000_000 }), me)
    expect(entered[0]?.note.line.moment).toMatchObject({ at: 2_000_000 })
  })
  it('says why, and a task whose it is and by when: without, there is none', async () => {
    for (const as of [
      { ...why, rationale: ' ' },
      { kind: 'task', due: 1 },
      { ...what, due: null },
      { kind: 'outcome', of: 'x' },
    ])
      expect(v.is(LineInputSchema, { ...input(), as })).toBe(false)
    const { lines } = linesAt()
    for (const as of [
      { ...why, rationale: '\u200b' },
      { ...what, owner: { function: null, name: '\u202e' } },
    ])
      expect(await lines.enter(input({ as }), me)).toMatchObject({ error: { code: 'line.invalid' } })
  })
  it('tells what became of its own organisation’s lines alone', async () => {
    const { lines, entered } = linesAt()
    const of = (organisation: string) => lineEntity({ ...place, organisation }, 'x')
    const done = (organisation: string) =>
      input({ as: { kind: 'outcome', of: of(organisation), is: 'done' } })
    expect(await lines.enter(done('Armée'), me)).toMatchObject({ error: { code: 'line.not-ours' } })
    expect(await lines.enter(done('CNCS'), me)).toMatchObject({ ok: true })
    expect(entered).toMatchObject([{ note: { category: 'log', line: { outcome: { is: 'done' } } } }])
  })
  it('nothing is entered by who does not hold the function that policy keeps it for', async () => {
    const { lines, entered } = linesAt(1, {}, fail('function.wanted', 'for the chief', 'Chef'))
    expect(await lines.enter(input(), me)).toMatchObject({ error: { code: 'function.wanted' } })
    expect(entered).toEqual([])
  })
})
