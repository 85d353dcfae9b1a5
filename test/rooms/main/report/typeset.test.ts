/** A synthesis on paper, as readers of other makes find it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { following } from '../../../../main/report/differences.ts'
import { typeset } from '../../../../main/report/typeset.ts'
import { canonicalForm, type Statement, type Synthesis } from '../../../../preload/contract/report.ts'
import { evening, incident, period, type Spoken } from './a-period.ts'
import { reportFolder, synthesisOf } from './a-synthesis.ts'

const execute = promisify(execFile)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-typeset-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function set(it: Synthesis): Promise<string> {
  const bytes = await typeset(it, reportFolder)
  if (!bytes.ok) throw new Error(bytes.error.message)
  const file = join(folder, 'page.pdf')
  await writeFile(file, bytes.value)
  return file
}
const said = async (command: string, ...args: string[]) =>
  (await execute(command, args, { maxBuffer: 32e6 })).stdout
const textOf = (file: string) => said('pdftotext', '-layout', file, '-')

describe.each(['fr', 'en'] as const)('in %s', (language) => {
  let it_: Synthesis
  let file: string
  beforeAll(async () => {
    it_ = await synthesisOf(language)
    file = await set(it_)
  })

  it('is A4, tagged, archival and accessible, with its language and title', async () => {
    const info = await said('pdfinfo', file)
    expect(info).toMatch(/^Tagged: +yes$/m)
    expect(info).toMatch(/^Page size: .*\(A4\)$/m)
    expect(info).toMatch(/^Pages: +3$/m)
    expect(info).toContain('SYN-012')
    const metadata = await said('pdfinfo', '-meta', file)
    for (const stated of [
      '<pdfaid:part>3</pdfaid:part>',
      '<pdfaid:conformance>A</pdfaid:conformance>',
      '<pdfuaid:part>1</pdfuaid:part>',
      'http://www.aiim.org/pdfua/ns/id/',
    ])
      expect(metadata).toContain(stated)
    const open = join(folder, 'open.pdf')
    await execute('qpdf', ['--qdf', '--object-streams=disable', file, open])
    const objects = (await readFile(open)).toString('latin1')
    expect(objects).toContain('/DisplayDocTitle true')
    expect(objects).toMatch(new RegExp(`/Lang \\(${language}`))
    expect(objects).toContain('/S /GTS_PDFA1')
    expect(objects).toContain('/Tabs /S')
    expect(objects).toContain('/AFRelationship /Data')
    expect(await said('pdfinfo', '-struct', file)).toMatch(/H1[^]*H2[^]*Table/)
  })

  it('embeds every font, and holds together', async () => {
    const fonts = (await said('pdffonts', file)).trim().split('\n').slice(2)
    expect(fonts.length).toBeGreaterThan(2)
    for (const font of fonts) expect(font).toMatch(/Inter-\w+ .* yes yes yes /)
    await execute('qpdf', ['--check', file])
  })

  it('has its marking at the top and bottom of every page, and which page it is', async () => {
    for (const page of [1, 2, 3]) {
      const text = await said('pdftotext', '-layout', '-f', `${page}`, '-l', `${page}`, file, '-')
      expect(text.match(/DIFFUSION RESTREINTE/g)).toHaveLength(2)
      expect(text.match(language === 'fr' ? /EXERCICE/g : /EXERCISE/g)).toHaveLength(2)
      expect(text).toContain(language === 'fr' ? `page ${page} sur 3` : `page ${page} of 3`)
    }
  })

  it('has its data attached, as it was', async () => {
    expect(await said('qpdf', '--show-attachment=synthesis.json', file)).toBe(canonicalForm(it_))
  })
})

describe('a map', () => {
  it('is on the first page where something has a place, and told to who can’t see it', async () => {
    const file = await set(await synthesisOf('fr'))
    const open = join(folder, 'open.pdf')
    await execute('qpdf', ['--qdf', '--object-streams=disable', file, open])
    const objects = (await readFile(open)).toString('latin1')
    // as a PDF writes what is not of the Latin alphabet alone
    const alt = Buffer.from('Carte des incidents ouverts', 'utf16le').swap16().toString('hex')
    expect(objects).toContain(`/Alt <feff${alt}`)
    expect(await said('pdftotext', '-l', '1', file, '-')).toContain('Natural Earth')
  })

  it('is left out where nothing has one, and all the rest is there', async () => {
    const made = await synthesisOf('fr')
    const { map: _, ...without } = made
    const text = await textOf(await set(without))
    expect(text).not.toContain('Natural Earth')
    for (const heading of [
      'Événements clés',
      'Décisions',
      'Situation par domaine',
      'Courbes',
      'Perspectives',
    ])
      expect(text).toContain(heading)
    for (const { about } of made.events.shown) expect(text).toContain(about)
  })
})

it('one that follows another says which, and what differs, was before, and is said no more', async () => {
  const made = await synthesisOf('fr')
  const [first, ...others] = made.domains
  if (first === undefined) return expect.unreachable()
  const gone = { ...first.statements[0], key: 'gone', text: 'Pont fermé.' } as Statement
  const last = {
    ...{ ...made, number: 11, released: period.to - 98 * 60_000, recipients: ['préfecture de police'] },
    domains: [{ ...first, statements: [...first.statements, gone] }, ...others],
    figures: made.figures.map((one) => ({ ...one, now: 7 })),
  }
  const next = following(made, last, { digest: 'ab'.repeat(32), replaces: false })
  const text = (await textOf(await set(next))).replace(/[\s\u00a0\u202f]+/g, ' ')
  for (const said of [
    'fait suite au nº 11 de 18:07',
    'préfecture de police',
    'Pont fermé.',
    '1 ne figure plus',
    'Depuis le nº 11',
  ])
    expect(text).toContain(said)
  expect(text).toMatch(/1\.1 = /)
  expect(text).toMatch(/Interventions ouvertes 7 36 \+ 29/)
  const second = following({ ...made, version: 2 }, last, { digest: 'ab'.repeat(32), replaces: true })
  expect((await textOf(await set(second))).replace(/\s+/g, ' ')).toContain('remplace la version 1 de 18:07')
})

describe('a text from the platform', () => {
  const hostile = [
    '#read("/etc/passwd")',
    '#eval("1+1")',
    '#import "@preview/x:1.0.0": *',
    '"] #panic("out") [',
    '\\u{23}sys.version $x^2$ *bold* _it_ `raw` <label> @ref //comment',
    '</rdf:li>&<script>',
  ]
  it('stays a text, whatever it says', async () => {
    const spoken: Spoken[] = evening().filter(({ name }) => name === 'transport.incidents')
    const [first] = spoken
    if (first === undefined) return expect.unreachable()
    first.said = hostile.map((name, i) => ({
      entity: `inc-${100 + i}`,
      minutes: 76,
      body: incident({ name, place: name, text: name, engaged: name, severity: 'Severe', status: 'open' }),
    }))
    const made = await synthesisOf('fr', spoken)
    const organisation = hostile.join(' ').slice(0, 200)
    const text = (await textOf(await set({ ...made, organisation, title: hostile[2] ?? '' }))).replace(
      /\s+/g,
      '',
    )
    for (const each of hostile) expect(text).toContain(each.replace(/\s+/g, ''))
    expect(text).not.toContain('root:')
  })

  it('is never read by the template as its own language, and no package is asked for', async () => {
    const template = await readFile(join(reportFolder, 'synthesis.typ'), 'utf8')
    expect(template).not.toMatch(/\b(eval|import|include|plugin)\b(?!\w)(?=[ (])(?<!opens )/)
    expect(template.match(/\b(read|json|yaml|csv|toml|xml|cbor)\(/g)).toEqual(['json(', 'read('])
  })
})

it('a template that asks for a file of this machine, or for nothing that there is, sets nothing', async () => {
  const other = await mkdtemp(join(tmpdir(), 'vigie-template-'))
  try {
    await execute('cp', ['-r', join(reportFolder, 'fonts'), other])
    for (const source of ['#read("/etc/hostname")', '#read("../../../etc/hostname")', '#nothing'])
      expect(
        await writeFile(join(other, 'synthesis.typ'), source).then(async () =>
          typeset(await synthesisOf('fr', []), other),
        ),
      ).toMatchObject({ ok: false, error: { code: 'report.unset' } })
  } finally {
    await rm(other, { recursive: true, force: true })
  }
})
