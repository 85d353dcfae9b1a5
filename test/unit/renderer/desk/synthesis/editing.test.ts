// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fail, ok, type Result } from '../../../../../preload/contract/result.ts'
import type { Drafted, SavedReport } from '../../../../../preload/contract/reports.ts'
import { createEditing, pause } from '../../../../../renderer/desk/synthesis/editing.svelte.ts'
import { setText, strike } from '../../../../../renderer/report/edits.ts'
import { itemAt, textOf, type At } from '../../../../../renderer/report/parts.ts'
import { draftedOf, reportKey, savedOf } from '../../../../doubles/report.ts'

const zone: At = { section: 'domain.security', key: 'zone security.zones INC-042' }
const samu: At = { section: 'domain.health', key: 'figure health.load samu' }
const textAt = (draft: Drafted, at: At): string => {
  const item = itemAt(draft.synthesis, at)
  return item === undefined ? '' : textOf(item)
}
const by = { person: 'K. Benali', node: 'poste-04' }
const theirs = setText(samu, 'À eux.')(draftedOf(), { by, at: 5 })

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** @param answer what main says to a save; without it, that it is kept as it was sent */
function write(
  answer?: (draft: Drafted, revision: number) => Result<SavedReport> | Promise<Result<SavedReport>>,
) {
  const sent: { base: number; draft: Drafted }[] = []
  let revision = 1
  const editing = createEditing({
    key: reportKey,
    saved: savedOf(),
    async save({ base, draft }) {
      sent.push({ base, draft })
      revision++
      return answer?.(draft, revision) ?? ok(savedOf(structuredClone(draft), { revision }))
    },
    refresh: ({ draft }) => Promise.resolve(ok({ draft })),
    open: () => Promise.resolve(ok(savedOf(theirs, { revision: 9 }))),
    hand: () => ({ by: { person: 'C. Delmas', node: 'poste-02' }, at: 1000 }),
  })
  return {
    editing,
    sent,
    type: (text: string) => editing.edit(setText(zone, text), 'text'),
    rests: () => vi.advanceTimersByTimeAsync(pause),
  }
}

describe('what is written', () => {
  it('is kept at each pause, and not at each letter', async () => {
    const { editing, sent, type, rests } = write()
    for (const text of ['a', 'ab', 'abc']) type(text)
    expect(editing.kept).toBe(false)
    await rests()
    expect(sent.map(({ draft }) => textAt(draft, zone))).toEqual(['abc'])
    expect(editing.kept).toBe(true)
    type('abcd')
    await rests()
    expect(sent.map(({ base }) => base)).toEqual([1, 2])
  })
  it('while a save is on its way stays, and goes with the next', async () => {
    let arrive: (value: Result<SavedReport>) => void = () => {}
    const { editing, sent, type, rests } = write(
      (draft, revision) =>
        new Promise((done) => {
          arrive = () => done(ok(savedOf(structuredClone(draft), { revision })))
        }),
    )
    type('un')
    await rests()
    type('un deux')
    arrive(ok(savedOf()))
    await rests()
    expect(textAt(editing.draft, zone)).toBe('un deux')
    expect(sent.map(({ draft }) => textAt(draft, zone))).toEqual(['un', 'un deux'])
  })
  it('is not lost where it can’t be kept: it says so, and tries again', async () => {
    let broken = true
    const { editing, type, rests } = write((draft, revision) =>
      broken ? fail('report.unwritable', 'no room', 'x') : ok(savedOf(draft, { revision })),
    )
    type('un')
    await rests()
    expect(editing.problem?.code).toBe('report.unwritable')
    expect(textAt(editing.draft, zone)).toBe('un')
    broken = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect(editing.problem).toBeNull()
    expect(editing.kept).toBe(true)
  })
})

describe('undo', () => {
  it('takes a whole text back, not a letter; redo gives it back', () => {
    const { editing, type } = write()
    const before = textAt(editing.draft, zone)
    for (const text of ['a', 'ab', 'abc']) type(text)
    editing.settle()
    type('second')
    editing.undo()
    expect(textAt(editing.draft, zone)).toBe('abc')
    editing.undo()
    expect(textAt(editing.draft, zone)).toBe(before)
    expect(editing.mayUndo).toBe(false)
    editing.redo()
    expect(textAt(editing.draft, zone)).toBe('abc')
  })
  it('is done over saves, and what is done afterwards ends what may be done again', async () => {
    const { editing, type, rests } = write()
    const before = textAt(editing.draft, zone)
    type('un')
    await rests()
    editing.undo()
    expect(textAt(editing.draft, zone)).toBe(before)
    editing.edit(strike(samu))
    expect(editing.mayRedo).toBe(false)
  })
})

describe('what others write at the same time', () => {
  it('elsewhere is taken in, and named', async () => {
    const { editing, type, rests } = write((draft, revision) =>
      ok(savedOf(setText(samu, 'À eux.')(draft, { by, at: 5 }), { revision, merged: ['domain.health'] })),
    )
    type('un')
    await rests()
    expect([textAt(editing.draft, zone), textAt(editing.draft, samu)]).toEqual(['un', 'À eux.'])
    expect(editing.merged).toEqual(['domain.health'])
    editing.undo()
    expect(textAt(editing.draft, samu)).toBe('À eux.')
  })
  it('in the same section waits until somebody chooses; theirs is taken as one step', async () => {
    const { editing, rests } = write((draft, revision) =>
      ok(savedOf(draft, { revision, conflicts: [{ section: 'domain.health', by, draft: theirs }] })),
    )
    editing.edit(setText(samu, 'À nous.'))
    await rests()
    expect(editing.conflicts).toHaveLength(1)
    editing.settleConflict('domain.health', 'theirs')
    expect(textAt(editing.draft, samu)).toBe('À eux.')
    expect(editing.conflicts).toEqual([])
    editing.undo()
    expect(textAt(editing.draft, samu)).toBe('À nous.')
  })
  it('is seen at once where nothing is written here', async () => {
    const { editing } = write()
    editing.hear(9)
    await vi.advanceTimersByTimeAsync(0)
    expect(textAt(editing.draft, samu)).toBe('À eux.')
    expect(editing.kept).toBe(true)
  })
})
