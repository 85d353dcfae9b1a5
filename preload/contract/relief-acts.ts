/**
 * Rows of the table of acts (`act.ts`): the relief. Who leaves asks somebody to relieve them of their functions; who comes
 * acknowledges what is open, item by item, and takes them all in one act, with both named in it. Until then nothing
 * passes.
 */
import * as v from 'valibot'
import { act, never, oneOfTheWall, toAll } from './act-row.ts'
import { FunctionIdSchema, PersonNameSchema, ProposalIdSchema } from './person.ts'

const theRelief = oneOfTheWall('relief')
const Functions = v.pipe(v.array(FunctionIdSchema), v.maxLength(50))

export const reliefActs = {
  'offer-relief': act({
    input: { relief: ProposalIdSchema, to: PersonNameSchema, functions: Functions },
    roles: ['desk'],
    about: theRelief,
    shared: toAll,
    audited: true,
    inverse: never,
    desk: {
      group: null,
      key: null,
      help: null,
      offers: () => [],
      done: ({ to }) => ({ key: 'desk.notice.reliefOffered', values: { person: to } }),
    },
  }),
  /** who offered it takes it back, or who was asked would not */
  'end-relief': act({
    input: { relief: ProposalIdSchema },
    roles: ['desk'],
    about: theRelief,
    shared: toAll,
    audited: true,
    inverse: never,
    desk: {
      group: null,
      key: null,
      help: null,
      offers: () => [],
      done: () => ({ key: 'desk.notice.reliefEnded' }),
    },
  }),
  /** by who comes; that who leaves agreed is its accord. `digest`: SHA-256 over what was acknowledged, hex */
  relieve: act({
    input: {
      relief: ProposalIdSchema,
      functions: Functions,
      items: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)),
      digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    },
    roles: ['desk'],
    about: theRelief,
    shared: toAll,
    audited: true,
    mayBe: (_, { person, automation }) => person !== null && automation === null,
    inverse: never,
    desk: {
      group: null,
      key: null,
      help: null,
      offers: () => [],
      done: ({ items }) => ({ key: 'desk.notice.relieved', values: { count: items } }),
    },
  }),
}
export const reliefActIds: readonly string[] = Object.keys(reliefActs)
