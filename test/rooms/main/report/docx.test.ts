/** A synthesis for a word processor, as one of another make opens it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docxOf } from '../../../../main/report/docx.ts'
import type { Synthesis } from '../../../../preload/contract/report.ts'
import { reportFolder, synthesisOf } from './a-synthesis.ts'

const execute = promisify(execFile)
const said = async (command: string, ...args: string[]) =>
  (await execute(command, args, { maxBuffer: 32e6 })).stdout
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-docx-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** @returns the PDF that LibreOffice makes of it */
async function opened(it: Synthesis, name: string): Promise<string> {
  const bytes = await docxOf(it, reportFolder)
  if (!bytes.ok) throw new Error(bytes.error.message)
  await writeFile(join(folder, `${name}.docx`), bytes.value)
  // its settings lie in a folder of their own: another one that runs is not asked
  const own = `-env:UserInstallation=file://${join(folder, 'office')}`
  await execute('soffice', [
    own,
    '--headless',
    '--convert-to',
    'pdf',
    '--outdir',
    folder,
    join(folder, `${name}.docx`),
  ])
  return join(folder, `${name}.pdf`)
}

describe('a word processor of another make', () => {
  it('finds headings, statements and figures, and the marking and its number on every page', async () => {
    const synthesis = await synthesisOf('fr')
    const file = await opened(synthesis, 'fr')
    const all = (await said('pdftotext', '-layout', file, '-')).replace(/\s+/g, ' ')
    for (const heading of [
      'Point de situation nº 12',
      'En bref',
      'Événements clés',
      'Décisions',
      'Situation par domaine',
    ])
      expect(all).toContain(heading)
    const flat = (text: string) => text.replace(/\s+/g, '')
    const words = flat(await said('pdftotext', file, '-'))
    for (const { text } of synthesis.brief) expect(words).toContain(flat(text).slice(0, 40))
    const info = await said('pdfinfo', file)
    expect(info).toMatch(/Page size: .*\(A4\)/)
    const pages = Number(/^Pages: +(\d+)$/m.exec(info)?.[1])
    expect(pages).toBeGreaterThan(1)
    for (let page = 1; page <= pages; page++) {
      const text = await said('pdftotext', '-layout', '-f', `${page}`, '-l', `${page}`, file, '-')
      expect(text.match(/DIFFUSION RESTREINTE/g)?.length).toBeGreaterThanOrEqual(2)
      expect(text).toContain(`page ${page} sur ${pages}`)
      expect(text).toContain('EXERCICE')
    }
    expect((await said('pdfimages', '-list', file)).split('\n').length).toBeGreaterThan(3)
  })

  it('finds a period without incidents whole as well, and without a map', async () => {
    const file = await opened(await synthesisOf('en', []), 'en')
    const all = await said('pdftotext', '-layout', file, '-')
    expect(all).toContain('Situation report')
    expect((await said('pdfimages', '-list', file)).trim().split('\n')).toHaveLength(2)
  })
})

it('its map is told to who can’t see it, its language is said, and its headings are headings', async () => {
  const bytes = await docxOf(await synthesisOf('fr'), reportFolder)
  if (!bytes.ok) throw new Error(bytes.error.message)
  const file = join(folder, 'parts.docx')
  await writeFile(file, bytes.value)
  // a reader of archives that is on every machine with Python
  const part = (name: string) =>
    said(
      'python3',
      '-c',
      'import sys,zipfile;sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())',
      file,
      name,
    )
  const document = await part('word/document.xml')
  expect(document).toMatch(/descr="Carte des incidents ouverts[^"]*1 INC-042, extrême/)
  expect(document).toContain('w:val="Heading2"')
  expect(document).toContain('<w:tblHeader/>')
  expect(await part('word/styles.xml')).toMatch(/<w:lang w:val="fr-FR"/)
  expect((await readFile(file)).length).toBeLessThan(1_000_000)
})
