import type { Record, StreamHealth } from '../../preload/contract/picture.ts'
import type { Feed } from '../../renderer/link/feeds.ts'
import type { Descriptor } from '../../preload/contract/product.ts'

export const now = Date.parse('2026-07-26T17:42:08Z')
const minute = 60_000
export const minutesAgo = (minutes: number): number => now - minutes * minute

export const descriptorOf = (product: string, changes: Partial<Descriptor> = {}): Descriptor => ({
  title: product,
  owner: 'owner',
  domain: product.split('.')[0] ?? '',
  kind: 'feature',
  marking: 'dr',
  freshness: 'PT1M',
  retention: 'PT1H',
  ...changes,
})

export const feedOf = (
  product: string,
  newest: number | null,
  changes: Partial<Omit<Feed, 'descriptor' | 'stream'>> & {
    descriptor?: Partial<Descriptor>
    stream?: Partial<StreamHealth>
  } = {},
): Feed => ({
  product,
  access: 'permitted',
  newest,
  entities: 1,
  known: newest !== null,
  intake: null,
  ...changes,
  stream: { received: 1, rejected: 0, faults: 0, gaps: [], behind: 0, ...changes.stream },
  descriptor: descriptorOf(product, changes.descriptor),
})

let sequence = 0
const recordOf = (product: string, entity: string, time: number): Omit<Record, 'type' | 'body'> => ({
  product,
  entity,
  sequence: ++sequence,
  id: `${product} ${entity}`,
  source: 'test',
  time,
  published: time,
  expires: null,
  marking: 1,
  caveats: [],
})

export const incidentRecord = (
  product: string,
  entity: string,
  time: number,
  properties: { [name: string]: unknown },
): Record => ({
  ...recordOf(product, entity, time),
  type: 'vigie.feature.v1',
  body: {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [2.3, 48.8] },
    properties: { name: entity, ...properties },
  },
})

export const noteRecord = (
  product: string,
  entity: string,
  time: number,
  note: { text?: string; [name: string]: unknown } = {},
): Record => ({
  ...recordOf(product, entity, time),
  type: 'vigie.note.v1',
  body: { text: entity, ...note },
})
