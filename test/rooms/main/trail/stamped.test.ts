/** Blocks are stamped by an authority as RFC 3161 has it; one that can't be reached is waited for. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyTrail } from '../../../../main/trail/verify.ts'
import { startStamping, type Stamping } from '../../../platform/stamping.ts'
import { until } from '../engine/an-engine.ts'
import { aFolder, anOpenTrail, ours, rowsOf } from './a-trail.ts'

let stamping: Stamping
beforeAll(async () => {
  stamping = await startStamping()
})
afterAll(() => stamping.dispose())

const authorityOf = ({ url, authority }: Stamping) => ({ url, authorities: [authority], tls12: false })
const judged = async (folder: string, stampAuthorities: string[]) =>
  verifyTrail(await rowsOf(folder), { authorities: [(await ours()).certificate], stampAuthorities })

async function block(
  folder: string,
  stamp: () => ReturnType<typeof authorityOf> | null,
  act: string,
  now = () => Date.now(),
) {
  const trail = await anOpenTrail(folder, { stamp, now })
  trail.record({ kind: 'act.blank', subject: act })
  await trail.settled(5000)
  await trail.seal()
  return trail
}
const stampsAre = (folder: string, count: number) =>
  expect.poll(() => stampsIn(folder), { interval: 200 }).toBe(count)
const stampsIn = async (folder: string): Promise<number> =>
  (await rowsOf(folder)).filter(({ body }) => body.includes('"trail.stamp"')).length

it('a sealed block gets its stamp, which holds for this authority and for no other', async () => {
  const folder = await aFolder()
  const before = stamping.given()
  const trail = await block(folder, () => authorityOf(stamping), 'stamped')
  await stampsAre(folder, 1)
  expect(stamping.given()).toBe(before + 1)
  await trail.dispose()
  expect(await judged(folder, [stamping.authority])).toMatchObject({ bad: null, stamps: 1 })
  const wrong = await judged(folder, [(await ours()).certificate])
  expect(wrong.bad?.why).toContain('not of the authority that the policy names')
})

it.each(['of something else', 'an error', 'rubbish', 'too much'] as const)(
  'an authority that answers with %s is told, and the block waits for its stamp',
  async (answers) => {
    const folder = await aFolder()
    stamping.set(answers)
    const trail = await block(folder, () => authorityOf(stamping), 'waits')
    await until(() => trail.problems.some((problem) => problem?.code === 'trail.unstamped'), 'it is told')
    await trail.dispose()
    expect(await stampsIn(folder)).toBe(0)
    stamping.set('stamps')
    const later = await block(folder, () => authorityOf(stamping), 'and another')
    await stampsAre(folder, 2)
    await later.dispose()
    expect((await judged(folder, [stamping.authority])).bad).toBeNull()
  },
)

it('a stamp that was made for another block is found', async () => {
  const folders = [await aFolder(), await aFolder()]
  const stamps: string[] = []
  for (const folder of folders) {
    const trail = await block(folder, () => authorityOf(stamping), folder)
    await stampsAre(folder, 1)
    await trail.dispose()
    const rows = await rowsOf(folder)
    const { body } = rows.find((each) => each.body.includes('"trail.stamp"'))!
    stamps.push((JSON.parse(body) as { detail: { token: string } }).detail.token)
  }
  const rows = (await rowsOf(folders[0]!)).map(({ body }) => ({ body: body.replace(stamps[0]!, stamps[1]!) }))
  const verdict = await verifyTrail(rows, { authorities: null, stampAuthorities: [stamping.authority] })
  expect(verdict.bad?.why).toBe('the stamp of time is of something else')
})

const day = 86_400_000
it('a stamp that is long behind its seal is told: until then the trail could have been written anew', async () => {
  const folder = await aFolder()
  const behind = await block(
    folder,
    () => authorityOf(stamping),
    'of long ago',
    () => Date.now() - 3 * day,
  )
  await stampsAre(folder, 1)
  await behind.dispose()
  const verdict = await judged(folder, [stamping.authority])
  expect(verdict).toMatchObject({ bad: null, stamps: 1, late: 1 })
  expect(verdict.lag).toBeGreaterThan(2 * day)
})

it('a stamp from before its seal says that it was made is no stamp of it', async () => {
  const folder = await aFolder()
  const ahead = await block(
    folder,
    () => authorityOf(stamping),
    'to come',
    () => Date.now() + day,
  )
  await stampsAre(folder, 1)
  await ahead.dispose()
  const verdict = await judged(folder, [stamping.authority])
  expect(verdict).toMatchObject({ stamps: 0, altered: null })
  expect(verdict.bad?.why).toContain('before seal 3')
})

it('a node ends though its authority answers byte by byte, and never to the end', async () => {
  let asked = 0
  const drip = createServer((_, response) => {
    asked++
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' })
    const timer = setInterval(() => response.write('.'), 50)
    response.on('close', () => clearInterval(timer))
  })
  await new Promise<void>((resolve) => drip.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(drip.address() as AddressInfo).port}/`
  const folder = await aFolder()
  const trail = await block(folder, () => ({ ...authorityOf(stamping), url }), 'never stamped')
  await until(() => asked > 0, 'it is asked')
  const told = trail.problems.length
  await trail.dispose()
  // that the node ends is nobody's failing
  expect(trail.problems).toHaveLength(told)
  expect(await stampsIn(folder)).toBe(0)
  expect((await judged(folder, [stamping.authority])).bad).toBeNull()
  drip.closeAllConnections()
  await new Promise((resolve) => drip.close(resolve))
})
