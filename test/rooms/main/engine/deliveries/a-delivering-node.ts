/** An engine at which files are delivered, and all that it tells of them, as main would hear it. */
import { jetstreamManager } from '@nats-io/jetstream'
import type { Engine } from '../../../../../main/engine/engine.ts'
import { digestOf } from '../../../../../main/engine/deliveries.ts'
import {
  documentEntity,
  objectOf,
  reportEntity,
  type DeliveriesTold,
  type Delivery,
} from '../../../../../preload/contract/document.ts'
import { defaultScheme } from '../../../../../preload/contract/marking.ts'
import type { Place } from '../../../../../preload/contract/place.ts'
import { streamOf } from '../../../../../preload/contract/product.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { product } from '../../../../platform/product.ts'
import { createEngineAs, type Keys } from '../../../../platform/unlocked.ts'
import { keeping, until } from '../an-engine.ts'

export const documents = 'ops.documents'
export const reports = 'command.reports'
export const documentsProduct = (marking = 'dr') =>
  product(documents, 'document', { marking, freshness: 'P30D' })
export const reportsProduct = () => product(reports, 'report', { marking: 'dr', freshness: 'P30D' })
export const place: Place = { organisation: 'CNCS', wall: 'salle de crise', node: 'poste-07' }

/** So many bytes, the same for the same seed. */
export const bytesOf = (size: number, seed = 1): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size)
  let now = seed
  for (let at = 0; at < size; at++) bytes[at] = (now = (now * 1_103_515_245 + 12_345) >>> 0) >>> 16
  return bytes
}

/** Somebody adds a document. */
export const document = (id: string, bytes = bytesOf(300_000), more: Partial<Delivery> = {}): Delivery => {
  const file = { object: objectOf(id, 'Plan d’accès.pdf'), mediaType: 'application/pdf', bytes }
  const { object, mediaType } = file
  return {
    ...{ id, product: documents, entity: documentEntity(place, id), type: 'vigie.document.v1' as const },
    ...{ marking: 'np', event: Date.UTC(2026, 6, 26, 17, 12), at: Date.now() },
    body: { name: 'Plan d’accès', object, mediaType, size: bytes.length, digest: digestOf(bytes) },
    files: [file],
    ...more,
  }
}

/** A synthesis is released. */
export const synthesis = (id: string): Delivery => {
  const files = [
    ['SYN-012.pdf', 'application/pdf'],
    ['SYN-012.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['SYN-012.xml', 'application/xml'],
  ].map(([name = '', mediaType = ''], at) => ({
    object: objectOf(id, name),
    mediaType,
    bytes: bytesOf(40_000 + at, at),
  }))
  return {
    ...{ id, product: reports, entity: reportEntity(place, 'SYN-012'), type: 'vigie.report.v1' },
    ...{ marking: 'dr', event: Date.now(), at: Date.now() },
    body: {
      ...{ number: 'SYN-012', version: 1, title: 'Point de situation', organisation: 'CNCS' },
      ...{ moment: '2026-07-26T19:30:00Z', marking: 'dr', signer: 'CN=A. Martin', digest: '00' },
      period: { from: '2026-07-26T17:30:00Z', to: '2026-07-26T19:30:00Z' },
      files: files.map(({ bytes, ...file }) => ({ ...file, size: bytes.length, digest: digestOf(bytes) })),
    },
    files,
  }
}

export interface DeliveringNode {
  engine: Engine
  told: Map<string, DeliveriesTold>
  waiting(product?: string): string[]
  isOpen(): Promise<void>
  allGone(): Promise<void>
}

export async function startNode(profile: string, keys: Keys): Promise<DeliveringNode> {
  const told = new Map<string, DeliveriesTold>()
  const node: DeliveringNode = {
    engine: undefined as unknown as Engine,
    told,
    waiting: (of = documents) => told.get(of)?.waiting.map(({ id, state }) => `${id} ${state}`) ?? [],
    isOpen: () => until(() => told.get(documents)?.access === 'open', 'files can be delivered'),
    allGone: () =>
      until(() => [...told.values()].every(({ waiting }) => waiting.length === 0), 'nothing waits'),
  }
  const created = await createEngineAs(keys, {
    ...{ profile, scheme: defaultScheme, keeping, clock: Date },
    random: () => 0,
    looks: { place, answer: () => Promise.resolve(null) },
    deliveries: {
      products: {
        'vigie.document.v1': documents,
        'vigie.feature.v1': 'ops.observations',
        'vigie.report.v1': reports,
      },
      told: (one) => told.set(one.product, one),
    },
  })
  if (!created.ok) throw new Error(created.error.message)
  node.engine = created.value
  return node
}

/** What the platform has of a product, in its order. */
export async function eventsOn(
  platform: Platform,
  of = documents,
): Promise<{ id: string; subject: string; marking: string; body: { object: string; digest: string } }[]> {
  const manager = await jetstreamManager(platform.feeder)
  const stream = streamOf(of)
  const { state } = await manager.streams.info(stream)
  const all = []
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(stream, { seq })
    if (message === null) continue
    const body = JSON.parse(new TextDecoder().decode(message.data)) as { object: string; digest: string }
    const { subject, header } = message
    all.push({ id: header.get('ce-id'), marking: header.get('ce-marking'), subject, body })
  }
  return all
}
