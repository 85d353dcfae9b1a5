/**
 * A catalog entry against DCAT-AP 3.0 (SEMIC) and against what an open product says besides: read as any other catalogue
 * reads it (JSON-LD to RDF), and judged by shapes that a SHACL validator of another make holds it against.
 */
import { readFileSync } from 'node:fs'
import jsonld from 'jsonld'
import { Parser, Store } from 'n3'
import Validator from 'rdf-validate-shacl'
import { describe, expect, it } from 'vitest'
import { entryOf } from '../../../../main/open-data/dcat.ts'
import { bannerOf, type Described } from '../../../../main/open-data/leave.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'

const at = Date.UTC(2026, 6, 26, 17, 46)
const air: Described = {
  title: { fr: 'Qualité de l’air', en: 'Air quality' },
  ...{ owner: 'Airparif', domain: 'environment', kind: 'metric', marking: 'np' },
  ...{ freshness: 'PT3M', retention: 'P1D' },
  series: { ozone: { title: { fr: 'Ozone', en: 'Ozone' }, unit: 'ug/m3' } },
  open: { licence: 'etalab-2.0', source: 'https://data.example/air', update: 'PT1H' },
}
const entry = (descriptor: Described = air): Json =>
  JSON.parse(
    JSON.stringify(
      entryOf({
        ...{ product: 'environment.air', descriptor, rank: 0, scheme: defaultScheme, language: 'fr' },
        ...{ banner: bannerOf({ scheme: defaultScheme, rank: 0 }, 'fr', false), by: 'CNCS · poste-07', at },
      }),
    ),
  ) as Json

type Json = { [key: string]: unknown }

const shapesIn = (file: string): Validator =>
  new Validator(
    new Store(
      new Parser().parse(readFileSync(new URL(`../../../fixtures/dcat-ap/${file}`, import.meta.url), 'utf8')),
    ),
  )
const profile = shapesIn('dcat-ap.ttl')
const ours = shapesIn('open-product.ttl')
const parse = (quads: string) => new Store(new Parser({ format: 'N-Quads' }).parse(quads))

/** Which properties of which kind of node are wrong, by either; names without their vocabulary. */
async function faultsOf(written: Json, judges = [profile, ours]): Promise<string[]> {
  // an address elsewhere is never asked for: the context is in the entry
  const documentLoader = () => Promise.reject(new Error('offline'))
  const quads = await jsonld.toRDF(written, { format: 'application/n-quads', documentLoader })
  const data = parse(quads as unknown as string)
  const wrong = new Set<string>()
  for (const judge of judges)
    for (const { path, focusNode } of (await judge.validate(data)).results)
      wrong.add(`${focusNode?.value ?? ''} ${(path?.value ?? '').split(/[#/]/).at(-1)}`)
  return [...wrong].sort()
}

describe('an entry in another catalogue', () => {
  it.each([
    ['as it is', air],
    ['of an owner and a title that are written once', { ...air, title: 'Air', owner: { fr: 'A', en: 'B' } }],
    ['of a domain that no theme has', { ...air, domain: 'ops' }],
    ['with a licence by its address', { ...air, open: { ...air.open!, licence: 'https://l.example/1' } }],
    ['without series', { ...air, kind: 'feature' as const, series: {} }],
  ])('is what DCAT-AP and an open product ask for, %s', async (_which, descriptor) => {
    expect(await faultsOf(entry(descriptor))).toEqual([])
  })

  it('has every language once, and no two texts in none', () => {
    const titles = entry()['dct:title'] as { '@language'?: string }[]
    expect(titles.map((each) => each['@language'])).toEqual(['fr', 'en'])
  })

  const id = 'urn:vigie:environment.air'
  const file = (): Json[] => entry()['dcat:distribution'] as Json[]
  const without = (name: string): Json[] =>
    file().map((each) => Object.fromEntries(Object.entries(each).filter(([key]) => key !== name)))
  it.each<[string, Json, string[]]>([
    ['has no title', { 'dct:title': [] }, [`${id} title`]],
    ['has an empty description', { 'dct:description': [{ '@value': ' ' }] }, [`${id} description`]],
    [
      'has two titles in one language',
      { 'dct:title': ['A', 'B'].map((text) => ({ '@language': 'fr', '@value': text })) },
      [`${id} title`],
    ],
    ['has no publisher', { 'dct:publisher': [] }, [`${id} publisher`]],
    [
      'has one without a name',
      { 'dct:publisher': { '@id': 'urn:x:y', '@type': 'foaf:Agent' } },
      ['urn:x:y name'],
    ],
    ['has one that is a text', { 'dct:publisher': 'Airparif' }, [`${id} publisher`]],
    [
      'has no licence',
      { 'dcat:distribution': without('dct:license') },
      [`${id}:csv license`, `${id}:geojson license`],
    ],
    ['has no files', { 'dcat:distribution': [] }, [`${id} distribution`]],
    [
      'has files that are nowhere',
      { 'dcat:distribution': without('dcat:accessURL') },
      [`${id}:csv accessURL`, `${id}:geojson accessURL`],
    ],
    [
      'changed at no time',
      { 'dct:modified': { '@type': 'xsd:dateTime', '@value': 'yesterday' } },
      [`${id} modified`],
    ],
    [
      'changes as nobody else says',
      { 'dct:accrualPeriodicity': { '@id': 'https://example/often', '@type': 'dct:Frequency' } },
      [`${id} accrualPeriodicity`],
    ],
    [
      'comes from a page as if that were data',
      { 'dct:source': { '@id': 'https://data.example/air' } },
      [`${id} source`],
    ],
    ['says what nobody knows', { 'dct:invented': 'x' }, [`${id} invented`]],
  ])('is told wrong where it %s', async (_what, change, wrong) => {
    expect(await faultsOf({ ...entry(), ...change })).toEqual(wrong)
  })
})
