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

/** The themes of the Publications Office, and what it calls them, for domains that Vigie knows. */
const transport = ['TRAN', { fr: 'Transports', en: 'Transport' }] as const
const themes: { readonly [domain: string]: readonly [theme: string, label: Words] } = {
  transport,
  logistics: transport,
  health: ['HEAL', { fr: 'Santé', en: 'Health' }],
  environment: ['ENVI', { fr: 'Environnement', en: 'Environment' }],
  security: [
    'JUST',
    {
      fr: 'Justice, système juridique et sécurité publique',
      en: 'Justice, legal system and public safety',
    },
  ],
  manufacturing: ['ECON', { fr: 'Économie et finances', en: 'Economy and finance' }],
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
    'dcat:mediaType': {
      '@id': `https://www.iana.org/assignments/media-types/${mediaType}`,
      '@type': 'dct:MediaType',
    },
    'dct:format': {
      '@id': `http://publications.europa.eu/resource/authority/file-type/${type}`,
      '@type': 'dct:MediaTypeOrExtent',
    },
  })
  const theme = Object.hasOwn(themes, domain) ? themes[domain] : undefined
  return {
    '@context': {
      dcat: 'http://www.w3.org/ns/dcat#',
      dct: 'http://purl.org/dc/terms/',
      foaf: 'http://xmlns.com/foaf/0.1/',
      skos: 'http://www.w3.org/2004/02/skos/core#',
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
    // a page that leads to it; what DCAT-AP calls a source is another data set
    'dcat:landingPage': { '@id': open?.source, '@type': 'foaf:Document' },
    'dcat:keyword': [
      { '@language': 'fr', '@value': domain },
      { '@language': 'en', '@value': domain },
    ],
    ...(theme === undefined
      ? {}
      : {
          'dcat:theme': {
            '@id': `http://publications.europa.eu/resource/authority/data-theme/${theme[0]}`,
            '@type': 'skos:Concept',
            'skos:prefLabel': tagged(theme[1]),
          },
        }),
    'dcat:distribution': [
      distribution('csv', 'text/csv', 'CSV'),
      distribution('geojson', 'application/geo+json', 'GEOJSON'),
    ],
  }
}
