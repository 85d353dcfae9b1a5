/**
 * Lines of the log that are entered here: they leave (`leaving.ts`) one behind the other, in the order in which they were
 * entered. They are events as any other: who shows them finds them in the picture.
 */
import { linesOf, type LogTold, type OutgoingLine, type WaitingLine } from '../../preload/contract/line.ts'
import { tokenOf, type Place } from '../../preload/contract/place.ts'
import { fail, type Result } from '../../preload/contract/result.ts'
import { createLeaving, type LeavingLife, type LeavingParts } from './leaving.ts'

export interface LinesOptions extends LeavingParts {
  /** whose lines they are; null: not known, and no right is tried before one is needed */
  place: Place | null
  told: (told: LogTold) => void
}

export interface Lines extends LeavingLife {
  /** once, however often it is said. @returns once it is kept, or why it is not */
  enter(line: OutgoingLine): Promise<Result<null>>
}

/** How much of it waits in the outbox as it is sent. */
type Sent = Pick<OutgoingLine, 'marking' | 'event' | 'note'>

/** Nobody's hand writes a larger one. */
const mostLineBytes = 64 * 1024

const utf8 = new TextEncoder()

export function createLines({ place, ...options }: LinesOptions): Lines {
  const { product, kept } = options
  const leaving = createLeaving<WaitingLine>({
    ...options,
    kind: 'note',
    right: place === null ? null : linesOf(place).replace('*', '-'),
    ...{ absent: 'line.absent', above: 'line.above' },
    told: (told) => options.told({ product, ...told }),
    waitingOf: ({ id, address: entity, at, body }) => ({ ...(JSON.parse(body) as Sent), id, entity, at }),
    eventOf(body) {
      const { event, note } = JSON.parse(body) as Sent
      return {
        ...{ type: 'vigie.note.v1', time: event },
        source: `/vigie/${tokenOf(note.line.by.node)}`,
        body: utf8.encode(JSON.stringify(note)),
      }
    },
    row: () => product,
  })

  return {
    ...leaving.life,
    enter({ id, entity, at, marking, event, note }) {
      const above = leaving.aboveIt(marking)
      if (above !== null) return Promise.resolve(above)
      const body = JSON.stringify({ marking, event, note } satisfies Sent)
      if (Buffer.byteLength(body) > mostLineBytes)
        return Promise.resolve(fail('line.invalid', `it is larger than ${mostLineBytes} bytes`, entity))
      return leaving.keep(() =>
        kept.keep({ id, kind: 'note', address: entity, body, at, after: null, guarded: false }),
      )
    },
  }
}
