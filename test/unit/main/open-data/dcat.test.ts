/**
 * A catalog entry against DCAT-AP 3 (SEMIC): what it makes mandatory of a data set, a distribution and an agent, and what
 * each property may be. By hand: a SHACL validator would bring an RDF stack for three shapes.
 */
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
const [dcat, dct, foaf, xsd] = [
  'http://www.w3.org/ns/dcat#',
  'http://purl.org/dc/terms/',
  'http://xmlns.com/foaf/0.1/',
  'http://www.w3.org/2001/XMLSchema#',
]
const authority = 'http://publications.europa.eu/resource/authority/'
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** The nodes as RDF has them: whole addresses, each property a list. */
function expanded(node: Json, context: { [prefix: string]: string }): Json {
  const whole = (name: string): string => {
    const [prefix = '', rest] = name.split(/:(.*)/s)
    return rest !== undefined && Object.hasOwn(context, prefix) ? `${context[prefix]}${rest}` : name
  }
  const made: Json = {}
  for (const [name, value] of Object.entries(node)) {
    if (name === '@context') continue
    const all = (Array.isArray(value) ? value : [value]) as unknown[]
    if (name === '@type') made[name] = all.map((each) => whole(String(each)))
    else if (name.startsWith('@')) made[name] = value
    else
      made[whole(name)] = all.map((each) => (isObject(each) ? expanded(each, context) : { '@value': each }))
  }
  return made
}

type Range = (value: Json) => boolean
const isAddress: Range = ({ '@id': id }) => typeof id === 'string' && /^(?:https?:\/\/\S+|urn:\S+)$/.test(id)
const isText: Range = ({ '@value': text, '@type': type }) =>
  typeof text === 'string' && text.trim() !== '' && type === undefined
const isOf =
  (list: string): Range =>
  (value) =>
    isAddress(value) && String(value['@id']).startsWith(`${authority}${list}/`)
const isTime: Range = ({ '@value': value, '@type': type }) =>
  String(type) === `${xsd}dateTime` && !Number.isNaN(Date.parse(String(value)))

interface Property {
  least: number
  most: number
  range: Range
}
const any = Number.POSITIVE_INFINITY
const one = (range: Range, least = 0): Property => ({ least, most: 1, range })
const many = (range: Range, least = 0): Property => ({ least, most: any, range })
const node =
  (shape: () => { [name: string]: Property }, type: string): Range =>
  (value) =>
    faults(value, shape(), type).length === 0

const agent = () => ({ [`${foaf}name`]: many(isText, 1) })
const distribution = () => ({
  [`${dcat}accessURL`]: many(isAddress, 1),
  [`${dct}license`]: one(isAddress),
  [`${dct}format`]: one(isOf('file-type')),
  [`${dcat}mediaType`]: one((value) => String(value['@id']).startsWith('https://www.iana.org/assignments/')),
  [`${dct}title`]: many(isText),
})
const dataset = () => ({
  // mandatory
  [`${dct}title`]: many(isText, 1),
  [`${dct}description`]: many(isText, 1),
  // recommended: what an open product has of these it says so that another catalogue reads it
  [`${dct}publisher`]: one(node(agent, `${foaf}Agent`)),
  [`${dcat}distribution`]: many(node(distribution, `${dcat}Distribution`)),
  [`${dcat}theme`]: many(isOf('data-theme')),
  [`${dcat}keyword`]: many(isText),
  [`${dct}identifier`]: many(isText),
  [`${dct}accessRights`]: one(isOf('access-right')),
  [`${dct}accrualPeriodicity`]: one(isOf('frequency')),
  [`${dct}modified`]: one(isTime),
  [`${dct}source`]: many(isAddress),
})

/** What is wrong with it, by property; a property that no shape has is wrong too. */
function faults(value: Json, shape: { [name: string]: Property }, type: string): string[] {
  const wrong: string[] = []
  if (!(value['@type'] as string[] | undefined)?.includes(type)) wrong.push('@type')
  if (!isAddress(value)) wrong.push('@id')
  for (const [name, { least, most, range }] of Object.entries(shape)) {
    const all = (value[name] ?? []) as Json[]
    if (all.length < least || all.length > most || !all.every(range)) wrong.push(name)
  }
  for (const name of Object.keys(value))
    if (!name.startsWith('@') && !Object.hasOwn(shape, name)) wrong.push(name)
  return wrong
}
const faultsOf = (written: Json): string[] =>
  faults(expanded(written, written['@context'] as { [prefix: string]: string }), dataset(), `${dcat}Dataset`)

describe('an entry in another catalogue', () => {
  it.each([
    ['as it is', air],
    ['of an owner and a title that are written once', { ...air, title: 'Air', owner: { fr: 'A', en: 'B' } }],
    ['of a domain that no theme has', { ...air, domain: 'ops' }],
    ['with a licence by its address', { ...air, open: { ...air.open!, licence: 'https://l.example/1' } }],
    ['without series', { ...air, kind: 'feature' as const, series: {} }],
  ])('has what DCAT-AP makes mandatory, each in its range, %s', (_which, descriptor) => {
    expect(faultsOf(entry(descriptor))).toEqual([])
  })

  it('has every language once, and no two texts in none', () => {
    const titles = entry()['dct:title'] as { '@language'?: string }[]
    expect(titles.map((each) => each['@language'])).toEqual(['fr', 'en'])
  })

  it.each([
    ['dct:title', []],
    ['dct:description', [{ '@value': '' }]],
    ['dct:publisher', { '@id': 'urn:x:y', '@type': 'foaf:Agent' }],
    ['dcat:distribution', [{ '@id': 'urn:x:y', '@type': 'dcat:Distribution' }]],
    ['dct:modified', { '@value': 'yesterday' }],
    ['dct:accrualPeriodicity', { '@id': 'https://example/often' }],
    ['dct:invented', 'x'],
  ])('is told wrong where its %s is', (name, value) => {
    expect(faultsOf({ ...entry(), [name]: value })).toHaveLength(1)
  })
})
