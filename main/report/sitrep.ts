/**
 * A synthesis as EDXL-SitRep 1.0 (OASIS, Committee Specification 02): its header, and one report of the type
 * FieldObservation, whose text is what the paper says, line by line. Times are universal. The standard has no marking of
 * its own here (its envelope, EDXL-DE, has): it stands in the purpose and before the text.
 */
import { worst } from '../../preload/contract/incident.ts'
import {
  canonicalForm,
  synthesisName,
  type Statement,
  type Synthesis,
} from '../../preload/contract/report.ts'
import { digestOf, paperOf } from './paper.ts'

const namespaces = {
  sitrep: 'urn:oasis:names:tc:emergency:EDXL:SitRep:1.0',
  ct: 'urn:oasis:names:tc:emergency:edxl:ct:1.0',
  xnl: 'urn:oasis:names:tc:emergency:edxl:ciq:1.0:xnl',
  gml: 'http://www.opengis.net/gml/3.2',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
} as const

/** EDXLStringType holds no more. */
const mostCharacters = 1023

/** What no document of XML 1.0 may hold (its production 2, Char), however it is written. */
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu
const escapes: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\r': '&#13;' },
}
export const xmlText = (text: string): string =>
  text.replace(forbidden, '').replace(/[&<>"'\r]/g, (each) => escapes[each] ?? '')

/** Never half of a character: what is left of one at the end is dropped. */
const short = (text: string): string =>
  text
    .replace(forbidden, '')
    .slice(0, mostCharacters)
    .replace(/[\ud800-\udbff]$/, '')

type Content = string | readonly string[]
/** @param content a text, or elements as they are written */
const element = (name: string, content: Content, attributes = ''): string =>
  `<${name}${attributes}>${typeof content === 'string' ? xmlText(content) : content.join('')}</${name}>`

/** EDXLDateTimeType: seconds, and an offset in digits. */
const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+00:00`

const named = (it: Pick<Synthesis, 'organisation'>, number: number, version: number): string =>
  short(`${it.organisation} ${synthesisName(number)} v${version}`)

const person = (name: string, who: string, at: number): string =>
  element(name, [
    element('ct:personDetails', [element('xnl:personName', [element('xnl:nameElement', short(who))])]),
    element('ct:timeValue', time(at)),
  ])

/** The worst that is known of: what is least sure decides how sure the whole is. */
const confidences = { 1: 'Unsure', 2: 'SomewhatConfident', 3: 'HighlyConfident' } as const
function confidenceOf(it: Synthesis): string {
  const all = it.domains.flatMap(({ statements }) => statements)
  if (all.length === 0) return 'NoConfidence'
  return confidences[Math.min(...all.map(({ confidence }) => confidence)) as Statement['confidence']]
}

/** Where the worst is, else where the words say: nothing has a place. */
function location(it: Synthesis): string {
  const [first] = it.map?.places ?? []
  if (first !== undefined) {
    const [lon, lat] = first.at
    return element('sitrep:observationLocation', [
      element('ct:EDXLGeoLocation', [
        element(
          'gml:point',
          [element('gml:pos', `${lat} ${lon}`)],
          ' gml:Id="place-1" SrsName="urn:ogc:def:crs:EPSG::4326"',
        ),
      ]),
    ])
  }
  return element('sitrep:observationLocation', [
    element('ct:EDXLGeoPoliticalLocation', [
      element('ct:geoCode', [
        element('ct:valueListURI', 'urn:vigie:organisation'),
        element('ct:value', short(it.organisation)),
      ]),
    ]),
  ])
}

/** As the paper says it: sections one after the other, each statement with its marking and how sure it is. */
function linesOf(it: Synthesis): string[] {
  const d = paperOf(it, null, null)
  const told = (one: { mark: string; text: string }): string => `${one.mark} ${one.text}`
  const section = (title: string, rows: readonly string[]): string[] =>
    rows.length === 0 ? [] : ['', title.toLocaleUpperCase(it.language), ...rows]
  return [
    d.banner,
    `${d.id}, ${d.version} – ${d.title}`,
    ...section(
      d.brief.title,
      d.brief.rows.map((one) => `${one.word} ${told(one)}`),
    ),
    ...section(
      d.domains.title,
      d.domains.rows.flatMap((each) => [
        `${each.title} – ${each.word} (${each.before})`,
        ...each.statements.map((one) => `${one.number} ${told(one)} [${one.reliability}${one.confidence}]`),
      ]),
    ),
    ...section(
      d.events.title,
      d.events.rows.map((one) => `${one.time} ${one.word} (${one.mark}) ${one.text} – ${one.about}`),
    ),
    ...section(
      d.figures.title,
      d.figures.rows.map((one) => `${one.title} : ${one.now} (${one.before} ; ${one.change})`),
    ),
    ...section(
      d.resources.title,
      d.resources.rows.map((one) => `${one.title} : ${one.now} (${one.change})`),
    ),
    ...section(d.engaged.title, d.engaged.rows.map(told)),
    ...section(
      d.decisions.title,
      d.decisions.rows.map((one) => `${one.number} ${told(one)} – ${one.state} ${one.due}`.trimEnd()),
    ),
    ...section(
      d.outlook.title,
      d.outlook.rows.map((one) => `${one.time} ${told(one)}`),
    ),
    ...section(d.gone.title, d.gone.rows.map(told)),
    ...section(
      d.limits.title,
      d.limits.rows.map(({ text }) => text),
    ),
    ...section(
      d.sources.title,
      it.sources.map(({ title, product, sequence }, at) => `${at + 1} ${title} – ${product} ${sequence}`),
    ),
  ]
}

/** What is decided and not done yet. */
const planOf = (it: Synthesis): string =>
  short(
    it.decisions
      .filter(({ state }) => state !== 'done')
      .map(({ number, text }) => `${number} ${text}`)
      .join(' ; '),
  )

export function sitrepOf(it: Synthesis): Buffer {
  const digest = digestOf(canonicalForm(it))
  const lines = linesOf(it)
  const [banner = ''] = lines
  const made = it.released ?? it.moment
  const incidents = it.map?.places.map(({ name }) => name) ?? []
  const plan = planOf(it)
  const title = it.number === null ? it.title : `${it.title} ${it.number}`
  const [need] = [...it.outlook, ...it.brief]
  const declared = Object.entries(namespaces)
    .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
    .join('')
  const root = element(
    'sitrep:sitRep',
    [
      element(
        'sitrep:messageID',
        it.number === null ? `vigie-draft-${digest.slice(0, 32)}` : named(it, it.number, it.version),
      ),
      person('sitrep:preparedBy', `${it.organisation}, ${it.node}`, made),
      person('sitrep:authorizedBy', it.organisation, made),
      element('sitrep:reportPurpose', short(`${banner} – ${title} – SHA-256 ${digest}`)),
      element('sitrep:reportNumber', String(it.number ?? 0)),
      element(
        'sitrep:reportVersion',
        it.version > 1 || it.follows !== undefined || (it.number ?? 1) > 1 ? 'Update' : 'Initial',
      ),
      element('sitrep:forTimePeriod', [
        element('ct:fromDateTime', time(it.period.from)),
        element('ct:toDateTime', time(it.period.to)),
      ]),
      element('sitrep:reportTitle', short(title)),
      // «Unknown» is a value that the standard allows
      ...(incidents.length === 0 ? ['Unknown'] : incidents).map((name) =>
        element('sitrep:incidentID', short(name)),
      ),
      ...(it.follows === undefined
        ? []
        : [element('sitrep:precedingMessageID', named(it, it.follows.number, it.follows.version))]),
      element('sitrep:reportConfidence', confidenceOf(it)),
      element('sitrep:severity', worst(it.domains.map(({ severity }) => severity))),
      ...(plan === '' ? [] : [element('sitrep:actionPlan', plan)]),
      element(
        'sitrep:report',
        [
          location(it),
          element('sitrep:immediateNeeds', short(need?.text ?? 'Unknown')),
          element('sitrep:observationText', lines.join('\n')),
        ],
        ' xsi:type="sitrep:FieldObservationType"',
      ),
    ],
    declared,
  )
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`, 'utf8')
}
