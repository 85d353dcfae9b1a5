/** A message's body: JSON within bounds, and what its type says. */
import * as v from 'valibot'
import { printable } from '../../../preload/contract/text.ts'
import { bodySchemas } from '../event/body.ts'
import { reject, type Rejection } from '../event/event.ts'
import { eventTypes } from '../event/record.ts'
import { outOfBounds } from './bounds.ts'
import { isTrack } from './track.ts'

export const mostBytes = 1024 * 1024

const track = eventTypes.indexOf('vigie.track.v1')

const where = (issue: v.BaseIssue<unknown>): string => v.getDotPath(issue) ?? 'the body'

/** @returns the rejection; null where the body is what its type says */
export function checkBody(type: number, value: unknown): Rejection | null {
  const wrong = outOfBounds(value)
  if (wrong !== null) return reject('message.body-invalid', wrong)
  if (type === track && isTrack(value)) return null
  const schema = bodySchemas[type]
  if (!schema) return reject('message.type-unknown', 'no such type')
  const read = v.safeParse(schema, value, { abortEarly: true })
  if (read.success) return null
  const [issue] = read.issues
  return reject('message.body-invalid', `${where(issue)}: ${printable(issue.message, 200)}`)
}
