import { mkdtemp, readFile, readdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { createLogExport } from '../../../main/export-log.ts'
import { defaultScheme } from '../../../preload/contract/marking.ts'
import { LogSheetSchema, mostSheetCharacters, type LogSheet } from '../../../preload/contract/log-sheet.ts'
import { ok } from '../../../preload/contract/result.ts'

const sheet = (...markings: string[]): LogSheet => ({
  about: 'Décisions 2',
  columns: [
    { head: 'Nº', wide: false },
    { head: 'Texte', wide: true },
  ],
  rows: markings.map((marking, at) => ({ marking, cells: [`CNCS-000${at + 1}`, '=1+1 <b>x</b>'] })),
})

async function exporting({ print = true, files = true, deskCeiling = 1, exercise = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-export-'))
  const pages: string[] = []
  const policy = { export: { print, files }, deskCeiling }
  const out = createLogExport({
    policy: () => ({
      ...{ ...policy, scheme: defaultScheme, organisation: 'CNCS', node: 'poste-07' },
      timeZone: 'Europe/Paris',
    }),
    ...{ language: () => 'fr', exercise, over: () => null, now: () => Date.UTC(2026, 6, 26, 17, 46) },
    choosePlace: (_over, name) => Promise.resolve(join(folder, name)),
    print(page) {
      pages.push(page)
      return Promise.resolve(ok(true))
    },
  })
  return { out, folder, pages, policy }
}

describe('the log leaves the desk', () => {
  it('no more of it at once than is held whole', () => {
    const cells = [' '.repeat(10_000), ' '.repeat(10_000)]
    const rows = (count: number) => Array.from({ length: count }, () => ({ marking: 'np', cells }))
    const most = mostSheetCharacters / 20_000
    const read = (count: number) => v.safeParse(LogSheetSchema, { ...sheet('np'), rows: rows(count) })
    expect(read(most).success).toBe(true)
    expect(read(most + 1).issues?.[0]?.message).toContain('narrow it first')
  })
  it('as a file that says its marking in its name and its head, the highest of its lines', async () => {
    const { out, folder } = await exporting()
    expect(await out.save(sheet('np', 'dr'))).toEqual(ok({ left: true }))
    const [name] = await readdir(folder)
    expect(name).toBe('main-courante_DR_20260726-1746Z.csv')
    const text = await readFile(join(folder, name ?? ''), 'utf8')
    const lines = text.split('\r\n')
    expect(lines[0]).toMatch(/^\ufeff"?EXERCICE · DIFFUSION RESTREINTE · Main courante · Décisions 2 · CNCS/)
    expect(lines[2]).toBe("CNCS-0001,'=1+1 <b>x</b>")
    expect((await stat(join(folder, name ?? ''))).mode & 0o777).toBe(0o600)
  })
  it('on paper with its marking above and below each page and page x of y, and nothing in it is markup', async () => {
    const { out, pages } = await exporting()
    expect(await out.print(sheet('np'))).toEqual(ok({ left: true }))
    expect(pages[0]).toMatch(/@top-center \{ content: "EXERCICE · NON PROTÉGÉ"/)
    expect(pages[0]).toMatch(/@bottom-center \{ content: "EXERCICE · NON PROTÉGÉ"/)
    expect(pages[0]).toContain('counter(page) " / " counter(pages)')
    expect(pages[0]).toContain('&lt;b&gt;x&lt;/b&gt;')
    expect(pages[0]).not.toContain('<b>x')
  })
  it('not where policy does not let it', async () => {
    const { out, folder, pages } = await exporting({ print: false, files: false })
    for (const answer of [await out.save(sheet('np')), await out.print(sheet('np'))])
      expect(answer).toMatchObject({ error: { code: 'policy.export-forbidden' } })
    expect([await readdir(folder), pages]).toEqual([[], []])
  })
  it('with nothing that is above the desk, nor of a marking that nobody knows', async () => {
    const { out, folder, pages } = await exporting({ deskCeiling: 0 })
    for (const rows of [sheet('np', 'dr'), sheet('zz')])
      for (const answer of [await out.save(rows), await out.print(rows)])
        expect(answer).toMatchObject({ error: { code: 'line.above' } })
    expect([await readdir(folder), pages]).toEqual([[], []])
  })
})
