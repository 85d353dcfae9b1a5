import { identifierInWords } from '../../preload/contract/identifier.ts'
import type { Feature, Track } from '../../preload/contract/event.ts'
import type { Record } from '../../preload/contract/picture.ts'
import { placeOf } from './place.ts'

/** One entity that people look for on a map: a ring where it is, and what it is called. */
export interface Mark {
  /** "product entity" */
  key: string
  lon: number
  lat: number
  /** first line of its label, e.g. "Bateau 12" */
  title: string
  /** what tells it from others of that name */
  second: string
}

/** @param domain its domain in words. @returns null: it is nowhere */
export function markOf(record: Record, domain: string): Mark | null {
  if (record.type !== 'vigie.feature.v1' && record.type !== 'vigie.track.v1') return null
  // the check held the body against this type's schema
  const { geometry, properties } = record.body as Feature | Track
  const place = placeOf(geometry)
  if (place === null) return null
  const identifier = identifierInWords(record.entity)
  const named = properties.name || properties.text || identifier
  const title = named === record.entity ? identifier : named
  return {
    key: `${record.product} ${record.entity}`,
    ...place,
    title,
    second: title === identifier ? domain : `${identifier} · ${domain}`,
  }
}

/** Whether something there would be seen whole. @param edge px that it needs around it */
export const inView = (
  { x, y }: { x: number; y: number },
  { width, height }: { width: number; height: number },
  edge: number,
): boolean => x >= edge && y >= edge && x <= width - edge && y <= height - edge
