import { describe, expect, it } from 'vitest'
import { createErasing } from '../../../../../main/engine/shared/erasing.ts'
import { fail, ok, type Result } from '../../../../../preload/contract/result.ts'

const key = 'formula.cncs.zones'
const erasure = { id: 'nobody-guesses-this', key, after: 7, at: 1 }
const overtaken = fail('act.overtaken', 'wrong last sequence', key)

async function erased(
  published: Result<{ sequence: number }>,
  last: Result<{ revision: number; isThere: boolean }> = ok({ revision: 7, isThere: true }),
) {
  const gone: [string, number][] = []
  const upstream = { last: () => Promise.resolve(last), revisions: () => Promise.resolve(ok([])) }
  const erase = createErasing({
    upstream: () => upstream,
    publish: () => Promise.resolve(published),
    gone: (...what) => gone.push(what),
  })
  return { answer: await erase(erasure), gone }
}

describe('what is erased', () => {
  it('is gone where the platform took it, or somebody else’s erasure', async () => {
    expect(await erased(ok({ sequence: 9 }))).toMatchObject({
      answer: { value: { outcome: 'confirmed' } },
      gone: [[key, 9]],
    })
    expect(await erased(overtaken, ok({ revision: 8, isThere: false }))).toMatchObject({
      answer: { value: { outcome: 'confirmed' } },
      gone: [[key, 8]],
    })
  })
  it.each([
    ['a copy that has not heard of it', { revision: 0, isThere: false }],
    ['a copy that has an older erasure', { revision: 5, isThere: false }],
    ['another version', { revision: 8, isThere: true }],
  ])('is not where the platform says no and what is asked is %s', async (_, last) => {
    expect(await erased(overtaken, ok(last))).toMatchObject({
      answer: { value: { outcome: 'overtaken', problem: { code: 'shared.overtaken' } } },
      gone: [],
    })
  })
  it('is not known to be where nobody answers: that is told, and nothing is tried again', async () => {
    const silent = fail('platform.no-leader', 'timeout', 'server')
    for (const tried of [await erased(silent), await erased(overtaken, silent)])
      expect(tried).toMatchObject({
        answer: { error: { code: 'shared.not-erased', subject: key } },
        gone: [],
      })
  })
})
