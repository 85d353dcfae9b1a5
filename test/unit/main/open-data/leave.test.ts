import { describe, expect, it } from 'vitest'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Record } from '../../../../preload/contract/picture.ts'
import type { ProductForm } from '../../../../preload/contract/product.ts'
import { bannerOf, fileNameOf, mayGo, textOf, type Described } from '../../../../main/open-data/leave.ts'

const at = Date.UTC(2026, 6, 26, 17, 46)
const air: Described = {
  title: { fr: 'Air', en: 'Air' },
  owner: 'Airparif',
  domain: 'environment',
  kind: 'metric',
  marking: 'np',
  freshness: 'PT3M',
  retention: 'P1D',
  series: { ozone: { title: { fr: 'Ozone', en: 'Ozone' }, unit: 'ug/m3' } },
  open: { licence: 'etalab-2.0', source: 'https://data.example/air', update: 'PT1H' },
}
const { open: _, ...closed } = air
const rules = { scheme: defaultScheme, ceiling: 1, files: false }

const row = (entity: string, body: unknown, marking = 0, caveats: string[] = []): Record =>
  ({
    ...{ product: 'environment.air', entity, sequence: 1, id: 'x', source: 'y', type: 'vigie.metric.v1' },
    ...{ time: at, published: at, expires: null, marking, caveats, body },
  }) as Record

async function written(form: ProductForm, descriptor: Described, rows: Record[]): Promise<string> {
  const said = {
    ...{ product: 'environment.air', descriptor, rank: 0, scheme: defaultScheme, language: 'fr' as const },
    ...{ banner: bannerOf({ scheme: defaultScheme, rank: 0 }, 'fr', true), by: 'CNCS · poste-07', at },
  }
  let text = ''
  // eslint-disable-next-line @typescript-eslint/require-await -- rows come as they are read
  const some = async function* () {
    for (const each of rows) yield [each]
  }
  for await (const piece of textOf(form, said, some())) text += piece
  return text
}

describe('whether a product may leave', () => {
  it('is yes where it is open and marked lowest, whatever policy says of files', () => {
    expect(mayGo('environment.air', air, 'csv', rules)).toEqual({ ok: true, value: 0 })
  })
  it('is for policy to say where it is not open, or is marked higher than lowest', () => {
    for (const descriptor of [closed, { ...air, marking: 'dr' }, { ...air, marking: 'unheard-of' }]) {
      const refused = mayGo('environment.air', descriptor, 'csv', rules)
      expect(refused.ok ? '' : refused.error.code).toBe('policy.export-forbidden')
      expect(mayGo('environment.air', descriptor, 'csv', { ...rules, files: true }).ok).toBe(true)
    }
  })
  it('is no above the ceiling: there it is not there', () => {
    const refused = mayGo('a.b', { ...air, marking: 'dr' }, 'csv', { ...rules, ceiling: 0, files: true })
    expect(refused.ok ? '' : refused.error.code).toBe('entity.unknown')
  })
  it('is no for an entry in another catalogue of what nobody calls open, and for what has no rows', () => {
    const code = (descriptor: Described, form: ProductForm) => {
      const judged = mayGo('a.b', descriptor, form, { ...rules, files: true })
      return judged.ok ? '' : judged.error.code
    }
    expect(code(closed, 'jsonld')).toBe('export.not-open')
    expect(code({ ...air, kind: 'act' }, 'csv')).toBe('export.no-rows')
    expect(code({ ...air, kind: 'document' }, 'geojson')).toBe('export.no-rows')
  })
})

