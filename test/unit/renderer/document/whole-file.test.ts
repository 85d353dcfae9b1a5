import { expect, it } from 'vitest'
import { fail, ok, type Result } from '../../../../preload/contract/result.ts'
import type { Ask } from '../../../../renderer/link/line.ts'
import { wholeFile } from '../../../../renderer/document/whole-file.ts'

const document = { product: 'ops.documents', entity: 'plan' }
const staying = new AbortController().signal
const soon = () => Promise.resolve()

/** An engine whose file comes after so many looks, in pieces of these sizes. */
function engineOf(pieces: readonly number[], { looks = 1, size = pieces.reduce((a, b) => a + b, 0) } = {}) {
  const asked: string[] = []
  let seen = 0
  const ask = (question: string, { from }: { from?: number }): Promise<Result<unknown>> => {
    asked.push(from === undefined ? question : `${question} ${from}`)
    if (question === 'file') return Promise.resolve(ok({ whole: ++seen >= looks, done: seen, size }))
    let at = 0
    for (const piece of pieces) {
      if (at === from) return Promise.resolve(ok(new Uint8Array(piece).fill(at + 1)))
      at += piece
    }
    return Promise.resolve(fail('document.missing', 'nothing is there'))
  }
  return { asked, ask: ask as unknown as Ask }
}

it('is asked for while it comes, told how far it is, and put together from its pieces', async () => {
  const engine = engineOf([3, 2], { looks: 3 })
  const told: number[] = []
  const got = await wholeFile(engine.ask, document, 0, ({ done }) => told.push(done), staying, soon)
  expect(got).toEqual(ok(new Uint8Array([1, 1, 1, 4, 4])))
  expect(told).toEqual([1, 2, 3])
  expect(engine.asked).toEqual(['file', 'file', 'file', 'piece 0', 'piece 3'])
})

it('is asked for no more once whoever looked has left', async () => {
  const engine = engineOf([3], { looks: 5 })
  const leaving = new AbortController()
  await wholeFile(engine.ask, document, 0, () => leaving.abort(), leaving.signal, soon)
  expect(engine.asked).toEqual(['file'])
})

it('is none where a piece is larger than what was said, or is nothing', async () => {
  for (const pieces of [
    [3, 9],
    [3, 0],
  ]) {
    const got = await wholeFile(
      engineOf(pieces, { size: 6 }).ask,
      document,
      0,
      () => undefined,
      staying,
      soon,
    )
    expect(got).toMatchObject({ ok: false, error: { code: 'document.altered' } })
  }
})
