/** Rows as GeoJSON (RFC 7946); what is said of all of them stands beside them, as its section 6.1 lets it. */
import type { Feature, Metric, Note } from '../../preload/contract/event.ts'
import type { Record as Row } from '../../preload/contract/picture.ts'
import { licenceAddress } from './licence.ts'
import { leaves, levelOf, type Said } from './leave.ts'

const instant = (at: number): string => new Date(at).toISOString()

function featureOf(row: Row, { descriptor, scheme }: Said): object {
  const { entity, time, published, expires, marking, caveats, body } = row
  const told = {
    ...{ time: instant(time), published: instant(published) },
    ...(expires === null ? {} : { expires: instant(expires) }),
    marking: scheme.levels[marking]?.id ?? '',
    ...(caveats.length === 0 ? {} : { caveats }),
  }
  if (descriptor.kind === 'feature' || descriptor.kind === 'track') {
    const { geometry, properties } = body as Feature
    return { type: 'Feature', id: entity, geometry: geometry ?? null, properties: { ...properties, ...told } }
  }
  if (descriptor.kind === 'metric') {
    const { series, value, unit } = body as Metric
    const { title, unit: described } = descriptor.series?.[series] ?? {}
    return {
      ...{ type: 'Feature', id: entity, geometry: null },
      properties: {
        ...{ series, title, value, unit: unit ?? described ?? descriptor.unit },
        ...told,
      },
    }
  }
  return { type: 'Feature', id: entity, geometry: null, properties: { ...(body as Note), ...told } }
}

export async function* features(
  said: Said,
  rows: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string, void, undefined> {
  const { product, descriptor, banner, by, at } = said
  const { title, owner, open } = descriptor
  const head = JSON.stringify({
    ...{ type: 'FeatureCollection', name: product, title, owner },
    ...(open === undefined
      ? {}
      : { licence: open.licence, license: licenceAddress(open.licence), source: open.source }),
    ...{ marking: levelOf(said)?.id, banner, made: instant(at), by },
  })
  yield `${head.slice(0, -1)},"features":[`
  let first = true
  for await (const some of rows) {
    let text = ''
    for (const row of some) {
      if (!leaves(row, said)) continue
      text += `${first ? '\n' : ',\n'}${JSON.stringify(featureOf(row, said))}`
      first = false
    }
    yield text
  }
  yield '\n]}\n'
}
