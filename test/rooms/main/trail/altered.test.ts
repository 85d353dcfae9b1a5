/** Whatever is done to a trail by who can write to it, even with the key of its database, is found and named. */
import { readFileSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../../main/engine/cache/database.ts'
import { trailFile } from '../../../../main/trail/ledger.ts'
import { hashOf, readRecord, wordsOf, writeRecord, type TrailRecord } from '../../../../main/trail/record.ts'
import { verifyTrail, type Row } from '../../../../main/trail/verify.ts'
import { createAuthority } from '../../../../main/exercise/authority.ts'
import { aFolder, aTrail, anOpenTrail, judge, key, ours, rowsOf, signerFor, wall } from './a-trail.ts'

const act = (screen: number, scene: string) => ({
  kind: 'act.show-scene',
  person: 'A. Martin',
  screen,
  subject: scene,
  marking: 'dr',
})

type Written = Row & { sequence: number; words: string }
let rows: Written[] = []
let other: Written[] = []

/** Two blocks of five acts, sealed, and an act that is not yet. */
async function twoBlocks(): Promise<Written[]> {
  const folder = await aFolder()
  const trail = await anOpenTrail(folder)
  for (let block = 0; block < 2; block++) {
    for (let screen = 1; screen <= 5; screen++) trail.record(act(screen, `scene-${block}`))
    await trail.settled(5000)
    await trail.seal()
  }
  await trail.dispose()
  return rowsOf(folder)
}
beforeAll(async () => {
  rows = await twoBlocks()
  other = await twoBlocks()
})

const at = (sequence: number): Written => rows.find((each) => each.sequence === sequence)!
const recordAt = (sequence: number): TrailRecord => readRecord(at(sequence).body)!
const rowOf = (record: TrailRecord): Written => ({
  sequence: record.sequence,
  body: writeRecord(record),
  words: wordsOf(record),
})
const changedAt = (sequence: number): Written => rowOf({ ...recordAt(sequence), person: 'B. Durand' })
/** Everything from there on is made to fit, as far as hashes go. */
function rechained(all: readonly Written[]): Written[] {
  let before = ''
  return all.map((row, index) => {
    const record = readRecord(row.body)!
    const next = index === 0 ? row : rowOf({ ...record, sequence: index + 1, before })
    before = hashOf(next.body)
    return next
  })
}
const without = (...sequences: number[]) => rows.filter(({ sequence }) => !sequences.includes(sequence))

it('a trail that nobody touched is whole, and sealed to its last record', async () => {
  const verdict = await judge(rows)
  expect(verdict).toMatchObject({ bad: null, records: 13, last: 13, seals: 2, sealed: 13 })
})

describe('named is the first record that', () => {
  it('was changed', async () => {
    const verdict = await judge(rows.map((row) => (row.sequence === 4 ? changedAt(4) : row)))
    expect(verdict.bad?.record).toBe(4)
  })

  it('was changed, and all after it made to fit', async () => {
    const verdict = await judge(rechained(rows.map((row) => (row.sequence === 4 ? changedAt(4) : row))))
    // the signature can only say of the block
    expect(verdict.bad?.record).toBe(1)
    expect(verdict.bad?.why).toContain('not the one that was signed')
  })

  it('was changed in the second block, and all after it made to fit', async () => {
    const verdict = await judge(rechained(rows.map((row) => (row.sequence === 9 ? changedAt(9) : row))))
    expect(verdict.bad?.record).toBe(8)
    expect(verdict.sealed).toBe(7)
  })

  it('was changed in one byte of its writing', async () => {
    const row = { ...at(4), body: at(4).body.replace('"kind"', ' "kind"') }
    const verdict = await judge(rows.map((each) => (each.sequence === 4 ? row : each)))
    expect(verdict.bad).toMatchObject({ record: 4, why: 'it is not written as a record is' })
  })

  it('was found by other words than it says', async () => {
    const row = { ...at(4), words: 'nothing of it' }
    const verdict = await judge(rows.map((each) => (each.sequence === 4 ? row : each)))
    expect(verdict.bad?.record).toBe(4)
  })

  it('was deleted', async () => {
    expect((await judge(without(5))).bad).toMatchObject({ record: 5 })
    expect((await judge(without(1))).bad).toMatchObject({ record: 1 })
  })

  it('was deleted, and all after it made to fit', async () => {
    expect((await judge(rechained(without(5)))).bad).toMatchObject({ record: 1 })
  })

  it('was put in', async () => {
    const [before, after] = [rows.slice(0, 4), rows.slice(4)]
    const put = rowOf({ ...recordAt(5), person: 'B. Durand', before: hashOf(at(4).body) })
    expect((await judge([...before, put, ...after])).bad).toMatchObject({ record: 5 })
    expect((await judge(rechained([...before, put, ...after]))).bad).toMatchObject({ record: 1 })
  })

  it('stands at another place', async () => {
    const order = [1, 2, 4, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    expect((await judge(order.map(at))).bad).toMatchObject({ record: 3 })
    const renumbered = order.map((sequence, index) => ({ ...at(sequence), sequence: index + 1 }))
    expect((await judge(renumbered)).bad).toMatchObject({ record: 3 })
  })

  it('stands in another block than its own', async () => {
    const swapped = rechained([...rows.slice(0, 1), ...rows.slice(7, 13), ...rows.slice(1, 7)])
    expect((await judge(swapped)).bad).toMatchObject({ record: 1 })
  })

  it('is another trail’s, of the same node', async () => {
    const mixed = [...rows.slice(0, 7), ...other.slice(7)]
    expect((await judge(mixed)).bad).not.toBeNull()
    expect((await judge(rechained(mixed))).bad).toMatchObject({ record: 8, why: 'it is of another trail' })
  })

  it('is missing at the end, where somebody remembers how far it went', async () => {
    const cut = rows.slice(0, 10)
    // all that is left fits: nothing within can say that there was more
    expect((await judge(cut)).bad).toBeNull()
    const remembered = { sequence: 13, hash: hashOf(at(13).body) }
    const verdict = await verifyTrail(cut, { authorities: null, stampAuthorities: null, remembered })
    expect(verdict.bad).toMatchObject({ record: 11 })
  })

  it('somebody signed whom the authority does not know', async () => {
    const theirs = await createAuthority('Theirs', Date.now())
    const folder = await aFolder()
    const trail = aTrail(folder)
    await trail.open([key], signerFor(await theirs.issueClient([['CN', 'wall-01']])))
    trail.record(act(1, 'forged'))
    await trail.settled(5000)
    await trail.dispose()
    const verdict = await judge(await rowsOf(folder))
    expect(verdict.bad?.why).toContain('not of this authority')
  })
})

it('a seal by a renewed certificate of the same authority holds', async () => {
  const folder = await aFolder()
  const trail = await anOpenTrail(folder)
  trail.record(act(1, 'before'))
  await trail.settled(5000)
  await trail.seal()
  await trail.open([key], signerFor(await (await ours()).issueClient([['CN', 'wall-01']])))
  trail.record(act(1, 'after'))
  await trail.settled(5000)
  await trail.dispose()
  expect(await judge(await rowsOf(folder))).toMatchObject({ bad: null, seals: 2 })
})

describe('a seal', () => {
  const day = 86_400_000
  const sealedBy = async (
    folder: string,
    signer: Awaited<ReturnType<typeof wall>>,
    now = () => Date.now(),
  ) => {
    const trail = aTrail(folder, { now })
    await trail.open([key], signer)
    trail.record(act(1, 'situation'))
    await trail.settled(5000)
    await trail.seal()
    await trail.dispose()
  }
  const issuedTo = async (name: string) => (await ours()).issueClient([['CN', name]])

  it('of a clock that was wrong is told, and alters nothing: what was changed behind it is still named', async () => {
    const folder = await aFolder()
    await sealedBy(folder, await wall(), () => Date.now() + 3000 * day)
    await sealedBy(folder, await wall())
    const all = await rowsOf(folder)
    const verdict = await judge(all)
    expect(verdict).toMatchObject({ bad: null, altered: null, seals: 2, outside: { seals: 1, first: 3 } })
    const { length } = all
    const last = { body: all[length - 1]!.body.replace('"signature":"', '"signature":"AAAA') }
    const changed = await judge([...all.slice(0, -1).map(({ body }) => ({ body })), last])
    expect(changed.altered).toMatchObject({ record: 4 })
  })

  it('of another node of the same authority is none of this trail', async () => {
    const folder = await aFolder()
    await sealedBy(folder, await wall())
    await sealedBy(folder, signerFor(await issuedTo('wall-02')))
    const all = await rowsOf(folder)
    const verdict = await judge(all)
    expect(verdict).toMatchObject({ seals: 1, subjects: ['CN=wall-01', 'CN=wall-02'], altered: null })
    expect(verdict.bad?.why).toContain('CN=wall-02')
    const known = { authorities: [(await ours()).certificate], stampAuthorities: null }
    const both = ['CN=wall-01', 'CN=wall-02']
    expect((await verifyTrail(all, { ...known, subjects: both })).bad).toBeNull()
    const theirs = await verifyTrail(all, { ...known, subjects: ['CN=wall-02'] })
    expect(theirs.bad).toMatchObject({ record: 3, why: expect.stringContaining('CN=wall-01') as string })
  })

  it('of a server’s certificate is none', async () => {
    const folder = await aFolder()
    await sealedBy(folder, signerFor(await (await ours()).issueServer(['wall-01'])))
    expect((await judge(await rowsOf(folder))).bad?.why).toContain('not for signing in')
  })
})

it('nothing of it can be read on the disk', async () => {
  const folder = await aFolder()
  const first = await anOpenTrail(folder)
  await first.dispose()
  const before = aTrail(folder)
  before.record({ kind: 'sign-in.refused', person: 'CANARI Martin' })
  const spool = readFileSync(join(folder, 'trail.spool'))
  expect(spool.toString('latin1')).not.toContain('CANARI')
  await before.open([key], await wall())
  await before.settled(5000)
  await before.dispose()
  const bytes = await readFile(trailFile(folder))
  for (const text of ['CANARI', 'sign-in', 'SQLite format'])
    for (const encoding of ['utf8', 'utf16le'] as const)
      expect(bytes.includes(Buffer.from(text, encoding))).toBe(false)
})

it('a database whose pages somebody changed is set aside, a new trail begins, and both is said', async () => {
  const folder = await aFolder()
  const first = await anOpenTrail(folder)
  first.record(act(1, 'situation'))
  await first.settled(5000)
  await first.dispose()
  const wrong = await openDatabase(join(folder, 'other.sqlite'), { key: Buffer.alloc(32, 9) })
  if (!wrong.ok) throw new Error(wrong.error.message)
  await wrong.value.script('CREATE TABLE record (body TEXT)')
  await wrong.value.close()
  await copyFile(join(folder, 'other.sqlite'), trailFile(folder))
  const second = await anOpenTrail(folder)
  expect(second.problems.at(-1)).toMatchObject({ code: 'trail.damaged' })
  second.record(act(2, 'situation'))
  await second.settled(5000)
  await second.dispose()
  const all = await rowsOf(folder)
  expect(all[0]?.body).toContain('trail.begun')
  expect((await judge(all)).bad).toBeNull()
})
