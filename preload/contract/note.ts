/** A note is what somebody writes down: a line of the log, a decision, or why a domain is as it is. */
import { domainOf } from './entity.ts'
import type { Note } from './event.ts'
import type { Record } from './picture.ts'
import type { Descriptor } from './product.ts'

export const isNotesFeed = ({ descriptor }: { descriptor: Pick<Descriptor, 'kind'> }): boolean =>
  descriptor.kind === 'note'

/** @returns null for what is no note */
export const noteOf = ({ type, body }: Pick<Record, 'type' | 'body'>): Note | null =>
  // the check held the body against this type's schema
  type === 'vigie.note.v1' ? (body as Note) : null

/** The domain that it is about: the one that its author says, else its log's. */
export const domainOfNote = ({ product }: Pick<Record, 'product'>, { line }: Note): string =>
  line?.domain ?? domainOf(product)

/** A line of the log: said to be one, or entered at a node as one. A decision that is a record of its own is none. */
export const isLogLine = ({ category, line }: Note): boolean =>
  (category ?? 'log') === 'log' || (line !== undefined && line !== null && category !== 'situation')