describe('a product as CSV', () => {
  it('says its marking, licence and source in its first line, and what rows are in its second', async () => {
    const lines = (
      await written('csv', air, [
        row('air-1', { series: 'ozone', value: -12.5 }),
        row('=1+1', { series: 'x', value: 1, unit: '%' }),
      ])
    ).split('\r\n')
    expect(lines[0]).toMatch(
      /^\ufeffEXERCICE · NON PROTÉGÉ · Air · environment\.air · Airparif · etalab-2\.0 · https:\/\/data\.example\/air/,
    )
    expect(lines[1]).toBe('entity,series,title,value,unit,time,published,expires,marking,caveats')
    expect(lines[2]).toBe(
      'air-1,ozone,Ozone,-12.5,ug/m3,2026-07-26T17:46:00.000Z,2026-07-26T17:46:00.000Z,,np,',
    )
    expect(lines[3]).toMatch(/^'=1\+1,x,,1,%,/)
    expect(lines).toHaveLength(5)
  })
  it('has a place for each place, and its geometry where that is no point', async () => {
    const text = await written('csv', { ...air, kind: 'feature' }, [
      row('a', {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [-2.35, 48.85] },
        properties: { name: '+33', dose: 3 },
      }),
      row('b', {
        type: 'Feature',
        geometry: {
          type: 'LineString',
          coordinates: [
            [2, 48],
            [3, 49],
          ],
        },
        properties: { name: 'Seine, amont' },
      }),
    ])
    const [, head = '', a = '', b = ''] = text.split('\r\n')
    expect(head).toMatch(/^entity,name,category,.*longitude,latitude,geometry,properties/)
    expect(a).toMatch(/^a,'\+33,.*,-2\.35,48\.85,,"{""dose"":3}"/)
    expect(b).toMatch(/^b,"Seine, amont",.*""LineString""/)
  })
  it('leaves out what is marked above it, and what bears a caveat where anybody may have it', async () => {
    const rows = [
      row('above', { series: 'x', value: 1 }, 1),
      row('caveat', { series: 'x', value: 1 }, 0, ['sf']),
    ]
    expect(await written('csv', air, rows)).not.toMatch(/above|caveat,/)
    expect(await written('csv', closed, rows)).toMatch(/\r\ncaveat,x/)
  })
  it('is called by its product and its marking', () => {
    expect(fileNameOf('environment.air', 'NP', at, 'csv')).toBe('environment.air_NP_20260726-1746Z.csv')
  })
})

describe('a product as GeoJSON', () => {
  it('has its licence and source beside its features, and no geometry where there is none', async () => {
    const json = JSON.parse(
      await written('geojson', air, [row('air-1', { series: 'ozone', value: 41 })]),
    ) as unknown
    expect(json).toMatchObject({
      ...{ type: 'FeatureCollection', name: 'environment.air', marking: 'np', licence: 'etalab-2.0' },
      ...{ license: 'https://spdx.org/licenses/etalab-2.0.html', source: 'https://data.example/air' },
      features: [
        {
          type: 'Feature',
          id: 'air-1',
          geometry: null,
          properties: { series: 'ozone', value: 41, unit: 'ug/m3' },
        },
      ],
    })
  })
  it('is GeoJSON where there is no row of it', async () => {
    expect(JSON.parse(await written('geojson', air, []))).toMatchObject({ features: [] })
  })
})

describe('an open product as other catalogues read it', () => {
  it('has what DCAT-AP asks of a data set and its distributions, tagged with its language', async () => {
    const entry = JSON.parse(await written('jsonld', air, [])) as { [name: string]: unknown }
    expect(entry['@type']).toBe('dcat:Dataset')
    expect(entry['dct:title']).toEqual([
      { '@language': 'fr', '@value': 'Air' },
      { '@language': 'en', '@value': 'Air' },
    ])
    for (const language of ['fr', 'en'])
      expect(entry['dct:description']).toContainEqual(expect.objectContaining({ '@language': language }))
    expect(entry['dct:publisher']).toMatchObject({
      '@type': 'foaf:Agent',
      'foaf:name': [{ '@value': 'Airparif' }],
    })
    expect(entry['dct:accrualPeriodicity']).toMatchObject({
      '@id': 'http://publications.europa.eu/resource/authority/frequency/HOURLY',
    })
    const distributions = entry['dcat:distribution'] as { [name: string]: unknown }[]
    expect(distributions).toHaveLength(2)
    for (const each of distributions) {
      expect(each['dct:license']).toMatchObject({ '@id': 'https://spdx.org/licenses/etalab-2.0.html' })
      expect(each['dcat:accessURL']).toEqual({ '@id': 'https://data.example/air' })
    }
    // every prefix that it uses is in its context
    const prefixes = [...JSON.stringify(entry).matchAll(/"(@type":")?([a-z]+):[A-Za-z]+"/g)].map(
      (each) => each[2],
    )
    expect(Object.keys(entry['@context'] as object)).toEqual(expect.arrayContaining(prefixes))
  })
})
