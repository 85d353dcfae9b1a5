/** What was released stays sealed on the disk: it opens with the vault's key alone, over a rotation too, and altered it is told. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepReports, openKeptAlone, type Kept } from '../../../../main/report/desk/kept.ts'
import { marked } from '../../../../preload/contract/report.ts'
import { draftedOf } from '../../../doubles/report.ts'

let folder: string
let told: string[]
const key = (fill: number): Buffer => Buffer.alloc(32, fill)
const paper = Buffer.from('%PDF-1.7 Démineurs sur place')

const one = (name = 'SYN-012-v1'): Kept => {
  const { synthesis } = draftedOf()
  return {
    ...{ format: 'vigie.kept.1', name, marking: synthesis.marking, digest: 'a'.repeat(64) },
    synthesis: marked({ ...synthesis, number: 12, released: 1000 }),
    ...{ recipients: ['Préfet'], by: { person: 'A. Martin', node: 'poste-07' }, draft: null },
    signed: {
      ...{ name: 'poste-07', subject: 'CN=poste-07', issuer: 'CN=CA', serial: '01' },
      ...{ until: 2000, at: 1000, stamp: null },
    },
    ...{ delivery: null, settled: true },
  }
}
const kept = () => keepReports(folder, (problem) => told.push(problem))
/** What a key opens of it. */
async function openedWith(...keys: Buffer[]) {
  const reports = kept()
  const opened = await reports.open(keys)
  return { reports, code: opened.ok ? null : opened.error.code }
}

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'vigie-kept-')), 'released')
  told = []
  const { reports } = await openedWith(key(1))
  expect(await reports.keep(one(), paper)).toEqual({ ok: true, value: undefined })
  reports.close()
})
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

describe('what was released', () => {
  it('is there again with its paper, once the vault is open', async () => {
    const { reports } = await openedWith(key(1))
    expect(reports.all()).toEqual([one()])
    expect(await reports.pdf('SYN-012-v1')).toEqual({ ok: true, value: paper })
  })
  it('is not open where the vault was closed while it opened', async () => {
    const reports = kept()
    const opening = reports.open([key(1)])
    reports.close()
    expect(await opening).toMatchObject({ ok: false, error: { code: 'report.signed-out' } })
    expect([reports.isOpen, reports.all()]).toEqual([false, []])
  })
  it('is in no file in clear', async () => {
    for (const name of await readdir(folder)) {
      const bytes = (await readFile(join(folder, name))).toString('latin1')
      expect(bytes).not.toContain('Préfet')
      expect(bytes).not.toContain(Buffer.from('Démineurs').toString('latin1'))
    }
  })
  it('opens with no other key, and nothing of it is told then', async () => {
    const { reports, code } = await openedWith(key(2))
    expect(code).toBe('cache.key-refused')
    expect(reports.all()).toEqual([])
    expect((await reports.pdf('SYN-012-v1')).ok).toBe(false)
  })
  it('is closed with the vault: nothing is told or kept', async () => {
    const { reports } = await openedWith(key(1))
    reports.close()
    expect(reports.all()).toEqual([])
    expect((await reports.keep(one('SYN-013-v1'), paper)).ok).toBe(false)
    expect((await readdir(folder)).some((name) => name.includes('013'))).toBe(false)
  })
  it('that somebody altered, or put under another name, is told of and left out; the others are there', async () => {
    const { reports: before } = await openedWith(key(1))
    await before.keep(one('SYN-013-v1'), paper)
    const file = join(folder, 'SYN-012-v1.data')
    const bytes = await readFile(file)
    bytes[40]! ^= 1
    await writeFile(file, bytes)
    await writeFile(join(folder, 'SYN-014-v1.data'), await readFile(join(folder, 'SYN-013-v1.data')))
    const { reports } = await openedWith(key(1))
    expect(reports.all().map(({ name }) => name)).toEqual(['SYN-013-v1'])
    expect(told.map((line) => line.split(':')[0]).sort()).toEqual(['SYN-012-v1', 'SYN-014-v1'])
  })
  it('answers to another key of the vault after a rotation, and to the old one no more', async () => {
    const alone = await openKeptAlone(folder, [key(1)])
    if (!alone.ok || alone.value === null) throw new Error('it is not there')
    expect(await alone.value.rekey(key(3))).toEqual({ ok: true, value: undefined })
    await alone.value.close()
    expect((await openedWith(key(1))).code).toBe('cache.key-refused')
    expect((await openedWith(key(3))).reports.all()).toEqual([one()])
  })
  it('is nothing to rotate where nothing was released', async () => {
    expect(await openKeptAlone(join(folder, 'none'), [key(1)])).toEqual({ ok: true, value: null })
  })
})
