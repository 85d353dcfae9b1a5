/** A platform that lets the trail be read and not written, or has another's: told once, and then left in peace. */
import { expect, it } from 'vitest'
import { nothingBefore, entryOf, writeRecord } from '../../../../main/trail/record.ts'
import type { TrailOutlet } from '../../../../main/trail/forwarding.ts'
import { aFolder, anOpenTrail, rowsOf } from './a-trail.ts'

/** It may be read; whether it may be written is said here. */
function aReadable(last: { place: number; body: string } | null) {
  const asked = { last: 0, append: 0 }
  let takes = false
  const outlet: TrailOutlet = {
    last() {
      asked.last++
      return Promise.resolve({ ok: true, value: last })
    },
    append(records, after) {
      asked.append++
      return Promise.resolve(
        takes
          ? { ok: true, value: { taken: records.length, place: after + records.length } }
          : { ok: false, error: { code: 'act.refused', message: 'no right to publish' } },
      )
    },
  }
  return { asked, outlet, allow: (allowed: boolean) => void (takes = allowed) }
}
const countIn = async (folder: string, kind: string): Promise<number> =>
  (await rowsOf(folder)).filter(({ body }) => body.includes(`"kind":"${kind}"`)).length

it('a trail that may be read there and not written is refused once, however much is recorded', async () => {
  const folder = await aFolder()
  const { asked, outlet } = aReadable(null)
  const trail = await anOpenTrail(folder, { outlet: () => outlet })
  for (let number = 0; number < 20; number++) {
    trail.record({ kind: 'act.blank', subject: `${number}` })
    await trail.settled(5000)
    // as long as an answer of the platform takes, and what follows from it
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await trail.dispose()
  // as it opened: for what it had, and because the platform may be another than before
  expect(asked.append).toBeLessThanOrEqual(2)
  expect(await countIn(folder, 'trail.not-forwarded')).toBe(1)
})

it('it is asked again at once where the platform may be another, and told again only after it took something', async () => {
  const folder = await aFolder()
  const { asked, outlet, allow } = aReadable(null)
  const trail = await anOpenTrail(folder, { outlet: () => outlet })
  const asking = async (times: number) => {
    trail.connected()
    await expect.poll(() => asked.append, { interval: 20 }).toBeGreaterThanOrEqual(times)
    await trail.settled(5000)
  }
  await asking(2)
  await asking(3)
  allow(true)
  await asking(4)
  allow(false)
  trail.record({ kind: 'act.blank' })
  await expect.poll(() => countIn(folder, 'trail.not-forwarded'), { interval: 50 }).toBe(2)
  await trail.dispose()
})

it.each(['other', 'behind'] as const)('what it has last is told once: %s', async (found) => {
  const folder = await aFolder()
  const before = await anOpenTrail(folder)
  before.record({ kind: 'start' })
  await before.settled(5000)
  await before.dispose()
  const { trail: own } = JSON.parse((await rowsOf(folder))[0]!.body) as { trail: string }
  const last = writeRecord({
    ...{ trail: found === 'other' ? 'f'.repeat(32) : own, sequence: 99, before: nothingBefore },
    ...entryOf({ kind: 'start' }, 'poste 1', 1),
  })
  const { asked, outlet } = aReadable({ place: 7, body: last })
  const trail = await anOpenTrail(folder, { outlet: () => outlet })
  for (let times = 2; times < 6; times++) {
    trail.connected()
    await expect.poll(() => asked.append, { interval: 20 }).toBeGreaterThanOrEqual(times)
    await trail.settled(5000)
  }
  await trail.dispose()
  expect(await countIn(folder, `trail.${found}`)).toBe(1)
})
