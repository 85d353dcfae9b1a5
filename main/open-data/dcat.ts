/** A product's entry as other catalogues read it: DCAT 3, with what DCAT-AP 3 asks of a data set and its distributions. */
import { durationMs } from '../../preload/contract/product.ts'
import type { Words } from '../../preload/contract/words.ts'
import { licenceAddress } from './licence.ts'
import type { Said } from './leave.ts'

type Tagged = { '@language': string; '@value': string } | { '@value': string }
/** What is written once is tagged with no language: nobody said which it is. */
const tagged = (words: Words): Tagged[] =>
  typeof words === 'string'
    ? [{ '@value': words }]
    : [
        { '@language': 'fr', '@value': words.fr },
        { '@language': 'en', '@value': words.en },
      ]

const minute = 60_000
const day = 86_400_000
/** The words of the Publications Office for how often, each with the longest of it. */
const frequencies: readonly (readonly [word: string, atMost: number])[] = [
  ['UPDATE_CONT', 5 * minute],
  ['HOURLY', 60 * minute],
  ['DAILY', day],
  ['WEEKLY', 7 * day],
  ['MONTHLY', 31 * day],
  ['QUARTERLY', 92 * day],
  ['ANNUAL', 366 * day],
]
export const frequencyOf = (update: string): string => {
  const word = frequencies.find(([, atMost]) => durationMs(update) <= atMost)?.[0] ?? 'IRREG'
  return `http://publications.europa.eu/resource/authority/frequency/${word}`
}

/** The themes of the Publications Office for domains that Vigie knows. */
const themes: { readonly [domain: string]: string } = {
  transport: 'TRAN',
  logistics: 'TRAN',
  health: 'HEAL',
  environment: 'ENVI',
  security: 'JUST',
  manufacturing: 'ECON',
}

const describes: { readonly [kind: string]: { readonly fr: string; readonly en: string } } = {
  feature: { fr: 'État courant, par lieu', en: 'Current state, by place' },
  track: { fr: 'Positions courantes', en: 'Current positions' },
  metric: { fr: 'Dernières valeurs, par série', en: 'Latest values, by series' },
  note: { fr: 'Lignes de main courante', en: 'Lines of a log' },
}

/** @param said of an open product */
export function entryOf({ product, descriptor, at }: Said): object {
  const { title, owner, open, domain, kind, series = {} } = descriptor
  const about = describes[kind] ?? { fr: kind, en: kind }
  const ofSeries = Object.values(series).map((each) => each.title)
  const description = (language: 'fr' | 'en', update: string): string => {
    const names = ofSeries.map((words) => (typeof words === 'string' ? words : words[language]))
    const list = names.length === 0 ? '' : ` (${names.slice(0, 50).join(', ')})`
    return `${about[language]}${list} · ${product} · ${update}`
  }
  const licence = licenceAddress(open?.licence ?? '')
  const update = open?.update ?? ''
  const id = `urn:vigie:${product}`
  const distribution = (form: string, mediaType: string, type: string) => ({
    ...{ '@id': `${id}:${form}`, '@type': 'dcat:Distribution' },
    'dct:title': tagged(title),
    'dcat:accessURL': { '@id': open?.source },
    'dct:license': { '@id': licence, '@type': 'dct:LicenseDocument' },
    'dcat:mediaType': { '@id': `https://www.iana.org/assignments/media-types/${mediaType}` },
    'dct:format': { '@id': `http://publications.europa.eu/resource/authority/file-type/${type}` },
  })
  const theme = themes[domain]
  return {
    '@context': {
      dcat: 'http://www.w3.org/ns/dcat#',
      dct: 'http://purl.org/dc/terms/',
      foaf: 'http://xmlns.com/foaf/0.1/',
      xsd: 'http://www.w3.org/2001/XMLSchema#',
    },
    ...{ '@id': id, '@type': 'dcat:Dataset' },
    'dct:identifier': product,
    'dct:title': tagged(title),
    'dct:description': [
      { '@language': 'fr', '@value': description('fr', update) },
      { '@language': 'en', '@value': description('en', update) },
    ],
    'dct:publisher': { '@id': `${id}:owner`, '@type': 'foaf:Agent', 'foaf:name': tagged(owner) },
    'dct:accrualPeriodicity': { '@id': frequencyOf(update), '@type': 'dct:Frequency' },
    'dct:accessRights': {
      '@id': 'http://publications.europa.eu/resource/authority/access-right/PUBLIC',
      '@type': 'dct:RightsStatement',
    },
    'dct:modified': { '@type': 'xsd:dateTime', '@value': new Date(at).toISOString() },
    'dct:source': { '@id': open?.source },
    'dcat:keyword': [
      { '@language': 'fr', '@value': domain },
      { '@language': 'en', '@value': domain },
    ],
    ...(theme === undefined
      ? {}
      : { 'dcat:theme': { '@id': `http://publications.europa.eu/resource/authority/data-theme/${theme}` } }),
    'dcat:distribution': [
      distribution('csv', 'text/csv', 'CSV'),
      distribution('geojson', 'application/geo+json', 'GEOJSON'),
    ],
  }
}
