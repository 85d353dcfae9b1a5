import type { Product } from '../../main/exercise/bus.ts'
import type { Message } from '../../main/exercise/message.ts'
import type { Body, EventType, Feature } from '../../preload/contract/event.ts'
import type { Descriptor, Kind, ProductName } from '../../preload/contract/product.ts'

/** A product with sensible everything; a test says only what it is about. */
export const product = (
  name: ProductName,
  kind: Kind = 'feature',
  more: Partial<Descriptor> & { keepBytes?: number } = {},
): Product => {
  const { keepBytes = 256 * 2 ** 20, ...descriptor } = more
  return {
    name,
    keepBytes,
    repeatWindow: 120,
    descriptor: {
      title: { fr: `Produit ${name}`, en: `Product ${name}` },
      owner: 'Test',
      domain: name.split('.')[0] ?? 'security',
      kind,
      marking: 'np',
      freshness: 'PT1M',
      retention: 'P1D',
      ...descriptor,
    },
  }
}

/** What people do, as a platform has it by default. */
export const actsProduct = (more: Partial<Descriptor> & { keepBytes?: number } = {}): Product =>
  product('ops.acts', 'act', { marking: 'dr', freshness: 'P30D', retention: 'P30D', ...more })

const typeOf: Record<Kind, EventType> = {
  feature: 'vigie.feature.v1',
  track: 'vigie.track.v1',
  metric: 'vigie.metric.v1',
  note: 'vigie.note.v1',
  document: 'vigie.document.v1',
  report: 'vigie.report.v1',
  act: 'vigie.act.v1',
}

const sampleBody = (kind: Kind, entity: string, index: number): Body => {
  const point = {
    type: 'Feature' as const,
    geometry: {
      type: 'Point' as const,
      coordinates: [2.29 + (index % 1000) / 10_000, 48.85 + (index % 777) / 10_000] as [number, number],
    },
  }
  switch (kind) {
    case 'track':
      return { ...point, properties: { name: entity, course: index % 360, speed: 3 } }
    case 'metric':
      return { series: entity, value: index, unit: '1' }
    case 'note':
      return { text: `line ${index}`, category: 'log' }
    case 'document':
      return {
        name: `${entity}.txt`,
        mediaType: 'text/plain',
        size: 4,
        digest: 'SHA-256=n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg=',
        object: entity,
      }
    case 'report':
      return {
        number: `S-${index}`,
        version: 1,
        title: 'Report',
        organisation: 'Test',
        period: { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' },
        moment: '2026-01-01T01:00:00Z',
        marking: 'np',
        signer: 'CN=Test',
        digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        files: [
          {
            object: `${entity}/report.pdf`,
            mediaType: 'application/pdf',
            size: 4,
            digest: 'SHA-256=n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg=',
          },
        ],
      }
    case 'act':
      return {
        act: 'show-scene',
        input: { screen: 1, scene: index % 2 === 0 ? 'log' : 'situation' },
        by: { person: null, function: null, node: 'poste-08', automation: null },
        moment: { live: true },
        after: null,
      }
    default:
      return { ...point, properties: { name: entity, category: 'observation', severity: 'Minor' } }
  }
}

/** One message of a kind; `index` makes id, entity and body. Everything can be said otherwise. */
export const message = (
  name: ProductName,
  kind: Kind,
  index: number,
  more: Partial<Message> = {},
): Message => {
  const entity = more.entity ?? `e-${index}`
  return {
    product: name,
    entity,
    id: `${name}-${index}`,
    source: '//test.vigie/feeder',
    type: typeOf[kind],
    time: Date.now(),
    body: sampleBody(kind, entity, index),
    ...more,
  }
}

/** A feature that is nearly as large as a platform takes: 1 MB of body. */
export const largest = (name: ProductName, index: number, more: Partial<Message> = {}): Message => {
  const body = sampleBody('feature', `e-${index}`, index) as Feature
  return message(name, 'feature', index, {
    ...more,
    body: { ...body, properties: { ...body.properties, filler: 'x'.repeat(1_000_000) } },
  })
}

/** `count` messages over `entities` entities, in order. */
export const messages = (
  name: ProductName,
  kind: Kind,
  count: number,
  entities = count,
  from = 0,
): Message[] =>
  Array.from({ length: count }, (_, at) =>
    message(name, kind, from + at, { entity: `e-${(from + at) % entities}` }),
  )
