/** Bodies by their type. */
import * as v from 'valibot'
import { bodies, type Body } from '../../../preload/contract/event.ts'
import { eventTypes } from './record.ts'

/** By index into `eventTypes`. */
export const bodySchemas = eventTypes.map((type) => bodies[type] as v.GenericSchema<unknown, Body>)

/** The body as its schema lets it through; null where it is none. */
export function parseBody(type: number, value: unknown): Body | null {
  const schema = bodySchemas[type]
  if (!schema) return null
  const read = v.safeParse(schema, value, { abortEarly: true })
  return read.success ? read.output : null
}
