/** A synthesis as EDXL-SitRep, judged by another reader of XML against schemas of our own: see edxl/README.md. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { XmlBufferInputProvider, XmlDocument, XsdValidator, xmlRegisterInputProvider } from 'libxml2-wasm'
import { beforeAll, describe, expect, it } from 'vitest'
import { following } from '../../../../main/report/differences.ts'
import { sitrepOf, xmlText } from '../../../../main/report/sitrep.ts'
import type { Synthesis } from '../../../../preload/contract/report.ts'
import { evening, incident, type Spoken } from './a-period.ts'
import { synthesisOf } from './a-synthesis.ts'

const folder = join(import.meta.dirname, 'edxl')
const prefixes = {
  s: 'urn:oasis:names:tc:emergency:EDXL:SitRep:1.0',
  ct: 'urn:oasis:names:tc:emergency:edxl:ct:1.0',
  gml: 'http://www.opengis.net/gml/3.2',
}

let schema: XsdValidator
beforeAll(async () => {
  const names = ['sitrep.xsd', 'ct.xsd', 'xnl.xsd', 'gml.xsd']
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  )
  xmlRegisterInputProvider(new XmlBufferInputProvider(files))
  schema = XsdValidator.fromDoc(
    XmlDocument.fromBuffer(files['sitrep.xsd'] ?? Buffer.of(), { url: 'sitrep.xsd' }),
  )
})

function read(it: Synthesis): { text(path: string): string; all(path: string): string[] } {
  const document = XmlDocument.fromBuffer(sitrepOf(it))
  schema.validate(document)
  const all = (path: string): string[] => document.find(path, prefixes).map((each) => each.content)
  return { all, text: (path) => all(path).join(' ') }
}

describe('a synthesis', () => {
  it('says who, when, how grave and how sure, and its report says what the paper says', async () => {
    const synthesis = await synthesisOf()
    const { text, all } = read(synthesis)
    expect(text('//s:reportNumber')).toBe('12')
    expect(text('//s:messageID')).toBe('CNCS SYN-012 v1')
    expect(text('//ct:fromDateTime')).toBe('2026-07-26T16:00:00+00:00')
    expect(text('//s:severity')).toBe('Extreme')
    expect(text('//s:reportConfidence')).toBe('Unsure')
    expect(all('//s:incidentID')).toEqual(['INC-042', 'INC-039'])
    expect(text('//gml:pos')).toBe('48.8609 2.3247')
    expect(text('//s:reportPurpose')).toMatch(/^DIFFUSION RESTREINTE /)
    const said = text('//s:observationText')
    expect(said).toMatch(/^DIFFUSION RESTREINTE\n/)
    for (const { statements } of synthesis.domains)
      for (const one of statements) expect(said).toContain(one.text)
    for (const { product, sequence } of synthesis.sources) expect(said).toContain(`${product} ${sequence}`)
  })

  it('names the one before it', async () => {
    const last = { ...(await synthesisOf()), number: 11, released: 1_785_000_000_000 }
    const it_ = following(await synthesisOf(), last, { digest: 'ab'.repeat(32), replaces: false })
    expect(read(it_).text('//s:precedingMessageID')).toBe('CNCS SYN-011 v1')
  })

  it('of a period in which nothing happened is one as well', async () => {
    const { text } = read(await synthesisOf('en', []))
    expect(text('//s:incidentID')).toBe('Unknown')
    expect(text('//s:reportConfidence')).toBe('NoConfidence')
    expect(text('//ct:geoCode/ct:value')).toBe('CNCS')
  })
})

describe('whatever text it has', () => {
  it('is written so that it is read as it was', async () => {
    const spoken: Spoken[] = evening().filter(({ name }) => name === 'transport.incidents')
    const hostile = `]]></s:sitRep><!ENTITY a "b">&a; ' " <?x?>`
    const [first] = spoken
    if (first === undefined) return expect.unreachable()
    first.said = [
      {
        entity: 'inc-1',
        minutes: 76,
        body: incident({ name: hostile, text: 'é'.repeat(900), severity: 'Severe' }),
      },
    ]
    const { text } = read(await synthesisOf('fr', spoken))
    expect(text('//s:observationText')).toContain(hostile)
    expect(text('//s:immediateNeeds').length).toBeLessThanOrEqual(1023)
  })

  it('holds no character that XML forbids', () => {
    const forbidden = '\u{0}\u{8}\u{b}\u{1f}\ud800\u{fffe}\u{ffff}'
    expect(xmlText(`a${forbidden}b\t\n\u{1f600}`)).toBe('ab\t\n\u{1f600}')
  })
})
