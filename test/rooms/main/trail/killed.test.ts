/** Whatever kills the node, and when: what was recorded is in the trail, once, and the trail is whole. */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { openDatabase } from '../../../../main/engine/cache/database.ts'
import { trailFile } from '../../../../main/trail/ledger.ts'
import { openSpool, readSpoolKey, spoolFile } from '../../../../main/trail/spool.ts'
import { entryOf } from '../../../../main/trail/record.ts'
import { until } from '../engine/an-engine.ts'
import { childProgram } from '../../../platform/built.ts'
import { aFolder, aTrail, anOpenTrail, issuedWall, judge, key, kindsIn, rowsOf, wall } from './a-trail.ts'

vi.setConfig({ testTimeout: 180_000 })

/** @returns what it said was recorded, once it is dead */
async function recordAndDie(
  folder: string,
  round: number,
  records: number,
  opens: boolean,
): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [
      childProgram('main/trail/recording-child'),
      folder,
      String(round).padStart(2, '0'),
      opens ? 'opens' : '',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  child.stdin.end(JSON.stringify(await issuedWall()))
  const said: string[] = []
  createInterface(child.stdout).on('line', (line) => {
    said.push(line)
    if (said.length === records) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.once('close', resolve))
  return said
}

const subjectsIn = async (folder: string): Promise<string[]> =>
  (await rowsOf(folder))
    .map(({ body }) => JSON.parse(body) as { kind: string; subject: string })
    .filter(({ kind }) => kind === 'act.show-scene')
    .map(({ subject }) => subject)

it('after 20 kills, some before anybody signed in, each record is there once, in order, and the chain is whole', async () => {
  const folder = await aFolder()
  await (await anOpenTrail(folder)).dispose()
  const said: string[] = []
  for (let round = 0; round < 20; round += 2) {
    // two at a time would be two nodes on one profile: one after the other
    said.push(...(await recordAndDie(folder, round, 1 + 7 * round, true)))
    said.push(...(await recordAndDie(folder, round + 1, 1 + round, false)))
  }
  const last = await anOpenTrail(folder)
  await last.dispose()
  const subjects = await subjectsIn(folder)
  expect(said.filter((id) => !subjects.includes(id))).toEqual([])
  expect(new Set(subjects).size).toBe(subjects.length)
  expect(subjects).toEqual([...subjects].sort())
  const rows = await rowsOf(folder)
  expect(await judge(rows)).toMatchObject({ bad: null, sealed: rows.length })
  expect(existsSync(spoolFile(folder))).toBe(false)
})

it('what was recorded before the vault ever opened is in the trail once it does', async () => {
  const folder = await aFolder()
  const trail = aTrail(folder)
  trail.record({ kind: 'start' })
  trail.record({ kind: 'sign-in.refused', refused: 'identity.passphrase-wrong' })
  await trail.open([key], await wall())
  await trail.dispose()
  expect(await kindsIn(folder)).toEqual(['start', 'sign-in.refused'])
})

it('a record that a power cut tore is said to be missing, and those around it are there', async () => {
  const folder = await aFolder()
  await (await anOpenTrail(folder)).dispose()
  const first = aTrail(folder)
  first.record({ kind: 'start' })
  first.record({ kind: 'platform' })
  const { length } = readFileSync(spoolFile(folder))
  truncateSync(spoolFile(folder), length - 10)
  const second = aTrail(folder)
  second.record({ kind: 'sign-in' })
  await second.open([key], await wall())
  await second.dispose()
  const kinds = (await rowsOf(folder)).map(({ body }) => JSON.parse(body) as { kind: string; detail: object })
  expect(
    kinds.filter(({ kind }) => ['start', 'platform', 'sign-in'].includes(kind)).map(({ kind }) => kind),
  ).toEqual(['start', 'sign-in'])
  expect(kinds.find(({ kind }) => kind === 'trail.lost')?.detail).toMatchObject({ count: 1 })
})

it('nobody who only has the folder puts a seal or a certificate in by the spool', async () => {
  const folder = await aFolder()
  await (await anOpenTrail(folder)).dispose()
  const spool = openSpool(spoolFile(folder), readSpoolKey(folder)!)
  const forged = entryOf(
    { kind: 'trail.certificate', detail: { certificate: 'theirs', chain: [] } },
    'poste 1',
    1,
  )
  spool.add(JSON.stringify(forged))
  spool.close()
  appendFileSync(spoolFile(folder), 'rubbish\n9 AAAA\nrun rubbish\n')
  await (await anOpenTrail(folder)).dispose()
  const rows = await rowsOf(folder)
  expect(rows.some(({ body }) => body.includes('theirs'))).toBe(false)
  expect(rows.some(({ body }) => body.includes('"trail.lost"'))).toBe(true)
  expect((await judge(rows)).bad).toBeNull()
})

it.each([
  ['no JSON', 'not json'],
  ['no record', '[]'],
  [
    'a record that no database takes',
    JSON.stringify(entryOf({ kind: 'act.blank', subject: 'theirs' }, 'poste 1', 1)).replace(
      '"detail":{}',
      `"detail":{"a":${'['.repeat(1500)}${']'.repeat(1500)}}`,
    ),
  ],
])('whoever has the folder and puts in %s loses nothing but that line', async (_, line) => {
  const folder = await aFolder()
  await (await anOpenTrail(folder)).dispose()
  const spool = openSpool(spoolFile(folder), readSpoolKey(folder)!)
  spool.add(line)
  spool.close()
  const trail = aTrail(folder)
  trail.record({ kind: 'start' })
  const opened = await trail.open([key], await wall())
  expect(opened.ok).toBe(true)
  trail.record({ kind: 'platform' })
  expect(await trail.settled(5000)).toBe(true)
  await trail.dispose()
  expect(await kindsIn(folder)).toEqual(['start', 'platform'])
  const rows = await rowsOf(folder)
  expect(rows.filter(({ body }) => body.includes('"trail.lost"'))).toHaveLength(1)
  expect((await judge(rows)).bad).toBeNull()
})

it('a folder that takes nothing is told, and what was recorded comes to the trail once it does', async () => {
  const folder = await aFolder()
  const trail = aTrail(join(folder, 'file', 'below'))
  appendFileSync(join(folder, 'file'), 'no folder')
  trail.record({ kind: 'start' })
  const opened = await trail.open([key], await wall()).catch((error: unknown) => error)
  expect(opened).toMatchObject({ ok: false, error: { code: 'trail.unwritable' } })
  expect(trail.problems.at(-1)).toMatchObject({ code: 'trail.unwritable' })
  expect(await trail.settled(10)).toBe(false)
})

it('a database that takes nothing is tried now and then, not at every record, and has all of it at the end', async () => {
  const folder = await aFolder()
  const trail = await anOpenTrail(folder)
  const other = await openDatabase(trailFile(folder), { key })
  if (!other.ok) throw new Error(other.error.message)
  await other.value.script(
    "CREATE TRIGGER full BEFORE INSERT ON record BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
  )
  for (let number = 0; number < 3; number++) {
    trail.record({ kind: 'act.blank', subject: `${number}` })
    await until(() => trail.problems.some((problem) => problem?.code === 'trail.unwritable'), 'it is told')
    expect(await trail.settled(50)).toBe(false)
  }
  expect(trail.problems).toHaveLength(1)
  await other.value.script('DROP TRIGGER full')
  await other.value.close()
  await trail.dispose()
  expect(await kindsIn(folder)).toEqual(['act.blank', 'act.blank', 'act.blank'])
})
